/**
 * Sony's escapes: CCID Escape messages (`6B` out, `83` back) on the vendor interface of the RC-S300. CCID Rev 1.1 §6.1.8, §6.2.4.
 * One message under way; an answer to another one is dropped, twice at most; "slot busy" is waited out, but never for a message that
 * carries a secret. After an answer that could not be read, what is left over is read to its end before anything is sent. For strategy T4
 * one IccPowerOn may be asked over the same queue.
 * Not here: what a payload means (answer.ts).
 */
import type { Bytes, Outgoing } from '#bytes';
import { Command, type CommandBody } from '../ccid/commands.ts';
import type { MessagePipe, RawReply, ReadOutcome } from '../ccid/message-pipe.ts';
import { HEADER_LENGTH, type ReplyHeader } from '../ccid/replies.ts';
import { bError } from '../ccid/reported-error.ts';
import { SequenceCounter } from '../ccid/sequence-counter.ts';
import { drain } from '../drain.ts';
import { pause, TimeBudget } from '../patience.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import { Turns } from '../turns.ts';
import type { RcS300Timings } from './timings.ts';

const replyType = { dataBlock: 0x80, slotStatus: 0x81, escape: 0x83 } as const;
const MAXIMUM_DROPS = 2;
const MAXIMUM_EXTENSIONS = 2_000;
/** After these nothing is left over, or nothing that comes by itself: one late answer is passed over by its number. */
const nothingLeft: readonly ReaderErrorCode[] = ['READER_TIMED_OUT', 'READER_LOST', 'READER_BUDGET_EXCEEDED'];

export interface EscapeOptions {
  /** Default: as long as the reader may be silent [ms]. */
  readonly timeoutMs?: number;
  /** Times a busy reader is asked again; 1 unless told. */
  readonly busyRetries?: number;
}

/** bStatus "failed": which slot state and which bError. */
export interface Failure {
  readonly failed: true;
  readonly error: number;
  /** bmICCStatus: 0 active, 1 inactive, 2 absent. */
  readonly iccStatus: number;
}

type Outcome = { readonly failed: false; readonly payload: Bytes } | Failure;

interface Sending {
  readonly body: CommandBody;
  readonly secret: boolean;
  readonly answer: number;
  readonly timeoutMs: number;
}

export class EscapeChannel {
  readonly timings: RcS300Timings;
  readonly #messages: MessagePipe;
  readonly #turns = new Turns();
  /** An answer could not be read, and its rest may be waiting. */
  #isBehind = false;
  /** The device's: a CCID engine on the same interface goes on with it (T4). */
  readonly sequences = new SequenceCounter();

  constructor(messages: MessagePipe, timings: RcS300Timings) {
    this.#messages = messages;
    this.timings = timings;
  }

  /**
   * Payload out, payload back (a copy). The payload of a secret is not kept; the caller wipes its own.
   * @throws ReaderError `SLOT_BUSY`, `READER_REPORTED_ERROR` (facts.error), `READER_TIMED_OUT`, `READER_OUT_OF_STEP`,
   * `READER_MALFORMED_MESSAGE`, `READER_BUDGET_EXCEEDED`, `READER_LOST`
   */
  escape(payload: Outgoing, options: EscapeOptions = {}): Promise<Bytes> {
    const { timeoutMs = this.timings.silenceMs, busyRetries = 1 } = options;
    return this.#turns.take(async () => {
      const body: CommandBody = { TAG: 'escape', data: { slot: 0, dataLength: payload.bytes.length, data: payload.bytes } };
      const sending: Sending = { body, secret: payload.secret, answer: replyType.escape, timeoutMs };
      for (let retries = payload.secret ? 0 : busyRetries; ; retries--) {
        const outcome = await this.#send(sending);
        if (!outcome.failed) return outcome.payload;
        if (outcome.error !== bError.slotBusy) throw reported(outcome);
        if (retries <= 0) throw new ReaderError({ code: 'SLOT_BUSY', message: 'The reader is busy', facts: { error: outcome.error } });
        await pause(this.timings.busyPauseMs);
      }
    });
  }

  /** IccPowerOn at 5 V, as it stands in the recipe of T4: done, or how it failed. @throws ReaderError as `escape` */
  powerOn(): Promise<'done' | Failure> {
    return this.#turns.take(async () => {
      const body: CommandBody = { TAG: 'iccPowerOn', data: { slot: 0, powerSelect: 1 } };
      const outcome = await this.#send({ body, secret: false, answer: replyType.dataBlock, timeoutMs: this.timings.silenceMs });
      return outcome.failed ? outcome : 'done';
    });
  }

  async #send({ body, secret, answer, timeoutMs }: Sending): Promise<Outcome> {
    if (this.#isBehind) await this.#catchUp();
    const sequence = this.sequences.next();
    // The codec checks what the compiler cannot: that `data` belongs to `TAG`.
    const bytes = Command.encode({ TAG: body.TAG, data: { ...body.data, sequence } } as Command).slice();
    try {
      await this.#messages.write({ bytes, secret });
    } finally {
      if (secret) bytes.fill(0);
    }
    try {
      return await this.#answerTo(sequence, answer, timeoutMs);
    } catch (error) {
      this.#isBehind = !(error instanceof ReaderError && nothingLeft.includes(error.code));
      throw error;
    }
  }

  async #catchUp(): Promise<void> {
    await drain((timeoutMs) => this.#messages.read(timeoutMs));
    this.#isBehind = false;
  }

  async #answerTo(sequence: number, answer: number, timeoutMs: number): Promise<Outcome> {
    const budget = new TimeBudget(this.timings.escapeBudgetMs);
    let drops = 0;
    try {
      for (let extensions = 0; ;) {
        if (budget.isSpent || extensions > MAXIMUM_EXTENSIONS) throw endless(extensions);
        const reply = await this.#messages.read(timeoutMs);
        if (!isOurs(reply, sequence, answer)) {
          if (++drops > MAXIMUM_DROPS) throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'Answers to other messages', facts: { drops } });
        } else if (reply.header.status >> 6 === 2) extensions++;
        else return judge(reply, answer);
      }
    } finally {
      budget.end();
    }
  }
}

/** A refusal may come as SlotStatus, which is what CCID readers send for a message they do not know. */
function isOurs(outcome: ReadOutcome, sequence: number, answer: number): outcome is RawReply {
  if ('runtLength' in outcome || outcome.header.slot !== 0 || outcome.header.sequence !== sequence) return false;
  const { messageType, status } = outcome.header;
  return messageType === answer || (messageType === replyType.slotStatus && status >> 6 === 1);
}

function judge({ header, bytes }: RawReply, answer: number): Outcome {
  switch (header.status >> 6) {
    case 0:
      if (header.messageType === answer) return { failed: false, payload: bytes.slice(HEADER_LENGTH) };
      break;
    case 1:
      return failure(header);
  }
  const { messageType, status } = header;
  throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'A status that CCID does not define', facts: { messageType, status } });
}

function failure({ status, error }: ReplyHeader): Failure {
  return { failed: true, error, iccStatus: status & 0x03 };
}

function reported({ error, iccStatus }: Failure): ReaderError {
  return new ReaderError({ code: 'READER_REPORTED_ERROR', message: `The reader reports ${error.toString(16)}`, facts: { error, iccStatus } });
}

function endless(extensions: number): ReaderError {
  return new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: 'One escape without end', facts: { extensions } });
}
