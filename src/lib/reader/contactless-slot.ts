/**
 * The slot of a contactless reader whose cards the host itself looks for. ISO/IEC 14443-3 §7 (a card is found by asking for it).
 * A card without activation has no state; after any fault of an exchange the activation is given up, and with it the PIN state. Nothing
 * is activated again by itself: that is `connect`, and a person's PIN comes after it.
 */
import type { Bytes, Outgoing } from '#bytes';
import { PresenceWatch } from './ccid/presence-watch.ts';
import type { CcidTimeouts } from './ccid/timeouts.ts';
import { shortCapacity, type CommandCapacity } from './command-capacity.ts';
import { ReaderError, type ReaderErrorCode } from './reader-error.ts';
import type { CardPresence, Slot } from './slot.ts';
import { Turns } from './turns.ts';

/** A card that is activated. */
export interface ActiveCard extends CommandCapacity {
  /** As a PC/SC reader would give it; empty when the reader keeps to itself what it is made of. */
  readonly atr: Bytes;
  /** One APDU each way, sent once or not at all. @throws ReaderError, and then the card counts as lost */
  transmit(command: Outgoing): Promise<Bytes>;
  /** Asks without giving the card anything to do. @throws ReaderError */
  isPresent(): Promise<boolean>;
  /** Lets the card rest. The field is the finder's. @throws ReaderError */
  release(): Promise<void>;
}

/** How a reader looks for cards. Called one at a time. */
export interface CardFinder {
  /** Only while no card is active. @throws ReaderError */
  detect(): Promise<'present' | 'absent'>;
  /** Field off and on, then a fresh activation. @throws ReaderError `CARD_ABSENT` and others */
  activate(): Promise<ActiveCard>;
  /** Field off. @throws ReaderError */
  rest(): Promise<void>;
}

/** CLA INS P1 P2, a zero byte and more: extended Lc or Le, ISO/IEC 7816-3 §12.1.3. */
const SHORTEST_EXTENDED = 6;
/** CLA INS P1 P2 Lc, 255 bytes, Le. */
const LONGEST_SHORT = 261;
/** After these the reader no longer answers, or is gone: it is not asked to switch the field off, the next activation does it. */
const unanswered: readonly ReaderErrorCode[] = ['READER_TIMED_OUT', 'READER_LOST'];

export class ContactlessSlot implements Slot {
  readonly index = 0;
  readonly #finder: CardFinder;
  readonly #watch: PresenceWatch;
  readonly #turns = new Turns();
  #card: ActiveCard | undefined;
  /** A card was activated and, as far as was told, still is. */
  #wasActive = false;

  constructor(finder: CardFinder, timeouts: CcidTimeouts) {
    this.#finder = finder;
    this.#watch = new PresenceWatch(() => this.presence(), true, timeouts);
  }

  get carriesExtended(): boolean {
    return this.#capacity.carriesExtended;
  }

  get bestReadLength(): number {
    return this.#capacity.bestReadLength;
  }

  /** Nothing is promised before a card is active: how a reader carries APDUs may be found out with the first. */
  get #capacity(): CommandCapacity {
    return this.#card ?? shortCapacity;
  }

  presence(): Promise<CardPresence> {
    return this.#turns.take(async () => {
      const presence = await this.#look();
      const powerLost = this.#wasActive && presence !== 'active';
      if (powerLost) this.#wasActive = false;
      this.#watch.observe({ presence, powerLost });
      return presence;
    });
  }

  watchPresence(listener: (presence: CardPresence) => void): () => void {
    return this.#watch.add(listener);
  }

  connect(): Promise<{ readonly atr: Bytes }> {
    return this.#turns.take(async () => {
      this.#card = undefined;
      this.#wasActive = false;
      try {
        this.#card = await this.#finder.activate();
      } catch (error) {
        await this.#quietly(() => this.#finder.rest());
        throw error;
      }
      this.#wasActive = true;
      this.#watch.observe({ presence: 'active', powerLost: false });
      return { atr: this.#card.atr.slice() };
    });
  }

  transmit(command: Outgoing): Promise<Bytes> {
    return this.#turns.take(async () => {
      const card = this.#card;
      if (card === undefined) throw new ReaderError({ code: 'CARD_NOT_CONNECTED', message: 'transmit before connect' });
      assertCarried(command.bytes, card);
      try {
        const response = await card.transmit(command);
        this.#watch.heard();
        return response;
      } catch (error) {
        await this.#giveUp(card, error);
        throw error;
      }
    });
  }

  async disconnect(): Promise<void> {
    await this.#quietly(() =>
      this.#turns.take(async () => {
        const card = this.#card;
        this.#card = undefined;
        this.#wasActive = false;
        await this.#letGo(card);
      }),
    );
  }

  /** Something happened that may have to do with the card: look soon. */
  lookSoon(): void {
    this.#watch.notice({ present: undefined, mayHaveChanged: true });
  }

  /** No listener hears anything from now on. */
  end(): void {
    this.#watch.end();
  }

  async #look(): Promise<CardPresence> {
    if (this.#card !== undefined) {
      if (await this.#isStillThere(this.#card)) return 'active';
      this.#card = undefined;
    }
    return (await this.#finder.detect()) === 'present' ? 'inactive' : 'absent';
  }

  async #isStillThere(card: ActiveCard): Promise<boolean> {
    try {
      if (await card.isPresent()) return true;
    } catch (error) {
      if (error instanceof ReaderError && error.code === 'READER_LOST') throw error;
    }
    return false;
  }

  /** `wasActive` stays: whoever looks next reports the card as taken and put back. */
  async #giveUp(card: ActiveCard, error: unknown): Promise<void> {
    this.#card = undefined;
    this.lookSoon();
    if (error instanceof ReaderError && unanswered.includes(error.code)) return;
    await this.#letGo(card);
  }

  /** No card keeps a PIN state that nobody needs. */
  async #letGo(card: ActiveCard | undefined): Promise<void> {
    if (card !== undefined) await this.#quietly(() => card.release());
    await this.#quietly(() => this.#finder.rest());
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      // A reader that fails here fails again at the next question, and says so there.
    }
  }
}

/** A long command that is not an extended one is no APDU at all. */
function assertCarried({ length, [4]: lengthByte }: Bytes, { carriesExtended }: CommandCapacity): void {
  const isExtended = length >= SHORTEST_EXTENDED && lengthByte === 0;
  if (isExtended ? carriesExtended : length <= LONGEST_SHORT) return;
  throw new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'Not an APDU that can pass here', facts: { length, maximumLength: LONGEST_SHORT } });
}
