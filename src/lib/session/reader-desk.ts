/**
 * The reader at the desk: opened, watched, let go. It tells reception of cards and of its own end, and knows nothing of what is read.
 */
import { openReader, type CardPresence, type OpenReaderOptions, type Reader, type Slot } from '#reader';
import type { PermittedDevice } from '#usb';

export interface DeskEvents {
  readonly presence: (slot: Slot, presence: CardPresence) => void;
  readonly lost: (error: unknown) => void;
  /** A question about presence that the reader did not answer. */
  readonly puzzled: (thrown: unknown) => void;
}

export class ReaderDesk {
  readonly #on: DeskEvents;
  readonly #options: OpenReaderOptions;
  /** Slots that hold a card, as far as the reader has told. */
  readonly #occupied = new Set<Slot>();
  #reader: Reader | undefined;
  #stopWatching: (() => void)[] = [];

  constructor(on: DeskEvents, options: OpenReaderOptions = {}) {
    this.#on = on;
    this.#options = options;
  }

  get reader(): Reader | undefined {
    return this.#reader;
  }

  /** By the reader's last word. */
  isOccupied(slot: Slot): boolean {
    return this.#occupied.has(slot);
  }

  /** @throws UsbError, ReaderError */
  async open(device: PermittedDevice): Promise<Reader> {
    const reader = await openReader(await device.open(), this.#options);
    this.#reader = reader;
    void reader.lost.then((error) => {
      if (this.#reader === reader) this.#on.lost(error);
    });
    return reader;
  }

  /** From now on cards are told, the one that is there already included. */
  watch({ slots }: Reader): void {
    for (const slot of slots) {
      this.#stopWatching.push(slot.watchPresence((presence) => this.#told(slot, presence)));
      void slot.presence().then((presence) => this.#told(slot, presence), this.#on.puzzled);
    }
  }

  /** Asks now; a reader that is just going away leaves its last word standing. */
  async isPresent(slot: Slot): Promise<boolean> {
    try {
      return (await slot.presence()) !== 'absent';
    } catch {
      return this.#occupied.has(slot);
    }
  }

  async leave(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    for (const stop of this.#stopWatching.splice(0)) stop();
    this.#occupied.clear();
    await reader?.close();
  }

  #told(slot: Slot, presence: CardPresence): void {
    if (presence === 'absent') this.#occupied.delete(slot);
    else this.#occupied.add(slot);
    this.#on.presence(slot, presence);
  }
}
