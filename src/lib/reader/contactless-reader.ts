/** A reader with one contactless slot: what is told of it, and an orderly end. */
import type { UsbPipe } from '#usb';
import type { MessagePipe } from './ccid/message-pipe.ts';
import type { ContactlessSlot } from './contactless-slot.ts';
import { within } from './patience.ts';
import type { ReaderError } from './reader-error.ts';
import { readerName } from './reader-name.ts';
import type { Reader, ReaderDescription, Slot } from './slot.ts';

export interface ContactlessParts {
  readonly pipe: UsbPipe;
  /** Resolves when the device is gone. */
  readonly lost: MessagePipe['lost'];
  readonly slot: ContactlessSlot;
  /** What is known now; asked for each time. */
  readonly details: () => Pick<ReaderDescription, 'strategy' | 'firmware'>;
  /** Ends what the reader would otherwise keep. @throws ReaderError */
  readonly farewell: () => Promise<void>;
  readonly closeMs: number;
}

export class ContactlessReader implements Reader {
  readonly slots: readonly [Slot];
  readonly lost: Promise<ReaderError>;
  readonly #parts: ContactlessParts;
  #closing: Promise<void> | undefined;

  constructor(parts: ContactlessParts) {
    this.#parts = parts;
    this.slots = [parts.slot];
    this.lost = new Promise((resolve) => {
      void parts.lost.then((reason) => {
        parts.slot.end();
        // Closing is not losing: who closes the reader is told by `close`.
        if (this.#closing === undefined) resolve(reason);
      });
    });
  }

  /** The level is that of a reader of short APDUs, whatever goes over the air. */
  get description(): ReaderDescription {
    const { description } = this.#parts.pipe;
    const { vendorId, productId, deviceVersion } = description;
    return { name: readerName(description), vendorId, productId, deviceVersion, level: 'shortApdu', slotCount: 1, ...this.#parts.details() };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const { slot, farewell, closeMs, pipe } = this.#parts;
    slot.end();
    try {
      await within(slot.disconnect().then(farewell), closeMs, () => new Error('the reader does not answer'));
    } catch {
      // A reader that is busy or gone cannot be asked; closing the pipe ends what is pending.
    }
    await pipe.close();
  }
}
