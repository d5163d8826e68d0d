/**
 * ATQB, ATTRIB and the ATR made of them (ISO/IEC 14443-3 §7.9, §7.10; PC/SC part 3 §3.1.3.2.3): what two sides agree on before the first block.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { AirRates, RateIndex } from './link-clock.ts';

const frameLengths = [16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096] as const;
/** 4096/fc [ms] */
const WAITING_TIME_UNIT_MS = 4096 / 13_560;

export interface TypeBParameters {
  readonly pupi: Bytes;
  /** Largest frame the card takes, CRC_B counted [bytes]. */
  readonly frameLength: number;
  readonly waitingTimeMs: number;
  readonly supportsCid: boolean;
  readonly supportsBlocks: boolean;
  readonly offersRates: (toCard: RateIndex, fromCard: RateIndex) => boolean;
  /** What a reader that goes up to `highest` settles on. */
  readonly fastestRates: (highest: RateIndex) => AirRates;
}

export interface Attrib {
  readonly pupi: Bytes;
  /** FSD [bytes] */
  readonly frameLength: number;
  readonly toCard: RateIndex;
  readonly fromCard: RateIndex;
  /** ISO/IEC 14443-4 follows. */
  readonly blocks: boolean;
  readonly cid: number;
}

const rateIndices = [0, 1, 2, 3] as const;
const pairs: readonly AirRates[] = rateIndices.flatMap((toCard) => rateIndices.map((fromCard) => ({ toCard, fromCard })));

export function readAtqb(atqb: Bytes): TypeBParameters {
  const view = new DataView(atqb.buffer, atqb.byteOffset);
  const rates = view.getUint8(9);
  const protocol = view.getUint8(10);
  const options = view.getUint8(11);
  const offersRates = (toCard: RateIndex, fromCard: RateIndex): boolean => {
    if ((rates & 0x80) !== 0 && toCard !== fromCard) return false;
    return offers(rates & 0x07, toCard) && offers((rates >> 4) & 0x07, fromCard);
  };
  return {
    pupi: atqb.slice(1, 5),
    frameLength: frameLengths[protocol >> 4] ?? 256,
    waitingTimeMs: WAITING_TIME_UNIT_MS * 2 ** (options >> 4),
    supportsCid: (options & 0x01) !== 0,
    supportsBlocks: (protocol & 0x01) !== 0,
    offersRates,
    fastestRates: (highest) => {
      const able = pairs.filter(({ toCard, fromCard }) => Math.max(toCard, fromCard) <= highest && offersRates(toCard, fromCard));
      return able.reduce((best, pair) => (pair.toCard + pair.fromCard > best.toCard + best.fromCard ? pair : best));
    },
  };
}

function offers(bits: number, rate: RateIndex): boolean {
  return rate === 0 || (bits & (1 << (rate - 1))) !== 0;
}

/** ATTRIB, or `undefined`: too short, or a value that is reserved. */
export function decodeAttrib(frame: Bytes): Attrib | undefined {
  const [, p2, p3, p4] = frame.subarray(5, 9);
  if (p2 === undefined || p3 === undefined || p4 === undefined) return undefined;
  const frameLength = frameLengths[p2 & 0x0f];
  const cid = p4 & 0x0f;
  if (frameLength === undefined || cid === 15) return undefined;
  return { pupi: frame.slice(1, 5), frameLength, toCard: rateIndexOf(p2 >> 4), fromCard: rateIndexOf(p2 >> 6), blocks: (p3 & 0x01) !== 0, cid };
}

/** Two bits of ATTRIB or of the speed object. */
export function rateIndexOf(bits: number): RateIndex {
  return (bits & 0x03) as RateIndex; // two bits have exactly the four values of the type
}

/** `3B 88 80 01`, application data, protocol info, MBLI << 4, TCK. */
export function atrOfTypeB(atqb: Bytes, mbli: number): Bytes {
  const body = concatBytes(Uint8Array.of(0x88, 0x80, 0x01), atqb.slice(5, 12), Uint8Array.of(mbli << 4));
  return concatBytes(Uint8Array.of(0x3b), body, Uint8Array.of(body.reduce((check, byte) => check ^ byte, 0)));
}
