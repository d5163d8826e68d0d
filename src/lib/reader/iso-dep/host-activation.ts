/**
 * Activation by the host at the fastest rate that card and reader both offer, and back to 106 kbit/s where it does not carry: for readers
 * that move bare frames (RC-S380; RC-S300 by T5). ISO/IEC 14443-3 §7.7 to §7.10. Each try begins with the field off and on.
 */
import type { Bytes } from '#bytes';
import { isoDepCapacity } from '../command-capacity.ts';
import type { ActiveCard } from '../contactless-slot.ts';
import { ReaderError } from '../reader-error.ts';
import { TrialCard, type Trial } from '../trial-card.ts';
import { isRaised, usualRates, type BitRates } from './bit-rates.ts';
import { FirstErrorPort } from './first-error-port.ts';
import { openIsoDep } from './iso-dep.ts';
import type { RateMemory } from './rate-memory.ts';
import type { BlockExchange } from './transceiver.ts';
import { activateTypeB, type TypeBActivation } from './type-b.ts';

const MAXIMUM_TRIES = 3;

/** One field that is on, at 106 kbit/s until told otherwise. */
export interface FramePort extends BlockExchange {
  /** From the next frame on the reader sends and listens so. `unclear`: nobody knows how it does now. @throws ReaderError `READER_LOST` */
  raise(rates: BitRates): Promise<'done' | 'refused' | 'unclear'>;
  /** False: the field, and the card in it, are not ours any more. */
  readonly isOurs: boolean;
}

/** What a look for cards has left: a card that waits for ATTRIB. */
export interface FoundCard {
  readonly port: FramePort;
  readonly atqb: Bytes;
}

export interface HostActivationSettings {
  readonly reqb: Bytes;
  /** Card time-out of REQB and of ATTRIB [ms]. */
  readonly timeoutMs: number;
  readonly memory: RateMemory;
  /** Field off and on. `failures`: how many tries of this activation went before. @throws ReaderError */
  readonly begin: (failures: number) => Promise<FramePort>;
}

interface Activated {
  readonly outcome: 'activated';
  readonly port: FramePort;
  readonly activation: TypeBActivation;
  readonly rates: BitRates;
  readonly atr: Bytes;
}

/** `byReader`: it is the reader's answer to the new rate that is unclear, not the card's. */
type Unclear = { readonly outcome: 'unclear'; readonly rates: BitRates; readonly byReader?: true };
type Attempt = Activated | Unclear | { readonly outcome: 'noCard' } | { readonly outcome: 'refused'; readonly rates: BitRates };

/** @throws ReaderError `CARD_ABSENT`, `CARD_RESET_FAILED`, `CARD_PROTOCOL_UNSUPPORTED`, and whatever the port throws */
export async function activateByHost(settings: HostActivationSettings, found?: FoundCard): Promise<ActiveCard> {
  const attempt = found === undefined ? undefined : await goOnWith(settings, found);
  if (attempt?.outcome === 'refused') settings.memory.failed(attempt.rates);
  if (attempt?.outcome !== 'activated') return activateAnew(settings, true);
  // It may have been taken away since it was found: before the rate is blamed it is asked for once more.
  return onTrial(settings, attempt, { again: () => activateAnew(settings, true), onFailed: () => undefined });
}

/** `undefined`: whatever hindered it is met again from the beginning, or is not. */
async function goOnWith(settings: HostActivationSettings, { port, atqb }: FoundCard): Promise<Attempt | undefined> {
  try {
    return await tryToActivate(settings, port, { isFast: true, atqb });
  } catch (error) {
    if (!(error instanceof ReaderError) || error.code === 'READER_LOST') throw error;
    return undefined;
  }
}

async function activateAnew(settings: HostActivationSettings, mayBeFast: boolean): Promise<ActiveCard> {
  /** What to remember should 106 kbit/s turn out to be the remedy. */
  let blame: (() => void) | undefined;
  for (let failures = 0; failures < MAXIMUM_TRIES;) {
    const attempt = await tryToActivate(settings, await settings.begin(failures), { isFast: mayBeFast && blame === undefined });
    if (attempt.outcome === 'noCard') throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
    if (attempt.outcome === 'activated') {
      // Only when the very next try, at 106 kbit/s, went well was it the rate.
      if (failures === 1) blame?.();
      return activated(settings, attempt);
    }
    if (attempt.outcome === 'refused') settings.memory.failed(attempt.rates);
    else {
      failures++;
      blame ??= blameFor(settings, attempt);
    }
  }
  throw new ReaderError({ code: 'CARD_RESET_FAILED', message: 'The card, or several, cannot be understood' });
}

async function tryToActivate(settings: HostActivationSettings, port: FramePort, { isFast, atqb }: { isFast: boolean; atqb?: Bytes }): Promise<Attempt> {
  const { reqb, timeoutMs, memory } = settings;
  const choose: typeof memory.best = (offer) => (isFast ? memory.best(offer) : usualRates);
  const outcome = await activateTypeB(port, { reqb, timeoutMs, choose, ...(atqb === undefined ? {} : { atqb }) });
  if (outcome.outcome !== 'activated') return outcome;
  const { rates } = outcome;
  const raised = isRaised(rates) ? await port.raise(rates) : 'done';
  if (raised === 'done') return { ...outcome, port };
  return raised === 'refused' ? { outcome: raised, rates } : { outcome: raised, rates, byReader: true };
}

/** `undefined`: nothing had been raised. */
function blameFor({ memory }: HostActivationSettings, { rates, byReader }: Unclear): (() => void) | undefined {
  if (!isRaised(rates)) return undefined;
  return byReader === true ? () => memory.distrust() : () => memory.failed(rates);
}

function activated(settings: HostActivationSettings, attempt: Activated): ActiveCard {
  const { rates } = attempt;
  if (!isRaised(rates)) return cardOver(attempt.port, attempt);
  return onTrial(settings, attempt, { again: () => activateAnew(settings, false), onFailed: () => settings.memory.failed(rates) });
}

function onTrial({ memory }: HostActivationSettings, attempt: Activated, { again, onFailed }: Pick<Trial, 'again' | 'onFailed'>): ActiveCard {
  const port = new FirstErrorPort(attempt.port);
  return new TrialCard({
    card: cardOver(port, attempt),
    again,
    onFailed,
    onDamage: () => memory.failed(attempt.rates),
    onProved: () => port.endTrial(),
    mayBeRate: () => attempt.port.isOurs,
  });
}

function cardOver(port: BlockExchange, { activation, atr }: Activated): ActiveCard {
  const isoDep = openIsoDep(port, activation);
  return {
    ...isoDepCapacity,
    atr,
    transmit: (command) => isoDep.transmit(command),
    isPresent: () => isoDep.isPresent(),
    release: () => isoDep.deselect(),
  };
}
