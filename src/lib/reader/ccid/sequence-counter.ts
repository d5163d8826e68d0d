/**
 * bSeq: one 8-bit counter a device, shared by all its slots and by everybody who speaks to it. CCID Rev 1.1 §6.1.
 * A reader may take a repeated value for a repeated command and not answer, so a second engine on a device goes on with the first one's.
 */
export class SequenceCounter {
  #next = 0;

  /** 0–255, then 0 again. */
  next(): number {
    const sequence = this.#next;
    this.#next = sequence === 0xff ? 0 : sequence + 1;
    return sequence;
  }
}
