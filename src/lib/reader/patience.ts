/** Waiting with an end: the only timers of this room are here. */

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What `work` gives, or rejects with `onTime()` after `ms`. The work itself goes on: USB transfers cannot be called back. */
export function within<Value>(work: Promise<Value>, ms: number, onTime: () => Error): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(onTime());
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** A budget of time that can be asked, without a clock, whether it is used up. */
export class TimeBudget {
  readonly #timer: ReturnType<typeof setTimeout>;
  #isSpent = false;

  constructor(ms: number) {
    this.#timer = setTimeout(() => {
      this.#isSpent = true;
    }, ms);
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
