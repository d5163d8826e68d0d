/**
 * Sessions one after another. Each begins the same way, whatever was before: END (a stale one may have survived a reload of the page, and
 * END + START takes the reader from another client), START, RF off, RF on.
 */
import { pause } from '../patience.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import { readAnswer, type Answer } from './answer.ts';
import type { EscapeChannel } from './escape-channel.ts';
import { payloads } from './payloads.ts';
import { refused, Session, type LeftCard } from './session.ts';

const MAXIMUM_BEGINNINGS = 2;
/** During an activation, these mean that the session was taken away: a card that is not there is `CARD_ABSENT`. */
const takenAway: readonly ReaderErrorCode[] = ['SLOT_BUSY', 'CARD_REMOVED'];
const OUTSIDE_SESSION = 0x6301;

export class Sessions {
  readonly channel: EscapeChannel;
  readonly #onLost: () => void;
  #current: Session | undefined;

  /** `onLost`: the current session has ended by itself. */
  constructor(channel: EscapeChannel, onLost: () => void) {
    this.channel = channel;
    this.#onLost = onLost;
  }

  /** The open session when no card was found in it yet. */
  get idle(): Session | undefined {
    return this.#current?.isOpen === true && !this.#current.hasCard ? this.#current : undefined;
  }

  /**
   * Runs `work`, an activation, in a new session. When another client took it away in between, once more: nothing was sent to a card
   * that it could not hear twice.
   * @throws ReaderError `SLOT_BUSY` when another client has the reader, and what `work` throws
   */
  fresh<Value>(isProbing: boolean, work: (session: Session) => Promise<Value>): Promise<Value> {
    const once = async (): Promise<Value> => work(await this.begin(isProbing));
    return this.unlessTaken(once, once);
  }

  /** `again` in place of `first`, when the session was taken away during it. @throws ReaderError */
  async unlessTaken<Value>(first: () => Promise<Value>, again: () => Promise<Value>): Promise<Value> {
    try {
      return await first();
    } catch (error) {
      if (!(error instanceof ReaderError) || !takenAway.includes(error.code)) throw error;
      return await again();
    }
  }

  /** The card that the last look in the open session has left that way, once. */
  found<Way extends LeftCard['way']>(way: Way, isProbing: boolean): { readonly session: Session; readonly left: Extract<LeftCard, { way: Way }> } | undefined {
    const session = this.#current;
    const left = session?.take(way, isProbing);
    return session === undefined || left === undefined ? undefined : { session, left };
  }

  /** @throws ReaderError `SLOT_BUSY`, `READER_REPORTED_ERROR`, and as `EscapeChannel.escape` */
  async begin(isProbing: boolean): Promise<Session> {
    for (let beginnings = 1; ; beginnings++) {
      const answer = await this.#tryToBegin();
      if (answer.result === 'done') break;
      if (beginnings === MAXIMUM_BEGINNINGS) throw notDone(answer);
      await pause(this.channel.timings.busyPauseMs);
    }
    this.#current = new Session(this.channel, { isProbing, onLost: this.#onLost });
    return this.#current;
  }

  /** END, whether there is a session of ours or not; the reader may say to it what it likes. @throws ReaderError `READER_LOST` */
  async end(): Promise<void> {
    this.#current?.abandon();
    this.#current = undefined;
    try {
      await this.channel.escape({ bytes: payloads.endSession, secret: false }, { busyRetries: 4 });
    } catch (error) {
      if (error instanceof ReaderError && error.code === 'READER_LOST') throw error;
    }
  }

  /** RF off where we may say so, and END. @throws ReaderError */
  async rest(): Promise<void> {
    const session = this.#current;
    this.#current = undefined;
    if (session?.isOpen === true) await session.end();
    else await this.end();
  }

  async #tryToBegin(): Promise<Answer> {
    await this.end();
    const { fieldOffMs, fieldOnMs } = this.channel.timings;
    const steps = [
      { payload: payloads.startSession, restMs: 0 },
      { payload: payloads.fieldOff, restMs: fieldOffMs },
      { payload: payloads.fieldOn, restMs: fieldOnMs },
    ];
    let answer: Answer = { result: 'done', objects: [] };
    for (const { payload, restMs } of steps) {
      answer = readAnswer(await this.channel.escape({ bytes: payload, secret: false }));
      if (answer.result !== 'done') break;
      if (restMs > 0) await pause(restMs);
    }
    return answer;
  }
}

/** What an answer that is neither success nor "no card" means before a card is active. */
export function notDone(answer: Answer): ReaderError {
  switch (answer.result) {
    case 'otherClient':
      return new ReaderError({ code: 'SLOT_BUSY', message: 'Another program has the reader' });
    case 'refused':
      if (answer.statusWord === OUTSIDE_SESSION) return new ReaderError({ code: 'SLOT_BUSY', message: 'The session was taken away' });
      return refused(answer.statusWord);
    case 'noAnswer':
      return new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
    case 'damaged':
      return new ReaderError({ code: 'CARD_RESET_FAILED', message: 'The card, or several, cannot be understood', facts: { statusWord: answer.statusWord } });
    case 'done':
      return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'Done, without what was asked for' });
  }
}
