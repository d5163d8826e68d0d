/** Test-side encoder of the licence files, written from licence-applet §5.2 and sharing nothing with the parser. */
import { concatBytes, unhex, type Bytes } from '#bytes';

/** `element('C5', '35 31 …')`; the tag as written, one or two bytes. Lengths from 128 on as `82 hh ll`. */
export function element(tag: string, value: string | Uint8Array = ''): Bytes {
  const content = typeof value === 'string' ? unhex(value) : Uint8Array.from(value);
  const length = content.length < 128 ? [content.length] : [0x82, Math.floor(content.length / 256), content.length % 256];
  return concatBytes(unhex(tag), Uint8Array.from(length), content);
}

/** All 70 tags in hex, from the rule "C2…FF, then 01 00…01 07". */
export const recordTags: readonly string[] = [
  ...Array.from({ length: 62 }, (_, index) => hexByte(0xc2 + index)),
  ...Array.from({ length: 8 }, (_, index) => `01${hexByte(index)}`),
];

/** A record with these values, everything else stored empty. Keys are tags in upper-case hex. */
export function record(values: Readonly<Record<string, string | Uint8Array>> = {}): Bytes {
  return concatBytes(...recordTags.map((tag) => element(tag, values[tag] ?? '')));
}

/** WEF03 with these values, everything else stored empty. */
export function signatureFile(values: Readonly<Record<string, string | Uint8Array>> = {}): Bytes {
  return concatBytes(...['0108', '0109', '010A', '010B', '010C', '010D'].map((tag) => element(tag, values[tag] ?? '')));
}

/** ASCII text as bytes. */
export function ascii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export async function sha256(bytes: Bytes): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
