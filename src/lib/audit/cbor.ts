/**
 * Deterministic CBOR, RFC 8949 §4.2.1, writing only: unsigned integers up to 2^53−1, text, arrays, maps with text keys, null.
 * Lengths and integers in their shortest form, no indefinite lengths, map keys in the bytewise order of their encodings.
 * Refused: negative or fractional numbers, lone surrogates (they would all become U+FFFD), everything else.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { concatBytes, hex, type Bytes } from '#bytes';
import { AuditError } from './audit-error.ts';

export type CborValue = number | string | null | readonly CborValue[] | { readonly [key: string]: CborValue };

/** RFC 8949 §3.1. */
const MAJOR = { unsigned: 0, text: 3, array: 4, map: 5 } as const;
const NULL = 0xf6;

/**
 * One value as its only encoding: different values give different bytes.
 * @throws AuditError `RECORD_REFUSED` on a value outside the subset.
 */
export function encodeCbor(value: CborValue): Bytes {
  if (value === null) return Uint8Array.of(NULL);
  if (typeof value === 'number') return encodeHead(MAJOR.unsigned, value);
  if (typeof value === 'string') return encodeText(value);
  if (isArray(value)) return concatBytes(encodeHead(MAJOR.array, value.length), ...value.map(encodeCbor));
  if (typeof value === 'object') return encodeMap(value);
  throw refused(`a ${typeof value}`);
}

/** Initial byte and argument, RFC 8949 §3: the shortest of five forms. */
function encodeHead(major: number, argument: number): Bytes {
  if (!Number.isSafeInteger(argument) || argument < 0) throw refused('a number that is not a natural number below 2^53');
  const initial = major * 0x20;
  if (argument < 24) return Uint8Array.of(initial + argument);
  if (argument < 0x1_00) return Uint8Array.of(initial + 24, argument);
  const [information, width] = argument < 0x1_0000 ? [25, 2] : argument < 0x1_0000_0000 ? [26, 4] : [27, 8];
  const head = new Uint8Array(1 + width);
  head[0] = initial + information;
  for (let index = width, rest = argument; index > 0; index--, rest = Math.floor(rest / 0x100)) head[index] = rest % 0x100;
  return head;
}

function encodeText(text: string): Bytes {
  if (/\p{Surrogate}/u.test(text)) throw refused('text with a lone surrogate');
  const bytes = utf8ToBytes(text);
  return concatBytes(encodeHead(MAJOR.text, bytes.length), bytes);
}

function encodeMap(map: { readonly [key: string]: CborValue }): Bytes {
  const pairs = Object.entries(map).map(([key, value]) => ({ key: encodeText(key), value }));
  // Hexadecimal of whole bytes sorts like the bytes themselves; a shorter head sorts first because its length byte is smaller.
  const sorted = pairs.map((pair) => ({ ...pair, order: hex(pair.key) })).sort((left, right) => (left.order < right.order ? -1 : 1));
  return concatBytes(encodeHead(MAJOR.map, sorted.length), ...sorted.flatMap(({ key, value }) => [key, encodeCbor(value)]));
}

/** `Array.isArray` alone does not narrow a readonly array. */
function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

function refused(what: string): AuditError {
  return new AuditError({ code: 'RECORD_REFUSED', message: `Deterministic CBOR: ${what}` });
}
