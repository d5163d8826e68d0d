/** Blocks over the port: written, read, and the last answer remembered. ISO/IEC 14443-4 §7.1. */
import type { Outgoing } from '#bytes';
import { decodeBlock, encodeBlock, type Block } from './block.ts';
import type { Received } from './judge.ts';
import type { BlockExchange } from './transceiver.ts';

export class BlockLine {
  readonly #port: BlockExchange;
  readonly #cid: number;
  #last: Received | undefined;
  #before: Received | undefined;

  constructor(port: BlockExchange, cid: number) {
    this.#port = port;
    this.#cid = cid;
  }

  /** The block before the last one that could be read. */
  get before(): Received | undefined {
    return this.#before;
  }

  /** The card has sent at least one block that can be read. */
  get hasAnswered(): boolean {
    return this.#last !== undefined;
  }

  /** A fresh array: whoever sends a secret wipes it. */
  write(block: Block, secret: boolean): Outgoing {
    return { bytes: encodeBlock(block, this.#cid), secret };
  }

  /** Sends once. @throws ReaderError */
  async send(block: Outgoing, timeoutMs: number): Promise<Received> {
    const received = await this.#exchange(block, timeoutMs);
    if (received.kind === 'silence' || received.kind === 'damaged' || received.kind === 'invalid') return received;
    this.#before = this.#last;
    this.#last = received;
    return received;
  }

  async #exchange(block: Outgoing, timeoutMs: number): Promise<Received> {
    const answer = await this.#port.exchange(block, timeoutMs);
    if (answer.outcome === 'block') return decodeBlock(answer.bytes, this.#cid);
    return { kind: answer.outcome === 'timeout' ? 'silence' : 'damaged' };
  }
}
