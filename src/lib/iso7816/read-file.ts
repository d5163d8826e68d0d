/**
 * The current EF by READ BINARY, chunk by chunk. Where the standard leaves the end of a file open, every plausible card is followed:
 * short answers continue, `9000` without data, `6B00` and `6282` end; `6700` lowers Le for good; `6Cxx` lowers it for this file.
 */
import { concatBytes, type Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { FileReadOptions, ReadOptions, ReadOutcome } from './card-connection.ts';
import type { CommandApdu } from './command-apdu.ts';
import { LARGEST_OFFSET, readBinary } from './read-binary.ts';
import type { ReadLengths } from './read-lengths.ts';
import { unexpectedStatus } from './response-apdu.ts';
import { statusWords } from './status-word.ts';
import type { Answer } from './transceive.ts';

/** Sends one READ BINARY and brings its whole answer. */
export type AskCard = (command: CommandApdu) => Promise<Answer>;

/**
 * From behind `options.resumeAfter` to the end.
 *
 * @param bound - No READ BINARY asks for more: what a 6Cxx named before [bytes].
 * @throws ApduError `APDU_INVALID` for impossible options, `CARD_FILE_TOO_LONG`, `UNEXPECTED_STATUS`, and what `ask` throws
 */
export async function readToEnd(ask: AskCard, options: FileReadOptions, lengths: ReadLengths, bound = Number.POSITIVE_INFINITY): Promise<ReadOutcome> {
  checkMaximum(options);
  let received: Bytes = options.resumeAfter?.slice() ?? new Uint8Array(0);
  let lowered = bound;
  checkFileLength(received.length, options);
  for (;;) {
    const le = Math.min(nextLength(received, options, lengths), lowered);
    if (le === 0) return { outcome: 'read', bytes: received };
    const answer = await ask(readBinary.build(received.length, le));
    const read = readBinary.parse(answer);
    if (read.step === 'notAllowed') return { outcome: 'notAllowed', bytes: received };
    received = append(received, read.bytes, options);
    if (read.step === 'end' || isEnd(answer, le, received, options)) return { outcome: 'read', bytes: received };
    if (read.step === 'wrongLength') shorten(lengths, le);
    lowered = Math.min(lowered, loweredTo(answer, le));
  }
}

function shorten(lengths: ReadLengths, refused: number): void {
  if (!lengths.shorten(refused)) throw unexpectedStatus('READ BINARY', statusWords.wrongLength);
}

/** Ne of the next READ BINARY [bytes]; zero when the file is complete. One byte past the limit is asked for: a file that has it is too long. */
export function nextLength(received: Bytes, options: FileReadOptions, lengths: ReadLengths): number {
  const total = totalLength(received, options);
  const missing = total === undefined ? undefined : Math.max(0, total - received.length);
  return lengths.next(missing, options.maximumLength - received.length + 1);
}

/** A card that gives less than it was asked for may have more; where the content says that it is whole, nothing more is asked. */
export function isEnd({ data, le }: Answer, asked: number, received: Bytes, options: FileReadOptions): boolean {
  return le === asked && data.length < asked && options.isWhole?.(received) === true;
}

/** @throws ApduError `CARD_FILE_TOO_LONG` */
export function append(received: Bytes, bytes: Bytes, options: FileReadOptions): Bytes {
  if (bytes.length === 0) return received;
  const joined = concatBytes(received, bytes);
  checkFileLength(joined.length, options);
  options.onProgress?.(joined.length);
  return joined;
}

/** @throws ApduError `APDU_INVALID` */
export function checkChunk({ chunkLength }: ReadOptions): void {
  const fits = Number.isInteger(chunkLength) && chunkLength >= 1 && chunkLength <= 0x100;
  if (!fits) throw new ApduError({ code: 'APDU_INVALID', message: 'ReadOptions out of range', facts: { chunkLength } });
}

/** The Le the card named in 6Cxx, where it was smaller; else no bound. */
export function loweredTo(answer: Answer, asked: number): number {
  return answer.le !== undefined && answer.le < asked ? answer.le : Number.POSITIVE_INFINITY;
}

function totalLength(received: Bytes, options: FileReadOptions): number | undefined {
  const total = options.totalLength?.(received);
  if (total === undefined) return undefined;
  if (!Number.isInteger(total) || total < 0) throw new ApduError({ code: 'APDU_INVALID', message: 'totalLength is not a length' });
  checkFileLength(total, options);
  return total;
}

function checkFileLength(length: number, { maximumLength }: FileReadOptions): void {
  if (length > maximumLength) throw new ApduError({ code: 'CARD_FILE_TOO_LONG', message: 'The file exceeds its limit', facts: { length, maximumLength } });
}

function checkMaximum({ maximumLength }: FileReadOptions): void {
  const fits = Number.isInteger(maximumLength) && maximumLength >= 0 && maximumLength <= LARGEST_OFFSET + 1;
  if (!fits) throw new ApduError({ code: 'APDU_INVALID', message: 'ReadOptions out of range', facts: { maximumLength } });
}
