/** The practice controls as runes: what lies on the reader, what to type, and the fault of the last file. */
import { RoomError, type PracticeControls, type PracticeHint } from '#session';

export class PracticeDesk {
  readonly #controls: PracticeControls;
  #placed = $state<string | undefined>(undefined);
  #hint = $state.raw<PracticeHint | undefined>(undefined);
  #faultCode = $state<string | undefined>(undefined);

  constructor(controls: PracticeControls) {
    this.#controls = controls;
    this.#look();
  }

  get cards(): PracticeControls['cards'] {
    return this.#controls.cards;
  }

  get placed(): string | undefined {
    return this.#placed;
  }

  get hint(): PracticeHint | undefined {
    return this.#hint;
  }

  get faultCode(): string | undefined {
    return this.#faultCode;
  }

  placeCard(name: string): Promise<void> {
    return this.#attempt(() => this.#controls.placeCard(name));
  }

  placeImage(file: Blob): Promise<void> {
    return this.#attempt(() => this.#controls.placeImage(file));
  }

  removeCard(): void {
    this.#controls.removeCard();
    this.#look();
  }

  unplug(): void {
    this.#controls.unplug();
    this.#look();
  }

  plugIn(): void {
    this.#controls.plugIn();
    this.#look();
  }

  async #attempt(place: () => Promise<void>): Promise<void> {
    this.#faultCode = undefined;
    try {
      await place();
    } catch (thrown) {
      const code: unknown = thrown instanceof RoomError ? thrown.code : undefined;
      this.#faultCode = typeof code === 'string' ? code : 'UNEXPECTED_FAULT';
    }
    this.#look();
  }

  #look(): void {
    this.#placed = this.#controls.placed;
    this.#hint = this.#controls.hint;
  }
}
