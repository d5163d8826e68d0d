/**
 * Time that passes only when nothing else can happen: every timer of the page and of the simulator hangs on one virtual clock, which moves on to the
 * next timer once all promises have come to rest and no WebCrypto call is under way. A wait of ten seconds costs no time, and the same work always
 * takes the same course, whatever the machine does beside it.
 *
 * Work that waits for anything else of the real world (a file, a network, an import for the first time) has no place in it.
 */
import { install } from '@sinonjs/fake-timers';
import { HeldWebCrypto, type RememberedCalls } from './held-web-crypto.ts';

export interface VirtualTimeOptions {
  /** Where answers of pure WebCrypto calls are kept from one run to the next. Without it every call is made. */
  readonly remembered?: RememberedCalls;
}

/** Timers of one run. A host that never comes to an end would otherwise run for ever at no time at all. */
const MOST_TIMERS = 1_000_000;
const START = Date.UTC(2026, 11, 1);

export class VirtualTime {
  readonly #clock: ReturnType<typeof install>;
  readonly #crypto: HeldWebCrypto;
  readonly #platform = { random: Math.random };
  readonly #fakeTimeout: typeof setTimeout;
  readonly #turn: () => Promise<void>;

  private constructor({ remembered }: VirtualTimeOptions) {
    this.#turn = turnOfThePlatform();
    this.#clock = install({ now: START, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
    this.#crypto = new HeldWebCrypto(remembered);
    this.#crypto.install();
    const timeout = globalThis.setTimeout;
    this.#fakeTimeout = timeout;
    // At least one millisecond, as everywhere: a chain of timers of 0 must not hold time back.
    globalThis.setTimeout = Object.assign((callback: () => void, ms = 0, ...args: []) => timeout(callback, Math.max(1, ms), ...args), timeout);
  }

  /** From here until `uninstall` timers move only inside `run`. */
  static install(options: VirtualTimeOptions = {}): VirtualTime {
    return new VirtualTime(options);
  }

  uninstall(): void {
    globalThis.setTimeout = this.#fakeTimeout; // The clock takes back only what it put there.
    this.#clock.uninstall();
    this.#crypto.uninstall();
  }

  /** `work` from a fresh beginning of time to its end. Timers it leaves behind never fire. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#clock.reset();
    this.#crypto.hold();
    Math.random = sameNumbersAgain();
    try {
      return await this.#passThrough(work());
    } finally {
      this.#crypto.letGo();
      Math.random = this.#platform.random;
    }
  }

  async #passThrough<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false;
    const result = work.finally(() => {
      isOver = true;
    });
    result.catch(() => undefined); // thrown below
    for (let timers = 0; !(await this.#rested(() => isOver)); timers++) {
      if (this.#clock.countTimers() === 0) throw new Error('Nothing can happen any more, and the work is not done');
      if (timers >= MOST_TIMERS) throw new Error(`No end after ${String(MOST_TIMERS)} timers`);
      this.#clock.next();
    }
    return result;
  }

  /** Lets everything happen that can without time. True when the work is over. */
  async #rested(isOver: () => boolean): Promise<boolean> {
    do await this.#turn();
    while (!isOver() && (await this.#crypto.giveNext()));
    return isOver();
  }
}

/** A task of the event loop: when it runs, every promise that could go on has gone on. Real ones, whatever is installed later. */
function turnOfThePlatform(): () => Promise<void> {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate;
    return () => new Promise((resolve) => void immediate(resolve));
  }
  const { port1, port2 } = new MessageChannel();
  return () =>
    new Promise((resolve) => {
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    });
}

/** Chance, the same in every run (a linear congruential generator, Numerical Recipes §7.1). */
function sameNumbersAgain(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
