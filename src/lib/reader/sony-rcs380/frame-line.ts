/** Frames over the pipe of the RC-S380: one transfer each way is one frame. The end of the device is told once, with one fault. */
import type { Outgoing } from '#bytes';
import { UsbError, type UsbPipe } from '#usb';
import { drain } from '../drain.ts';
import { within } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { ackFrame, decodeFrame, encodeFrame, type Frame } from './frame.ts';

/** 290 bytes of data, status and framing, rounded up to packets of 64. */
const TRANSFER_LENGTH = 576;

export class FrameLine {
  readonly #pipe: UsbPipe;
  readonly #writeMs: number;
  #lost: ReaderError | undefined;
  #tellLost: (reason: ReaderError) => void = () => undefined;
  /** Resolves once when the device is gone or the pipe was closed under us. */
  readonly lost: Promise<ReaderError>;

  constructor(pipe: UsbPipe, writeMs: number) {
    this.#pipe = pipe;
    this.#writeMs = writeMs;
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
    void pipe.closed.then(
      () => this.#declareLost(undefined),
      (cause: unknown) => this.#declareLost(cause),
    );
  }

  /** @throws ReaderError `READER_LOST`, `READER_TIMED_OUT`, `READER_TRANSFER_FAILED` */
  async send(data: Outgoing): Promise<void> {
    const frame = encodeFrame(data);
    try {
      await this.#write(frame);
    } finally {
      if (frame.secret) frame.bytes.fill(0);
    }
  }

  /** The next frame, whatever it is. @throws ReaderError as `send` */
  async read(timeoutMs: number): Promise<Frame> {
    return decodeFrame(await this.#transfer(() => this.#pipe.bulkIn(TRANSFER_LENGTH, timeoutMs)));
  }

  /** An ACK from the host stops what the reader is doing; then what is left over is read until nothing comes. @throws ReaderError */
  async softReset(): Promise<void> {
    await this.#write({ bytes: ackFrame.slice(), secret: false });
    await drain((timeoutMs) => this.read(timeoutMs));
  }

  async #write(frame: Outgoing): Promise<void> {
    await this.#transfer(() =>
      within(this.#pipe.bulkOut(frame), this.#writeMs, () => new ReaderError({ code: 'READER_TIMED_OUT', message: 'bulk OUT: no end in time' })),
    );
  }

  async #transfer<Value>(transfer: () => Promise<Value>): Promise<Value> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return await transfer();
    } catch (cause) {
      throw this.#fault(cause);
    }
  }

  #fault(cause: unknown): ReaderError {
    if (this.#lost !== undefined) return this.#lost;
    if (cause instanceof ReaderError) return cause;
    if (!(cause instanceof UsbError)) return new ReaderError({ code: 'READER_TRANSFER_FAILED', message: 'USB transfer', cause });
    if (cause.code === 'DEVICE_LOST' || cause.code === 'PIPE_CLOSED') return this.#declareLost(cause);
    if (cause.code === 'TRANSFER_TIMED_OUT') return new ReaderError({ code: 'READER_TIMED_OUT', message: 'No answer in time', cause });
    return new ReaderError({ code: 'READER_TRANSFER_FAILED', message: 'USB transfer', cause, facts: { usb: cause.code } });
  }

  #declareLost(cause: unknown): ReaderError {
    if (this.#lost === undefined) {
      this.#lost = new ReaderError({ code: 'READER_LOST', message: 'The reader is gone', cause });
      this.#tellLost(this.#lost);
    }
    return this.#lost;
  }
}
