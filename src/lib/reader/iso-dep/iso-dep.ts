/**
 * ISO-DEP, the half-duplex block protocol between host and contactless card: ISO/IEC 14443-4 §7 (exchange) and §8 (deactivation),
 * with or without CID, never with NAD. Type A and Type B alike once the card is active.
 * Not here: activation (type-b.ts), RF, S(PARAMETERS).
 */
import type { Bytes, Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import { BlockLine } from './block-line.ts';
import type { Block } from './block.ts';
import { Dialogue } from './dialogue.ts';
import type { Received } from './judge.ts';
import { SHORTEST_TIMEOUT_MS, type IsoDepParameters } from './parameters.ts';
import type { BlockExchange } from './transceiver.ts';

/** Most that one command may take with all its time extensions [ms]. */
const COMMAND_BUDGET_MS = 60_000;
/** CLA to P2, extended Lc, 65,535 bytes, extended Le. */
const MAXIMUM_COMMAND_LENGTH = 65_544;
/** Times S(DESELECT) and the presence check are sent. */
const MAXIMUM_TRIES = 3;

/** A card that is active. One thing at a time: calls wait for each other. */
export interface IsoDep {
  /**
   * One command APDU, one response APDU (at least two bytes). The command reaches the card once or not at all, see turn.ts. After a
   * fault other than `COMMAND_TOO_LONG` the card counts as lost: RF off, activation, and every PIN state is gone.
   * @throws ReaderError `CARD_REMOVED` or `CARD_MUTE` (silent), `READER_MALFORMED_MESSAGE` (breaks the protocol), `READER_OUT_OF_STEP`
   * (during a secret: an answer that may be an old one), `READER_BUDGET_EXCEEDED`, `COMMAND_TOO_LONG`, `CARD_NOT_CONNECTED` (after a
   * fault or `deselect`), and whatever the port throws
   */
  transmit(command: Outgoing): Promise<Bytes>;
  /**
   * Asks the card without giving it anything to do, ISO/IEC 14443-4 §7.5, by R(NAK). False when it does not answer: it is lost, as after a fault.
   * @throws ReaderError what the port throws
   */
  isPresent(): Promise<boolean>;
  /** S(DESELECT), whether the card answers or not. RF off is the caller's. Ends this object. @throws ReaderError what the port throws */
  deselect(): Promise<void>;
}

/** Right after activation: the first block has number 0. `budgetMs` is for tests. */
export function openIsoDep(port: BlockExchange, parameters: IsoDepParameters, budgetMs = COMMAND_BUDGET_MS): IsoDep {
  return new ActiveCard(new BlockLine(port, parameters.cid), parameters, budgetMs);
}

class ActiveCard implements IsoDep {
  readonly #line: BlockLine;
  readonly #dialogue: Dialogue;
  /** `broken`: block numbers are no longer known. `gone`: nothing more is sent. */
  #state: 'usable' | 'broken' | 'gone' = 'usable';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(line: BlockLine, parameters: IsoDepParameters, budgetMs: number) {
    this.#line = line;
    this.#dialogue = new Dialogue(line, parameters, budgetMs);
  }

  transmit(command: Outgoing): Promise<Bytes> {
    return this.#inTurn(async () => {
      if (this.#state !== 'usable') throw new ReaderError({ code: 'CARD_NOT_CONNECTED', message: 'transmit to a card that is lost' });
      const { length } = command.bytes;
      if (length > MAXIMUM_COMMAND_LENGTH) throw new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'No APDU is so long', facts: { length } });
      try {
        return await this.#dialogue.transmit(command);
      } catch (error) {
        this.#state = stateAfter(error);
        throw error;
      }
    });
  }

  isPresent(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#state !== 'usable') return false;
      const { number } = this.#dialogue;
      this.#state = 'gone'; // also when the port throws
      const isPresent = await this.#answers({ kind: 'notAcknowledge', number }, (received) => received.kind === 'acknowledge' && received.number !== number);
      if (isPresent) this.#state = 'usable';
      return isPresent;
    });
  }

  deselect(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'gone') return;
      this.#state = 'gone';
      await this.#answers({ kind: 'deselect' }, (received) => received.kind === 'deselect');
    });
  }

  /** There is nothing to compute for the card in such a block, so it has the shortest time, whatever its FWT. */
  async #answers(block: Block, isAnswer: (received: Received) => boolean): Promise<boolean> {
    const outgoing = this.#line.write(block, false);
    for (let tries = 0; tries < MAXIMUM_TRIES; tries++) {
      if (isAnswer(await this.#line.send(outgoing, SHORTEST_TIMEOUT_MS))) return true;
    }
    return false;
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** A card that still talks is told to rest; one that is silent is not waited for again. */
function stateAfter(error: unknown): 'broken' | 'gone' {
  const stillTalks = error instanceof ReaderError && (error.code === 'READER_MALFORMED_MESSAGE' || error.code === 'READER_BUDGET_EXCEEDED');
  return stillTalks ? 'broken' : 'gone';
}
