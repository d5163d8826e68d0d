import { beforeAll, describe, expect, it } from 'vitest';
import { unhex, type Bytes } from '#bytes';
import { readCertificate } from './certificate.ts';
import { findPathGap, type PathGap } from './signer-path.ts';
import {
  algorithms,
  authorityKeyIdentifier,
  basicConstraints,
  commonName,
  der,
  ecKeyPair,
  extension,
  keyUsage,
  makeCertificate,
  oid,
  rsaKeyPair,
  sequence,
  subjectKeyIdentifier,
  usages,
  utcTime,
  type CertificateRecipe,
} from './test/make-certificate.ts';

const IN_DATE = Date.parse('2026-12-01T00:00:00Z');
const rootName = commonName('Invented Root');
const signerName = commonName('Invented Signer');
const rootId = unhex('AA'.repeat(32));
const signerId = unhex('BB'.repeat(32));
const rootExtensions = [basicConstraints(true, 0), usages.certSign(), subjectKeyIdentifier(rootId)];
const signerExtensions = [usages.digitalSignature(), subjectKeyIdentifier(signerId), authorityKeyIdentifier(rootId)];

let rootKey: CryptoKeyPair;
let signerKey: CryptoKeyPair;
let otherKey: CryptoKeyPair;
let goodRoot: Bytes;
let goodSigner: Bytes;

const root = (changes: Partial<CertificateRecipe> = {}): Promise<Bytes> =>
  makeCertificate({ issuer: rootName, subject: rootName, subjectKey: rootKey, issuerKey: rootKey, extensions: rootExtensions, ...changes });
const signer = (changes: Partial<CertificateRecipe> = {}): Promise<Bytes> =>
  makeCertificate({ issuer: rootName, subject: signerName, subjectKey: signerKey, issuerKey: rootKey, extensions: signerExtensions, ...changes });
const gap = (rootDer: Bytes, signerDer: Bytes, at = IN_DATE): Promise<PathGap | undefined> =>
  findPathGap(readCertificate(rootDer), readCertificate(signerDer), at);

beforeAll(async () => {
  [rootKey, signerKey, otherKey] = await Promise.all([rsaKeyPair(), rsaKeyPair(), rsaKeyPair()]);
  [goodRoot, goodSigner] = await Promise.all([root(), signer()]);
});

describe('root → signer', () => {
  it('is accepted', async () => {
    expect(await gap(goodRoot, goodSigner)).toBeUndefined();
  });

  it.each<{ name: string; extensions: () => Bytes[] }>([
    { name: 'without keyUsage', extensions: () => [subjectKeyIdentifier(signerId)] },
    { name: 'with nonRepudiation', extensions: () => [usages.nonRepudiation(), subjectKeyIdentifier(signerId)] },
    { name: 'with empty basicConstraints', extensions: () => [basicConstraints(false), ...signerExtensions] },
    { name: 'with an uncritical policy', extensions: () => [...signerExtensions, extension('551D20', sequence(sequence(oid('2A0304'))))] },
    { name: 'with an uncritical extension nobody knows', extensions: () => [...signerExtensions, extension('2A0304', der(0x05))] },
    { name: 'with anyExtendedKeyUsage', extensions: () => [...signerExtensions, extension('551D25', sequence(oid('551D2500')))] },
    { name: 'with issuer and serial number of the root', extensions: () => [usages.digitalSignature(), extension('551D23', rootByName(rootName, '0102'))] },
  ])('accepts a signer $name', async ({ extensions }) => {
    expect(await gap(goodRoot, await signer({ extensions: extensions() }))).toBeUndefined();
  });

  it.each<{ name: string; changes: () => Partial<CertificateRecipe> }>([
    { name: 'of another issuer', changes: () => ({ issuer: commonName('Invented Rood') }) },
    { name: 'whose issuer is the same text in another string type', changes: () => ({ issuer: printableName('Invented Root') }) },
    { name: 'signed by another key', changes: () => ({ issuerKey: otherKey }) },
    { name: 'signed by itself', changes: () => ({ issuerKey: signerKey }) },
    { name: 'whose AKI names another key', changes: () => ({ extensions: [usages.digitalSignature(), authorityKeyIdentifier(signerId)] }) },
    {
      name: 'whose AKI names another serial number',
      changes: () => ({ extensions: [usages.digitalSignature(), extension('551D23', rootByName(rootName, '0103'))] }),
    },
    {
      name: 'whose AKI names another issuer',
      changes: () => ({ extensions: [usages.digitalSignature(), extension('551D23', rootByName(signerName, '0102'))] }),
    },
    { name: 'that is an authority', changes: () => ({ extensions: [basicConstraints(true), keyUsage(1, 0x86)] }) },
    { name: 'that is an authority by basicConstraints alone', changes: () => ({ extensions: [basicConstraints(true), usages.digitalSignature()] }) },
    { name: 'with pathLenConstraint', changes: () => ({ extensions: [basicConstraints(false, 0), usages.digitalSignature()] }) },
    { name: 'that may sign certificates', changes: () => ({ extensions: [keyUsage(2, 0x84)] }) },
    { name: 'for key encipherment only', changes: () => ({ extensions: [usages.keyEncipherment()] }) },
    { name: 'for TLS servers only', changes: () => ({ extensions: [...signerExtensions, extension('551D25', sequence(oid('2B06010505070301')))] }) },
    { name: 'with an unknown critical extension', changes: () => ({ extensions: [...signerExtensions, extension('2A0304', der(0x05), true)] }) },
    { name: 'with critical policies', changes: () => ({ extensions: [...signerExtensions, extension('551D20', sequence(sequence(oid('2A0304'))), true)] }) },
    { name: 'with policy constraints', changes: () => ({ extensions: [...signerExtensions, extension('551D24', sequence(der(0x80, Uint8Array.of(0))))] }) },
    { name: 'of version 2', changes: () => ({ extensions: [], version: unhex('A003020101') }) },
    { name: 'of version 1', changes: () => ({ extensions: [], version: new Uint8Array(0) }) },
  ])('refuses a signer $name', async ({ changes }) => {
    expect(await gap(goodRoot, await signer(changes()))).toBe('SIGNER_NOT_TRUSTED');
  });

  it.each<{ name: string; changes: () => Partial<CertificateRecipe> }>([
    { name: 'that is no authority', changes: () => ({ extensions: [usages.certSign(), subjectKeyIdentifier(rootId)] }) },
    { name: 'with empty basicConstraints', changes: () => ({ extensions: [basicConstraints(false), usages.certSign(), subjectKeyIdentifier(rootId)] }) },
    { name: 'without keyUsage', changes: () => ({ extensions: [basicConstraints(true), subjectKeyIdentifier(rootId)] }) },
    {
      name: 'that may not sign certificates',
      changes: () => ({ extensions: [basicConstraints(true), usages.digitalSignature(), subjectKeyIdentifier(rootId)] }),
    },
    { name: 'without the key identifier its signer names', changes: () => ({ extensions: [basicConstraints(true), usages.certSign()] }) },
    { name: 'whose AKI is not its own', changes: () => ({ extensions: [...rootExtensions, authorityKeyIdentifier(signerId)] }) },
    {
      name: 'with name constraints',
      changes: () => ({ extensions: [...rootExtensions, extension('551D1E', sequence(der(0xa1, sequence(der(0x82)))), true)] }),
    },
    {
      name: 'with uncritical name constraints',
      changes: () => ({ extensions: [...rootExtensions, extension('551D1E', sequence(der(0xa1, sequence(der(0x82)))))] }),
    },
    { name: 'with an unknown critical extension', changes: () => ({ extensions: [...rootExtensions, extension('2A0304', der(0x05), true)] }) },
    { name: 'signed by another key', changes: () => ({ issuerKey: otherKey }) },
    { name: 'issued by somebody else (an intermediate)', changes: () => ({ issuer: commonName('Invented Top'), issuerKey: otherKey }) },
    { name: 'that names another issuer but signed itself', changes: () => ({ issuer: commonName('Invented Top') }) },
    { name: 'without a name', changes: () => ({ issuer: sequence(), subject: sequence() }) },
  ])('refuses a root $name', async ({ changes }) => {
    const recipe = changes();
    const issuer = recipe.subject ?? rootName;
    expect(await gap(await root(recipe), await signer({ issuer }))).toBe('SIGNER_NOT_TRUSTED');
  });

  it('refuses an intermediate in between', async () => {
    const middleName = commonName('Invented Middle');
    const middle = await root({ issuer: rootName, subject: middleName, subjectKey: otherKey });
    const leaf = await signer({ issuer: middleName, issuerKey: otherKey });
    expect(await gap(goodRoot, leaf)).toBe('SIGNER_NOT_TRUSTED');
    expect(await gap(middle, leaf)).toBe('SIGNER_NOT_TRUSTED');
  });

  it('refuses a signer that is its own root, and a root as its own signer', async () => {
    expect(await gap(goodSigner, goodSigner)).toBe('SIGNER_NOT_TRUSTED');
    expect(await gap(goodRoot, goodRoot)).toBe('SIGNER_NOT_TRUSTED');
  });

  it('says so where the algorithm is outside the profile', async () => {
    expect(await gap(goodRoot, await signer({ algorithm: algorithms.rsaSha1 }))).toBe('FORM_UNSUPPORTED');
    const smallKey = await rsaKeyPair(1024);
    const smallRoot = await root({ subjectKey: smallKey, issuerKey: smallKey });
    expect(await gap(smallRoot, await signer({ issuerKey: smallKey }))).toBe('FORM_UNSUPPORTED');
  });

  it('refuses a signature that was made with another hash than stated', async () => {
    expect(await gap(goodRoot, await signer({ algorithm: algorithms.rsaSha384 }))).toBe('SIGNER_NOT_TRUSTED');
    expect(await gap(goodRoot, await signer({ algorithm: algorithms.ecdsaSha256 }))).toBe('SIGNER_NOT_TRUSTED'); // an RSA signature that says it is ECDSA
  });

  it('takes a P-256 root', async () => {
    const key = await ecKeyPair('P-256');
    const ecRoot = await root({ subjectKey: key, issuerKey: key });
    expect(await gap(ecRoot, await signer({ issuerKey: key }))).toBeUndefined();
    expect(await gap(ecRoot, goodSigner)).toBe('SIGNER_NOT_TRUSTED');
    expect(await gap(goodRoot, await signer({ issuerKey: key }))).toBe('SIGNER_NOT_TRUSTED');
  });
});

describe('validity', () => {
  const notBefore = Date.parse('2026-06-01T00:00:00Z');
  const notAfter = Date.parse('2027-06-01T00:00:00Z');
  const dates = { notBefore: utcTime('260601000000Z'), notAfter: utcTime('270601000000Z') };

  it.each([
    { name: '1 ms before notBefore', at: notBefore - 1, expected: 'ANCHOR_EXPIRED' },
    { name: 'notBefore', at: notBefore, expected: undefined },
    { name: 'notAfter', at: notAfter, expected: undefined },
    { name: '1 ms after notAfter', at: notAfter + 1, expected: 'ANCHOR_EXPIRED' },
    { name: '1 s after notAfter', at: notAfter + 1000, expected: 'ANCHOR_EXPIRED' },
    { name: 'no time at all', at: Number.NaN, expected: 'ANCHOR_EXPIRED' },
    { name: 'the end of time', at: Number.POSITIVE_INFINITY, expected: 'ANCHOR_EXPIRED' },
  ])('$name: of the signer, and of the root', async ({ at, expected }) => {
    expect(await gap(goodRoot, await signer(dates), at)).toBe(expected);
    expect(await gap(await root(dates), goodSigner, at)).toBe(expected);
  });

  it('does not excuse anything else', async () => {
    expect(await gap(await root(dates), await signer({ issuerKey: otherKey }), notAfter + 1000)).toBe('SIGNER_NOT_TRUSTED');
  });
});

/** AuthorityKeyIdentifier in its other form, [1] { [4] Name } and [2] serial number. */
function rootByName(name: Bytes, serialNumber: string): Bytes {
  return sequence(der(0xa1, der(0xa4, name)), der(0x82, unhex(serialNumber)));
}

function printableName(text: string): Bytes {
  return sequence(
    der(
      0x31,
      sequence(
        oid('550403'),
        der(
          0x13,
          Uint8Array.from(text, (character) => character.charCodeAt(0)),
        ),
      ),
    ),
  );
}
