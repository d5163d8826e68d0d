/**
 * From power-on to a card that can be talked to: protocol, speed, PPS, SetParameters, in that order, and what to do when the speed was
 * too much. ISO/IEC 7816-3:2006 §6.3, §9; CCID Rev 1.1 §6.1.7. Shared by the levels; what each level does after that is its own.
 */
import { parseAtr } from '../atr.ts';
import type { BlockLink, CardExchange, PoweredCard } from '../exchange-level.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import { negotiateByPps } from './pps.ts';
import { chooseForCard, DEFAULT_FI_DI, encodeParameters, isReadersChoice, type CardChoice } from './protocol-parameters.ts';
import { SpeedTrial } from './speed-trial.ts';

/** What a speed that card, reader or contacts cannot keep looks like. */
const speedFaults: readonly ReaderErrorCode[] = ['CARD_MUTE', 'CARD_PROTOCOL_UNSUPPORTED', 'READER_REPORTED_ERROR', 'READER_MALFORMED_MESSAGE'];

/** A card that is going. */
export interface Begun {
  readonly exchange: CardExchange;
  /** Something has been exchanged with the card at its speed. */
  readonly isProved: boolean;
}

/** Gets the card going and says what it was told. Called once, or once more after a reset. */
export type Begin = (card: PoweredCard, choice: CardChoice) => Promise<Begun>;

/**
 * Negotiates and calls `begin`. When either, or then the first command, fails at another speed than the default, the card is reset, once, and
 * starts at the default.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED` and whatever the card or the reader gave
 */
export async function startCard(link: BlockLink, card: PoweredCard, begin: Begin): Promise<CardExchange> {
  const reported = isReadersChoice(card) ? await link.reportedProtocol() : undefined;
  const best = chooseForCard(card, 'best', reported);
  const slower = otherChoice(card, best, reported);
  const remember = (error: unknown): void => card.speeds.failed(best.fiDi, isReadersWord(error));
  const again = async (present: BlockLink): Promise<CardExchange> =>
    (await negotiateAnd(present, await resetCard(present, card), slower ?? best, begin)).exchange;
  try {
    const { exchange, isProved } = await negotiateAnd(link, card, best, begin);
    if (isProved) card.speeds.worked(best.fiDi);
    if (isProved || slower === undefined || best.fiDi === DEFAULT_FI_DI) return exchange;
    return new SpeedTrial({ exchange, again, mayBeSpeed: isSpeedFault, onWorked: () => card.speeds.worked(best.fiDi), onFailed: remember });
  } catch (error) {
    if (slower === undefined || !isSpeedFault(error)) throw error;
    const exchange = await again(link);
    remember(error);
    return exchange;
  }
}

function isSpeedFault(error: unknown): boolean {
  return error instanceof ReaderError && speedFaults.includes(error.code);
}

/** The reader's own no, as against a card that keeps still or does not agree. */
function isReadersWord(error: unknown): boolean {
  return error instanceof ReaderError && (error.code === 'READER_REPORTED_ERROR' || error.facts['refusedBy'] === 'reader');
}

async function negotiateAnd(link: BlockLink, card: PoweredCard, choice: CardChoice, begin: Begin): Promise<Begun> {
  if (hostMustPropose(card, choice)) await proposeToCard(link, card, choice);
  else if (card.duties.hostSetsParameters) await tellReader(link, card, choice);
  return begin(card, choice);
}

/** Nothing to propose where the card begins so by itself. §6.3.1: in specific mode there is no PPS at all. */
function hostMustPropose({ atr, duties }: PoweredCard, { protocol, fiDi }: CardChoice): boolean {
  if (duties.level !== 'tpdu' || !duties.hostBuildsPps || atr.specificMode !== undefined) return false;
  return fiDi !== DEFAULT_FI_DI || protocol !== atr.protocols[0];
}

async function proposeToCard(link: BlockLink, card: PoweredCard, { protocol, fiDi }: CardChoice): Promise<void> {
  const agreed = await negotiateByPps(link, protocol, fiDi);
  const told = await link.setParameters(protocol, encodeParameters(card.atr, { protocol, fiDi: agreed }));
  if (told === 'taken' || agreed === DEFAULT_FI_DI) return;
  throw new ReaderError({ code: 'CARD_PROTOCOL_UNSUPPORTED', message: 'The reader does not follow the PPS', facts: { fiDi: agreed, refusedBy: 'reader' } });
}

async function tellReader(link: BlockLink, card: PoweredCard, choice: CardChoice): Promise<void> {
  await link.setParameters(choice.protocol, encodeParameters(card.atr, choice));
}

/** `undefined` where there is nothing slower, or where the protocol itself depends on the PPS that failed. */
function otherChoice(card: PoweredCard, best: CardChoice, reported: number | undefined): CardChoice | undefined {
  const { duties, atr, quirks } = card;
  if (quirks.stumblesOverParameters === true) return chooseForCard(card, 'default', reported);
  if (!duties.hostSetsParameters || best.fiDi === DEFAULT_FI_DI) return undefined;
  const slower = chooseForCard(card, 'default', reported);
  const dependsOnPps = duties.hostBuildsPps && slower.protocol !== atr.protocols[0];
  return slower.fiDi === best.fiDi || dependsOnPps ? undefined : slower;
}

/** The answer to reset may differ from the first. A reader that stumbles over SetParameters is reset twice and not told again. */
async function resetCard(link: BlockLink, card: PoweredCard): Promise<PoweredCard> {
  if (card.quirks.stumblesOverParameters === true) {
    await link.warmReset();
    const atr = parseAtr(await link.warmReset());
    return { ...card, atr, duties: { ...card.duties, hostSetsParameters: false } };
  }
  return { ...card, atr: parseAtr(await link.warmReset()) };
}
