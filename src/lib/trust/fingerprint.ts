/** SHA-256 (FIPS 180-4) by WebCrypto, and the names by which an audit entry remembers an anchor. */
import { concatBytes, hex, type Bytes } from '#bytes';

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Of a certificate: over its DER form. Hex. */
export async function fingerprintOfCertificate(der: Bytes): Promise<string> {
  return hex(await sha256(der));
}

/** Of a CV authority key: over key identifier, modulus and exponent. Hex. */
export async function fingerprintOfKey({ keyId, modulus, exponent }: { keyId: Bytes; modulus: Bytes; exponent: Bytes }): Promise<string> {
  return hex(await sha256(concatBytes(keyId, modulus, exponent)));
}
