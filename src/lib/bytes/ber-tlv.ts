/**
 * BER-TLV data objects, ISO/IEC 7816-4 §5.2.2, as My Number cards write them.
 * Accepted: one- and two-byte tags, lengths in the short form, `81 LL` and `82 hh ll` even where shorter would do
 * (card-info files write 159 as `82 00 9F`). Refused: indefinite and longer lengths, longer tags, values that run past
 * the end, more than `MAX_OBJECTS` objects. It does not descend: a constructed value is walked by a second call.
 * Certificates are DER and have a strict gate of their own in `trust`.
 */
import type { Bytes } from './bytes.ts';
import { BytesError } from './bytes-error.ts';

/** More objects than any card file we know has, few enough to bound a hostile one. */
const MAX_OBJECTS = 256;

/** One data object. Offsets count from the first byte of the input. */
export interface TlvObject {
  /** `0xDF22`, or `0x90` for a one-byte tag. */
  readonly tag: number;
  /** Offset of the first tag byte. */
  readonly start: number;
  /** Offset just behind the value. */
  readonly end: number;
  readonly value: Bytes;
  /** Tag, length and value as stored. */
  readonly encoded: Bytes;
}

/**
 * Reads one object at `offset`.
 * @throws BytesError `TLV_MALFORMED`
 */
export function readTlv(bytes: Bytes, offset = 0): TlvObject {
  const tag = readTag(bytes, offset);
  const length = readLength(bytes, offset + tag.size);
  const valueStart = offset + tag.size + length.size;
  const end = valueStart + length.value;
  if (end > bytes.length) throw malformed(`value of tag ${tag.value.toString(16)} runs past the end`, offset);
  return { tag: tag.value, start: offset, end, value: bytes.slice(valueStart, end), encoded: bytes.slice(offset, end) };
}

/**
 * Reads all objects from `offset` to the end, or to the first tag byte that `isFiller` calls filler.
 * @throws BytesError `TLV_MALFORMED`
 */
export function readAllTlv(bytes: Bytes, { offset = 0, isFiller }: { offset?: number; isFiller?: (byte: number) => boolean } = {}): TlvObject[] {
  const objects: TlvObject[] = [];
  let position = offset;
  while (position < bytes.length) {
    if (isFiller?.(byteAt(bytes, position)) === true) break;
    if (objects.length === MAX_OBJECTS) throw malformed('too many data objects', position);
    const object = readTlv(bytes, position);
    objects.push(object);
    position = object.end;
  }
  return objects;
}

function readTag(bytes: Bytes, offset: number): { value: number; size: number } {
  const first = byteAt(bytes, offset);
  if ((first & 0x1f) !== 0x1f) return { value: first, size: 1 };
  const second = byteAt(bytes, offset + 1);
  if ((second & 0x80) !== 0) throw malformed('tag of more than two bytes', offset);
  return { value: first * 0x100 + second, size: 2 };
}

function readLength(bytes: Bytes, offset: number): { value: number; size: number } {
  const first = byteAt(bytes, offset);
  if (first <= 0x7f) return { value: first, size: 1 };
  if (first === 0x81) return { value: byteAt(bytes, offset + 1), size: 2 };
  if (first === 0x82) return { value: byteAt(bytes, offset + 1) * 0x100 + byteAt(bytes, offset + 2), size: 3 };
  throw malformed(`length form ${first.toString(16)}`, offset);
}

function byteAt(bytes: Bytes, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw malformed('cut short', offset);
  return byte;
}

function malformed(what: string, offset: number): BytesError {
  return new BytesError({ code: 'TLV_MALFORMED', message: `BER-TLV at offset ${String(offset)}: ${what}`, facts: { offset } });
}
