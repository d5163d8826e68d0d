/**
 * Which protocol and which speed a card gets, and the bytes of SetParameters that say so. ISO/IEC 7816-3 §6.3, §8.3, §9; CCID Rev 1.1 §6.1.7.
 * A contactless card has no speed here: its ATR names none, and the rates over the air are the reader's own choice, for which CCID has no
 * message. SetDataRateAndClockFrequency (§6.1.14) is never sent: of 612 known interfaces all that a page can use change the rate by
 * themselves (dwFeatures 20h); on the five others without 20h, 40h and 80h a speed that does not come true is left again (start-card.ts).
 * PPS itself is in pps.ts: only at the TPDU level can the host send it, so at the APDU level a reader that does not do it stays at the default speed.
 */
import type { Bytes } from '#bytes';
import type { Atr } from '../atr.ts';
import type { PoweredCard } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { T0Parameters, T1Parameters } from './commands.ts';
import type { ReaderDuties } from './reader-duties.ts';

/** Fi = 372, Di = 1. */
export const DEFAULT_FI_DI = 0x11;
/** TA1 94–97 may be lowered by one until the rate fits; below, one step changes Fi and helps nobody. */
const LOWERABLE = { first: 0x94, last: 0x97 } as const;
/** Readers round what they announce [bit/s]. */
const RATE_TOLERANCE = 2;
const LISTED_RATE_TOLERANCE = 1;
/** ISO/IEC 7816-3 table 7, by the high nibble of TA1; `undefined` = reserved. */
const fi = [372, 372, 558, 744, 1116, 1488, 1860, undefined, undefined, 512, 768, 1024, 1536, 2048, undefined, undefined] as const;
/** ISO/IEC 7816-3 table 8, by the low nibble of TA1. */
const di = [undefined, 1, 2, 4, 8, 16, 32, 64, 12, 20] as const;

/** `default`: after the best speed has failed. */
export type Speed = 'best' | 'default';

export interface CardChoice {
  readonly protocol: 0 | 1;
  /** bmFindexDindex, in TA1's form. */
  readonly fiDi: number;
}

/**
 * What the card gets, whoever tells it so. `reported`: bProtocolNum the reader has chosen by itself, where it was asked.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED`
 */
export function chooseForCard(card: PoweredCard, speed: Speed, reported?: number): CardChoice {
  return { protocol: chooseProtocol(card.atr, card.duties, reported), fiDi: chooseFiDi(card, speed) };
}

/**
 * The card's first offer that the reader can do. What the reader says it has chosen counts where the choice is its own
 * (automatic negotiation) or nobody's: an ATR that a contactless reader made (`3B 8n 80 01`) names T=0 and T=1, and without a word from the reader it is T=1.
 */
function chooseProtocol(atr: Atr, duties: ReaderDuties, reported: number | undefined): 0 | 1 {
  const offered = atr.specificMode === undefined ? atr.protocols : [atr.specificMode.protocol];
  const possible = duties.protocols.filter((protocol) => offered.includes(protocol));
  const [first] = possible.toSorted((left, right) => offered.indexOf(left) - offered.indexOf(right));
  if (first === undefined) throw unsupported('no common protocol', { offered: offered.join(' ') });
  const asReported = possible.find((protocol) => protocol === reported);
  if (isContactlessForm(atr) && possible.includes(1)) return asReported ?? 1;
  return duties.hostSetsParameters ? first : (asReported ?? first);
}

/** Whether the reader should be asked which protocol it has chosen: at the TPDU level we must speak the same. */
export function isReadersChoice({ atr, duties }: PoweredCard): boolean {
  if (duties.level !== 'tpdu') return false;
  return !duties.hostSetsParameters || (duties.readerTakesParametersFromAtr && isContactlessForm(atr));
}

/** TA1 when the reader can go so fast and has not failed at it, or the nearest it can. */
function chooseFiDi(card: PoweredCard, speed: Speed): number {
  const { atr, duties, dataRates, speeds } = card;
  const wanted = atr.ta1 ?? DEFAULT_FI_DI;
  if (atr.specificMode !== undefined) return insistedFiDi(atr.specificMode, wanted, duties, dataRates);
  if (speed === 'default' || !speedCanChange(duties) || dataRate(wanted, duties) <= dataRate(DEFAULT_FI_DI, duties)) return DEFAULT_FI_DI;
  return nearTo(wanted).find((candidate) => readerCan(candidate, duties, dataRates) && !speeds.avoids(candidate)) ?? DEFAULT_FI_DI;
}

/** What may be agreed on instead of TA1, the best first. */
function nearTo(wanted: number): readonly number[] {
  const lowest = wanted >= LOWERABLE.first && wanted <= LOWERABLE.last ? LOWERABLE.first : wanted;
  return Array.from({ length: wanted - lowest + 1 }, (_, index) => wanted - index);
}

/** Somebody must speak PPS to the card: the reader, or we through a reader that passes it on. */
function speedCanChange({ hostBuildsPps, level }: ReaderDuties): boolean {
  return !hostBuildsPps || level === 'tpdu';
}

function insistedFiDi(mode: NonNullable<Atr['specificMode']>, wanted: number, duties: ReaderDuties, dataRates: readonly number[]): number {
  if (mode.implicitParameters) throw unsupported('implicit parameters (TA2 bit 5)', {});
  if (wanted !== DEFAULT_FI_DI && !readerCan(wanted, duties, dataRates)) throw unsupported('speed of the specific mode', { ta1: wanted });
  return wanted;
}

function readerCan(fiDi: number, duties: ReaderDuties, dataRates: readonly number[]): boolean {
  const rate = dataRate(fiDi, duties);
  if (rate > duties.maximumDataRate + RATE_TOLERANCE) return false;
  return dataRates.length === 0 || dataRates.some((listed) => Math.abs(listed - rate) <= LISTED_RATE_TOLERANCE);
}

/** f × D / F [bit/s]; a reserved value counts as 372/1. */
function dataRate(fiDi: number, duties: ReaderDuties): number {
  const clockRate = fi[fiDi >> 4];
  const adjustment = di[fiDi & 0x0f];
  const factor = clockRate === undefined || adjustment === undefined ? 1 / 372 : adjustment / clockRate;
  return Math.floor(duties.defaultClockKhz * 1_000 * factor);
}

/** abProtocolDataStructure of SetParameters. */
export function encodeParameters(atr: Atr, { protocol, fiDi }: CardChoice): Bytes {
  const inverse = atr.convention === 'inverse' ? 0x02 : 0;
  const common = { fiDi, guardTime: atr.extraGuardTime, clockStop: 0 };
  if (protocol === 0) return T0Parameters.encode({ ...common, tccks: inverse, waitingInteger: atr.waitingInteger }).slice();
  const { bwi, cwi, crc, informationFieldLength } = atr.t1;
  const tccks = 0x10 + inverse + (crc ? 1 : 0);
  return T1Parameters.encode({ ...common, tccks, waitingIntegers: bwi * 0x10 + cwi, informationFieldLength, nodeAddress: 0 }).slice();
}

function isContactlessForm({ protocols, ta1, historicalBytes, specificMode }: Atr): boolean {
  return protocols.join(' ') === '0 1' && ta1 === undefined && specificMode === undefined && historicalBytes.length > 0;
}

function unsupported(message: string, facts: Record<string, number | string>): ReaderError {
  return new ReaderError({ code: 'CARD_PROTOCOL_UNSUPPORTED', message, facts });
}
