/**
 * The profile of keys and signature algorithms: RSA from 2048 to 8192 bits, ECDSA on P-256 and P-384; PKCS#1 v1.5 and ECDSA with SHA-2.
 * RFC 3279 §2.3, RFC 4055 §5 (parameters NULL), RFC 5480 §2.1.1 (named curves), RFC 5758 §3.2. An AlgorithmIdentifier is compared whole:
 * other parameters are another algorithm. Not here: RSA-PSS, EdDSA, DSA, SHA-1, compressed points; they are unsupported, not invalid.
 */
import { BitString, Integer, Null, ObjectIdentifier, Sequence } from 'asn1js';
import { concatBytes, hex, type Bytes } from '#bytes';
import { derRefused, isUniversal, readStrictDer, type DerNode } from './strict-der.ts';

export type PublicKey =
  | { readonly kind: 'rsa'; readonly spki: Bytes; /** [bits] */ readonly modulusBits: number }
  | { readonly kind: 'ecdsa'; readonly spki: Bytes; readonly curve: EllipticCurve };
export type EllipticCurve = 'P-256' | 'P-384';

export interface SignatureAlgorithm {
  readonly kind: PublicKey['kind'];
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512';
}

export const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 8192;
/** Chromium takes 33 bits at most; the same answer everywhere wants less. */
const MAX_EXPONENT_LENGTH = 4;
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** By AlgorithmIdentifier, DER. */
const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['300D06092A864886F70D01010B0500', { kind: 'rsa', hash: 'SHA-256' }], // sha256WithRSAEncryption
  ['300D06092A864886F70D01010C0500', { kind: 'rsa', hash: 'SHA-384' }], // sha384WithRSAEncryption
  ['300D06092A864886F70D01010D0500', { kind: 'rsa', hash: 'SHA-512' }], // sha512WithRSAEncryption
  ['300A06082A8648CE3D040302', { kind: 'ecdsa', hash: 'SHA-256' }], // ecdsa-with-SHA256
  ['300A06082A8648CE3D040303', { kind: 'ecdsa', hash: 'SHA-384' }], // ecdsa-with-SHA384
]);

const rsaAlgorithm = '300D06092A864886F70D0101010500';
const curves: ReadonlyMap<string, { curve: EllipticCurve; pointLength: number }> = new Map([
  ['301306072A8648CE3D020106082A8648CE3D030107', { curve: 'P-256', pointLength: 65 }],
  ['301006072A8648CE3D020106052B81040022', { curve: 'P-384', pointLength: 97 }],
]);

/** `undefined` for an algorithm outside the profile. */
export function signatureAlgorithmOf(algorithmIdentifier: Bytes): SignatureAlgorithm | undefined {
  return signatureAlgorithms.get(hex(algorithmIdentifier));
}

/**
 * Reads a SubjectPublicKeyInfo.
 * @returns `undefined` for a key outside the profile: another algorithm, too short, too long, an even modulus or exponent, exponent 1.
 * @throws TrustError `DER_REFUSED` when it is no SubjectPublicKeyInfo.
 */
export function readPublicKey(spki: Bytes): PublicKey | undefined {
  const [algorithm, subjectPublicKey, ...rest] = readStrictDer(spki).children;
  if (algorithm === undefined || !isUniversal(subjectPublicKey, 3) || rest.length > 0) throw derRefused('not a SubjectPublicKeyInfo', 0);
  if (subjectPublicKey.content[0] !== 0) throw derRefused('public key that is not whole octets', subjectPublicKey.start);

  const keyBytes = subjectPublicKey.content.slice(1);
  const identifier = hex(algorithm.encoded);
  if (identifier === rsaAlgorithm) return rsaKey(spki, keyBytes);
  const named = curves.get(identifier);
  const isUncompressed = keyBytes[0] === 0x04 && keyBytes.length === named?.pointLength;
  return named !== undefined && isUncompressed ? { kind: 'ecdsa', spki, curve: named.curve } : undefined;
}

/**
 * The key a card-verifiable certificate or a CV authority states: modulus and exponent as unsigned big-endian numbers without padding.
 * @returns `undefined` unless the modulus has exactly `modulusBits` bits and the key is inside the profile.
 */
export function rsaKeyFrom(modulus: Bytes, exponent: Bytes, modulusBits: number): PublicKey | undefined {
  if (modulus.length > MAX_MODULUS_BITS / 8 || exponent.length > MAX_EXPONENT_LENGTH) return undefined;
  if (!isUnpadded(modulus) || !isUnpadded(exponent)) return undefined;
  const keyBytes = new Sequence({ value: [unsignedInteger(modulus), unsignedInteger(exponent)] }).toBER();
  const algorithm = new Sequence({ value: [new ObjectIdentifier({ value: RSA_ENCRYPTION }), new Null()] });
  const spki = new Sequence({ value: [algorithm, new BitString({ valueHex: keyBytes })] }).toBER();
  const key = readPublicKey(new Uint8Array(spki));
  return key?.kind === 'rsa' && key.modulusBits === modulusBits ? key : undefined;
}

/** RFC 8017 §A.1.1. */
function rsaKey(spki: Bytes, keyBytes: Bytes): PublicKey | undefined {
  const [modulus, exponent, ...rest] = readStrictDer(keyBytes).children;
  if (!isUniversal(modulus, 2) || !isUniversal(exponent, 2) || rest.length > 0) throw derRefused('not an RSAPublicKey', 0);
  const modulusBits = bitLength(modulus);
  if (modulusBits < MIN_MODULUS_BITS || modulusBits > MAX_MODULUS_BITS) return undefined;
  if (bitLength(exponent) < 2 || bitLength(exponent) > MAX_EXPONENT_LENGTH * 8) return undefined;
  return isOdd(modulus) && isOdd(exponent) ? { kind: 'rsa', spki, modulusBits } : undefined;
}

/** 0 for zero and for negative numbers. */
function bitLength(integer: DerNode): number {
  const [first] = integer.content;
  if (first === undefined || first >= 0x80) return 0;
  return (integer.content.length - 1) * 8 + (first === 0 ? 0 : 32 - Math.clz32(first));
}

function isOdd(integer: DerNode): boolean {
  const last = integer.content.at(-1);
  return last !== undefined && last % 2 === 1;
}

function isUnpadded(number: Bytes): boolean {
  return number[0] !== undefined && number[0] !== 0;
}

/** ASN.1 integers are signed: a set top bit wants a zero octet before it. */
function unsignedInteger(number: Bytes): Integer {
  const isNegativeAsIs = number[0] !== undefined && number[0] >= 0x80;
  return new Integer({ valueHex: isNegativeAsIs ? concatBytes(Uint8Array.of(0), number) : number });
}
