/**
 * Commands and their replies on one CCID interface: one queue and one sequence counter a device, shared by all slots.
 * CCID Rev 1.1 §4.2, §6.1, §6.2. A reply counts only when slot, sequence, type and length are right; at most ten others are
 * dropped. Time extensions are honoured for every message, within a budget. Nothing is ever sent twice here.
 */
import { type Outgoing } from '#bytes';
import { TimeBudget } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { Command, type CommandBody } from './commands.ts';
import type { MessagePipe, RawReply, ReadOutcome } from './message-pipe.ts';
import { Recovery } from './recovery.ts';
import { HEADER_LENGTH, Reply, type ReplyHeader, type ReplyName, type ReplyOf } from './replies.ts';
import { SequenceCounter } from './sequence-counter.ts';
import type { CcidTimeouts } from './timeouts.ts';

/** Foreign messages dropped before the channel counts as out of step. */
const MAXIMUM_DROPS = 10;
/** More extensions than any card asks for: a reader that says "wait" without waiting. */
const MAXIMUM_TIME_EXTENSIONS = 2_000;

const replyType: Readonly<Record<ReplyName, number>> = { dataBlock: 0x80, slotStatus: 0x81, parameters: 0x82, escape: 0x83, dataRateAndClockFrequency: 0x84 };

/** One command to send, and the message that answers it. */
export interface ChannelCommand<Name extends ReplyName> {
  readonly body: CommandBody;
  /** True when the data must not be recorded. */
  readonly secret: boolean;
  readonly answer: Name;
  readonly timeoutMs: number;
}

/** Sends one command and waits for its reply; valid only inside `MessageChannel.exclusively`. */
export interface Exchange {
  /** The reply may still say "failed": that is for the caller to judge. */
  <Name extends ReplyName>(command: ChannelCommand<Name>): Promise<AnyReply<Name>>;
}

/** The reply asked for, or a SlotStatus that says the command failed: readers refuse unknown commands with one. */
export type AnyReply<Name extends ReplyName> =
  { readonly TAG: Name; readonly data: ReplyOf<Name> } | { readonly TAG: 'slotStatus'; readonly data: ReplyOf<'slotStatus'> };

/** A command on its way. */
interface Pending {
  readonly slot: number;
  readonly sequence: number;
  readonly answer: ReplyName;
}

/** What the replies of one command may still cost. */
interface Allowance {
  drops: number;
  extensions: number;
  waitMs: number;
  answeredWithWrongType: boolean;
  readonly baseMs: number;
  readonly budget: TimeBudget;
}

export class MessageChannel {
  readonly #pipe: MessagePipe;
  readonly #timeouts: CcidTimeouts;
  readonly #slotCount: number;
  readonly #recovery: Recovery;
  readonly #sequences: SequenceCounter;
  #queue: Promise<unknown> = Promise.resolve();
  /** A command whose fate is unknown; settled before the next one is sent. */
  #unsettled: Pending | undefined;

  /** `sequences`: the device's, when somebody else has spoken to it before. */
  constructor(pipe: MessagePipe, slotCount: number, timeouts: CcidTimeouts, sequences = new SequenceCounter()) {
    this.#sequences = sequences;
    this.#pipe = pipe;
    this.#slotCount = slotCount;
    this.#timeouts = timeouts;
    this.#recovery = new Recovery(pipe, timeouts, () => sequences.next());
  }

  /** Runs `work` when everything asked for earlier is done. What one APDU needs is one piece of work. */
  exclusively<Value>(work: (exchange: Exchange) => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(() => {
      this.#pipe.assertPresent();
      return work((command) => this.#exchange(command));
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #exchange<Name extends ReplyName>(command: ChannelCommand<Name>): Promise<AnyReply<Name>> {
    await this.#settle();
    const pending = { slot: command.body.data.slot, sequence: this.#sequences.next(), answer: command.answer };
    try {
      await this.#send(command, pending.sequence);
      // The type was compared with `answer`, or the reply is a failed SlotStatus: that is AnyReply<Name>, which the compiler cannot follow.
      return (await this.#answerTo(pending, command.timeoutMs)) as AnyReply<Name>;
    } catch (error) {
      await this.#afterFault(error, pending, command.body.TAG);
      throw error;
    }
  }

  async #send({ body, secret }: ChannelCommand<ReplyName>, sequence: number): Promise<void> {
    const message: Outgoing = { bytes: encode(body, sequence), secret };
    try {
      await this.#pipe.write(message);
    } finally {
      if (secret) message.bytes.fill(0);
    }
  }

  async #answerTo(pending: Pending, timeoutMs: number): Promise<Reply> {
    const budget = new TimeBudget(this.#timeouts.commandBudgetMs);
    const allowance: Allowance = { drops: 0, extensions: 0, waitMs: timeoutMs, answeredWithWrongType: false, baseMs: timeoutMs, budget };
    try {
      for (;;) {
        const reply = this.#judge(await this.#read(allowance), pending, allowance);
        if (reply !== undefined) return reply;
        if (budget.isSpent) throw exceeded('time for one command', allowance);
      }
    } finally {
      budget.end();
    }
  }

  async #read(allowance: Allowance): Promise<ReadOutcome> {
    try {
      return await this.#pipe.read(allowance.waitMs);
    } catch (cause) {
      if (!allowance.answeredWithWrongType || !isCode(cause, 'READER_TIMED_OUT')) throw cause;
      throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'The reply has the wrong type', cause });
    }
  }

  /** The reply, or `undefined` when reading has to go on. */
  #judge(outcome: ReadOutcome, pending: Pending, allowance: Allowance): Reply | undefined {
    if ('runtLength' in outcome || !this.#isOurs(outcome.header, pending)) {
      drop(allowance);
      return undefined;
    }
    if (outcome.header.status >> 6 === 2) {
      this.#extend(outcome.header.error, allowance);
      return undefined;
    }
    if (isAnswer(outcome.header, pending)) return decode(outcome);
    drop(allowance);
    // The command has been answered, if wrongly: waiting as long as for a slow card is pointless.
    allowance.answeredWithWrongType = true;
    allowance.waitMs = Math.min(allowance.waitMs, this.#timeouts.replyMs);
    return undefined;
  }

  #isOurs({ slot, sequence }: ReplyHeader, pending: Pending): boolean {
    return slot < this.#slotCount && slot === pending.slot && sequence === pending.sequence;
  }

  /** bError is a multiple of the waiting time; 0 counts as 1. */
  #extend(multiplier: number, allowance: Allowance): void {
    allowance.extensions++;
    if (allowance.extensions > MAXIMUM_TIME_EXTENSIONS) throw exceeded('time extensions', allowance);
    allowance.waitMs = Math.min(allowance.baseMs * Math.max(1, multiplier), Math.max(allowance.baseMs, this.#timeouts.longestReplyMs));
  }

  async #settle(): Promise<void> {
    const pending = this.#unsettled;
    this.#unsettled = undefined;
    if (pending !== undefined) await this.#recovery.settle(pending.slot, pending.sequence);
  }

  /** Out of step: abort at once. Silence: the reader may still be busy, so only before the next command, and never for a mere question. */
  async #afterFault(error: unknown, pending: Pending, name: CommandBody['TAG']): Promise<void> {
    if (isCode(error, 'READER_LOST')) return;
    if (name === 'getSlotStatus' && isCode(error, 'READER_TIMED_OUT')) return;
    this.#unsettled = pending;
    if (isCode(error, 'READER_OUT_OF_STEP')) await this.#settle();
  }
}

function encode(body: CommandBody, sequence: number): Outgoing['bytes'] {
  // The codec checks what the compiler cannot: that `data` belongs to `TAG`.
  const command = { TAG: body.TAG, data: { ...body.data, sequence } } as Command;
  return Command.encode(command).slice();
}

function decode({ bytes, header }: RawReply): Reply {
  try {
    return Reply.decode(bytes);
  } catch (cause) {
    const facts = { type: header.messageType, status: header.status, length: bytes.length - HEADER_LENGTH };
    throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'A reply that CCID does not define', cause, facts });
  }
}

function isAnswer({ messageType, status, dataLength }: ReplyHeader, { answer }: Pending): boolean {
  if (messageType === replyType[answer]) return true;
  return messageType === replyType.slotStatus && status >> 6 === 1 && dataLength === 0;
}

function drop(allowance: Allowance): void {
  if (allowance.drops === MAXIMUM_DROPS) {
    throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'More than ten foreign messages', facts: { drops: allowance.drops } });
  }
  allowance.drops++;
}

function exceeded(what: string, { extensions }: Allowance): ReaderError {
  return new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: what, facts: { extensions } });
}

function isCode(error: unknown, code: ReaderError['code']): boolean {
  return error instanceof ReaderError && error.code === code;
}
