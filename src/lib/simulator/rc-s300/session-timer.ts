/** A transparent session dies when the host says nothing for ten seconds (spec/open-points.md, 2). */

const SESSION_LIFE_MS = 10_000;

export class SessionTimer {
  readonly #onDeath: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onDeath: () => void) {
    this.#onDeath = onDeath;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.stop();
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onDeath();
    }, SESSION_LIFE_MS);
    // In Node a session left open must not keep the process.
    if (typeof timer === 'object') timer.unref();
    this.#timer = timer;
  }

  /** A message of the host has come. */
  prolong(): void {
    if (this.isRunning) this.start();
  }

  stop(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
