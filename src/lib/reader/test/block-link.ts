/** Doubles of what lies between a protocol driver and the card: one plays a script, one moves T=1 blocks to a card and spoils some. */
import { hex, unhex, type Bytes } from '#bytes';
import type { Block, BlockLink, BlockReply } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import type { T1CardDouble } from './t1-card.ts';

/** As slot-link.ts reports them. */
export const linkFaults = {
  mute: (): ReaderError => new ReaderError({ code: 'CARD_MUTE', message: 'FE', facts: { error: 0xfe, card: 'active' } }),
  parity: (): ReaderError => new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'FD', facts: { error: 0xfd, card: 'active' } }),
  overrun: (): ReaderError => new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'FC', facts: { error: 0xfc, card: 'active' } }),
  removed: (): ReaderError => new ReaderError({ code: 'CARD_REMOVED', message: 'FE', facts: { error: 0xfe, card: 'inactive' } }),
  silent: (): ReaderError => new ReaderError({ code: 'READER_TIMED_OUT', message: 'no answer' }),
} as const;
export type LinkFault = keyof typeof linkFaults;

abstract class RecordingLink implements BlockLink {
  /** Every block in hexadecimal, `!` in front of a secret one, `×n` behind one with bBWI n. */
  readonly sent: string[] = [];
  /** The array of every secret block, to see it wiped. */
  readonly secretBlocks: Bytes[] = [];
  resets = 0;

  async xfrBlock(block: Block): Promise<BlockReply> {
    await Promise.resolve();
    const { data, levelParameter, blockWaitingTime } = block;
    if (levelParameter !== 0) throw new RangeError('wLevelParameter is 0 at the TPDU level');
    this.sent.push(`${data.secret ? '!' : ''}${hex(data.bytes)}${blockWaitingTime === 0 ? '' : `×${String(blockWaitingTime)}`}`);
    if (data.secret) this.secretBlocks.push(data.bytes);
    return { data: this.answer(data.bytes.slice()), chainParameter: 0 };
  }

  protected abstract answer(block: Bytes): Bytes;

  setParameters(): Promise<'taken' | 'kept'> {
    return Promise.resolve('taken');
  }

  reportedProtocol(): Promise<number | undefined> {
    return Promise.resolve(undefined);
  }

  warmReset(): Promise<Bytes> {
    this.resets++;
    return Promise.resolve(unhex('3B800181'));
  }
}

/** One step: what must be sent, and what comes back (hexadecimal, or a fault). */
export type ScriptStep = readonly [sent: string, answer: string];

/** Strict: another block than the next of the script is an error of the test. */
export class ScriptedLink extends RecordingLink {
  readonly #answers: string[];
  readonly #whenOver: string | undefined;

  /** `whenOver` answers everything after the script; without it the script must suffice. */
  constructor(answers: readonly string[], whenOver?: string) {
    super();
    this.#answers = [...answers];
    this.#whenOver = whenOver;
  }

  get leftOver(): number {
    return this.#answers.length;
  }

  protected answer(): Bytes {
    const answer = this.#answers.shift() ?? this.#whenOver;
    if (answer === undefined) throw new RangeError(`nothing scripted for ${this.sent.at(-1) ?? ''}`);
    if (answer in linkFaults) throw linkFaults[answer as LinkFault](); // the `in` before says that it is one
    return unhex(answer);
  }
}

/** What happens to one exchange of blocks. `late`: comes as the answer to the next block. */
export type LineFault =
  'none' | 'commandLost' | 'commandDamaged' | 'answerLost' | 'answerDamaged' | 'parity' | 'wrongSequence' | 'late' | 'twice' | 'removed' | 'overrun';

/** A reader between host and card, with a line that spoils what the schedule says. */
export class SpoiledLink extends RecordingLink {
  readonly #card: T1CardDouble;
  readonly #faults: LineFault[];
  #waiting: Bytes[] = [];

  constructor(card: T1CardDouble, faults: readonly LineFault[]) {
    super();
    this.#card = card;
    this.#faults = [...faults];
  }

  override warmReset(): Promise<Bytes> {
    this.#card.reset();
    this.#waiting = [];
    return super.warmReset();
  }

  protected answer(block: Bytes): Bytes {
    const fault = this.#faults.shift() ?? 'none';
    const stale = this.#waiting.length > 0;
    const answer = this.#ofCard(block, fault);
    const due = fault === 'late' ? this.#waiting.shift() : undefined;
    if (answer !== undefined) this.#waiting.push(...spoil(answer, fault, stale));
    if (isReported(fault)) throw linkFaults[fault]();
    const delivered = fault === 'late' ? due : this.#waiting.shift();
    if (delivered === undefined) throw linkFaults.mute();
    return delivered;
  }

  #ofCard(block: Bytes, fault: LineFault): Bytes | undefined {
    return fault === 'commandLost' ? undefined : this.#card.receive(fault === 'commandDamaged' ? flipped(block) : block);
  }
}

function isReported(fault: LineFault): fault is 'parity' | 'removed' | 'overrun' {
  return fault === 'parity' || fault === 'removed' || fault === 'overrun';
}

function spoil(answer: Bytes, fault: LineFault, stale: boolean): Bytes[] {
  switch (fault) {
    case 'answerLost':
    case 'parity':
    case 'removed':
    case 'overrun':
      return [];
    case 'answerDamaged':
      return [flipped(answer)];
    case 'twice':
      return [answer, answer.slice()];
    case 'wrongSequence':
      // A wrong number on a block that comes late could not be told from a right one by any receiver.
      return [stale ? answer : renumbered(answer)];
    default:
      return [answer];
  }
}

/** One bit of the middle. */
function flipped(block: Bytes): Bytes {
  const middle = block.length >> 1;
  return block.map((byte, index) => (index === middle ? byte ^ 0x10 : byte));
}

/** N(S) of an I-block turned over, with an LRC that fits. */
function renumbered(block: Bytes): Bytes {
  const [, pcb] = block;
  if (pcb === undefined || pcb >= 0x80) return block;
  return block.map((byte, index) => (index === 1 || index === block.length - 1 ? byte ^ 0x40 : byte));
}
