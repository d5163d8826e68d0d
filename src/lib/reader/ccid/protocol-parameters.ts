/**
 * Which protocol and which speed a card gets, and the bytes of SetParameters that say so. ISO/IEC 7816-3 §6.3, §8.3, §9; CCID Rev 1.1 §6.1.7.
 * Building PPS itself is the TPDU level's business: at the APDU level a reader without automatic PPS stays at the default speed.
 */
import type { Bytes } from '#bytes';
import type { Atr } from '../atr.ts';
import type { PoweredCard } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { T0Parameters, T1Parameters } from './commands.ts';
import type { ReaderDuties } from './reader-duties.ts';

const DEFAULT_FI_DI = 0x11;
/** TA1 94–97 may be lowered by one until the rate fits; below, one step changes Fi and helps nobody. */
const LOWERABLE = { first: 0x94, last: 0x97 } as const;
/** Readers round what they announce [bit/s]. */
const RATE_TOLERANCE = 2;
const LISTED_RATE_TOLERANCE = 1;
/** ISO/IEC 7816-3 table 7, by the high nibble of TA1; `undefined` = reserved. */
const fi = [372, 372, 558, 744, 1116, 1488, 1860, undefined, undefined, 512, 768, 1024, 1536, 2048, undefined, undefined] as const;
/** ISO/IEC 7816-3 table 8, by the low nibble of TA1. */
const di = [undefined, 1, 2, 4, 8, 16, 32, 64, 12, 20] as const;

export interface ChosenParameters {
  readonly protocol: 0 | 1;
  /** bmFindexDindex, in TA1's form. */
  readonly fiDi: number;
  /** abProtocolDataStructure */
  readonly parameters: Bytes;
}

/**
 * `undefined` when the reader negotiates by itself and SetParameters must not be sent.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED`
 */
export function chooseParameters({ atr, duties, dataRates }: PoweredCard): ChosenParameters | undefined {
  if (!duties.hostSetsParameters) return undefined;
  const protocol = chooseProtocol(atr, duties);
  const fiDi = chooseFiDi(atr, duties, dataRates);
  return { protocol, fiDi, parameters: encodeParameters(atr, protocol, fiDi) };
}

/**
 * The card's first offer that the reader can do; T=1 where the ATR is one a contactless reader made (`3B 8n 80 01`).
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED`
 */
export function chooseProtocol(atr: Atr, duties: ReaderDuties): 0 | 1 {
  const offered = atr.specificMode === undefined ? atr.protocols : [atr.specificMode.protocol];
  const possible = duties.protocols.filter((protocol) => offered.includes(protocol));
  const [first] = possible.toSorted((left, right) => offered.indexOf(left) - offered.indexOf(right));
  if (first === undefined) throw unsupported('no common protocol', { offered: offered.join(' ') });
  return isContactlessForm(atr) && possible.includes(1) ? 1 : first;
}

/**
 * TA1 when the reader can go so fast, or the nearest it can.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED` when the card insists on a speed the reader does not have
 */
export function chooseFiDi(atr: Atr, duties: ReaderDuties, dataRates: readonly number[]): number {
  const wanted = atr.ta1 ?? DEFAULT_FI_DI;
  if (atr.specificMode !== undefined) return insistedFiDi(atr.specificMode, wanted, duties, dataRates);
  if (duties.hostBuildsPps || dataRate(wanted, duties) <= dataRate(DEFAULT_FI_DI, duties)) return DEFAULT_FI_DI;
  const lowest = wanted >= LOWERABLE.first && wanted <= LOWERABLE.last ? LOWERABLE.first : wanted;
  for (let candidate = wanted; candidate >= lowest; candidate--) {
    if (readerCan(candidate, duties, dataRates)) return candidate;
  }
  return DEFAULT_FI_DI;
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

function encodeParameters(atr: Atr, protocol: 0 | 1, fiDi: number): Bytes {
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
