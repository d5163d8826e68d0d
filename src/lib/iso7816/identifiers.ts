/**
 * EF identifiers and short EF identifiers, ISO/IEC 7816-4 §7.3.1: 16 bits, and 1–30 in five bits beside the flag 80.
 * A value outside its range is refused, never cut: EF 10001 must not become EF 0001.
 */
import type { Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';

const SHORT_FLAG = 0x80;
const LARGEST_SHORT = 0x1e;

/** @throws ApduError `APDU_INVALID` */
export function efIdentifierBytes(efIdentifier: number): Bytes {
  if (!isEfIdentifier(efIdentifier)) throw new ApduError({ code: 'APDU_INVALID', message: 'An EF identifier has 16 bits' });
  return Uint8Array.of(efIdentifier >> 8, efIdentifier % 0x100);
}

/** 80 | short EF identifier, as P1 of READ BINARY and P2 of VERIFY. @throws ApduError `APDU_INVALID` */
export function shortIdentifierByte(shortEfIdentifier: number): number {
  if (!isShortEfIdentifier(shortEfIdentifier)) throw new ApduError({ code: 'APDU_INVALID', message: 'A short EF identifier is 1 to 30' });
  return SHORT_FLAG + shortEfIdentifier;
}

export function isEfIdentifier(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

/** Also true for the EFs of both applications that can be addressed in short form: there the two identifiers are equal. */
export function isShortEfIdentifier(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_SHORT;
}
