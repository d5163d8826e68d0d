/**
 * How many bytes one READ BINARY asks for, from the most to the least that is known to work somewhere: an extended Le the card has shown to
 * answer, what fills one frame of the reader, and the two lengths public readers of these applications use. Each `6700` takes one away for good.
 */

/** The largest single read reported from a real card of the licence application [bytes]. */
const PROVEN_LENGTH = 0xc8;
/** The Le one public reader works with [bytes]. */
const SMALLEST_LENGTH = 0x54;
/** Ne of the largest short Le [bytes]. */
export const LONGEST_SHORT_READ = 0x100;

export class ReadLengths {
  readonly #candidates: number[];
  #extended = false;

  private constructor(candidates: number[]) {
    this.#candidates = candidates;
  }

  /** @param best - What fills one frame of the reader [bytes]. */
  static forReader(best: number): ReadLengths {
    return new ReadLengths([Math.min(best, LONGEST_SHORT_READ), ...[PROVEN_LENGTH, SMALLEST_LENGTH].filter((length) => length < best)]);
  }

  /** For one file read in chunks of a given length. */
  static starting(chunkLength: number): ReadLengths {
    return new ReadLengths([chunkLength, ...(chunkLength > SMALLEST_LENGTH ? [SMALLEST_LENGTH] : [])]);
  }

  /** The card has answered an extended Le. */
  allowExtended(): void {
    this.#extended = true;
  }

  get extended(): boolean {
    return this.#extended;
  }

  /**
   * Ne of the next READ BINARY [bytes].
   *
   * @param missing - Left of the file, where that is known [bytes].
   * @param limit - More than this can never be wanted [bytes].
   */
  next(missing: number | undefined, limit: number): number {
    return Math.min(this.#extended ? limit : this.#shortLength, missing ?? Number.POSITIVE_INFINITY);
  }

  /** After `6700`. `false` = nothing shorter is left to try. */
  shorten(refused: number): boolean {
    if (this.#extended && refused > LONGEST_SHORT_READ) {
      this.#extended = false;
      return true;
    }
    while (this.#candidates.length > 1 && this.#shortLength >= refused) this.#candidates.shift();
    return this.#shortLength < refused;
  }

  get #shortLength(): number {
    return this.#candidates[0] ?? SMALLEST_LENGTH;
  }
}
