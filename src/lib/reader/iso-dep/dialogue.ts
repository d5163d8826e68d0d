/**
 * Commands and responses in blocks. ISO/IEC 14443-4 §7.2, §7.3 (waiting time and its extension), §7.5 (chaining, block numbers).
 * Not here: what a fault means for the next command (iso-dep.ts).
 */
import type { Bytes, Outgoing } from '#bytes';
import { TimeBudget } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import type { Block, BlockNumber } from './block.ts';
import type { BlockLine } from './block-line.ts';
import { judge, type Accepted, type Information, type Standing } from './judge.ts';
import { extendedWaitingTimeMs, informationLength, timeoutMs, type IsoDepParameters } from './parameters.ts';
import { ResponseParts } from './response-parts.ts';
import { Turn, violation } from './turn.ts';

/** More than any signature asks for: a card that says "wait" without waiting. */
const MAXIMUM_EXTENSIONS = 2_000;

/** What one command may still use up. */
interface Allowance {
  readonly time: TimeBudget;
  extensions: number;
}

export class Dialogue {
  readonly #line: BlockLine;
  readonly #parameters: IsoDepParameters;
  readonly #budgetMs: number;
  #number: BlockNumber = 0;

  constructor(line: BlockLine, parameters: IsoDepParameters, budgetMs: number) {
    this.#line = line;
    this.#parameters = parameters;
    this.#budgetMs = budgetMs;
  }

  /** The number of the next I-block. */
  get number(): BlockNumber {
    return this.#number;
  }

  /** @throws ReaderError */
  async transmit(command: Outgoing): Promise<Bytes> {
    const allowance: Allowance = { time: new TimeBudget(this.#budgetMs), extensions: 0 };
    try {
      return await this.#receive(await this.#send(command, allowance), allowance);
    } finally {
      allowance.time.end();
    }
  }

  /** Sends all parts; what comes back is the first part of the response. */
  async #send({ bytes, secret }: Outgoing, allowance: Allowance): Promise<Accepted> {
    const partLength = informationLength(this.#parameters);
    let offset = 0;
    for (; bytes.length - offset > partLength; offset += partLength) {
      const part = this.#information(bytes.subarray(offset, offset + partLength), true);
      await this.#converse(this.#turn(part, secret, 'acknowledgement'), allowance);
    }
    return this.#converse(this.#turn(this.#information(bytes.subarray(offset), false), secret, 'response'), allowance);
  }

  async #receive(first: Accepted, allowance: Allowance): Promise<Bytes> {
    const response = new ResponseParts();
    for (let part = first; part.kind === 'information';) {
      response.add(part);
      if (!part.more) break;
      part = await this.#converse(this.#turn({ kind: 'acknowledge', number: this.#number }, false, 'nextPart'), allowance);
    }
    return response.join();
  }

  /** Sends and answers whatever the card says until it has said what it must. */
  async #converse(turn: Turn, allowance: Allowance): Promise<Accepted> {
    const usualMs = timeoutMs(this.#parameters.fwtMs);
    let next = turn.begin();
    let waitMs = usualMs;
    try {
      for (;;) {
        if (allowance.time.isSpent) throw exceeded('No response in the time for one command', allowance);
        const received = await this.#line.send(next, waitMs);
        waitMs = usualMs;
        const decision = judge(received, turn);
        switch (decision.action) {
          case 'accept':
            this.#number = this.#number === 0 ? 1 : 0;
            return decision.block;
          case 'extend':
            next = extend(turn, decision.multiplier, allowance);
            waitMs = timeoutMs(extendedWaitingTimeMs(this.#parameters.fwtMs, decision.multiplier));
            break;
          case 'sendAgain':
            next = turn.sendAgain(received);
            break;
          case 'recover':
            next = turn.recover(received);
            break;
          case 'giveUp':
            throw violation(decision.reason, { received: received.kind, awaited: turn.awaits });
        }
      }
    } finally {
      turn.end();
    }
  }

  #information(information: Bytes, more: boolean): Information {
    return { kind: 'information', number: this.#number, more, information };
  }

  #turn(block: Block, secret: boolean, awaits: Standing['awaits']): Turn {
    return new Turn(this.#line, this.#line.write(block, secret), { awaits, number: this.#number });
  }
}

function extend(turn: Turn, multiplier: number, allowance: Allowance): Outgoing {
  if (allowance.extensions === MAXIMUM_EXTENSIONS) throw exceeded('Time extensions without end', allowance);
  allowance.extensions++;
  return turn.extend(multiplier);
}

function exceeded(message: string, { extensions }: Allowance): ReaderError {
  return new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message, facts: { extensions } });
}
