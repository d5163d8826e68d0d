/** Frames of the RC-S380 (spec/browser-and-readers.md §7.1): ACK, error frame, and extended frames with a checksum over the length and one over the data. */
import { concatBytes, type Bytes } from '#bytes';

export const ackFrame = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
export const errorFrame = Uint8Array.of(0x00, 0x00, 0xff, 0xff, 0xff);
const HEADER_LENGTH = 8;
const TRAILER_LENGTH = 2;

export type Port100Input = { readonly kind: 'ack' } | { readonly kind: 'data'; readonly data: Bytes };

/** What one transfer of the host is, or `undefined`: no frame. */
export function decodeFrame(bytes: Bytes): Port100Input | undefined {
  if (startsWith(bytes, ackFrame) && bytes.length === ackFrame.length) return { kind: 'ack' };
  if (!startsWith(bytes, errorFrame) || bytes.length < HEADER_LENGTH + TRAILER_LENGTH) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(5, true);
  const data = bytes.slice(HEADER_LENGTH, HEADER_LENGTH + length);
  const ends = bytes.length === HEADER_LENGTH + length + TRAILER_LENGTH && bytes.at(-1) === 0;
  if (!ends || sumOf(bytes.subarray(5, 8)) !== 0 || sumOf(bytes.subarray(HEADER_LENGTH, -1)) !== 0) return undefined;
  return { kind: 'data', data };
}

/** Bytes that a frame begun like this still wants; 0 for anything that is no such beginning. */
export function missingLength(bytes: Bytes): number {
  if (bytes.length < HEADER_LENGTH || !startsWith(bytes, errorFrame) || sumOf(bytes.subarray(5, 8)) !== 0) return 0;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(5, true);
  return Math.max(0, HEADER_LENGTH + length + TRAILER_LENGTH - bytes.length);
}

export function encodeFrame(data: Bytes): Bytes {
  const length = Uint8Array.of(data.length % 0x100, data.length >> 8);
  return concatBytes(errorFrame, length, Uint8Array.of(complement(length)), data, Uint8Array.of(complement(data), 0x00));
}

function startsWith(bytes: Bytes, start: Bytes): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function sumOf(bytes: Bytes): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) % 0x100;
}

/** What makes the sum 0 modulo 256. */
function complement(bytes: Bytes): number {
  return (0x100 - sumOf(bytes)) % 0x100;
}
