/**
 * Error detection codes of T=1 blocks. ISO/IEC 7816-3:2006 §11.3.4: LRC, or the CRC of ISO/IEC 13239 (x16 + x12 + x5 + 1, reflected,
 * FFFF to begin with, inverted at the end). 7816-3 leaves the order of the two CRC bytes open; here the low byte goes first, as in
 * ISO/IEC 14443-3 annex B and in T=1 over I2C. Cards that ask for a CRC are next to unknown.
 */
import { type Bytes } from '#bytes';

const POLYNOMIAL_REFLECTED = 0x8408;

/** How a card protects its blocks. */
export interface CheckCode {
  /** [bytes] */
  readonly length: number;
  /** The code of everything in front of it. */
  of(bytes: Uint8Array): Bytes;
}

/** One byte: XOR of all. */
export const lrc: CheckCode = {
  length: 1,
  of: (bytes) => Uint8Array.of(bytes.reduce((sum, byte) => sum ^ byte, 0)),
};

/** Two bytes, low byte first. */
export const crc: CheckCode = {
  length: 2,
  of: (bytes) => {
    const value = 0xffff - bytes.reduce(addByte, 0xffff);
    return Uint8Array.of(value % 0x100, value >> 8);
  },
};

function addByte(register: number, byte: number): number {
  let value = register ^ byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >> 1 : (value >> 1) ^ POLYNOMIAL_REFLECTED;
  return value;
}
