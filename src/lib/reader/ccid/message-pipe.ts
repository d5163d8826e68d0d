/**
 * Whole CCID messages over a bulk pipe: header-first reading, which needs no zero-length packet and survives stray ones
 * (USB 2.0 §5.8.3, CCID Rev 1.1 §6.2). dwLength is unsigned and bounded before anything more is read.
 * Not here: whose reply it is (message-channel.ts).
 */
import { concatBytes, type Bytes, type Outgoing } from '#bytes';
import { UsbError, type ControlRequest, type UsbPipe } from '#usb';
import { within } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { HEADER_LENGTH, ReplyHeader } from './replies.ts';
import type { CcidTimeouts } from './timeouts.ts';

/** The longest response APDU: 65536 bytes and a status word. No reply of any kind carries more. */
export const MAXIMUM_REPLY_DATA_LENGTH = 65_538;
/** Read in pieces of this size, so that a length the reader made up reserves little memory. A multiple of every packet size. */
const PIECE_LENGTH = 4_096;
/** Zero-length packets in front of or inside one message; Gemalto CT30/K30 firmware 2.00 sends one. */
const MAXIMUM_EMPTY_PACKETS = 3;

/** A reply as bytes with its header, complete by its own word. */
export interface RawReply {
  readonly header: ReplyHeader;
  readonly bytes: Bytes;
}

/** What came from one read: a message, or something that is none (shorter than a header). */
export type ReadOutcome = RawReply | { readonly runtLength: number };

export class MessagePipe {
  readonly #pipe: UsbPipe;
  readonly #timeouts: CcidTimeouts;
  #lost: ReaderError | undefined;
  #tellLost: (reason: ReaderError) => void = () => undefined;
  /** Resolves once when the device is gone or the pipe was closed under us. */
  readonly lost: Promise<ReaderError>;

  constructor(pipe: UsbPipe, timeouts: CcidTimeouts) {
    this.#pipe = pipe;
    this.#timeouts = timeouts;
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
    void pipe.closed.then(
      () => this.declareLost(undefined),
      (cause: unknown) => this.declareLost(cause),
    );
  }

  /** bInterfaceNumber, the wIndex of class requests. */
  get interfaceNumber(): number {
    return this.#pipe.description.interfaceNumber;
  }

  /** The one error that ends everything; made at most once. */
  declareLost(cause: unknown): ReaderError {
    if (this.#lost === undefined) {
      this.#lost = new ReaderError({ code: 'READER_LOST', message: 'The reader is gone', cause });
      this.#tellLost(this.#lost);
    }
    return this.#lost;
  }

  /** @throws ReaderError `READER_LOST` */
  assertPresent(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** No zero-length packet follows: readers go by dwLength. */
  async write(message: Outgoing): Promise<void> {
    await this.#transfer(() => within(this.#pipe.bulkOut(message), this.#timeouts.writeMs, () => timedOut('bulk OUT')));
  }

  async controlIn(request: ControlRequest, length: number): Promise<Bytes> {
    return this.#transfer(() => within(this.#pipe.controlIn(request, length), this.#timeouts.writeMs, () => timedOut('control IN')));
  }

  async controlOut(request: ControlRequest): Promise<void> {
    await this.#transfer(() => within(this.#pipe.controlOut(request, new Uint8Array(0)), this.#timeouts.writeMs, () => timedOut('control OUT')));
  }

  async interruptIn(): Promise<Bytes> {
    return this.#transfer(() => this.#pipe.interruptIn());
  }

  async reset(): Promise<void> {
    await this.#transfer(() => within(this.#pipe.reset(), this.#timeouts.writeMs, () => timedOut('reset')));
  }

  /**
   * Reads one message to its end.
   * @throws ReaderError `READER_TIMED_OUT` when nothing comes, `READER_MALFORMED_MESSAGE` when it stops in the middle, is longer
   * than it says or says more than any reply can hold
   */
  async read(timeoutMs: number): Promise<ReadOutcome> {
    const empties = { left: MAXIMUM_EMPTY_PACKETS };
    const first = await this.#readPiece(this.#pipe.description.bulkInPacketLength, timeoutMs, empties);
    if (first.length < HEADER_LENGTH) return { runtLength: first.length };
    const header = ReplyHeader.decode(first.subarray(0, HEADER_LENGTH));
    if (header.dataLength > MAXIMUM_REPLY_DATA_LENGTH) throw malformed('dwLength beyond any reply', { announced: header.dataLength });
    return { header, bytes: await this.#complete(first, HEADER_LENGTH + header.dataLength, empties) };
  }

  async #complete(first: Bytes, length: number, empties: { left: number }): Promise<Bytes> {
    const pieces = [first];
    let received = first.length;
    while (received < length) {
      const piece = await this.#readRest(length - received, empties);
      pieces.push(piece);
      received += piece.length;
    }
    if (received > length) throw malformed('more bytes than dwLength', { announced: length, received });
    return pieces.length === 1 ? first : concatBytes(...pieces);
  }

  /** The rest follows at once or not at all: Broadcom 5880 stops after one packet, "54 of 258". */
  async #readRest(due: number, empties: { left: number }): Promise<Bytes> {
    const packetLength = this.#pipe.description.bulkInPacketLength;
    const wanted = due % packetLength === 0 ? due : due + packetLength - (due % packetLength);
    try {
      return await this.#readPiece(Math.min(wanted, PIECE_LENGTH), this.#timeouts.replyMs, empties);
    } catch (cause) {
      if (cause instanceof ReaderError && cause.code === 'READER_TIMED_OUT') throw malformed('stopped before dwLength', { missing: due }, cause);
      throw cause;
    }
  }

  async #readPiece(length: number, timeoutMs: number, empties: { left: number }): Promise<Bytes> {
    for (;;) {
      const piece = await this.#transfer(() => this.#pipe.bulkIn(length, timeoutMs));
      if (piece.length > 0) return piece;
      if (empties.left === 0) throw malformed('nothing but zero-length packets', {});
      empties.left--;
    }
  }

  async #transfer<Value>(transfer: () => Promise<Value>): Promise<Value> {
    this.assertPresent();
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
    if (cause.code === 'DEVICE_LOST' || cause.code === 'PIPE_CLOSED') return this.declareLost(cause);
    if (cause.code === 'TRANSFER_TIMED_OUT') return new ReaderError({ code: 'READER_TIMED_OUT', message: 'No answer in time', cause });
    return new ReaderError({ code: 'READER_TRANSFER_FAILED', message: 'USB transfer', cause, facts: { usb: cause.code } });
  }
}

function timedOut(what: string): ReaderError {
  return new ReaderError({ code: 'READER_TIMED_OUT', message: `${what}: no end in time` });
}

function malformed(what: string, facts: Record<string, number>, cause?: unknown): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: what, facts, cause });
}
