/** Cards that offer other rates than their image does, or claim rates they cannot keep (ISO/IEC 14443-3 §7.9, ATQB byte 9). */
import { concatBytes, equalBytes, type Bytes } from '#bytes';
import type { CardImage } from './card-image.ts';
import type { RateIndex } from './link-clock.ts';
import { atrOfTypeB } from './type-b-parameters.ts';

export interface CardRadio {
  /** Highest rate, either way, at which frames pass; 3 = 848 kbit/s by default. */
  readonly carriesUpTo?: RateIndex;
  /** Above it: the card hears and its answer comes damaged, or it hears nothing. `garbled` by default. */
  readonly above?: 'garbled' | 'silence';
  /** ATTRIB that asks for more than this gets no answer; 3 by default. */
  readonly attribUpTo?: RateIndex;
}

const RATES_BYTE = 9;
const SAME_BOTH_WAYS = 0x80;
/** Position of MBLI in the ATR a reader makes. */
const ATR_MBLI = 11;
/** 212, 424 and 848 kbit/s, from the lowest bit up, as far as each index goes. */
const oneWay = [0x00, 0x01, 0x03, 0x07] as const;

/** The same card, offering all rates up to `highest` both ways; whether it wants one rate for both stays its own choice. */
export function withBitRates(image: CardImage, highest: RateIndex): CardImage {
  const bits = oneWay[highest];
  const wish = (image.atqb[RATES_BYTE] ?? 0) & SAME_BOTH_WAYS;
  const rates = Uint8Array.of((highest === 0 ? 0 : wish) + bits * 0x10 + bits);
  const atqb = concatBytes(image.atqb.subarray(0, RATES_BYTE), rates, image.atqb.subarray(RATES_BYTE + 1));
  return { ...image, atqb, atr: atrFor(image, atqb) };
}

/** A reader repeats the offer in its ATR; an ATR that does not come from this ATQB is left as it is. */
function atrFor({ atr, atqb: before }: CardImage, atqb: Bytes): Bytes {
  const mbli = (atr[ATR_MBLI] ?? 0) >> 4;
  return equalBytes(atr, atrOfTypeB(before, mbli)) ? atrOfTypeB(atqb, mbli) : atr;
}
