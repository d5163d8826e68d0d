/**
 * Getting back in step with a reader that lost a command: the abort sequence of CCID Rev 1.1 §5.3.1 and §6.1.13, and what is left
 * where the browser refuses the control request: drain, ask for the slot status until it answers with its own sequence, reset.
 * Nothing here repeats a command that carries an APDU.
 */
import { ReaderError } from '../reader-error.ts';
import { Command } from './commands.ts';
import type { MessagePipe } from './message-pipe.ts';
import type { ReplyHeader } from './replies.ts';
import { bError } from './reported-error.ts';
import type { CcidTimeouts } from './timeouts.ts';

const ABORT_REQUEST = 0x01;
const SLOT_STATUS = 0x81;
const MAXIMUM_READS = 10;
const MAXIMUM_DRAINS = 3;
const MAXIMUM_STATUS_REQUESTS = 3;
const MAXIMUM_ABORTS = 2;
/** bStatus "failed". */
const FAILED = 1;

export class Recovery {
  readonly #pipe: MessagePipe;
  readonly #timeouts: CcidTimeouts;
  readonly #nextSequence: () => number;

  constructor(pipe: MessagePipe, timeouts: CcidTimeouts, nextSequence: () => number) {
    this.#pipe = pipe;
    this.#timeouts = timeouts;
    this.#nextSequence = nextSequence;
  }

  /**
   * Ends the command `sequence` of `slot`, one way or another. Gives up quietly: the next command then tells.
   * @throws ReaderError `READER_LOST` only
   */
  async settle(slot: number, sequence: number): Promise<void> {
    if (await this.#abort(slot, sequence)) return;
    if (await this.#drainAndAsk(slot)) return;
    await this.#quietly(() => this.#pipe.reset());
  }

  async #abort(slot: number, sequence: number): Promise<boolean> {
    const request = {
      type: 'class',
      recipient: 'interface',
      request: ABORT_REQUEST,
      value: sequence * 0x100 + slot,
      index: this.#pipe.interfaceNumber,
    } as const;
    if ((await this.#quietly(() => this.#pipe.controlOut(request))) === undefined) return false;
    // Half an abort is worse than none: the reader answers nothing else until it has heard both halves.
    for (let sends = 0; sends < MAXIMUM_ABORTS; sends++) {
      if ((await this.#quietly(() => this.#send('abort', slot, sequence))) === true) return (await this.#awaitSlotStatus(slot, sequence)) !== undefined;
    }
    return false;
  }

  async #drainAndAsk(slot: number): Promise<boolean> {
    for (let drains = 0; drains < MAXIMUM_DRAINS; drains++) {
      if ((await this.#readHeader()) === 'silence') break;
    }
    for (let requests = 0; requests < MAXIMUM_STATUS_REQUESTS; requests++) {
      const sequence = this.#nextSequence();
      if ((await this.#quietly(() => this.#send('getSlotStatus', slot, sequence))) === undefined) continue;
      const header = await this.#awaitSlotStatus(slot, sequence);
      // "Aborted" to a question that nobody aborted: the reader still waits for the other half of an abort, and only a reset ends that.
      if (header !== undefined) return !(header.status >> 6 === FAILED && header.error === bError.aborted);
    }
    return false;
  }

  async #awaitSlotStatus(slot: number, sequence: number): Promise<ReplyHeader | undefined> {
    for (let reads = 0; reads < MAXIMUM_READS; reads++) {
      const header = await this.#readHeader();
      if (header === 'silence') return undefined;
      if (header === 'rubbish') continue;
      if (header.messageType === SLOT_STATUS && header.slot === slot && header.sequence === sequence) return header;
    }
    return undefined;
  }

  async #readHeader(): Promise<ReplyHeader | 'silence' | 'rubbish'> {
    try {
      const outcome = await this.#pipe.read(this.#timeouts.recoveryMs);
      return 'header' in outcome ? outcome.header : 'rubbish';
    } catch (error) {
      this.#pipe.assertPresent();
      return error instanceof ReaderError && error.code === 'READER_TIMED_OUT' ? 'silence' : 'rubbish';
    }
  }

  async #send(name: 'abort' | 'getSlotStatus', slot: number, sequence: number): Promise<void> {
    await this.#pipe.write({ bytes: Command.encode({ TAG: name, data: { slot, sequence } }).slice(), secret: false });
  }

  /** `true`, or `undefined` when it failed with the reader still there. */
  async #quietly(work: () => Promise<unknown>): Promise<true | undefined> {
    try {
      await work();
      return true;
    } catch {
      this.#pipe.assertPresent();
      return undefined;
    }
  }
}
