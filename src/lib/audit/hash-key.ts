/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a key of this counter. A licence record number has 12 digits, so a plain hash of it could be searched.
 * The key is not extractable by a script; it does lie readable in the browser's profile. Whoever holds the disk can search the numbers.
 */
import { hex, type Bytes } from '#bytes';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** A new key, 256 bit, usable for `keyedHash` only. */
export async function newHashKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
}

/** Whether a stored value is a key as `newHashKey` makes it. */
export function isHashKey(stored: unknown): stored is CryptoKey {
  if (!(stored instanceof CryptoKey)) return false;
  const { algorithm, extractable, usages } = stored;
  const hash = 'hash' in algorithm ? algorithm.hash : undefined; // HmacKeyAlgorithm, Web Cryptography §29.4
  const isSha256 = typeof hash === 'object' && hash !== null && 'name' in hash && hash.name === 'SHA-256';
  return algorithm.name === 'HMAC' && isSha256 && !extractable && usages.includes('sign');
}

/** What is hashed to tell keys apart: text that is no licence number, so that the identifier tells nothing of one. */
const KEY_ID_LABEL = 'madoguchi-audit licence number key';
const KEY_ID_LENGTH = 8;

/** Identifier of a key: the first eight bytes of SHA-256 over HMAC-SHA-256(key, label), hex. */
export async function hashKeyId(key: CryptoKey): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', key, utf8ToBytes(KEY_ID_LABEL).slice());
  return hex(sha256(new Uint8Array(mac)).slice(0, KEY_ID_LENGTH));
}

/** HMAC of the UTF-8 form of `text`, hex. */
export async function keyedHash(key: CryptoKey, text: string): Promise<string> {
  const bytes: Bytes = utf8ToBytes(text).slice();
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes)));
}
