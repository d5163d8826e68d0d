/**
 * What a card lets the host do: frame size (FSC), waiting time (FWT), card identifier (CID). ISO/IEC 14443-3 §7.9 (ATQB),
 * §7.10 (ATTRIB); ISO/IEC 14443-4 §5.2 (FSCI) and §7.2 (FWT). Type B at 106 kbit/s.
 * What is unknown or reserved is taken as every card can bear it: FSC 16, FWI 14.
 */
import { type Bytes } from '#bytes';

/** Carrier [kHz]. */
const CARRIER_KHZ = 13_560;
/** FSCI 0 to 8; the largest is also the largest we use, since both Sony readers end at 290 bytes. */
const frameSizes = [16, 24, 32, 40, 48, 64, 96, 128, 256] as const;
export const MAXIMUM_FRAME_SIZE = 256;
const SMALLEST_FRAME_SIZE = 16;
const LONGEST_FWI = 14;
/** PCB and CRC_B. */
const FRAME_OVERHEAD = 3;
/** Readers and their timers are not exact. */
const TIMEOUT_MARGIN_MS = 50;
/** The shortest time worth setting: below it a busy host would take its own delay for the card's silence. */
export const SHORTEST_TIMEOUT_MS = 400;

/** Everything the block protocol must know about an active card. */
export interface IsoDepParameters {
  /** FSC: the longest frame the card takes [bytes], PCB and CRC included; 16 to 256. */
  readonly fsc: number;
  /** FWT: the card's time for one block [ms], without margin. */
  readonly fwtMs: number;
  /** CID given at activation, 0 to 14. With 0 no block carries it. */
  readonly cid: number;
}

/** A card of which nothing is known but that it is active. */
export function unknownParameters(cid: number): IsoDepParameters {
  return { fsc: SMALLEST_FRAME_SIZE, fwtMs: waitingTimeMs(LONGEST_FWI), cid };
}

/** FSC for FSCI [bytes]. Reserved values count as 256, larger frames than 256 are not used. */
export function frameSize(fsci: number): number {
  return frameSizes[fsci] ?? MAXIMUM_FRAME_SIZE;
}

/** FWT = 4096/fc × 2^FWI [ms]. The reserved FWI 15 counts as 14: a long time costs time only when the card is silent. */
export function waitingTimeMs(fwi: number): number {
  return (4096 / CARRIER_KHZ) * 2 ** Math.min(fwi, LONGEST_FWI);
}

/** FWT × WTXM, never more than FWT of FWI 14 [ms]. */
export function extendedWaitingTimeMs(fwtMs: number, multiplier: number): number {
  return Math.min(fwtMs * multiplier, waitingTimeMs(LONGEST_FWI));
}

/** Time-out given to the reader for a card that may take `waitMs` [ms, whole]. */
export function timeoutMs(waitMs: number): number {
  return Math.max(SHORTEST_TIMEOUT_MS, Math.ceil(waitMs + TIMEOUT_MARGIN_MS));
}

/** The longest INF the card takes [bytes]. */
export function informationLength({ fsc, cid }: IsoDepParameters): number {
  return Math.min(fsc, MAXIMUM_FRAME_SIZE) - FRAME_OVERHEAD - (cid === 0 ? 0 : 1);
}

/** Protocol info of a Type B card: ATQB bytes 9 to 11, and the same three in the ATR a reader builds. ISO/IEC 14443-3 §7.9. */
export interface ProtocolInfo {
  /** Bit-rate capability, see bit-rates.ts. */
  readonly bitRateCapability: number;
  readonly speaksIsoDep: boolean;
  readonly fsc: number;
  readonly fwtMs: number;
  readonly takesCid: boolean;
}

/** `undefined` when fewer than three bytes are there. */
export function protocolInfoOf(bytes: Bytes): ProtocolInfo | undefined {
  const [bitRateCapability, sizeAndType, waitingAndOptions] = bytes;
  if (bitRateCapability === undefined || sizeAndType === undefined || waitingAndOptions === undefined) return undefined;
  return {
    bitRateCapability,
    speaksIsoDep: (sizeAndType & 0x01) !== 0,
    fsc: frameSize(sizeAndType >> 4),
    fwtMs: waitingTimeMs(waitingAndOptions >> 4),
    takesCid: (waitingAndOptions & 0x01) !== 0,
  };
}
