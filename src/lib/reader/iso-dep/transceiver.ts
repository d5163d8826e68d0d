/**
 * The seam between the block protocol and a contactless reader: one block to the card, one block back.
 * ISO/IEC 14443-4 §7: half duplex, the reader always speaks first. CRC_B is added, checked and removed by whoever implements this.
 */
import type { Bytes, Outgoing } from '#bytes';

/** What came back in the time given. */
export type BlockOutcome =
  | { readonly outcome: 'block'; readonly bytes: Bytes }
  /** The reader has waited `timeoutMs` and heard nothing. */
  | { readonly outcome: 'timeout' }
  /** Something came, and the reader found it damaged: CRC, parity, collision, length. */
  | { readonly outcome: 'invalid' };

/** A contactless reader with an active card, as the block protocol sees it. */
export interface BlockExchange {
  /**
   * Puts one block on the air, exactly once, and waits for one answer. `timeoutMs` is the *card's* time; the host must wait longer
   * for the reader, and must never deliver the answer to an earlier block. The bytes of a secret block are wiped by the caller
   * soon after: an implementation keeps no reference to them and wipes its own copies.
   * @throws ReaderError when the reader itself fails; the card then counts as lost
   */
  exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome>;
}
