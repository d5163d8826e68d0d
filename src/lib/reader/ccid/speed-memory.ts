/**
 * Speeds of contact cards (Fi and Di in TA1's form) that this reader is not asked for again while it is open. What the reader itself refuses
 * it refuses the next time too. A card that does not answer may have dirty contacts, and the default speed is up to 32 times slower: it
 * takes two such cards in a row.
 */
const MAXIMUM_MISHAPS = 2;

export class SpeedMemory {
  readonly #mishaps = new Map<number, number>();

  avoids(fiDi: number): boolean {
    return (this.#mishaps.get(fiDi) ?? 0) >= MAXIMUM_MISHAPS;
  }

  /** The default speed was the remedy. `byReader`: it has said no. */
  failed(fiDi: number, byReader: boolean): void {
    this.#mishaps.set(fiDi, byReader ? MAXIMUM_MISHAPS : (this.#mishaps.get(fiDi) ?? 0) + 1);
  }

  worked(fiDi: number): void {
    this.#mishaps.delete(fiDi);
  }
}
