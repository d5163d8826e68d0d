/**
 * A HID bridge as the CCID engine wants it: `UsbPipe` over reports. Bulk transfers are whole CCID messages; there is no interrupt
 * endpoint (presence is polled), no control pipe (no ABORT, no GET_DATA_RATES) and no port reset.
 */
import type { Bytes, Outgoing } from '#bytes';
import { UsbError, type HidPipe, type UsbErrorCode, type UsbInterfaceDescription, type UsbPipe } from '#usb';
import { TimeBudget } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { Assembler, framesOf, LONGEST_FRAMED_MESSAGE, type FrameFlaw } from './frames.ts';

const HID_CLASS = 0x03;
/** A message is not begun, nor gone on with, after this. The device never acts on half of one. */
const WRITE_LIMIT_MS = 5_000;

export interface BridgePipeOptions {
  /** 0–65535; tells our reports from those of another page. */
  readonly channel: number;
  /** Longest message to accept [bytes]. */
  readonly limit: number;
}

export class BridgePipe implements UsbPipe {
  readonly description: UsbInterfaceDescription;
  readonly closed: Promise<void>;
  readonly #pipe: HidPipe;
  readonly #channel: number;
  readonly #assembler: Assembler;
  #isPending = false;

  constructor(pipe: HidPipe, { channel, limit }: BridgePipeOptions) {
    const { vendorId, productId, productName } = pipe.description;
    this.description = {
      vendorId,
      productId,
      productName,
      deviceVersion: '', // WebHID does not tell
      interfaceNumber: 0,
      interfaceClass: HID_CLASS,
      interfaceSubclass: 0,
      interfaceProtocol: 0,
      // The largest message, so that one read asks for a whole one.
      bulkInPacketLength: LONGEST_FRAMED_MESSAGE,
      bulkOutPacketLength: LONGEST_FRAMED_MESSAGE,
      configurationDescriptor: new Uint8Array(0),
    };
    this.closed = pipe.closed;
    this.#pipe = pipe;
    this.#channel = channel;
    this.#assembler = new Assembler(channel, limit);
  }

  /** Longer messages are malformed from now on. */
  acceptUpTo(limit: number): void {
    this.#assembler.limit = limit;
  }

  get bulkInIsPending(): boolean {
    return this.#isPending;
  }

  async bulkOut({ bytes, secret }: Outgoing): Promise<void> {
    if (bytes.length > LONGEST_FRAMED_MESSAGE) {
      throw new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'longer than a framed message', facts: { length: bytes.length } });
    }
    const frames = framesOf(bytes, this.#channel);
    const budget = new TimeBudget(WRITE_LIMIT_MS);
    try {
      for (const frame of frames) {
        if (budget.isSpent) throw fault('TRANSFER_TIMED_OUT', 'reports not taken in time');
        await this.#pipe.sendReport({ bytes: frame, secret });
      }
    } finally {
      budget.end();
      if (secret) for (const frame of frames) frame.fill(0);
    }
  }

  /** One whole message. @throws ReaderError `READER_MALFORMED_MESSAGE` on a report of ours that cannot be */
  async bulkIn(length: number, timeoutMs: number): Promise<Bytes> {
    const budget = new TimeBudget(timeoutMs);
    this.#isPending = true;
    try {
      for (;;) {
        const message = this.#judge(await this.#pipe.receiveReport(timeoutMs));
        if (message !== undefined) return this.#handOver(message, length);
        if (budget.isSpent) throw fault('TRANSFER_TIMED_OUT', 'no whole message in time');
      }
    } catch (error) {
      this.#isPending = error instanceof UsbError && error.code === 'TRANSFER_TIMED_OUT';
      throw error;
    } finally {
      budget.end();
    }
  }

  async interruptIn(): Promise<Bytes> {
    return Promise.reject(fault('TRANSFER_FAILED', 'a bridge has no interrupt endpoint'));
  }

  async controlIn(): Promise<Bytes> {
    return Promise.reject(fault('CONTROL_REFUSED', 'a bridge has no control pipe'));
  }

  async controlOut(): Promise<void> {
    return Promise.reject(fault('CONTROL_REFUSED', 'a bridge has no control pipe'));
  }

  async reset(): Promise<void> {
    return Promise.reject(fault('RESET_FAILED', 'a bridge cannot be reset'));
  }

  close(): Promise<void> {
    return this.#pipe.close();
  }

  #judge(report: Bytes): Bytes | undefined {
    const outcome = this.#assembler.accept(report);
    if (outcome.kind === 'flawed') throw malformed(outcome.flaw);
    return outcome.kind === 'message' ? outcome.message : undefined;
  }

  #handOver(message: Bytes, length: number): Bytes {
    this.#isPending = false;
    if (message.length > length) throw fault('BABBLE', 'more bytes than asked for');
    return message;
  }
}

function malformed(flaw: FrameFlaw): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'A report that the bridge protocol does not define', facts: { flaw } });
}

function fault(code: UsbErrorCode, message: string): UsbError {
  return new UsbError({ code, message });
}
