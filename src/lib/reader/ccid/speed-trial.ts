/**
 * A card at a speed that nothing has been exchanged at yet: T=0, and T=1 where the reader announces IFSD. Its first command decides, as
 * the first block does where we send S(IFS): when it fails the card is reset, once, and the command sent at the default speed. Nothing was
 * sent before, so no state is lost; a command that carries a secret never decides, and after the first response nothing is reset by itself.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { BlockLink, CardExchange } from '../exchange-level.ts';

export interface SpeedTrialParts {
  readonly exchange: CardExchange;
  /** Reset, and the default speed. @throws ReaderError */
  readonly again: (link: BlockLink) => Promise<CardExchange>;
  /** Whether this fault can come of the speed. */
  readonly mayBeSpeed: (error: unknown) => boolean;
  readonly onWorked: () => void;
  /** The default speed was the remedy. */
  readonly onFailed: (error: unknown) => void;
}

export class SpeedTrial implements CardExchange {
  readonly #parts: SpeedTrialParts;
  #exchange: CardExchange;
  #isDecided = false;

  constructor(parts: SpeedTrialParts) {
    this.#parts = parts;
    this.#exchange = parts.exchange;
  }

  get carriesExtended(): boolean {
    return this.#exchange.carriesExtended;
  }

  get bestReadLength(): number {
    return this.#exchange.bestReadLength;
  }

  async transmit(link: BlockLink, command: Outgoing): Promise<Bytes> {
    if (this.#isDecided) return this.#exchange.transmit(link, command);
    if (command.secret) {
      await this.#goBack(link);
      return this.#exchange.transmit(link, command);
    }
    try {
      const response = await this.#exchange.transmit(link, command);
      this.#isDecided = true;
      this.#parts.onWorked();
      return response;
    } catch (error) {
      if (!this.#parts.mayBeSpeed(error)) throw error;
      await this.#goBack(link);
      const response = await this.#exchange.transmit(link, command);
      this.#parts.onFailed(error);
      return response;
    }
  }

  async #goBack(link: BlockLink): Promise<void> {
    this.#isDecided = true;
    this.#exchange = await this.#parts.again(link);
  }
}
