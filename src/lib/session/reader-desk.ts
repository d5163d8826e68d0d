/**
 * The reader at the desk: opened, watched, let go. It tells reception of cards and of its own end, and knows nothing of what is read.
 */
import { openReader, type CardPresence, type OpenReaderOptions, type Reader, type Slot } from '#reader';
import type { PermittedDevice, ReaderPipe } from '#usb';

/** A question about presence that failed is asked again: after this time, then after twice as much, up to the longest [ms]. */
const FIRST_ASK_AGAIN_MS = 250;
const LONGEST_ASK_AGAIN_MS = 4_000;

export interface DeskEvents {
  readonly presence: (slot: Slot, presence: CardPresence) => void;
  /** Cards in several slots were there when the reader was opened: nobody can tell which one is meant. */
  readonly foundSeveral: () => void;
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
  #key: string | undefined;
  #opening: { readonly pipe: Promise<ReaderPipe>; readonly reader: Promise<Reader> } | undefined;
  #stopWatching: (() => void)[] = [];

  constructor(on: DeskEvents, options: OpenReaderOptions = {}) {
    this.#on = on;
    this.#options = options;
  }

  get reader(): Reader | undefined {
    return this.#reader;
  }

  /** `PermittedDevice.key` of the open reader. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Slots with a card, in their order. One slot needs no choice. */
  get occupiedOfSeveral(): readonly Slot[] {
    const slots = this.#reader?.slots ?? [];
    return slots.length > 1 ? slots.filter((slot) => this.#occupied.has(slot)) : [];
  }

  /** By the reader's last word. */
  isOccupied(slot: Slot): boolean {
    return this.#occupied.has(slot);
  }

  /** @throws UsbError, ReaderError; `PIPE_CLOSED` or `READER_LOST` when the desk was left meanwhile */
  async open(device: PermittedDevice): Promise<Reader> {
    const pipe = device.open();
    const opening = { pipe, reader: pipe.then((opened) => openReader(opened, this.#options)) };
    this.#opening = opening;
    const reader = await opening.reader.finally(() => (this.#opening = undefined));
    this.#reader = reader;
    this.#key = device.key;
    void reader.lost.then((error) => {
      if (this.#reader === reader) this.#on.lost(error);
    });
    return reader;
  }

  /** From now on cards are told, the one that is there already included. */
  async watch(reader: Reader): Promise<void> {
    const found = await Promise.all(reader.slots.map((slot) => this.#watchSlot(slot)));
    if (this.#reader !== reader) return;
    const there = found.filter((slot) => slot !== undefined);
    for (const slot of there) this.#occupied.add(slot);
    const [only, another] = there;
    if (another !== undefined) this.#on.foundSeveral();
    else if (only !== undefined) this.#on.presence(only, 'inactive');
  }

  /** Asks now; a reader that is just going away leaves its last word standing. */
  async isPresent(slot: Slot): Promise<boolean> {
    try {
      return (await slot.presence()) !== 'absent';
    } catch {
      return this.#occupied.has(slot);
    }
  }

  /** Asks about the cards that should be there; what has changed is told as ever, and a reader that does not answer is asked another time. */
  async lookAgain(): Promise<void> {
    await Promise.allSettled([...this.#occupied].map((slot) => slot.presence()));
  }

  /** When it is done the device is free: whoever comes next may open it. */
  async leave(): Promise<void> {
    if (this.#opening !== undefined) await giveUp(this.#opening);
    const reader = this.#reader;
    this.#reader = undefined;
    this.#key = undefined;
    for (const stop of this.#stopWatching.splice(0)) stop();
    this.#occupied.clear();
    await reader?.close();
  }

  /** The slot, when a card is in it. */
  async #watchSlot(slot: Slot): Promise<Slot | undefined> {
    const seen = { told: false };
    this.#stopWatching.push(
      slot.watchPresence((presence) => {
        seen.told = true;
        this.#told(slot, presence);
      }),
    );
    try {
      return (await slot.presence()) === 'absent' ? undefined : slot;
    } catch (thrown) {
      this.#on.puzzled(thrown);
      this.#askAgain(slot, seen, FIRST_ASK_AGAIN_MS);
      return undefined;
    }
  }

  /** Only changes are told by themselves: without an answer to the first question a card would lie there for ever unseen. */
  #askAgain(slot: Slot, seen: { readonly told: boolean }, afterMs: number): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const isOpenQuestion = (): boolean => this.#reader === reader && !seen.told;
    const timer = setTimeout(() => {
      if (!isOpenQuestion()) return;
      slot.presence().then(
        (presence) => {
          if (isOpenQuestion()) this.#told(slot, presence);
        },
        (thrown: unknown) => {
          if (!isOpenQuestion()) return;
          this.#on.puzzled(thrown);
          this.#askAgain(slot, seen, Math.min(afterMs * 2, LONGEST_ASK_AGAIN_MS));
        },
      );
    }, afterMs);
    this.#stopWatching.push(() => clearTimeout(timer));
  }

  #told(slot: Slot, presence: CardPresence): void {
    if (presence === 'absent') this.#occupied.delete(slot);
    else this.#occupied.add(slot);
    this.#on.presence(slot, presence);
  }
}

/** A pipe that is closed ends what the reader is being asked. */
async function giveUp({ pipe, reader }: { readonly pipe: Promise<ReaderPipe>; readonly reader: Promise<Reader> }): Promise<void> {
  await pipe.then(
    (opened) => opened.close(),
    () => undefined,
  );
  await reader.then(
    () => undefined,
    () => undefined,
  );
}
