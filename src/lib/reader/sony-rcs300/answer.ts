/**
 * What comes back for an escape: objects, and the reader's own status word behind them. `C0` holds the result of the operation, `97` the
 * card's data, `5F 51` an ATR; other objects are skipped by their length. A length that runs past the end is a fault.
 */
import { BytesError, readAllTlv, type Bytes, type TlvObject } from '#bytes';
import { ReaderError } from '../reader-error.ts';

export const tags = { result: 0xc0, cardData: 0x97, atr: 0x5f51 } as const;

const SUCCESS = 0x9000;
const OTHER_CLIENT = 0x698a;
const NO_ANSWER_SW1 = 0x64;
const index = { done: 0, reader: 1, card: 2 } as const;
const STATUS_WORD_LENGTH = 2;

export type Answer =
  | { readonly result: 'done'; readonly objects: readonly TlvObject[] }
  /** Sent, and no card has answered. */
  | { readonly result: 'noAnswer' }
  /** Not published; something came that the reader could not use. */
  | { readonly result: 'damaged'; readonly statusWord: number }
  /** Another program has the transparent session. */
  | { readonly result: 'otherClient' }
  /** The reader's own "no". */
  | { readonly result: 'refused'; readonly statusWord: number };

/** The reader's status word, and what stands before it. @throws ReaderError `READER_MALFORMED_MESSAGE` */
export function splitStatusWord(payload: Bytes): { readonly body: Bytes; readonly statusWord: number } {
  if (payload.length < STATUS_WORD_LENGTH) throw malformed('a payload without a status word', { length: payload.length });
  const split = payload.length - STATUS_WORD_LENGTH;
  return { body: payload.slice(0, split), statusWord: wordAt(payload, split) };
}

/** @throws ReaderError `READER_MALFORMED_MESSAGE` */
export function readAnswer(payload: Bytes): Answer {
  const { body, statusWord } = splitStatusWord(payload);
  if (statusWord === OTHER_CLIENT) return { result: 'otherClient' };
  if (statusWord !== SUCCESS) return { result: 'refused', statusWord };
  const objects = readObjects(body);
  const result = onlyValue(objects, tags.result);
  if (result?.length !== 3) throw malformed('no result', { length: payload.length });
  return judge(result, objects);
}

/** The value of the one object with `tag`; `undefined` when there is none. @throws ReaderError `READER_MALFORMED_MESSAGE` */
export function onlyValue(objects: readonly TlvObject[], tag: number): Bytes | undefined {
  const found = objects.filter((object) => object.tag === tag);
  if (found.length > 1) throw malformed('the same object twice', { tag });
  return found[0]?.value;
}

function judge(result: Bytes, objects: readonly TlvObject[]): Answer {
  const statusWord = wordAt(result, 1);
  if (statusWord === OTHER_CLIENT) return { result: 'otherClient' };
  switch (result[0]) {
    case index.done:
      return statusWord === SUCCESS ? { result: 'done', objects } : { result: 'refused', statusWord };
    case index.reader:
      return { result: 'refused', statusWord };
    case index.card:
      return statusWord >> 8 === NO_ANSWER_SW1 ? { result: 'noAnswer' } : { result: 'damaged', statusWord };
    default:
      throw malformed('an unknown kind of result', { statusWord });
  }
}

function readObjects(body: Bytes): readonly TlvObject[] {
  try {
    return readAllTlv(body);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw malformed('objects that do not add up', { length: body.length }, cause);
  }
}

function wordAt(bytes: Bytes, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(offset);
}

function malformed(what: string, facts: Readonly<Record<string, number>>, cause?: unknown): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: `RC-S300: ${what}`, facts, cause });
}
