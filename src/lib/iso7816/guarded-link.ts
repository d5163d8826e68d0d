/**
 * The one way from this room to the reader: every command passes the guard and the budget, is counted, and is wiped if it was
 * secret. Sends each command once; what an answer asks for (61xx, 6Cxx) is decided in transceive.ts.
 */
import type { Bytes } from '#bytes';
import type { Slot } from '#reader';
import { ApduError } from './apdu-error.ts';
import type { LinkFigures } from './card-connection.ts';
import { encodeCommand, type CommandApdu } from './command-apdu.ts';
import { decodeResponse, type ResponseApdu } from './response-apdu.ts';

/** What one card may use up between connect and the end. */
export interface LinkBudget {
  /** Command APDUs */
  readonly apdus: number;
  /** Command and response APDUs together [bytes] */
  readonly bytes: number;
}

/** A full read of licence and personal details takes about 60 APDUs and 8 KiB; three of them fit several times over. */
export const defaultBudget: LinkBudget = { apdus: 400, bytes: 0x4_0000 };

export class GuardedLink {
  readonly #slot: Slot;
  readonly #guard: (bytes: Bytes) => void;
  readonly #budget: LinkBudget;
  readonly #figures = { apdus: 0, verifyCommands: 0, bytesToCard: 0, bytesFromCard: 0 };

  constructor(slot: Slot, guard: (bytes: Bytes) => void, budget: LinkBudget) {
    this.#slot = slot;
    this.#guard = guard;
    this.#budget = budget;
  }

  get figures(): LinkFigures {
    return { ...this.#figures };
  }

  /**
   * @throws ApduError `APDU_INVALID`, `COMMAND_NOT_ALLOWED`, `CARD_BUDGET_EXCEEDED` before anything is sent; `RESPONSE_MALFORMED` after.
   * @throws ReaderError as `Slot.transmit`
   */
  async send(command: CommandApdu): Promise<ResponseApdu> {
    const outgoing = encodeCommand(command);
    try {
      this.#guard(outgoing.bytes);
      this.#spend(outgoing.bytes.length);
      if (outgoing.secret) this.#figures.verifyCommands += 1;
      const answer = await this.#slot.transmit(outgoing);
      this.#figures.bytesFromCard += answer.length;
      return decodeResponse(answer);
    } finally {
      if (outgoing.secret) outgoing.bytes.fill(0);
    }
  }

  /** Looks at the budget before a command only: the answer to a VERIFY must be heard even if it is the last. */
  #spend(commandLength: number): void {
    const { apdus, bytesToCard, bytesFromCard } = this.#figures;
    if (apdus >= this.#budget.apdus || bytesToCard + bytesFromCard + commandLength > this.#budget.bytes) {
      throw new ApduError({ code: 'CARD_BUDGET_EXCEEDED', message: 'The card used up its budget', facts: { apdus, bytesToCard, bytesFromCard } });
    }
    this.#figures.apdus += 1;
    this.#figures.bytesToCard += commandLength;
  }
}
