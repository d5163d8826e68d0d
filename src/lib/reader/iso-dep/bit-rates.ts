/**
 * Bit rates a Type B card offers. ISO/IEC 14443-3 §7.9, byte 1 of the protocol info (ATQB byte 9).
 * 106 kbit/s is always there. Rates above 848 kbit/s are not known here.
 */

/** [kbit/s]; the index is the divisor code of ATTRIB and of Sony's speed object: 0 = 106 … 3 = 848. */
export const bitRates = [106, 212, 424, 848] as const;
export type BitRate = (typeof bitRates)[number];

/** One for each way [kbit/s]. */
export interface BitRates {
  readonly toCard: BitRate;
  readonly fromCard: BitRate;
}

/** What every card and every reader begins with. */
export const usualRates: BitRates = { toCard: 106, fromCard: 106 };

export function isRaised({ toCard, fromCard }: BitRates): boolean {
  return toCard > 106 || fromCard > 106;
}

/** Ascending, beginning with 106. */
export interface BitRateOffer {
  readonly toCard: readonly BitRate[];
  readonly fromCard: readonly BitRate[];
  /** The card wants one rate for both ways. */
  readonly sameBothWays: boolean;
}

const SAME_BOTH_WAYS = 0x80;
const RESERVED = 0x08;

/** Bits 0–2 to the card, bits 4–6 from it, 212 first. With the reserved bit 3 set the byte counts as 00, as the standard asks. */
export function bitRatesOffered(capability: number): BitRateOffer {
  const understood = (capability & RESERVED) === 0 ? capability : 0;
  return { toCard: ratesOf(understood), fromCard: ratesOf(understood >> 4), sameBothWays: (understood & SAME_BOTH_WAYS) !== 0 };
}

/** The fastest both ways at or below `ceiling`, what the reader can do. */
export function fastestRates(offer: BitRateOffer, ceiling: BitRate): BitRates {
  if (!offer.sameBothWays) return { toCard: fastest(offer.toCard, ceiling), fromCard: fastest(offer.fromCard, ceiling) };
  const rate = fastest(
    offer.toCard.filter((candidate) => offer.fromCard.includes(candidate)),
    ceiling,
  );
  return { toCard: rate, fromCard: rate };
}

function ratesOf(bits: number): BitRate[] {
  return bitRates.filter((_, index) => index === 0 || (bits & (1 << (index - 1))) !== 0);
}

function fastest(rates: readonly BitRate[], ceiling: BitRate): BitRate {
  return rates.findLast((rate) => rate <= ceiling) ?? 106;
}
