/**
 * One anchor out of JSON, for both forms it comes in. A certificate that could never be part of a path is refused here, while somebody is looking,
 * and not silently at the counter. Dates and signatures are judged at each use (audit-and-security §7.1).
 */
import { BytesError, unhex, type Bytes } from '#bytes';
import { decodeBase64 } from '../base64.ts';
import { isKeyId } from '../card-key-id.ts';
import { readCertificate, type Certificate } from '../certificate.ts';
import { MIN_MODULUS_BITS, rsaKeyFrom } from '../public-key.ts';
import { isFitRoot, isFitSigner } from '../signer-path.ts';
import { TrustError } from '../trust-error.ts';
import type { Anchor, AnchorPurpose } from '../verdict.ts';

/** Entries of one list. */
const MAX_ENTRIES = 64;

export interface Origin {
  readonly purpose: AnchorPurpose;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** A CA certificate becomes a root, any other a signer. */
export function certificateAnchor(der: string, { purpose, source }: Origin): Anchor {
  const bytes = decodeBase64(der);
  if (bytes === undefined) throw anchorInvalid('der is not base64');
  const certificate = certificateOf(bytes);
  if (certificate.publicKey === undefined || certificate.signatureAlgorithm === undefined) throw anchorInvalid('key or algorithm outside the profile');

  const isAuthority = certificate.extensions.basicConstraints?.isAuthority === true;
  if (isAuthority && !isFitRoot(certificate)) throw anchorInvalid('a root that cannot stand at the top of a path');
  if (!isAuthority && !isFindableSigner(certificate)) throw anchorInvalid('a signer that cannot sign, or without subject key identifier');
  return { kind: isAuthority ? 'x509Root' : 'x509Signer', purpose, der: bytes, source };
}

export function keyAnchor(key: { keyId: string; modulus: string; exponent: string }, { purpose, source }: Origin): Anchor {
  const [keyId, modulus, exponent] = [bytesOf(key.keyId), bytesOf(key.modulus), bytesOf(key.exponent)];
  if (!isKeyId(keyId)) throw anchorInvalid('keyId is not a key identifier');
  if (rsaKeyFrom(modulus, exponent, MIN_MODULUS_BITS) === undefined) throw anchorInvalid('not an RSA-2048 key');
  return { kind: 'cvAuthorityKey', purpose, keyId, modulus, exponent, source };
}

/** A list of objects that have exactly these keys, all strings. */
export function listOfTexts<Key extends string>(value: unknown, keys: readonly Key[]): Record<Key, string>[] {
  if (!Array.isArray(value) || value.length > MAX_ENTRIES) throw anchorInvalid('expected a list of at most 64 entries');
  return value.map((entry: unknown) => {
    const fields = exactly(entry, keys);
    if (!isAllText(fields)) throw anchorInvalid('expected text');
    return fields;
  });
}

/** An object with exactly these keys: a misspelt one is not passed over. */
export function exactly<Key extends string>(value: unknown, keys: readonly Key[]): Record<Key, unknown> {
  if (!hasExactly(value, keys)) throw anchorInvalid(`expected an object with ${keys.join(', ')} and nothing else`);
  return value;
}

export function anchorInvalid(what: string, cause?: unknown): TrustError {
  return new TrustError({ code: 'ANCHOR_INVALID', message: `Anchor refused: ${what}`, cause });
}

function hasExactly<Key extends string>(value: unknown, keys: readonly Key[]): value is Record<Key, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).sort().join() === [...keys].sort().join();
}

function isAllText<Key extends string>(fields: Record<Key, unknown>): fields is Record<Key, string> {
  return Object.values(fields).every((field) => typeof field === 'string');
}

function isFindableSigner(certificate: Certificate): boolean {
  return isFitSigner(certificate) && certificate.extensions.subjectKeyIdentifier !== undefined;
}

function certificateOf(bytes: Bytes): Certificate {
  try {
    return readCertificate(bytes);
  } catch (cause) {
    throw anchorInvalid('not a certificate', cause);
  }
}

function bytesOf(text: string): Bytes {
  try {
    return unhex(text);
  } catch (cause) {
    if (cause instanceof BytesError) throw anchorInvalid('not hexadecimal', cause);
    throw cause;
  }
}
