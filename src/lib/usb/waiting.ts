/** A promise with a time limit. The limit ends the waiting, never the work: a USB transfer of a page cannot be cancelled. */

/** The longest a timer can run; above it `setTimeout` fires at once. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** Settles like `work`, or rejects with `late()` after `limitMs` [ms]. */
export function within<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(late());
      },
      Math.min(limitMs, MAX_TIMER_MS),
    );
    work
      .finally(() => {
        clearTimeout(timer);
      })
      .then(resolve, reject);
  });
}

/** For promises whose end is waited for, not their value or fault. */
export function ignore(): void {
  // Nothing to do: the caller has its answer from elsewhere.
}
