/** From the fields of the entry to a 照合番号B. The reading room checks and composes it; here only digits are put together and copies wiped. */
import { composeNumberB, numberBFromDigits, Secret, type BirthDateForm, type NumberBOutcome } from '#session';
import type { DigitBuffer } from './digit-buffer.svelte.ts';

export const NUMBER_B_LENGTH = 14;

export type NumberBField = 'year' | 'month' | 'day' | 'cardExpiryYear' | 'securityCode';

/** From three printed parts, as printed. The other form of the year is never tried by itself. */
export function numberBOfParts(parts: Readonly<Record<NumberBField, DigitBuffer>>, birthDateForm: BirthDateForm): NumberBOutcome {
  const birthDate = joined(parts.year, parts.month, parts.day);
  const expiryYear = joined(parts.cardExpiryYear);
  const securityCode = joined(parts.securityCode);
  const outcome = composeNumberB({ birthDate, birthDateForm, expiryYear, securityCode });
  for (const copy of [birthDate, expiryYear, securityCode]) copy.fill(0);
  return outcome;
}

export function numberBInOneGo(buffer: DigitBuffer): NumberBOutcome {
  return buffer.lend((digits) => numberBFromDigits(digits));
}

/** A copy of the digits as a secret; the buffer keeps its own until it is wiped. */
export function secretOf(buffer: DigitBuffer): Secret {
  return new Secret(joined(buffer));
}

function joined(...buffers: readonly DigitBuffer[]): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(buffers.reduce((length, { count }) => length + count, 0));
  let place = 0;
  for (const buffer of buffers) {
    buffer.lend((bytes) => digits.set(bytes, place));
    place += buffer.count;
  }
  return digits;
}
