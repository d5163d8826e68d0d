/**
 * The commands of one slot, spoken over one turn of the channel. CCID Rev 1.1 §6.1. A reply that says "busy" is waited out and the
 * command sent again, but never an XfrBlock: it may carry a PIN, and nobody can tell whether the card has seen it.
 */
import type { Bytes } from '#bytes';
import type { Block, BlockLink, BlockReply } from '../exchange-level.ts';
import { pause } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import type { CardPresence } from '../slot.ts';
import type { CommandBody, PowerSelect } from './commands.ts';
import type { AnyReply, ChannelCommand, Exchange } from './message-channel.ts';
import type { ReplyName } from './replies.ts';
import { bError, isBusy, reportedError, type Occasion } from './reported-error.ts';
import type { CcidTimeouts } from './timeouts.ts';

const MAXIMUM_BUSY_ANSWERS = 8;

/** What is known about the card in the slot. */
export interface CardTerms {
  /** For one XfrBlock [ms]. */
  readonly blockTimeoutMs: number;
  /** At which voltage the card answered. */
  readonly powerSelect: PowerSelect;
}

export class SlotLink implements BlockLink {
  readonly #exchange: Exchange;
  readonly #slot: number;
  readonly #timeouts: CcidTimeouts;
  readonly #blockTimeoutMs: number;
  #powerSelect: PowerSelect;

  constructor(exchange: Exchange, slot: number, timeouts: CcidTimeouts, terms: CardTerms) {
    this.#exchange = exchange;
    this.#slot = slot;
    this.#timeouts = timeouts;
    this.#blockTimeoutMs = terms.blockTimeoutMs;
    this.#powerSelect = terms.powerSelect;
  }

  /** The one that worked last. */
  get powerSelect(): PowerSelect {
    return this.#powerSelect;
  }

  /** The answer to reset, unparsed. @throws ReaderError */
  async powerOn(powerSelect: PowerSelect): Promise<Bytes> {
    const body: CommandBody = { TAG: 'iccPowerOn', data: { slot: this.#slot, powerSelect } };
    const reply = await this.#whenFree({ body, secret: false, answer: 'dataBlock', timeoutMs: this.#timeouts.powerOnMs });
    const answerToReset = done(reply, 'powerOn').data.slice();
    this.#powerSelect = powerSelect;
    return answerToReset;
  }

  warmReset(): Promise<Bytes> {
    return this.powerOn(this.#powerSelect);
  }

  /** @throws ReaderError */
  async powerOff(): Promise<void> {
    const body: CommandBody = { TAG: 'iccPowerOff', data: { slot: this.#slot } };
    await this.#whenFree({ body, secret: false, answer: 'slotStatus', timeoutMs: this.#timeouts.replyMs });
  }

  /** "Failed, mute" is an answer here: no card, or one without power. @throws ReaderError */
  async status(timeoutMs: number = this.#timeouts.replyMs): Promise<CardPresence> {
    const body: CommandBody = { TAG: 'getSlotStatus', data: { slot: this.#slot } };
    const { data } = await this.#whenFree({ body, secret: false, answer: 'slotStatus', timeoutMs });
    if (data.commandStatus === 'failed' && data.error !== bError.mute) throw reportedError(data, 'other');
    return data.iccStatus;
  }

  /** A vendor's command. Its answer is not looked at, only whether it went well. @throws ReaderError */
  async escape(data: Bytes): Promise<void> {
    const body: CommandBody = { TAG: 'escape', data: { slot: this.#slot, dataLength: data.length, data } };
    const reply = await this.#whenFree({ body, secret: false, answer: 'escape', timeoutMs: this.#timeouts.replyMs });
    if (reply.data.commandStatus === 'failed') throw reportedError(reply.data, 'other');
  }

  async reportedProtocol(): Promise<number | undefined> {
    const body: CommandBody = { TAG: 'getParameters', data: { slot: this.#slot } };
    const reply = await this.#whenFree({ body, secret: false, answer: 'parameters', timeoutMs: this.#timeouts.replyMs });
    return reply.TAG === 'parameters' && reply.data.commandStatus === 'done' ? reply.data.protocol : undefined;
  }

  async setParameters(protocol: 0 | 1, parameters: Bytes): Promise<'taken' | 'kept'> {
    const body: CommandBody = { TAG: 'setParameters', data: { slot: this.#slot, dataLength: parameters.length, protocol, data: parameters } };
    const { data } = await this.#whenFree({ body, secret: false, answer: 'parameters', timeoutMs: this.#timeouts.replyMs });
    if (data.commandStatus !== 'failed') return 'taken';
    // 00: the command is not supported; 01-7F: that parameter cannot be changed. Either way the reader goes on with its own.
    if (data.error > bError.lastBadByteIndex) throw reportedError(data, 'exchange');
    return 'kept';
  }

  async xfrBlock({ data, levelParameter, blockWaitingTime }: Block): Promise<BlockReply> {
    const body: CommandBody = {
      TAG: 'xfrBlock',
      data: { slot: this.#slot, dataLength: data.bytes.length, blockWaitingTime, levelParameter, data: data.bytes },
    };
    const timeoutMs = this.#timeoutOf(blockWaitingTime);
    const reply = await this.#exchange({ body, secret: data.secret, answer: 'dataBlock', timeoutMs });
    const { data: received, chainParameter } = done(reply, 'exchange');
    return { data: received.slice(), chainParameter };
  }

  /** bBWI multiplies the waiting time of this one answer. */
  #timeoutOf(blockWaitingTime: number): number {
    const longestMs = Math.max(this.#blockTimeoutMs, this.#timeouts.longestReplyMs);
    return Math.min(this.#blockTimeoutMs * Math.max(1, blockWaitingTime), longestMs);
  }

  async #whenFree<Name extends ReplyName>(command: ChannelCommand<Name>): Promise<AnyReply<Name>> {
    for (let answers = 1; ; answers++) {
      const reply = await this.#exchange(command);
      if (!isBusy(reply.data)) return reply;
      if (answers === MAXIMUM_BUSY_ANSWERS) throw reportedError(reply.data, 'other');
      await pause(this.#timeouts.busyPauseMs);
    }
  }
}

/** The DataBlock of a command that went well. */
function done(reply: AnyReply<'dataBlock'>, occasion: Occasion): Extract<AnyReply<'dataBlock'>, { TAG: 'dataBlock' }>['data'] {
  if (reply.data.commandStatus === 'failed') throw reportedError(reply.data, occasion);
  if (reply.TAG === 'dataBlock') return reply.data;
  throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'SlotStatus where a DataBlock is due' });
}
