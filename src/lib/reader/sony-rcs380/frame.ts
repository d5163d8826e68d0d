/**
 * Frames of the RC-S380 ("Port-100"): preamble `00 00 FF FF FF`, LEN little-endian, LCS, data, DCS, `00`; the sums over LEN and LCS and over
 * data and DCS are 0 modulo 256. ACK is `00 00 FF 00 FF 00`; the five bytes of the preamble alone are the reader's error frame.
 */
import { concatBytes, equalBytes, unhex, type Bytes, type Outgoing } from '#bytes';

export const ackFrame: Bytes = unhex('0000FF00FF00');
const preamble: Bytes = unhex('0000FFFFFF');
const POSTAMBLE = 0x00;
const HEADER_LENGTH = 8;
const TRAILER_LENGTH = 2;
const MAXIMUM_DATA_LENGTH = 0xffff;

export type Frame =
  | { readonly kind: 'ack' }
  | { readonly kind: 'error' }
  | { readonly kind: 'data'; readonly data: Bytes }
  | { readonly kind: 'invalid'; readonly reason: InvalidReason };
export type InvalidReason = 'tooShort' | 'preamble' | 'lengthSum' | 'length' | 'dataSum' | 'postamble';

/** A fresh array: whoever sends a secret wipes it. */
export function encodeFrame({ bytes, secret }: Outgoing): Outgoing {
  if (bytes.length > MAXIMUM_DATA_LENGTH) throw new RangeError('LEN has 16 bits');
  const length = Uint8Array.of(bytes.length % 0x100, bytes.length >> 8);
  const framed = concatBytes(preamble, length, Uint8Array.of(complement(length)), bytes, Uint8Array.of(complement(bytes), POSTAMBLE));
  return { bytes: framed, secret };
}

/** One transfer is one frame. The data is a copy. */
export function decodeFrame(bytes: Bytes): Frame {
  if (equalBytes(bytes, ackFrame)) return { kind: 'ack' };
  if (equalBytes(bytes, preamble)) return { kind: 'error' };
  if (bytes.length < HEADER_LENGTH + TRAILER_LENGTH) return { kind: 'invalid', reason: 'tooShort' };
  if (!equalBytes(bytes.subarray(0, preamble.length), preamble)) return { kind: 'invalid', reason: 'preamble' };
  if (sumOf(bytes.subarray(preamble.length, HEADER_LENGTH)) !== 0) return { kind: 'invalid', reason: 'lengthSum' };
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(preamble.length, true);
  if (bytes.length !== HEADER_LENGTH + length + TRAILER_LENGTH) return { kind: 'invalid', reason: 'length' };
  if (sumOf(bytes.subarray(HEADER_LENGTH, -1)) !== 0) return { kind: 'invalid', reason: 'dataSum' };
  if (bytes.at(-1) !== POSTAMBLE) return { kind: 'invalid', reason: 'postamble' };
  return { kind: 'data', data: bytes.slice(HEADER_LENGTH, HEADER_LENGTH + length) };
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) % 0x100;
}

function complement(bytes: Uint8Array): number {
  return (0x100 - sumOf(bytes)) % 0x100;
}
