/** Base64, RFC 4648 §4, canonical only: padding where it belongs, no white space, no bits left over. Decoding alone. */
import type { Bytes } from '#bytes';

/** `undefined` for anything that is not canonical base64. */
export function decodeBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(text)) return undefined;
  const binary = atob(text);
  return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
}
