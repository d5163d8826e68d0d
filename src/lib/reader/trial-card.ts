/**
 * A card that has yet to answer at the rate, or from the activation, it was given. Its first command decides: when that fails as a rate
 * fails, the card is activated anew and the command sent there. Nothing else was sent before, so no state of the card is lost, and a
 * command that carries a secret is never the one that decides. After the first response nothing is ever activated or sent again by itself.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { ActiveCard } from './contactless-slot.ts';
import { ReaderError, type ReaderErrorCode } from './reader-error.ts';

export interface Trial {
  readonly card: ActiveCard;
  /** The same card from the beginning, slower or for sure. @throws ReaderError when there is none any more */
  readonly again: () => Promise<ActiveCard>;
  /** The card does answer now that it was activated again. */
  readonly onFailed: () => void;
  /** It had answered, and later sent damage: too late to go back, early enough for the next card. */
  readonly onDamage: () => void;
  /** The first response is there. */
  readonly onProved?: () => void;
  /** Whether this fault can come of the rate. */
  readonly mayBeRate?: (error: ReaderError) => boolean;
}

/** Silence, and what came out of frames nobody understood. */
const signsOfRate: readonly ReaderErrorCode[] = ['CARD_MUTE', 'CARD_REMOVED', 'READER_MALFORMED_MESSAGE'];

export class TrialCard implements ActiveCard {
  readonly #trial: Trial;
  #card: ActiveCard;
  #state: 'untried' | 'proved' | 'replaced' = 'untried';

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#card = trial.card;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  get carriesExtended(): boolean {
    return this.#card.carriesExtended;
  }

  get bestReadLength(): number {
    return this.#card.bestReadLength;
  }

  async transmit(command: Outgoing): Promise<Bytes> {
    if (this.#state === 'untried' && command.secret) await this.#replace();
    if (this.#state !== 'untried') return this.#transmitProved(command);
    try {
      const response = await this.#card.transmit(command);
      this.#prove();
      return response;
    } catch (error) {
      await this.#replaceAfter(error);
      const response = await this.#card.transmit(command);
      this.#trial.onFailed();
      return response;
    }
  }

  /** Asked only: a card that is silent to this is not activated behind the back of whoever asks, for another may lie there by now. */
  isPresent(): Promise<boolean> {
    return this.#card.isPresent();
  }

  release(): Promise<void> {
    return this.#card.release();
  }

  #prove(): void {
    this.#state = 'proved';
    this.#trial.onProved?.();
  }

  async #transmitProved(command: Outgoing): Promise<Bytes> {
    try {
      return await this.#card.transmit(command);
    } catch (error) {
      if (this.#state === 'proved' && isDamage(error)) this.#trial.onDamage();
      throw error;
    }
  }

  /** @throws ReaderError `error` itself where activating again is no answer to it */
  async #replaceAfter(error: unknown): Promise<void> {
    const { mayBeRate = () => true } = this.#trial;
    if (!(error instanceof ReaderError) || !signsOfRate.includes(error.code) || !mayBeRate(error)) throw error;
    try {
      await this.#replace();
    } catch (reason) {
      // A card that is not there any more had been taken away, which is what the first fault says.
      throw reason instanceof ReaderError && reason.code === 'CARD_ABSENT' ? error : reason;
    }
  }

  async #replace(): Promise<void> {
    this.#state = 'replaced';
    this.#card = await this.#trial.again();
  }
}

/** Something came, and not as it was sent. Silence is a card that was taken away. */
function isDamage(error: unknown): boolean {
  return error instanceof ReaderError && (error.code === 'READER_MALFORMED_MESSAGE' || error.facts['last'] === 'damaged');
}
