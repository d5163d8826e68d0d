/**
 * The byte array every room uses, and the three operations they all need.
 * WebUSB and WebCrypto refuse views on shared memory, so `Bytes` always owns an `ArrayBuffer`.
 */

/** Bytes over an ordinary `ArrayBuffer`. `.slice()` copies, `.subarray()` is a view of the same memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Joins parts into one fresh array. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** True when both hold the same bytes. Not constant in time: never used on a secret. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Offset of the first occurrence of `needle` at or after `from`, or -1. */
export function indexOfBytes(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  for (let start = from; start + needle.length <= haystack.length; start++) {
    if (needle.every((byte, index) => haystack[start + index] === byte)) return start;
  }
  return -1;
}
