/**
 * The objects inside the RC-S300's transparent session (spec/browser-and-readers.md §6.4 to §6.6): one-byte tags, the two-byte tags `5F xx` and
 * `FF xx`, the three-byte `FF 6E yy` counted as a tag with its own length behind it; BER lengths of one to three bytes.
 */
import { concatBytes, type Bytes } from '#bytes';

export interface TransparentObject {
  readonly tag: number;
  readonly value: Bytes;
}

/** All objects, or `undefined`: a tag or length that runs past the end. */
export function readObjects(bytes: Bytes): readonly TransparentObject[] | undefined {
  const objects: TransparentObject[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tagLength = tagLengthAt(bytes, offset);
    const tag = bytes.slice(offset, offset + tagLength);
    const length = lengthAt(bytes, offset + tagLength);
    if (tag.length < tagLength || length === undefined) return undefined;
    const start = offset + tagLength + length.size;
    offset = start + length.value;
    if (offset > bytes.length) return undefined;
    objects.push({ tag: tag.reduce((number, byte) => number * 0x100 + byte, 0), value: bytes.slice(start, offset) });
  }
  return objects;
}

export function writeObject(tag: readonly number[], value: Bytes): Bytes {
  return concatBytes(Uint8Array.from(tag), lengthBytes(value.length), value);
}

function tagLengthAt(bytes: Bytes, offset: number): number {
  return bytes[offset] === 0xff || bytes[offset] === 0x5f ? 2 : 1;
}

function lengthAt(bytes: Bytes, offset: number): { readonly value: number; readonly size: number } | undefined {
  const [first, second, third] = bytes.subarray(offset, offset + 3);
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, size: 1 };
  if (first === 0x81 && second !== undefined) return { value: second, size: 2 };
  if (first === 0x82 && second !== undefined && third !== undefined) return { value: second * 0x100 + third, size: 3 };
  return undefined;
}

function lengthBytes(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length % 0x100);
}
