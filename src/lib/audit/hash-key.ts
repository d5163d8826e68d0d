/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a key of this counter. A licence record number has 12 digits, so a plain hash of it could be searched.
 * The key is not extractable by a script; it does lie readable in the browser's profile. Whoever holds the disk can search the numbers.
 */
import { hex, type Bytes } from '#bytes';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** A new key, 256 bit, usable for `keyedHash` only. */
export async function newHashKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
}

/** Whether a stored value is a key as `newHashKey` makes it. */
export function isHashKey(stored: unknown): stored is CryptoKey {
  if (!(stored instanceof CryptoKey)) return false;
  const { algorithm, extractable, usages } = stored;
  return algorithm.name === 'HMAC' && !extractable && usages.includes('sign');
}

/** HMAC of the UTF-8 form of `text`, hex. */
export async function keyedHash(key: CryptoKey, text: string): Promise<string> {
  const bytes: Bytes = utf8ToBytes(text).slice();
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes)));
}
