/**
 * One transparent session of the RC-S300: it owns the field while it lasts, and is kept alive every two seconds. It is over when END was
 * sent, when the reader is silent, refuses the keep-alive or says that the session is not ours any more. Then the card has lost its power
 * or belongs to somebody else, so whoever held it is told `CARD_REMOVED` and nothing is sent over a later session in its name.
 */
import type { Bytes, Outgoing } from '#bytes';
import { pause } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { onlyValue, readAnswer, splitStatusWord, tags, type Answer } from './answer.ts';
import type { EscapeChannel } from './escape-channel.ts';
import { exchangePayload, payloads, type ExchangeFlags } from './payloads.ts';

/** "Refused": an RF command or an exchange outside a session. */
const OUTSIDE_SESSION = 0x6301;
const OTHER_CLIENT = 0x698a;
const STATUS_WORD_LENGTH = 2;
/** Bits in the last byte; 00 = all eight. */
const VALID_BITS = 0x92;
/** While it is not known whether the reader understands us, the card has no more than this [ms]. */
const PROBING_TIMER_MS = 1_000;

export type ExchangeOutcome =
  { readonly outcome: 'data'; readonly bytes: Bytes } | { readonly outcome: 'noAnswer' } | { readonly outcome: 'damaged'; readonly statusWord: number };

/** What a look for cards left, with nothing sent since: a card that the reader has activated, or one that waits for ATTRIB. */
export type LeftCard = { readonly way: 'blocks'; readonly atr: Bytes | undefined } | { readonly way: 'frames'; readonly atqb: Bytes };

export interface SessionOptions {
  /** Silence of the reader is an answer too, and not waited for long. */
  readonly isProbing: boolean;
  readonly onLost: () => void;
}

export class Session {
  /** A protocol switch has found a card. */
  hasCard = false;
  readonly #channel: EscapeChannel;
  readonly #options: SessionOptions;
  #isProbing: boolean;
  #left: LeftCard | undefined;
  #isOpen = true;
  #keepAlive: ReturnType<typeof setTimeout> | undefined;

  /** Right after START and RF on. */
  constructor(channel: EscapeChannel, options: SessionOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#isProbing = options.isProbing;
    this.#scheduleKeepAlive();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** For `take`, until something else is said. */
  leave(card: LeftCard): void {
    this.#left = card;
  }

  /** What was left, once. The session is then one that is probing or not, as for a new card. */
  take<Way extends LeftCard['way']>(way: Way, isProbing: boolean): Extract<LeftCard, { way: Way }> | undefined {
    const left = this.#left;
    if (!this.#isOpen || left?.way !== way) return undefined;
    this.#left = undefined;
    this.#isProbing = isProbing;
    return left as Extract<LeftCard, { way: Way }>; // the way was compared
  }

  /** Protocol switch, speed and the like. @throws ReaderError `CARD_REMOVED` when the session is over, and as `EscapeChannel.escape` */
  ask(payload: Bytes): Promise<Answer> {
    return this.#whileOpen(async () => readAnswer(await this.#channel.escape({ bytes: payload, secret: false })));
  }

  /**
   * One frame or APDU to the card; the card has `timerMs`. A reader that says "busy" may have sent it all the same: with `onBusy: 'noAnswer'`
   * it is not sent again, and whoever asks finds out from the card. A secret is never sent again.
   * @throws ReaderError `CARD_REMOVED` when the session is over, `READER_REPORTED_ERROR` (facts.statusWord) when the reader refuses,
   * `COMMAND_TOO_LONG`, and as `EscapeChannel.escape`
   */
  async exchange(flags: ExchangeFlags, data: Outgoing, timerMs: number, onBusy: 'again' | 'noAnswer' = 'again'): Promise<ExchangeOutcome> {
    const { silenceMs, marginMs } = this.#channel.timings;
    const cardMs = this.#isProbing ? Math.min(timerMs, PROBING_TIMER_MS) : timerMs;
    const timeoutMs = this.#isProbing ? silenceMs : Math.max(silenceMs, cardMs + marginMs);
    const payload = exchangePayload(flags, data, cardMs);
    try {
      const answer = await this.#whileOpen(() => this.#send(payload, timeoutMs, onBusy));
      const outcome = this.#outcomeOf(answer);
      // The card itself has spoken: from now on it has the time it asks for.
      if (outcome.outcome === 'data') this.#isProbing = false;
      return outcome;
    } finally {
      if (payload.secret) payload.bytes.fill(0);
    }
  }

  /** RF off and END. @throws ReaderError */
  async end(): Promise<void> {
    if (!this.#isOpen) return;
    this.abandon();
    await this.#channel.escape({ bytes: payloads.fieldOff, secret: false });
    await this.#channel.escape({ bytes: payloads.endSession, secret: false }, { busyRetries: 4 });
  }

  /** Over, without a word to the reader. */
  abandon(): void {
    this.#isOpen = false;
    clearTimeout(this.#keepAlive);
  }

  async #send(payload: Outgoing, timeoutMs: number, onBusy: 'again' | 'noAnswer'): Promise<Answer> {
    if (onBusy === 'again' || payload.secret) return readAnswer(await this.#channel.escape(payload, { timeoutMs }));
    try {
      return readAnswer(await this.#channel.escape(payload, { timeoutMs, busyRetries: 0 }));
    } catch (error) {
      if (!(error instanceof ReaderError) || error.code !== 'SLOT_BUSY') throw error;
      await pause(this.#channel.timings.busyPauseMs);
      return { result: 'noAnswer' };
    }
  }

  #outcomeOf(answer: Answer): ExchangeOutcome {
    switch (answer.result) {
      case 'done':
        return readCardData(answer);
      case 'noAnswer':
        return { outcome: 'noAnswer' };
      case 'damaged':
        return { outcome: 'damaged', statusWord: answer.statusWord };
      case 'otherClient':
        this.abandon();
        throw sessionLost('Another program has taken the session');
      case 'refused':
        if (answer.statusWord === OUTSIDE_SESSION) {
          this.abandon();
          throw sessionLost('The reader knows of no session');
        }
        throw refused(answer.statusWord);
    }
  }

  async #whileOpen(work: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isOpen) throw sessionLost('The session is over');
    this.#left = undefined;
    try {
      return await work();
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  #scheduleKeepAlive(): void {
    this.#keepAlive = setTimeout(() => void this.#stayAlive(), this.#channel.timings.keepAliveMs);
  }

  /** The channel sends it when nothing else is under way. Any answer will do but one that says the session is not ours. */
  async #stayAlive(): Promise<void> {
    const isAlive = await this.#channel.escape({ bytes: payloads.keepAlive, secret: false }).then(isNoFailure, () => false);
    if (!this.#isOpen) return;
    if (isAlive) {
      this.#scheduleKeepAlive();
      return;
    }
    this.abandon();
    this.#options.onLost();
  }
}

/** What the reader says to a keep-alive is not published; only a result that is a failure, or another client's session, is one. */
function isNoFailure(payload: Bytes): boolean {
  if (payload.length < STATUS_WORD_LENGTH) return true;
  const { body, statusWord } = splitStatusWord(payload);
  return statusWord !== OTHER_CLIENT && !(body[0] === tags.result && body[2] !== 0);
}

function readCardData({ objects }: Extract<Answer, { result: 'done' }>): ExchangeOutcome {
  const validBits = onlyValue(objects, VALID_BITS);
  if (validBits !== undefined && validBits.some((bits) => bits !== 0)) return { outcome: 'damaged', statusWord: 0 };
  return { outcome: 'data', bytes: onlyValue(objects, tags.cardData) ?? new Uint8Array(0) };
}

function sessionLost(message: string): ReaderError {
  return new ReaderError({ code: 'CARD_REMOVED', message });
}

/** The reader's own "no". */
export function refused(statusWord: number): ReaderError {
  return new ReaderError({ code: 'READER_REPORTED_ERROR', message: `The reader refuses: ${statusWord.toString(16)}`, facts: { statusWord } });
}
