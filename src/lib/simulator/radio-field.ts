/** The antenna of a reader: field on, field off, one frame out and what comes back. The card in it is whatever lies in the place. */
import type { Bytes } from '#bytes';
import { silence, type BlockAnswer } from './block-faults.ts';
import type { AirRates } from './link-clock.ts';
import { VirtualPicc, type PiccSurroundings } from './virtual-picc.ts';

const FRAME_106: AirRates = { toCard: 0, fromCard: 0 };

export class RadioField {
  readonly #around: PiccSurroundings;
  #picc: VirtualPicc | undefined;
  #on = false;
  /** What the reader itself sends and listens with. */
  rates: AirRates = FRAME_106;

  constructor(around: PiccSurroundings) {
    this.#around = around;
    around.place.watch(() => this.#change());
  }

  get isOn(): boolean {
    return this.#on;
  }

  get picc(): VirtualPicc | undefined {
    return this.#picc;
  }

  /** ATQB of the card in the field. */
  get atqb(): Bytes | undefined {
    return this.#around.place.card?.image.atqb;
  }

  switchOn(): void {
    this.#on = true;
  }

  switchOff(): void {
    this.#on = false;
    this.rates = FRAME_106;
    this.#picc?.fieldOff();
  }

  /** `timeoutMs`: how long the reader waits for a card that says nothing. */
  async exchange(frame: Bytes, timeoutMs: number): Promise<BlockAnswer> {
    const { clock } = this.#around;
    if (!this.#on || this.#picc === undefined) {
      clock.waits(timeoutMs);
      return silence;
    }
    const answer = await this.#picc.receive(frame, this.rates);
    if (answer.outcome === 'silence') clock.waits(timeoutMs);
    return answer;
  }

  #change(): void {
    const { card } = this.#around.place;
    this.#picc?.fieldOff();
    this.#picc = card === undefined ? undefined : new VirtualPicc(card, this.#around);
  }
}
