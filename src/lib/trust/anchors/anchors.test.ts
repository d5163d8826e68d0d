import { fc, it as property } from '@fast-check/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { hex, type Bytes } from '#bytes';
import { TrustError } from '../trust-error.ts';
import { authorityAnchor, keyIds, rootAnchor, signerAnchor } from '../test/invented-content.ts';
import { algorithms, basicConstraints, rsaKeyPair, subjectKeyIdentifier, usages } from '../test/make-certificate.ts';
import type { Anchor } from '../verdict.ts';
import { emptyTrustStore } from './empty-trust-store.ts';
import { readTrustStore } from './read-trust-store.ts';
import { trainingAnchorsOf } from './training-anchors.ts';

const source = 'handed over on paper, fingerprint compared by two people';

let key: CryptoKeyPair;
let root: string;
let signer: string;
let cvKey: { keyId: string; modulus: string; exponent: string };

beforeAll(async () => {
  key = await rsaKeyPair();
  root = base64Of(await rootAnchor('production', key));
  signer = base64Of(await signerAnchor('production', { rootKey: key, signerKey: key }));
  const anchor = await authorityAnchor('production', keyIds.production, key);
  if (anchor.kind !== 'cvAuthorityKey') throw new Error('a key');
  cvKey = { keyId: hex(anchor.keyId), modulus: hex(anchor.modulus), exponent: hex(anchor.exponent) };
});

const store = (changes: object = {}): string =>
  JSON.stringify({
    format: 'madoguchi-trust-store/1',
    certificates: [root, signer].map((der) => ({ der, purpose: 'production', source })),
    cvKeys: [{ ...cvKey, purpose: 'production', source }],
    ...changes,
  });

/** The refusal's code, or the kinds that were read. */
function outcome(read: () => Anchor[]): string {
  try {
    return read()
      .map(({ kind, purpose }) => `${purpose} ${kind}`)
      .join(', ');
  } catch (fault) {
    if (fault instanceof TrustError) return fault.code;
    throw fault;
  }
}

it('the trust store is empty as delivered', () => {
  expect(emptyTrustStore).toEqual([]);
});

describe('readTrustStore', () => {
  it('reads roots, signers and CV keys as production', () => {
    expect(outcome(() => readTrustStore(store()))).toBe('production x509Root, production x509Signer, production cvAuthorityKey');
    expect(readTrustStore(store())[0]).toMatchObject({ source });
  });

  it('reads an empty store', () => {
    expect(readTrustStore(store({ certificates: [], cvKeys: [] }))).toEqual([]);
  });

  it.each<{ name: string; json: () => string }>([
    { name: 'nothing', json: () => '' },
    { name: 'no object', json: () => '[]' },
    { name: 'null', json: () => 'null' },
    { name: 'another format', json: () => store({ format: 'madoguchi-trust-store/2' }) },
    { name: 'a key too many', json: () => store({ note: '' }) },
    { name: 'a key too few', json: () => JSON.stringify({ format: 'madoguchi-trust-store/1', certificates: [] }) },
    { name: '__proto__', json: () => store().replace('{"format"', '{"__proto__":{},"format"') },
    { name: 'certificates that are no list', json: () => store({ certificates: { length: 0 } }) },
    { name: 'more than 64 entries', json: () => store({ certificates: Array.from({ length: 65 }, () => ({ der: root, purpose: 'production', source })) }) },
    { name: 'a file of more than 1 MiB', json: () => store() + ' '.repeat(1_048_576) },
    { name: 'a training certificate', json: () => store({ certificates: [{ der: root, purpose: 'training', source }] }) },
    { name: 'a training key', json: () => store({ cvKeys: [{ ...cvKey, purpose: 'training', source }] }) },
    { name: 'a key of the test hierarchy', json: () => store({ cvKeys: [{ ...cvKey, keyId: hex(keyIds.testHierarchy), purpose: 'production', source }] }) },
    { name: 'a key of an invented card', json: () => store({ cvKeys: [{ ...cvKey, keyId: hex(keyIds.invented), purpose: 'production', source }] }) },
    { name: 'no source', json: () => store({ certificates: [{ der: root, purpose: 'production', source: ' ' }] }) },
    { name: 'a source of 201 characters', json: () => store({ certificates: [{ der: root, purpose: 'production', source: 'x'.repeat(201) }] }) },
    { name: 'a number for a source', json: () => store({ certificates: [{ der: root, purpose: 'production', source: 1 }] }) },
    { name: 'base64 with a line break', json: () => store({ certificates: [{ der: `${root}\n`, purpose: 'production', source }] }) },
    { name: 'base64url', json: () => store({ certificates: [{ der: '-___', purpose: 'production', source }] }) },
    { name: 'base64 with bits left over', json: () => store({ certificates: [{ der: 'BQB=', purpose: 'production', source }] }) },
    { name: 'no certificate', json: () => store({ certificates: [{ der: 'BQA=', purpose: 'production', source }] }) },
    { name: 'hexadecimal that is not', json: () => store({ cvKeys: [{ ...cvKey, exponent: '0100O1', purpose: 'production', source }] }) },
    { name: 'a key identifier of 15 bytes', json: () => store({ cvKeys: [{ ...cvKey, keyId: cvKey.keyId.slice(2), purpose: 'production', source }] }) },
    {
      name: 'a key identifier without its digits',
      json: () => store({ cvKeys: [{ ...cvKey, keyId: `4${cvKey.keyId.slice(1)}`, purpose: 'production', source }] }),
    },
    { name: 'a modulus of 2040 bits', json: () => store({ cvKeys: [{ ...cvKey, modulus: cvKey.modulus.slice(2), purpose: 'production', source }] }) },
    {
      name: 'a modulus with a zero octet in front',
      json: () => store({ cvKeys: [{ ...cvKey, modulus: `00${cvKey.modulus}`, purpose: 'production', source }] }),
    },
    { name: 'exponent 1', json: () => store({ cvKeys: [{ ...cvKey, exponent: '01', purpose: 'production', source }] }) },
    { name: 'an even exponent', json: () => store({ cvKeys: [{ ...cvKey, exponent: '010000', purpose: 'production', source }] }) },
  ])('refuses $name', ({ json }) => {
    expect(outcome(() => readTrustStore(json()))).toBe('ANCHOR_INVALID');
  });

  it('refuses certificates that could never be part of a path', async () => {
    const keys = { rootKey: key, signerKey: key };
    const unfit = [
      await rootAnchor('production', key, { extensions: [basicConstraints(true), usages.digitalSignature()] }),
      await rootAnchor('production', key, { issuer: subjectOfAnother }),
      await signerAnchor('production', keys, { extensions: [usages.digitalSignature()] }),
      await signerAnchor('production', keys, { extensions: [usages.keyEncipherment(), subjectKeyIdentifier(keyIds.production)] }),
      await signerAnchor('production', keys, { algorithm: algorithms.rsaSha1 }),
      await signerAnchor('production', { rootKey: key, signerKey: await rsaKeyPair(1024) }),
    ];
    for (const anchor of unfit) {
      expect(outcome(() => readTrustStore(store({ certificates: [{ der: base64Of(anchor), purpose: 'production', source }] })))).toBe('ANCHOR_INVALID');
    }
  });

  property.prop([fc.oneof(fc.string(), fc.json())])('throws nothing but its own refusal', (json) => {
    expect(outcome(() => readTrustStore(json))).toBe('ANCHOR_INVALID');
  });
});

describe('trainingAnchorsOf', () => {
  it('reads an image, and everything in it is training', () => {
    const anchors = { licence: [{ der: root }, { der: signer }], cardInfo: [cvKey] };
    expect(outcome(() => trainingAnchorsOf(anchors))).toBe('training x509Root, training x509Signer, training cvAuthorityKey');
  });

  it.each<{ name: string; value: () => unknown }>([
    { name: 'nothing', value: () => undefined },
    { name: 'a text', value: () => 'licence' },
    { name: 'half of it', value: () => ({ licence: [] }) },
    { name: 'a purpose of its own', value: () => ({ licence: [{ der: root, purpose: 'production' }], cardInfo: [] }) },
    { name: 'a certificate cut short', value: () => ({ licence: [{ der: root.slice(0, -4) }], cardInfo: [] }) },
    { name: 'a key without exponent', value: () => ({ licence: [], cardInfo: [{ keyId: cvKey.keyId, modulus: cvKey.modulus }] }) },
  ])('refuses $name', ({ value }) => {
    expect(outcome(() => trainingAnchorsOf(value()))).toBe('ANCHOR_INVALID');
  });

  property.prop([fc.anything()])('throws nothing but its own refusal', (value) => {
    expect(outcome(() => trainingAnchorsOf(value))).toBe('ANCHOR_INVALID');
  });
});

const subjectOfAnother = Uint8Array.of(0x30, 0x00);

function base64Of(anchor: Anchor): string {
  const der: Bytes = anchor.kind === 'cvAuthorityKey' ? new Uint8Array(0) : anchor.der;
  return btoa(String.fromCharCode(...der));
}
