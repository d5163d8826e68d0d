/**
 * Commands of the RC-S380: `D6 cc` out, an ACK back, then `D7 cc+1`. One under way. A stale ACK or frame is told by its code and passed
 * over; after silence or a frame that is none the reader is stopped by an ACK and drained, so that no late answer meets the next command.
 */
import { concatBytes, unhex, type Bytes, type Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import { Turns } from '../turns.ts';
import type { FrameLine } from './frame-line.ts';
import type { Frame } from './frame.ts';

const COMMAND = 0xd6;
const RESPONSE = 0xd7;
const code = { setRadio: 0x00, setProtocol: 0x02, communicate: 0x04, switchRadio: 0x06, firmware: 0x20, setCommandType: 0x2a } as const;
/** Type B: sender, receiver. What stands for 848 kbit/s, or for one rate out and another back, is not known. */
const radioTypeB = { 106: unhex('03070F07'), 212: unhex('03080F08'), 424: unhex('03090F09') } as const;
export type Port100Rate = keyof typeof radioTypeB;
/** What Type B needs among them: CRC, SOF and EOF added and checked, initial guard time 14. */
const PROTOCOL_TYPE_B = unhex('00140101020103000400050006000708080009010A010B010C010E040F001000110012001306');
const MAXIMUM_STALE_FRAMES = 4;
/** What the host waits longer than the time it gave the reader for the card [ms]. */
const MARGIN_MS = 500;
/** InCommRF counts in 0.1 ms, 16 bits. */
const UNITS_PER_MS = 10;
const LONGEST_TIMEOUT = 0xffff;
/** The reader's limit, PCB included [bytes]. */
const MAXIMUM_DATA_LENGTH = 290;

/** InCommRF: the four status bytes, and what follows them. */
export interface RadioAnswer {
  readonly status: number;
  readonly rest: Bytes;
}

export class Port100 {
  readonly #line: FrameLine;
  readonly #replyMs: number;
  readonly #turns = new Turns();
  /** What is left over of earlier commands could not be read to its end: nothing is sent until it was, for frames bear no number. */
  #isBehind = false;

  constructor(line: FrameLine, replyMs: number) {
    this.#line = line;
    this.#replyMs = replyMs;
  }

  /** ACK, drain, command type 1, RF off twice. @throws ReaderError */
  async begin(): Promise<void> {
    await this.stop();
    await this.#done(code.setCommandType, Uint8Array.of(0x01));
    await this.radioOff();
    await this.radioOff();
  }

  /** `"1.11"`; minor comes first, both in BCD. @throws ReaderError */
  async firmware(): Promise<string> {
    const [minor, major] = await this.#command(code.firmware, { bytes: new Uint8Array(0), secret: false }, this.#replyMs);
    if (minor === undefined || major === undefined) throw malformed('a firmware version cut short', {});
    return `${major.toString(16)}.${minor.toString(16).padStart(2, '0')}`;
  }

  async radioOff(): Promise<void> {
    await this.#done(code.switchRadio, Uint8Array.of(0x00));
  }

  /**
   * InSetRF and InSetProtocol. CRC_B is the reader's from now on. The public drivers overlay a second InSetProtocol, which these values
   * already contain. @throws ReaderError `READER_REPORTED_ERROR` (facts.status) when the reader does not take the rate
   */
  async setTypeB(rate: Port100Rate): Promise<void> {
    await this.#done(code.setRadio, radioTypeB[rate]);
    await this.#done(code.setProtocol, PROTOCOL_TYPE_B);
  }

  /** One frame to the card, which has `timeoutMs`. @throws ReaderError */
  async communicate({ bytes, secret }: Outgoing, timeoutMs: number): Promise<RadioAnswer> {
    if (bytes.length > MAXIMUM_DATA_LENGTH) {
      const facts = { length: bytes.length, maximumLength: MAXIMUM_DATA_LENGTH };
      throw new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'More than the reader sends at once', facts });
    }
    const units = Math.min(LONGEST_TIMEOUT, (Math.ceil(timeoutMs) + 1) * UNITS_PER_MS);
    const parameters: Outgoing = { bytes: concatBytes(Uint8Array.of(units % 0x100, units >> 8), bytes), secret };
    try {
      const answer = await this.#command(code.communicate, parameters, Math.max(this.#replyMs, timeoutMs + MARGIN_MS));
      if (answer.length < 4) throw malformed('InCommRF without a status', { length: answer.length });
      return { status: new DataView(answer.buffer, answer.byteOffset).getUint32(0, true), rest: answer.slice(4) };
    } finally {
      if (secret) parameters.bytes.fill(0);
    }
  }

  /** Stops what is under way. @throws ReaderError */
  stop(): Promise<void> {
    return this.#turns.take(() => this.#stop());
  }

  async #done(command: number, parameters: Bytes): Promise<void> {
    const [status] = await this.#command(command, { bytes: parameters, secret: false }, this.#replyMs);
    if (status === undefined) throw malformed('no status', { command });
    if (status !== 0) throw new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'The reader refuses', facts: { command, status } });
  }

  #command(command: number, parameters: Outgoing, timeoutMs: number): Promise<Bytes> {
    return this.#turns.take(async () => {
      const data: Outgoing = { bytes: concatBytes(Uint8Array.of(COMMAND, command), parameters.bytes), secret: parameters.secret };
      try {
        if (this.#isBehind) await this.#stop();
        await this.#line.send(data);
        const passed = { stale: 0 };
        await this.#next(passed, this.#replyMs, (frame) => (frame.kind === 'ack' ? frame : undefined));
        return await this.#next(passed, timeoutMs, (frame) => responseTo(command, frame));
      } catch (error) {
        await this.#stopAfter(error);
        throw error;
      } finally {
        if (data.secret) data.bytes.fill(0);
      }
    });
  }

  /** The next frame that `wanted` takes. @throws ReaderError */
  async #next<Value>(passed: { stale: number }, timeoutMs: number, wanted: (frame: Frame) => Value | undefined): Promise<Value> {
    for (;;) {
      const frame = await this.#line.read(timeoutMs);
      const value = wanted(frame);
      if (value !== undefined) return value;
      if (frame.kind === 'invalid') throw malformed(`not a frame: ${frame.reason}`, {});
      if (frame.kind === 'error') throw new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'Error frame' });
      if (++passed.stale > MAXIMUM_STALE_FRAMES) throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'Answers to other commands', facts: passed });
    }
  }

  async #stop(): Promise<void> {
    this.#isBehind = true;
    await this.#line.softReset();
    this.#isBehind = false;
  }

  async #stopAfter(error: unknown): Promise<void> {
    if (error instanceof ReaderError && error.code === 'READER_LOST') return;
    try {
      await this.#stop();
    } catch {
      // The fault at hand is the one to tell; whatever hinders the next command is told there.
    }
  }
}

function responseTo(command: number, frame: Frame): Bytes | undefined {
  if (frame.kind !== 'data' || frame.data[0] !== RESPONSE || frame.data[1] !== command + 1) return undefined;
  return frame.data.slice(2);
}

function malformed(what: string, facts: Readonly<Record<string, number>>): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: `RC-S380: ${what}`, facts });
}
