/**
 * Activation by the reader, for T1 and T2: protocol switch to Type B layer 4, then the highest bit rate both offer. ISO/IEC 14443-3 §7.10.
 * A card that a look for cards has just activated is used as it is; one that fails to answer then, or at its rate, is activated anew.
 */
import type { Bytes } from '#bytes';
import { bitRates, isRaised, usualRates, type BitRateOffer, type BitRates } from '../../iso-dep/bit-rates.ts';
import type { RateMemory } from '../../iso-dep/rate-memory.ts';
import { activationOfAtr } from '../../iso-dep/type-b.ts';
import type { ActiveCard } from '../../contactless-slot.ts';
import { ReaderError } from '../../reader-error.ts';
import { TrialCard, type Trial } from '../../trial-card.ts';
import { onlyValue, tags } from '../answer.ts';
import { payloads, speedPayload } from '../payloads.ts';
import type { Session } from '../session.ts';
import { notDone, type Sessions } from '../sessions.ts';

/** A card the reader has activated, as a strategy talks to it. */
export interface Layer4Card {
  readonly card: ActiveCard;
  /** No longer content with the first error. */
  readonly endTrial: () => void;
}

export interface Layer4 {
  readonly sessions: Sessions;
  readonly memory: RateMemory;
  /** `atr`: where the reader tells it. @throws ReaderError */
  readonly cardIn: (session: Session, atr: Bytes | undefined) => Promise<Layer4Card>;
}

/** @throws ReaderError `CARD_ABSENT`, `CARD_RESET_FAILED`, `SLOT_BUSY`, a refusal */
export async function activateByReader(layer4: Layer4, isProbing: boolean): Promise<ActiveCard> {
  const { sessions, memory } = layer4;
  const found = sessions.found('blocks', isProbing);
  if (found === undefined) return activateAnew(layer4, isProbing, true);
  const again = (): Promise<ActiveCard> => activateAnew(layer4, isProbing, true);
  const { session } = found;
  const raised = await raise(session, memory, found.left.atr);
  // It may have been taken away since it was found: before the rate is blamed it is asked for once more.
  return raised.outcome === 'unclear' ? again() : onTrial(layer4, { session, atr: found.left.atr, rates: raised.rates, again, onFailed: () => undefined });
}

async function activateAnew(layer4: Layer4, isProbing: boolean, mayBeFast: boolean): Promise<ActiveCard> {
  const { sessions, memory, cardIn } = layer4;
  return sessions.fresh(isProbing, async (session) => {
    const atr = await activateLayer4(session);
    const raised = mayBeFast ? await raise(session, memory, atr) : ({ outcome: 'raised', rates: usualRates } as const);
    const { rates } = raised;
    const again = (): Promise<ActiveCard> => activateAnew(layer4, isProbing, false);
    if (raised.outcome === 'unclear') {
      const slow = await again();
      memory.distrust();
      return slow;
    }
    if (isRaised(rates)) return onTrial(layer4, { session, atr, rates, again, onFailed: () => memory.failed(rates) });
    const { card, endTrial } = await cardIn(session, atr);
    endTrial();
    return card;
  });
}

async function onTrial(
  { memory, cardIn }: Layer4,
  { session, atr, rates, ...rest }: Pick<Trial, 'again' | 'onFailed'> & { session: Session; atr: Bytes | undefined; rates: BitRates },
): Promise<ActiveCard> {
  const { card, endTrial } = await cardIn(session, atr);
  return new TrialCard({ ...rest, card, onProved: endTrial, onDamage: () => memory.failed(rates), mayBeRate: () => session.isOpen });
}

/** The ATR the reader has made, where it tells it. @throws ReaderError `CARD_ABSENT`, `CARD_RESET_FAILED`, `SLOT_BUSY`, a refusal */
async function activateLayer4(session: Session): Promise<Bytes | undefined> {
  const answer = await session.ask(payloads.activateTypeB);
  if (answer.result !== 'done') throw notDone(answer);
  session.hasCard = true;
  return onlyValue(answer.objects, tags.atr);
}

/** A session in which no card was found is used again; one with an active card is begun anew, for that card does not answer a second time. */
export async function detectLayer4(sessions: Sessions): Promise<'present' | 'absent'> {
  const session = sessions.idle ?? (await sessions.begin(false));
  const answer = await session.ask(payloads.activateTypeB);
  if (answer.result === 'noAnswer') return 'absent';
  if (answer.result !== 'done' && answer.result !== 'damaged') {
    session.abandon();
    throw notDone(answer);
  }
  session.hasCard = true;
  if (answer.result === 'done') session.leave({ way: 'blocks', atr: onlyValue(answer.objects, tags.atr) });
  return 'present';
}

type Raised = { readonly outcome: 'raised' | 'unclear'; readonly rates: BitRates };

/** The fastest, then slower ones: a refusal leaves the card as it is. @throws ReaderError `READER_LOST` */
async function raise(session: Session, memory: RateMemory, atr: Bytes | undefined): Promise<Raised> {
  const offer: BitRateOffer = activationOfAtr(atr, 0).bitRates;
  for (;;) {
    const rates = memory.best(offer);
    if (!isRaised(rates)) return { outcome: 'raised', rates };
    const answer = await askForRates(session, rates);
    if (answer === 'done') return { outcome: 'raised', rates };
    if (answer === 'unclear') return { outcome: 'unclear', rates };
    memory.failed(rates); // so that `best` is another one now, and in the end 106
  }
}

/** The speed object. `unclear`: any fault but a plain refusal, and nobody knows how the reader listens now. @throws ReaderError `READER_LOST` */
export async function askForRates(session: Session, { toCard, fromCard }: BitRates): Promise<'done' | 'refused' | 'unclear'> {
  try {
    const { result } = await session.ask(speedPayload(bitRates.indexOf(toCard), bitRates.indexOf(fromCard)));
    return result === 'done' || result === 'refused' ? result : 'unclear';
  } catch (error) {
    if (!(error instanceof ReaderError) || error.code === 'READER_LOST') throw error;
    return 'unclear';
  }
}
