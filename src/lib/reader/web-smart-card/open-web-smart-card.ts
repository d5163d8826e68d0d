/** A reader of the operating system with its one slot: WICG web-smart-card. Presence is polled; extended APDUs go where PC/SC speaks T=1. */
import type { SmartCardPipe } from '#usb';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { ContactlessSlot } from '../contactless-slot.ts';
import { within } from '../patience.ts';
import type { ReaderError } from '../reader-error.ts';
import { readerName } from '../reader-name.ts';
import type { Reader, ReaderDescription, Slot } from '../slot.ts';
import { SystemReader } from './system-reader.ts';

/**
 * @throws ReaderError `READER_LOST`, `READER_TIMED_OUT` and what the first question about the card gave
 */
export async function openWebSmartCard(pipe: SmartCardPipe, timeouts: CcidTimeouts): Promise<Reader> {
  const finder = new SystemReader(pipe, timeouts);
  const slot = new ContactlessSlot(finder, timeouts);
  await slot.presence();
  return new WebSmartCardReader({ pipe, finder, slot, closeMs: timeouts.closeMs });
}

interface Parts {
  readonly pipe: SmartCardPipe;
  readonly finder: SystemReader;
  readonly slot: ContactlessSlot;
  readonly closeMs: number;
}

class WebSmartCardReader implements Reader {
  readonly description: ReaderDescription;
  readonly slots: readonly [Slot];
  readonly lost: Promise<ReaderError>;
  readonly #parts: Parts;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { pipe } = parts;
    const { vendorId, productId } = pipe.description;
    this.description = { name: readerName(pipe.description), vendorId, productId, deviceVersion: '', level: 'shortApdu', slotCount: 1 };
    this.slots = [parts.slot];
    this.#parts = parts;
    this.lost = new Promise((resolve) => {
      void parts.finder.lost.then((reason) => {
        parts.slot.end();
        // Closing is not losing: who closes the reader is told by `close`.
        if (this.#closing === undefined) resolve(reason);
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const { pipe, slot, closeMs } = this.#parts;
    slot.end();
    await within(slot.disconnect(), closeMs, () => new Error('PC/SC does not answer')).catch(() => undefined);
    await pipe.close();
  }
}
