import { fc, it as property } from '@fast-check/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { unhex, type Bytes } from '#bytes';
import { readCertificate } from './certificate.ts';
import {
  algorithms,
  authorityKeyIdentifier,
  basicConstraints,
  commonName,
  extension,
  integer,
  keyUsage,
  makeCertificate,
  octetString,
  oid,
  rsaKeyPair,
  sequence,
  subjectKeyIdentifier,
  usages,
  utcTime,
  type CertificateRecipe,
} from './test/make-certificate.ts';

const rootName = commonName('Invented Root');
const signerName = commonName('Invented Signer');
const rootId = unhex('AA'.repeat(32));
const signerId = unhex('BB'.repeat(32));
const signerExtensions = [usages.digitalSignature(), subjectKeyIdentifier(signerId), authorityKeyIdentifier(rootId)];

let key: CryptoKeyPair;
let goodSigner: Bytes;

const signer = (changes: Partial<CertificateRecipe> = {}): Promise<Bytes> =>
  makeCertificate({ issuer: rootName, subject: signerName, subjectKey: key, issuerKey: key, extensions: signerExtensions, ...changes });

beforeAll(async () => {
  key = await rsaKeyPair();
  goodSigner = await signer();
});

describe('readCertificate', () => {
  it('says what the certificate says', async () => {
    const certificate = readCertificate(goodSigner);
    expect(certificate).toMatchObject({
      version: 3,
      serialNumber: unhex('0102'),
      issuer: { der: rootName, text: 'CN=Invented Root' },
      subject: { der: signerName, text: 'CN=Invented Signer', isEmpty: false },
      notBeforeMs: Date.parse('2026-01-01T00:00:00Z'),
      notAfterMs: Date.parse('2036-12-31T23:59:59Z'),
      publicKey: { kind: 'rsa', modulusBits: 2048 },
      signatureAlgorithm: { kind: 'rsa', hash: 'SHA-256' },
      extensions: { subjectKeyIdentifier: signerId, authorityKeyIdentifier: { keyIdentifier: rootId }, keyUsage: new Set(['digitalSignature']), others: [] },
    });
    expect(readCertificate(await signer({ extensions: [basicConstraints(true, 0)] })).extensions.basicConstraints).toEqual({
      isAuthority: true,
      pathLength: 0,
    });
  });

  it.each<{ name: string; code: string; changes: () => Partial<CertificateRecipe> }>([
    { name: 'an extension twice', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ extensions: [usages.digitalSignature(), usages.digitalSignature()] }) },
    { name: 'extensions in version 1', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ version: new Uint8Array(0) }) },
    { name: 'extensions in version 2', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ version: unhex('A003020101') }) },
    { name: 'version 1 written out', code: 'DER_REFUSED', changes: () => ({ version: unhex('A003020100'), extensions: [] }) },
    { name: 'version 4', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ version: unhex('A003020103') }) },
    { name: 'another algorithm outside than inside', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ outerAlgorithm: algorithms.rsaSha384 }) },
    { name: 'critical FALSE written out', code: 'DER_REFUSED', changes: () => ({ extensions: [sequence(oid('2A0304'), unhex('010100'), octetString())] }) },
    { name: 'cA FALSE written out', code: 'DER_REFUSED', changes: () => ({ extensions: [extension('551D13', sequence(unhex('010100')))] }) },
    { name: 'negative pathLenConstraint', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ extensions: [extension('551D13', unhex('30060101FF0201FF'))] }) },
    { name: 'keyUsage with trailing zero bits', code: 'DER_REFUSED', changes: () => ({ extensions: [keyUsage(0, 0x80)] }) },
    { name: 'keyUsage without a bit', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ extensions: [extension('551D0F', unhex('030100'))] }) },
    { name: 'an extension value that is BER', code: 'DER_REFUSED', changes: () => ({ extensions: [extension('551D13', unhex('3080010101FF0000'))] }) },
    { name: 'a time without seconds', code: 'DER_REFUSED', changes: () => ({ notAfter: utcTime('2612312359Z') }) },
    { name: 'a padded serial number', code: 'DER_REFUSED', changes: () => ({ serialNumber: integer('0001') }) },
    { name: 'an issuer that is no name', code: 'CERTIFICATE_UNREADABLE', changes: () => ({ issuer: sequence(integer('01')) }) },
  ])('refuses $name', async ({ code, changes }) => {
    const bytes = await signer(changes());
    expect(() => readCertificate(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a certificate cut short at every octet, and one with an octet more', () => {
    for (let length = 0; length < goodSigner.length; length++) {
      expect(() => readCertificate(goodSigner.slice(0, length))).toThrow(expect.objectContaining({ code: 'DER_REFUSED' }));
    }
    expect(() => readCertificate(Uint8Array.of(...goodSigner, 0))).toThrow(expect.objectContaining({ code: 'DER_REFUSED' }));
  });

  property.prop([fc.uint8Array({ maxLength: 300 })])('reads no certificate out of arbitrary bytes, and throws nothing but its own refusals', (bytes) => {
    expect(['DER_REFUSED', 'CERTIFICATE_UNREADABLE']).toContain(codeOf(Uint8Array.from(bytes)));
  });

  it('throws nothing but its own refusals, whichever octet is changed', () => {
    const allowed = ['DER_REFUSED', 'CERTIFICATE_UNREADABLE'];
    for (let index = 0; index < goodSigner.length; index++) {
      const bytes = goodSigner.slice();
      bytes[index] = (goodSigner[index] ?? 0) ^ (index % 2 === 0 ? 0x01 : 0xa0);
      expect(['read', ...allowed]).toContain(codeOf(bytes));
    }
  });
});

function codeOf(bytes: Bytes): string {
  try {
    readCertificate(bytes);
    return 'read';
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault) return String(fault.code);
    throw fault;
  }
}
