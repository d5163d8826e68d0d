/**
 * Hexadecimal, upper case on the way out, either case and spaces on the way in (RFC 4648 §8, base16).
 */
import type { Bytes } from './bytes.ts';
import { BytesError } from './bytes-error.ts';

/** The two digits of each byte: whole files are turned into text, one byte after the other. */
const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());

/** `[0x00, 0xA4]` → `"00A4"`. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += pairs[byte] ?? '';
  return text;
}

/**
 * `"00 A4"` → bytes. White space between digits is ignored.
 * @throws BytesError `NOT_HEXADECIMAL` on an odd number of digits or any other character.
 */
export function unhex(text: string): Bytes {
  const digits = text.replace(/\s+/gu, '');
  if (digits.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/u.test(digits)) {
    throw new BytesError({ code: 'NOT_HEXADECIMAL', message: 'Expected pairs of hexadecimal digits' });
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}
