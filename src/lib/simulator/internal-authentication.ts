/**
 * COMPUTE DIGITAL SIGNATURE of a prepared DigestInfo: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1) without the hashing step.
 * WebCrypto always hashes first, so the one modular power is done here. Training keys only: not constant in time.
 */
import { unhex, type Bytes } from '#bytes';

/** Signs `digestInfo` with an RSA key in PKCS #8. The result has the length of the modulus. */
export async function signDigestInfo(privateKey: Bytes, digestInfo: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('pkcs8', privateKey, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, true, ['sign']);
  const { n, d } = await crypto.subtle.exportKey('jwk', key);
  if (n === undefined || d === undefined) throw new TypeError('Not an RSA private key');
  const modulus = fromBase64Url(n);
  const padding = 'ff'.repeat(modulus.length - 3 - digestInfo.length);
  const encoded = BigInt(`0x0001${padding}00${toDigits(digestInfo)}`);
  const signature = modularPower(encoded, BigInt(`0x${toDigits(fromBase64Url(d))}`), BigInt(`0x${toDigits(modulus)}`));
  return unhex(signature.toString(16).padStart(modulus.length * 2, '0'));
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function fromBase64Url(text: string): Bytes {
  return Uint8Array.from(atob(text.replace(/-/gu, '+').replace(/_/gu, '/')), (character) => character.charCodeAt(0));
}

function toDigits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
