/** The platform's timers and its monotonic clock, which nobody can set back. */
import type { IdleTimers } from './idle-watch.ts';

export const platformTimers: IdleTimers = {
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  // The handle is whatever setTimeout of this platform gave.
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
  nowMs: () => performance.now(),
};
