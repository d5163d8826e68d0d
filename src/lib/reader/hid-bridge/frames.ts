/**
 * Whole CCID messages in 64-byte HID reports, framed as Ledger devices do: channel (2 bytes) · tag 05 · sequence (2, from 0) · in the
 * first report the length of the message (2) · data, zero-padded. Big-endian. docs/hid-bridge.md; browser-and-readers.md §9.3. Pure.
 * A message is taken only when its length is the one its own CCID header gives (CCID Rev 1.1 §6.2, dwLength).
 */
import { concatBytes, type Bytes } from '#bytes';
import { REPORT_LENGTH } from '#usb';
import * as P from 'micro-packed';
import { HEADER_LENGTH, ReplyHeader } from '../ccid/replies.ts';

/** The length field has 16 bits. */
export const LONGEST_FRAMED_MESSAGE = 0xffff;

const TAG = 0x05;

const First = P.struct({ channel: P.U16BE, tag: P.magic(P.U8, TAG), sequence: P.magic(P.U16BE, 0), length: P.U16BE /* [bytes] */ });
const Next = P.struct({ channel: P.U16BE, tag: P.magic(P.U8, TAG), sequence: P.U16BE });

const FIRST_HEADER_LENGTH = 7;
const NEXT_HEADER_LENGTH = 5;
const FIRST_ROOM = REPORT_LENGTH - FIRST_HEADER_LENGTH;
const NEXT_ROOM = REPORT_LENGTH - NEXT_HEADER_LENGTH;

/**
 * Cuts a message of at most 65535 bytes into reports.
 * @throws RangeError on a longer or empty message: the caller has judged the length before
 */
export function framesOf(message: Bytes, channel: number): Bytes[] {
  if (message.length === 0 || message.length > LONGEST_FRAMED_MESSAGE) throw new RangeError('a message that the length field cannot hold');
  const frames = [padded(First.encode({ channel, length: message.length }), message.subarray(0, FIRST_ROOM))];
  for (let offset = FIRST_ROOM; offset < message.length; offset += NEXT_ROOM) {
    frames.push(padded(Next.encode({ channel, sequence: frames.length }), message.subarray(offset, offset + NEXT_ROOM)));
  }
  return frames;
}

function padded(header: Uint8Array, data: Bytes): Bytes {
  const report = new Uint8Array(REPORT_LENGTH);
  report.set(header);
  report.set(data, header.length);
  return report;
}

/** What is wrong with a report of our channel. */
export type FrameFlaw = 'length' | 'tag' | 'sequence' | 'messageLength' | 'limit';

/** What one report did. `foreign`: of another channel. `rest`: of a message that is given up already. */
export type FrameOutcome =
  | { readonly kind: 'foreign' | 'rest' | 'more' }
  | { readonly kind: 'message'; readonly message: Bytes }
  | { readonly kind: 'flawed'; readonly flaw: FrameFlaw };

/** Joins the reports of one channel. A report with sequence 0 always begins a message; what was incomplete before is forgotten. */
export class Assembler {
  readonly #channel: number;
  /** Longest message to accept [bytes]. */
  limit: number;
  #pieces: Bytes[] = [];
  #due = 0;

  constructor(channel: number, limit: number) {
    this.#channel = channel;
    this.limit = limit;
  }

  accept(report: Bytes): FrameOutcome {
    if (report.length !== REPORT_LENGTH) return this.#flawed('length');
    const { channel, tag, sequence } = headOf(report);
    if (channel !== this.#channel) return { kind: 'foreign' };
    if (tag !== TAG) return this.#flawed('tag');
    if (sequence === 0) return this.#begin(report);
    if (this.#pieces.length === 0) return { kind: 'rest' };
    if (sequence !== this.#pieces.length) return this.#flawed('sequence');
    return this.#add(report.subarray(NEXT_HEADER_LENGTH));
  }

  #begin(report: Bytes): FrameOutcome {
    const { length } = First.decode(report.subarray(0, FIRST_HEADER_LENGTH));
    const data = report.subarray(FIRST_HEADER_LENGTH);
    this.#pieces = [];
    if (length > this.limit) return this.#flawed('limit');
    if (length < HEADER_LENGTH || length !== HEADER_LENGTH + ReplyHeader.decode(data.subarray(0, HEADER_LENGTH)).dataLength) {
      return this.#flawed('messageLength');
    }
    this.#due = length;
    return this.#add(data);
  }

  #add(data: Bytes): FrameOutcome {
    const piece = data.slice(0, this.#due);
    this.#pieces.push(piece);
    this.#due -= piece.length;
    if (this.#due > 0) return { kind: 'more' };
    const message = concatBytes(...this.#pieces);
    this.#pieces = [];
    return { kind: 'message', message };
  }

  #flawed(flaw: FrameFlaw): FrameOutcome {
    this.#pieces = [];
    return { kind: 'flawed', flaw };
  }
}

/** The five bytes that every report begins with, unjudged. */
const Head = P.struct({ channel: P.U16BE, tag: P.U8, sequence: P.U16BE });

function headOf(report: Bytes): P.UnwrapCoder<typeof Head> {
  return Head.decode(report.subarray(0, NEXT_HEADER_LENGTH));
}
