/**
 * A reader of the operating system as a card finder: WICG web-smart-card over PC/SC. The card is held exclusively, and reset before it is
 * used: another program may have left it in any state. No transaction: an exclusive connection needs none.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { SmartCardPipe, WebSmartCardConnection, WebSmartCardProtocol } from '#usb';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { RADIO_READ_LENGTH } from '../command-capacity.ts';
import type { ActiveCard, CardFinder } from '../contactless-slot.ts';
import { within } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { smartCardFault } from './smart-card-faults.ts';

/** The longest response APDU: 65536 bytes and a status word. */
const LONGEST_RESPONSE = 65_538;
/** SW1 SW2. */
const SHORTEST_RESPONSE = 2;

interface Connected {
  readonly connection: WebSmartCardConnection;
  readonly protocol: WebSmartCardProtocol;
}

export class SystemReader implements CardFinder {
  /** Resolves once, when PC/SC no longer knows the reader. */
  readonly lost: Promise<ReaderError>;
  readonly #pipe: SmartCardPipe;
  readonly #timeouts: CcidTimeouts;
  #tellLost: (reason: ReaderError) => void = () => undefined;
  #lostBecause: ReaderError | undefined;
  /** A connection that was not given back, whatever became of it: held exclusively, even against ourselves. */
  #held: WebSmartCardConnection | undefined;

  constructor(pipe: SmartCardPipe, timeouts: CcidTimeouts) {
    this.#pipe = pipe;
    this.#timeouts = timeouts;
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
  }

  async detect(): Promise<'present' | 'absent'> {
    const { description, context } = this.#pipe;
    const readerName = description.productName;
    const ask = [{ readerName, currentState: { unaware: true } }];
    const states = await this.#call('getStatusChange', this.#timeouts.replyMs, () => context.getStatusChange(ask, { timeout: this.#timeouts.replyMs }));
    const { present, empty, unknown, unavailable } = states.find((state) => state.readerName === readerName)?.eventState ?? {};
    if (unknown === true || unavailable === true) {
      throw this.#lose(new ReaderError({ code: 'READER_LOST', message: 'PC/SC does not know the reader any more' }));
    }
    if (present === true) return 'present';
    if (empty === true) return 'absent';
    throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'neither empty nor present' });
  }

  async activate(): Promise<ActiveCard> {
    await this.rest();
    await this.#connect();
    await this.#giveBack('reset');
    const card = await this.#connect();
    const { answerToReset } = await this.#call('status', this.#timeouts.replyMs, () => card.connection.status());
    return {
      // PC/SC takes them for any protocol that has them.
      carriesExtended: card.protocol === 't1',
      bestReadLength: RADIO_READ_LENGTH,
      atr: answerToReset === undefined ? new Uint8Array(0) : new Uint8Array(answerToReset).slice(),
      transmit: (command) => this.#transmit(card, command),
      isPresent: async () => (await this.#call('status', this.#timeouts.replyMs, () => card.connection.status())).state !== 'absent',
      release: () => this.#giveBack('unpower'),
    };
  }

  /** What an exchange without an end has left behind. A connection that cannot be given back is gone already. */
  async rest(): Promise<void> {
    await this.#giveBack('unpower').catch(() => undefined);
  }

  /** The browser may ask the person, who may take as long as for any other question. */
  async #connect(): Promise<Connected> {
    const { description, context } = this.#pipe;
    const readerName = description.productName;
    const options = { preferredProtocols: ['t1', 't0'] } as const;
    let isGivenUp = false;
    const connecting = async (): Promise<Awaited<ReturnType<typeof context.connect>>> => {
      const made = await context.connect(readerName, 'exclusive', options);
      // An answer that comes after all, when nobody waits any more, must not keep the card from everybody.
      if (isGivenUp) await made.connection.disconnect('unpower');
      return made;
    };
    const { connection, activeProtocol } = await this.#call('connect', this.#timeouts.powerOnMs, connecting).catch((fault: unknown) => {
      isGivenUp = true;
      throw fault;
    });
    this.#held = connection;
    if (activeProtocol === undefined) throw new ReaderError({ code: 'CARD_PROTOCOL_UNSUPPORTED', message: 'connected without a protocol' });
    return { connection, protocol: activeProtocol };
  }

  async #giveBack(disposition: 'reset' | 'unpower'): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#call('disconnect', this.#timeouts.replyMs, () => held.disconnect(disposition));
  }

  async #transmit({ connection, protocol }: Connected, { bytes }: Outgoing): Promise<Bytes> {
    const response = await this.#call('transmit', this.#timeouts.longestReplyMs, () => connection.transmit(bytes, { protocol }));
    const length = response.byteLength;
    if (length < SHORTEST_RESPONSE || length > LONGEST_RESPONSE) {
      throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'a response of an impossible length', facts: { length } });
    }
    return new Uint8Array(response).slice();
  }

  async #call<Value>(call: string, limitMs: number, work: () => Promise<Value>): Promise<Value> {
    if (this.#lostBecause !== undefined) throw this.#lostBecause;
    try {
      return await within(work(), limitMs, () => new ReaderError({ code: 'READER_TIMED_OUT', message: `${call}: no answer in time` }));
    } catch (cause) {
      const fault = smartCardFault(call, cause);
      throw fault instanceof ReaderError && fault.code === 'READER_LOST' ? this.#lose(fault) : fault;
    }
  }

  /** The one error that ends everything; told at most once. */
  #lose(reason: ReaderError): ReaderError {
    if (this.#lostBecause === undefined) {
      this.#lostBecause = reason;
      this.#tellLost(reason);
    }
    return this.#lostBecause;
  }
}
