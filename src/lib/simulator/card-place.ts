/** Where a card lies: the contacts of a slot, or the field of an antenna. What stands over it hears when a card comes or goes. */
import type { VirtualCard } from './virtual-card.ts';

export class CardPlace {
  #card: VirtualCard | undefined;
  readonly #watchers: (() => void)[] = [];
  #timers: ReturnType<typeof setTimeout>[] = [];

  get card(): VirtualCard | undefined {
    return this.#card;
  }

  /** `watcher` is called after a card has come or gone. */
  watch(watcher: () => void): void {
    this.#watchers.push(watcher);
  }

  insert(card: VirtualCard): void {
    if (this.#card !== undefined) this.remove();
    this.#card = card;
    this.#tell();
  }

  /** The card loses its power with its place. */
  remove(): void {
    if (this.#card === undefined) return;
    this.#card.powerOff();
    this.#card = undefined;
    this.#tell();
  }

  /** Removed; the same card is back after that time, when given [ms]. */
  takeAway(backAfterMs: number | undefined): void {
    const card = this.#card;
    this.remove();
    if (card === undefined || backAfterMs === undefined) return;
    this.#timers.push(setTimeout(() => this.insert(card), backAfterMs));
  }

  /** No card comes back on its own any more. */
  cancelTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
