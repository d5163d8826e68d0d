/**
 * The one place where a signature is verified, by WebCrypto: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) and ECDSA (RFC 3279 §2.2.3).
 * Padding is never looked at in JavaScript: every library that did so has been forged (audit-and-security §7.2).
 */
import { concatBytes, type Bytes } from '#bytes';
import type { EllipticCurve, PublicKey, SignatureAlgorithm } from './public-key.ts';
import { isUniversal, readStrictDer, type DerNode } from './strict-der.ts';
import { TrustError } from './trust-error.ts';

/** `unsupported`: this platform does not take the key; nothing is known about the signature. */
export type SignatureCheck = 'fits' | 'doesNotFit' | 'unsupported';

interface SignatureClaim {
  readonly key: PublicKey;
  readonly algorithm: SignatureAlgorithm;
  /** ECDSA: the DER form certificates use. */
  readonly signature: Bytes;
  readonly data: Bytes;
}

/** Octets of one coordinate. */
const coordinateLength: Readonly<Record<EllipticCurve, number>> = { 'P-256': 32, 'P-384': 48 };

/** Verifies one signature under one key. */
export async function checkSignature({ key, algorithm, signature, data }: SignatureClaim): Promise<SignatureCheck> {
  if (key.kind !== algorithm.kind) return 'doesNotFit';
  const cryptoKey = await importKey(key, algorithm);
  if (cryptoKey === undefined) return 'unsupported';
  const fits =
    key.kind === 'rsa'
      ? await rsaFits(cryptoKey, key.modulusBits, signature, data)
      : await ecdsaFits(cryptoKey, { curve: key.curve, algorithm, signature, data });
  return fits ? 'fits' : 'doesNotFit';
}

async function importKey(key: PublicKey, algorithm: SignatureAlgorithm): Promise<CryptoKey | undefined> {
  const parameters = key.kind === 'rsa' ? { name: 'RSASSA-PKCS1-v1_5', hash: algorithm.hash } : { name: 'ECDSA', namedCurve: key.curve };
  try {
    return await crypto.subtle.importKey('spki', key.spki, parameters, false, ['verify']);
  } catch {
    return undefined; // DataError: a modulus or a point this platform refuses
  }
}

/** RFC 8017 §8.2.2 step 1 is a length check; the platform does the rest. */
async function rsaFits(cryptoKey: CryptoKey, modulusBits: number, signature: Bytes, data: Bytes): Promise<boolean> {
  if (signature.length !== Math.ceil(modulusBits / 8)) return false;
  return crypto.subtle.verify('RSASSA-PKCS1-v1_5', cryptoKey, signature, data);
}

async function ecdsaFits(
  cryptoKey: CryptoKey,
  { curve, algorithm, signature, data }: Omit<SignatureClaim, 'key'> & { curve: EllipticCurve },
): Promise<boolean> {
  const raw = rawEcdsaSignature(signature, coordinateLength[curve]);
  return raw !== undefined && crypto.subtle.verify({ name: 'ECDSA', hash: algorithm.hash }, cryptoKey, raw, data);
}

/** Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } → r ‖ s, as WebCrypto wants it. `undefined` when it is not that. */
function rawEcdsaSignature(signature: Bytes, length: number): Bytes | undefined {
  const value = derOrUndefined(signature);
  if (!isUniversal(value, 16) || value.children.length !== 2) return undefined;
  const [r, s] = value.children.map((child) => unsigned(child, length));
  return r === undefined || s === undefined ? undefined : concatBytes(r, s);
}

function derOrUndefined(bytes: Bytes): DerNode | undefined {
  try {
    return readStrictDer(bytes);
  } catch (fault) {
    if (fault instanceof TrustError) return undefined;
    throw fault;
  }
}

/** A positive INTEGER, padded on the left to `length` octets. */
function unsigned(integer: DerNode, length: number): Bytes | undefined {
  const [first] = integer.content;
  if (!isUniversal(integer, 2) || first === undefined || first >= 0x80) return undefined;
  const digits = first === 0 ? integer.content.slice(1) : integer.content;
  return digits.length > length ? undefined : concatBytes(new Uint8Array(length - digits.length), digits);
}
