/**
 * Tells when a card comes and goes. CCID Rev 1.1 §6.3.1: notices are hints, coalesced and confirmed with GetSlotStatus; without an
 * interrupt endpoint the status is polled, but not while whatever else goes on says the same; with one, an empty slot is looked at now and then. Only what a person would call a change is told: powering a card on or off is none.
 */
import type { CardPresence } from '../slot.ts';
import type { SlotNotice } from './interrupt-messages.ts';
import type { CcidTimeouts } from './timeouts.ts';

/** What the reader said about the slot. `powerLost`: a card we had powered has no power, so another may be in its place. */
export interface PresenceReading {
  readonly presence: CardPresence;
  readonly powerLost: boolean;
}

type Listener = (presence: CardPresence) => void;

export class PresenceWatch {
  readonly #ask: () => Promise<unknown>;
  readonly #timeouts: CcidTimeouts;
  readonly #listeners = new Set<{ readonly tell: Listener }>();
  #polls: boolean;
  #known: CardPresence | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The timer runs without anything having been noticed. */
  #isRoutine = false;
  #isAsking = false;
  #askAgain = false;
  /** A notice since the last reading said that the slot was empty. */
  #hasLeft = false;
  #hasEnded = false;

  /** `ask` asks the reader and passes the answer to `observe`. */
  constructor(ask: () => Promise<unknown>, polls: boolean, timeouts: CcidTimeouts) {
    this.#ask = ask;
    this.#polls = polls;
    this.#timeouts = timeouts;
  }

  add(tell: Listener): () => void {
    const entry = { tell };
    this.#listeners.add(entry);
    // Who begins to watch mostly asks at once by itself; then this question need not be asked.
    this.#schedule(this.#timeouts.coalesceMs, 'routine');
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.#cancel();
    };
  }

  /** Every reading passes here, whoever asked. */
  observe({ presence, powerLost }: PresenceReading): void {
    const before = this.#known;
    this.#known = presence;
    const left = this.#hasLeft;
    this.#hasLeft = false;
    this.heard();
    this.#routine();
    if (before === undefined) return;
    const wasThere = before !== 'absent';
    const isThere = presence !== 'absent';
    // A card that kept its power was not away, whatever a notice said. Without power, between two questions, another may have come.
    const replaced = wasThere && isThere && (powerLost || (left && (presence === 'inactive' || before === 'inactive')));
    if (replaced) this.#tell('absent');
    if (wasThere !== isThere || replaced) this.#tell(presence);
  }

  /** The card has just answered, or the reader for it: no need to ask for a while. What was noticed is still asked about. */
  heard(): void {
    if (this.#timer === undefined || !this.#isRoutine) return;
    this.#cancel();
    this.#routine();
  }

  notice({ present, mayHaveChanged }: Omit<SlotNotice, 'slot'>): void {
    if (present === false) this.#hasLeft = true;
    const differs = present !== undefined && this.#known !== undefined && present !== (this.#known !== 'absent');
    if (mayHaveChanged || differs || this.#known === undefined) this.#schedule(this.#timeouts.coalesceMs, 'noticed');
  }

  /** The interrupt endpoint has failed. */
  pollFromNowOn(): void {
    this.#polls = true;
    this.#schedule(this.#timeouts.pollMs, 'routine');
  }

  end(): void {
    this.#hasEnded = true;
    this.#listeners.clear();
    this.#cancel();
  }

  #tell(presence: CardPresence): void {
    for (const { tell } of [...this.#listeners]) tell(presence);
  }

  /** One timer at a time: what is noticed while it runs is answered by the same question. */
  #schedule(ms: number, reason: 'routine' | 'noticed'): void {
    if (this.#hasEnded || this.#listeners.size === 0) return;
    if (this.#isAsking) {
      if (reason === 'noticed') this.#askAgain = true;
      return;
    }
    if (this.#timer !== undefined && (reason === 'routine' || !this.#isRoutine)) return;
    this.#cancel();
    this.#isRoutine = reason === 'routine';
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#askNow();
    }, ms);
  }

  async #askNow(): Promise<void> {
    this.#isAsking = true;
    let isAnswered = true;
    try {
      await this.#ask();
    } catch {
      // A reader that does not answer now is asked again, or its notice would be lost; one that is gone tells so by `Reader.lost`.
      isAnswered = false;
    }
    this.#isAsking = false;
    if (this.#wasNoticedMeanwhile()) this.#schedule(this.#timeouts.coalesceMs, 'noticed');
    else if (!isAnswered) this.#schedule(this.#timeouts.pollMs, 'noticed');
    else this.#routine();
  }

  #routine(): void {
    if (this.#polls) this.#schedule(this.#timeouts.pollMs, 'routine');
    else if (this.#known === 'absent') this.#schedule(this.#timeouts.lookAnywayMs, 'routine');
  }

  #wasNoticedMeanwhile(): boolean {
    const noticed = this.#askAgain;
    this.#askAgain = false;
    return noticed;
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
