/**
 * The end of a pipe. It comes once, with one fault, and ends every promise that waits under it.
 * Waiters are kept in a set and leave it when they are served: `Promise.race` against one long-lived promise would hold
 * a reaction for every transfer of a day at the counter.
 */
import type { UsbError } from './usb-error.ts';
import { ignore } from './waiting.ts';

export class PipeEnd {
  /** Resolves at the end. Never rejects. */
  readonly reached: Promise<void>;
  readonly #waiters = new Set<(fault: UsbError) => void>();
  #fault: UsbError | undefined;
  #resolveReached: () => void = ignore;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#resolveReached = resolve;
    });
  }

  /** Why it ended; `undefined` while it lives. */
  get fault(): UsbError | undefined {
    return this.#fault;
  }

  /** Ends it. Only the first fault counts; the return value is the one that does. */
  end(fault: UsbError): UsbError {
    if (this.#fault !== undefined) return this.#fault;
    this.#fault = fault;
    for (const waiter of this.#waiters) waiter(fault);
    this.#waiters.clear();
    this.#resolveReached();
    return fault;
  }

  /** Settles like `work`, or rejects at the end, whichever comes first. What `work` does later is nobody's concern. */
  orEnd<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#fault !== undefined) {
        work.catch(ignore);
        reject(this.#fault);
        return;
      }
      this.#waiters.add(reject);
      work
        .finally(() => {
          this.#waiters.delete(reject);
        })
        .then(resolve, reject);
    });
  }

  /** Resolves after `durationMs`, or at the end. Never rejects. */
  async atMost(durationMs: number): Promise<void> {
    if (this.#fault !== undefined) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, durationMs);
      this.#waiters.add(finish);
    });
  }
}
