import { describe, expect, it } from 'vitest';
import { hashKeyId, isHashKey, keyedHash, newHashKey } from './hash-key.ts';

const importKey = (bytes: Uint8Array<ArrayBuffer>, extractable = false, hash = 'SHA-256'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, extractable, ['sign']);
const counting = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('hashKeyId', () => {
  it('source: Python hashlib and hmac, SHA-256 over HMAC-SHA-256 of the label under 00 01 … 1F', async () => {
    expect(await hashKeyId(await importKey(counting))).toBe('7E89A6EF1B2468F3');
  });

  it('tells two keys apart', async () => {
    const [left, right] = [await newHashKey(), await newHashKey()];
    expect(await hashKeyId(left)).not.toBe(await hashKeyId(right));
    expect(await hashKeyId(left)).toBe(await hashKeyId(left));
  });
});

it('keyedHash source: RFC 4231 §4.3', async () => {
  const key = await importKey(Uint8Array.from('Jefe', (character) => character.charCodeAt(0)));
  expect(await keyedHash(key, 'what do ya want for nothing?')).toBe('5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843');
});

describe('isHashKey', () => {
  it('takes the key of newHashKey', async () => {
    expect(isHashKey(await newHashKey())).toBe(true);
  });

  it('refuses what is none', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const verifying = await crypto.subtle.importKey('raw', counting, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
    for (const other of [pair, verifying, await importKey(counting, true), await importKey(counting, false, 'SHA-1'), 'junk', null, undefined, {}]) {
      expect(isHashKey(other)).toBe(false);
    }
  });
});
