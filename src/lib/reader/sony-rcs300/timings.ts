/** Times of the RC-S300's vendor interface [ms], as the vendor's library has them; a caller in a hurry (tests, practice) shortens the waits. */
import type { CcidTimeouts } from '../ccid/timeouts.ts';

export interface RcS300Timings {
  /** The reader itself answers within this time. Silence as long as this refuses a strategy. */
  readonly silenceMs: number;
  /** What the host waits longer than the timer it gave the reader for the card. */
  readonly marginMs: number;
  readonly busyPauseMs: number;
  readonly fieldOffMs: number;
  readonly fieldOnMs: number;
  readonly keepAliveMs: number;
  /** Most that one escape may take with all its time extensions. */
  readonly escapeBudgetMs: number;
}

export function rcS300Timings({ replyMs, busyPauseMs, commandBudgetMs }: CcidTimeouts): RcS300Timings {
  return {
    silenceMs: Math.min(1_500, replyMs),
    marginMs: 500,
    busyPauseMs: Math.min(50, busyPauseMs),
    fieldOffMs: 30,
    fieldOnMs: 25,
    keepAliveMs: 2_000,
    escapeBudgetMs: Math.min(60_000, commandBudgetMs),
  };
}
