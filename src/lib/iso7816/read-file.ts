/**
 * A whole EF by READ BINARY, chunk by chunk. Where the standard leaves the end of a file open, every plausible card is followed:
 * short answers continue, `9000` without data, `6B00` and `6282` end; `6700` lowers Le to 84 once; `6Cxx` lowers it for good.
 */
import { concatBytes, type Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { ReadOptions, ReadOutcome } from './card-connection.ts';
import type { CommandApdu } from './command-apdu.ts';
import { LARGEST_OFFSET, readBinary } from './read-binary.ts';
import { unexpectedStatus } from './response-apdu.ts';
import { statusWords } from './status-word.ts';
import type { Answer } from './transceive.ts';

/** The Le one public reader works with [bytes]. */
const FALLBACK_CHUNK_LENGTH = 0x54;

/**
 * @param ask sends one READ BINARY and brings its whole answer
 * @throws ApduError `APDU_INVALID` for impossible options, `CARD_FILE_TOO_LONG`, `UNEXPECTED_STATUS`, and what `ask` throws
 */
export async function readFile(ask: (command: CommandApdu) => Promise<Answer>, options: ReadOptions): Promise<ReadOutcome> {
  checkOptions(options);
  let received: Bytes = options.resumeAfter?.slice() ?? new Uint8Array(0);
  let chunkLength = options.chunkLength;
  checkFileLength(received.length, options);
  for (;;) {
    const le = nextLe(received, chunkLength, options);
    if (le === 0) return { outcome: 'read', bytes: received };
    const answer = await ask(readBinary.build(received.length, le));
    const read = readBinary.parse(answer);
    if (read.step === 'notAllowed') return { outcome: 'notAllowed', bytes: received };
    received = append(received, read.bytes, options);
    if (read.step === 'end') return { outcome: 'read', bytes: received };
    chunkLength = read.step === 'wrongLength' ? fallbackFrom(le) : Math.min(chunkLength, lowered(answer, le));
  }
}

/** Zero when the file is complete. */
function nextLe(received: Bytes, chunkLength: number, options: ReadOptions): number {
  const total = totalLength(received, options);
  return total === undefined ? chunkLength : Math.min(chunkLength, Math.max(0, total - received.length));
}

/** The Le the card named in 6Cxx, where it was smaller; else no bound. */
function lowered(answer: Answer, asked: number): number {
  return answer.le !== undefined && answer.le < asked ? answer.le : Number.POSITIVE_INFINITY;
}

/** Once only: from here on no chunk is longer, so a second 6700 is a fault. */
function fallbackFrom(le: number): number {
  if (le <= FALLBACK_CHUNK_LENGTH) throw unexpectedStatus('READ BINARY', statusWords.wrongLength);
  return FALLBACK_CHUNK_LENGTH;
}

function append(received: Bytes, bytes: Bytes, options: ReadOptions): Bytes {
  if (bytes.length === 0) return received;
  const joined = concatBytes(received, bytes);
  checkFileLength(joined.length, options);
  options.onProgress?.(joined.length);
  return joined;
}

function totalLength(received: Bytes, options: ReadOptions): number | undefined {
  const total = options.totalLength?.(received);
  if (total === undefined) return undefined;
  if (!Number.isInteger(total) || total < 0) throw new ApduError({ code: 'APDU_INVALID', message: 'totalLength is not a length' });
  checkFileLength(total, options);
  return total;
}

function checkFileLength(length: number, { maximumLength }: ReadOptions): void {
  if (length > maximumLength) throw new ApduError({ code: 'CARD_FILE_TOO_LONG', message: 'The file exceeds its limit', facts: { length, maximumLength } });
}

function checkOptions({ chunkLength, maximumLength }: ReadOptions): void {
  const chunkFits = Number.isInteger(chunkLength) && chunkLength >= 1 && chunkLength <= 0x100;
  const maximumFits = Number.isInteger(maximumLength) && maximumLength >= 0 && maximumLength <= LARGEST_OFFSET + 1;
  if (!chunkFits || !maximumFits) throw new ApduError({ code: 'APDU_INVALID', message: 'ReadOptions out of range', facts: { chunkLength, maximumLength } });
}
