/**
 * The ATR of a Type B card as a PC/SC reader would build it. PC/SC part 3, §3.1.3.2.3.1: `3B 88 80 01`, application data (4), protocol
 * info (3), MBLI in the high nibble of one byte, TCK. For readers where the host itself hears ATQB and the answer to ATTRIB.
 */
import { concatBytes, type Bytes } from '#bytes';

const HISTORICAL = { from: 5, to: 12 } as const;

/** `atqb` of at least 12 bytes, the answer to ATTRIB of at least one. */
export function typeBAtr(atqb: Bytes, attribAnswer: Bytes): Bytes {
  const [identifiers] = attribAnswer;
  if (atqb.length < HISTORICAL.to || identifiers === undefined) throw new RangeError('ATQB or answer to ATTRIB too short');
  const withoutCheck = concatBytes(Uint8Array.of(0x88, 0x80, 0x01), atqb.subarray(HISTORICAL.from, HISTORICAL.to), Uint8Array.of(identifiers & 0xf0));
  const check = withoutCheck.reduce((sum, byte) => sum ^ byte, 0);
  return concatBytes(Uint8Array.of(0x3b), withoutCheck, Uint8Array.of(check));
}
