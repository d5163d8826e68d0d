import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, unhex, type Bytes } from '#bytes';
import { readPublicKey, rsaKeyFrom, signatureAlgorithmOf } from './public-key.ts';
import { rawKey } from './test/invented-content.ts';
import { bitString, der, ecKeyPair, integer, rsaKeyPair, sequence } from './test/make-certificate.ts';

let key: CryptoKeyPair;

beforeAll(async () => {
  key = await rsaKeyPair();
});

const spkiOf = async ({ publicKey }: CryptoKeyPair): Promise<Bytes> => new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));

/** SubjectPublicKeyInfo of an RSAPublicKey, RFC 8017 §A.1.1. */
const rsaSpki = (...parts: readonly Bytes[]): Bytes => sequence(unhex('300D06092A864886F70D0101010500'), bitString(sequence(...parts)));
const modulusOf = (digits: string): Bytes => der(0x02, unhex(digits));
const odd2048 = `00C5${'00'.repeat(254)}01`;

describe('readPublicKey', () => {
  it('reads what WebCrypto exports', async () => {
    expect(readPublicKey(await spkiOf(key))).toMatchObject({ kind: 'rsa', modulusBits: 2048 });
    expect(readPublicKey(await spkiOf(await ecKeyPair('P-256')))).toMatchObject({ kind: 'ecdsa', curve: 'P-256' });
  });

  it('takes a well-formed RSA key of 2048 bits', () => {
    expect(readPublicKey(rsaSpki(modulusOf(odd2048), integer('010001')))).toMatchObject({ kind: 'rsa', modulusBits: 2048 });
  });

  it.each<{ name: string; spki: () => Bytes }>([
    { name: 'a modulus of 2047 bits', spki: () => rsaSpki(modulusOf(`75${'00'.repeat(254)}01`), integer('010001')) },
    { name: 'a modulus of 8200 bits', spki: () => rsaSpki(modulusOf(`00C5${'00'.repeat(1023)}01`), integer('010001')) },
    { name: 'an even modulus', spki: () => rsaSpki(modulusOf(`00C5${'00'.repeat(255)}`), integer('010001')) },
    { name: 'a negative modulus', spki: () => rsaSpki(modulusOf(`C5${'00'.repeat(254)}01`), integer('010001')) },
    { name: 'exponent 0', spki: () => rsaSpki(modulusOf(odd2048), integer('00')) },
    { name: 'exponent 1', spki: () => rsaSpki(modulusOf(odd2048), integer('01')) },
    { name: 'exponent 2', spki: () => rsaSpki(modulusOf(odd2048), integer('02')) },
    { name: 'exponent -1', spki: () => rsaSpki(modulusOf(odd2048), integer('FF')) },
    { name: 'an exponent of 33 bits', spki: () => rsaSpki(modulusOf(odd2048), integer('0100000001')) },
    { name: 'rsaEncryption without NULL', spki: () => sequence(unhex('300B06092A864886F70D010101'), bitString(sequence())) },
    { name: 'RSA-PSS', spki: () => sequence(unhex('300B06092A864886F70D01010A'), bitString(sequence())) },
    { name: 'Ed25519', spki: () => sequence(unhex('300506032B6570'), bitString(new Uint8Array(32))) },
    {
      name: 'a compressed point',
      spki: () => sequence(unhex('301306072A8648CE3D020106082A8648CE3D030107'), bitString(concatBytes(unhex('02'), new Uint8Array(32)))),
    },
  ])('leaves $name outside the profile', ({ spki }) => {
    expect(readPublicKey(spki())).toBeUndefined();
  });

  it('leaves P-521 outside the profile', async () => {
    expect(readPublicKey(await spkiOf(await ecKeyPair('P-521')))).toBeUndefined();
  });

  it.each<{ name: string; spki: () => Bytes }>([
    { name: 'nothing', spki: () => new Uint8Array(0) },
    { name: 'three parts', spki: () => sequence(sequence(), bitString(new Uint8Array(0)), sequence()) },
    { name: 'an OCTET STRING for a key', spki: () => sequence(sequence(), unhex('0400')) },
    { name: 'a key that is not whole octets', spki: () => sequence(sequence(), unhex('03020480')) },
    { name: 'an RSA key of three numbers', spki: () => rsaSpki(modulusOf(odd2048), integer('010001'), integer('01')) },
    { name: 'an RSA key with a padded modulus', spki: () => rsaSpki(modulusOf(`00${odd2048}`), integer('010001')) },
  ])('refuses $name', ({ spki }) => {
    expect(() => readPublicKey(spki())).toThrow(expect.objectContaining({ code: 'DER_REFUSED' }));
  });
});

describe('rsaKeyFrom', () => {
  it('makes the SubjectPublicKeyInfo WebCrypto would export', async () => {
    const { modulus, exponent } = await rawKey(key);
    expect(rsaKeyFrom(modulus, exponent, 2048)).toEqual({ kind: 'rsa', modulusBits: 2048, spki: await spkiOf(key) });
  });

  it('takes exactly the size it is asked for', async () => {
    const { modulus, exponent } = await rawKey(key);
    expect(rsaKeyFrom(modulus, exponent, 3072)).toBeUndefined();
    expect(rsaKeyFrom(concatBytes(unhex('00'), modulus), exponent, 2048)).toBeUndefined();
    expect(rsaKeyFrom(modulus, concatBytes(unhex('00'), exponent), 2048)).toBeUndefined();
    expect(rsaKeyFrom(new Uint8Array(0), new Uint8Array(0), 2048)).toBeUndefined();
    expect(rsaKeyFrom(new Uint8Array(100_000).fill(0xff), exponent, 2048)).toBeUndefined();
  });
});

it.each([
  { name: 'SHA-1 with RSA', digits: '300D06092A864886F70D0101050500' },
  { name: 'MD5 with RSA', digits: '300D06092A864886F70D0101040500' },
  { name: 'RSA-PSS', digits: '300B06092A864886F70D01010A' },
  { name: 'SHA-256 with RSA, parameters absent', digits: '300B06092A864886F70D01010B' },
  { name: 'ECDSA with SHA-256, parameters NULL', digits: '300C06082A8648CE3D0403020500' },
  { name: 'DSA with SHA-1', digits: '300906072A8648CE380403' },
])('$name is outside the profile', ({ digits }) => {
  expect(signatureAlgorithmOf(unhex(digits))).toBeUndefined();
});
