/** The original of a value that could not be read, as hexadecimal text of bounded length. */
import type { Bytes } from '#session';

const SHOWN_LENGTH = 32;

export function rawInHex(bytes: Bytes): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_LENGTH), (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  return bytes.length > SHOWN_LENGTH ? `${shown} … (${String(bytes.length)})` : shown;
}
