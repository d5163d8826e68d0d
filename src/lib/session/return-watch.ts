/**
 * While a card is asked to be taken back, the reader is asked for it: a change of presence is told once, and the answer to that one
 * question may have been wrong. Not in other states: there the next command tells, or a person does.
 */
import type { IdleTimers } from './idle-watch.ts';

/** How often [ms]. */
export const RETURN_LOOK_MS = 3_000;

export class ReturnWatch {
  readonly #timers: IdleTimers;
  readonly #look: () => Promise<void>;
  #handle: unknown;
  #runs = false;

  /** `look` asks once, and does not reject. */
  constructor(timers: IdleTimers, look: () => Promise<void>) {
    this.#timers = timers;
    this.#look = look;
  }

  run(): void {
    if (this.#runs) return;
    this.#runs = true;
    this.#schedule();
  }

  stop(): void {
    this.#runs = false;
    this.#timers.clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #schedule(): void {
    this.#timers.clearTimeout(this.#handle);
    this.#handle = this.#timers.setTimeout(() => {
      void this.#look().then(() => {
        if (this.#runs) this.#schedule();
      });
    }, RETURN_LOOK_MS);
  }
}
