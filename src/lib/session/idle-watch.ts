/**
 * Wipes what nobody has a hand on: 60 s without activity, announced for the last 20 s so that it can be put off (WCAG 2.2.1).
 */
import type { IdleWarning } from './card-session.ts';

export const IDLE_LIMIT_MS = 60_000;
const WARNING_MS = 20_000;
const TICK_MS = 1000;

export interface IdleTimers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
  nowMs(): number;
}

export class IdleWatch {
  readonly #timers: IdleTimers;
  readonly #onChange: () => void;
  readonly #onIdle: () => void;
  #since: number | undefined;
  #handle: unknown;
  warning: IdleWarning = { secondsLeft: undefined };

  constructor(timers: IdleTimers, on: { readonly change: () => void; readonly idle: () => void }) {
    this.#timers = timers;
    this.#onChange = on.change;
    this.#onIdle = on.idle;
  }

  /** Starts, or goes on, counting. A state with nothing to wipe calls `stop`. */
  run(): void {
    if (this.#since === undefined) this.activity();
  }

  /** A hand was on it. One that comes too late finds everything wiped: timers of a hidden page sleep, and it may be another's hand. */
  activity(): void {
    if (this.#since !== undefined && this.#timers.nowMs() - this.#since >= IDLE_LIMIT_MS) {
      this.#tick();
      return;
    }
    this.#since = this.#timers.nowMs();
    this.#setWarning(undefined);
    this.#schedule();
  }

  stop(): void {
    this.#since = undefined;
    this.#timers.clearTimeout(this.#handle);
    this.#handle = undefined;
    this.#setWarning(undefined);
  }

  get running(): boolean {
    return this.#since !== undefined;
  }

  #schedule(): void {
    this.#timers.clearTimeout(this.#handle);
    this.#handle = this.#timers.setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    if (this.#since === undefined) return;
    const leftMs = IDLE_LIMIT_MS - (this.#timers.nowMs() - this.#since);
    if (leftMs <= 0) {
      this.stop();
      this.#onIdle();
      return;
    }
    this.#setWarning(leftMs <= WARNING_MS ? Math.ceil(leftMs / 1000) : undefined);
    this.#schedule();
  }

  #setWarning(secondsLeft: number | undefined): void {
    if (this.warning.secondsLeft === secondsLeft) return;
    this.warning = { secondsLeft };
    this.#onChange();
  }
}
