/**
 * OUT transfers one after another, so that a message and the empty packet that ends it stay together.
 * A message whose waiter was told that it did not go out is never sent afterwards: it might carry a PIN.
 */
import type { Bytes } from '#bytes';
import type { PipeEnd } from './pipe-end.ts';
import { UsbError } from './usb-error.ts';
import { ignore, within } from './waiting.ts';

/** What libccid allows a write. The contract above has no time of its own, and a reader may refuse data for ever. */
const WRITE_LIMIT_MS = 5_000;

const EMPTY_PACKET: Bytes = new Uint8Array(0);

export class OutQueue {
  readonly #end: PipeEnd;
  readonly #transfer: (bytes: Bytes) => Promise<void>;
  #turn: Promise<void> = Promise.resolve();

  constructor(end: PipeEnd, transfer: (bytes: Bytes) => Promise<void>) {
    this.#end = end;
    this.#transfer = transfer;
  }

  /** @throws UsbError `TRANSFER_TIMED_OUT` after 5 s, waiting for the turn included, and what the transfer itself throws */
  send(bytes: Bytes, thenEmptyPacket: boolean): Promise<void> {
    const message = { isGivenUp: false };
    const mine = this.#turn.then(async () => {
      if (message.isGivenUp || this.#end.fault !== undefined) return;
      await this.#transfer(bytes);
      if (thenEmptyPacket) await this.#transfer(EMPTY_PACKET);
    });
    this.#turn = mine.then(ignore, ignore);
    return within(this.#end.orEnd(mine), WRITE_LIMIT_MS, () => {
      message.isGivenUp = true;
      return new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'OUT data not taken in time', facts: { timeoutMs: WRITE_LIMIT_MS } });
    });
  }
}
