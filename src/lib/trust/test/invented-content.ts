/** Signed content of invented cards, signed here by WebCrypto. The layout of the CV certificate is card-info-applet §5.2. */
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { Anchor, AnchorPurpose, SignedContent } from '../verdict.ts';
import {
  ascii,
  authorityKeyIdentifier,
  basicConstraints,
  commonName,
  makeCertificate,
  sign,
  subjectKeyIdentifier,
  usages,
  type CertificateRecipe,
} from './make-certificate.ts';

export type X509Content = Extract<SignedContent, { form: 'x509Signer' }>;
export type CardVerifiableContent = Extract<SignedContent, { form: 'cardVerifiable' }>;

const rootName = commonName('Invented Root');
const rootId = unhex('AA'.repeat(32));
export const signerId = unhex('BB'.repeat(32));

export async function rootAnchor(purpose: AnchorPurpose, rootKey: CryptoKeyPair, changes: Partial<CertificateRecipe> = {}): Promise<Anchor> {
  const extensions = [basicConstraints(true, 0), usages.certSign(), subjectKeyIdentifier(rootId)];
  const der = await makeCertificate({ issuer: rootName, subject: rootName, subjectKey: rootKey, issuerKey: rootKey, extensions, ...changes });
  return { kind: 'x509Root', purpose, der, source: 'test' };
}

export async function signerAnchor(
  purpose: AnchorPurpose,
  keys: { rootKey: CryptoKeyPair; signerKey: CryptoKeyPair },
  changes: Partial<CertificateRecipe> = {},
): Promise<Anchor> {
  const extensions = [usages.digitalSignature(), subjectKeyIdentifier(signerId), authorityKeyIdentifier(rootId)];
  const subject = commonName('Invented Signer');
  const der = await makeCertificate({ issuer: rootName, subject, subjectKey: keys.signerKey, issuerKey: keys.rootKey, extensions, ...changes });
  return { kind: 'x509Signer', purpose, der, source: 'test' };
}

/** Three candidates; the signature is over the one at `signedIndex`. */
export async function x509Content(signerKey: CryptoKeyPair, signedIndex = 0): Promise<X509Content> {
  const candidates: X509Content['candidates'] = [
    { hashInput: 'elementsThrough107', bytes: ascii('through 107') },
    { hashInput: 'wholeFile', bytes: ascii('through 107, and a tail') },
    { hashInput: 'valuesOnly', bytes: ascii('values') },
  ];
  const signature = await sign(signerKey, candidates[signedIndex]?.bytes ?? ascii('none of them'));
  return { form: 'x509Signer', candidates, signature, signer: { subjectKeyIdentifier: signerId, serialNumber: '1', issuer: '', subject: '' } };
}

export const keyIds = {
  production: unhex('35303030303333 0805 303031 00000000'),
  testHierarchy: unhex('36303030303333 0805 303031 00000000'),
  invented: unhex('39323030303733 0805 303031 00000000'),
} as const;

interface RawKey {
  readonly modulus: Bytes;
  readonly exponent: Bytes;
}

export async function rawKey({ publicKey }: CryptoKeyPair): Promise<RawKey> {
  const { n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return { modulus: fromBase64url(n), exponent: fromBase64url(e) };
}

export async function authorityAnchor(purpose: AnchorPurpose, keyId: Bytes, key: CryptoKeyPair): Promise<Anchor> {
  return { kind: 'cvAuthorityKey', purpose, keyId, ...(await rawKey(key)), source: 'test' };
}

export async function cardVerifiableContent(
  keys: { authorityKey: CryptoKeyPair; subjectKey: CryptoKeyPair },
  { issuerKeyId = keyIds.production, key = undefined as RawKey | undefined } = {},
): Promise<CardVerifiableContent> {
  const subjectKeyId = unhex('39323939373734 0805 303030 00000000');
  const { modulus, exponent } = key ?? (await rawKey(keys.subjectKey));
  const body = concatBytes(issuerKeyId, subjectKeyId, unhex('9003'), exponent, unhex('91820100'), modulus);
  const digestedBytes = ascii('DF22 to DF25');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', digestedBytes));
  const signedBytes = concatBytes(unhex('DF3120'), new Uint8Array(32), unhex('DF3220'), digest);
  return {
    form: 'cardVerifiable',
    certificate: { issuerKeyId, subjectKeyId, modulus, exponent, body, signature: await sign(keys.authorityKey, body) },
    record: { signedBytes, signature: await sign(keys.subjectKey, signedBytes), digest },
    digestedBytes,
    structureContradicts: false,
  };
}

function fromBase64url(text = ''): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
