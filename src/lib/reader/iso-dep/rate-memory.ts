/** What is remembered of a reader's bit rates from one card to the next, for as long as it is open: what failed once is not tried again. */
import { bitRates, fastestRates, type BitRate, type BitRateOffer, type BitRates } from './bit-rates.ts';

export interface ReaderRates {
  readonly highest: BitRate;
  /** The reader has no settings for one rate out and another back. */
  readonly sameBothWays: boolean;
}

export class RateMemory {
  readonly #reader: ReaderRates;
  #ceiling: BitRate;

  constructor(reader: ReaderRates = { highest: 848, sameBothWays: false }) {
    this.#reader = reader;
    this.#ceiling = reader.highest;
  }

  /** The fastest that the card offers, the reader can do, and that has not failed. */
  best(offer: BitRateOffer): BitRates {
    return fastestRates({ ...offer, sameBothWays: offer.sameBothWays || this.#reader.sameBothWays }, this.#ceiling);
  }

  /** The reader does not know what it is to do with another rate: 106 kbit/s for good. */
  distrust(): void {
    this.#ceiling = 106;
  }

  /** Refused, or not carried though both said they would: neither these nor faster ones any more. */
  failed({ toCard, fromCard }: BitRates): void {
    const slower = bitRates.findLast((rate) => rate < Math.max(toCard, fromCard)) ?? 106;
    if (slower < this.#ceiling) this.#ceiling = slower;
  }
}
