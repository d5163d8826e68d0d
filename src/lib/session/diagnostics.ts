/** A ring of 200 masked lines: event, lengths, status words, milliseconds. Never card data, never digits a person typed. */
const CAPACITY = 200;

export class Diagnostics {
  readonly #lines: string[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** `facts` hold lengths, codes and status words only: whoever calls this passes nothing that came from a file of the card. */
  note(event: string, facts: Readonly<Record<string, string | number>> = {}): void {
    const details = Object.entries(facts).map(([key, value]) => `${key}=${String(value)}`);
    this.#lines.push([`${String(Math.round(this.#nowMs()))}ms`, event, ...details].join(' '));
    if (this.#lines.length > CAPACITY) this.#lines.shift();
  }

  lines(): readonly string[] {
    return [...this.#lines];
  }
}
