/**
 * Certificates for the tests, written octet by octet (RFC 5280 §4.1) and signed by WebCrypto. Borrows nothing from the code under test,
 * so that a test can also write what no library would: a wrong version, an extension twice, an encoded default.
 */
import { concatBytes, unhex, type Bytes } from '#bytes';

/** Tag, shortest length, contents. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = concatBytes(...parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, Math.floor(size / 0x100), size % 0x100];
  return concatBytes(Uint8Array.of(tag, ...length), content);
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => der(0x30, ...parts);
export const integer = (digits: string): Bytes => der(0x02, unhex(digits));
export const oid = (digits: string): Bytes => der(0x06, unhex(digits));
export const octetString = (...parts: readonly Uint8Array[]): Bytes => der(0x04, ...parts);
export const bitString = (content: Uint8Array, unused = 0): Bytes => der(0x03, Uint8Array.of(unused), content);
export const utcTime = (text: string): Bytes => der(0x17, ascii(text));
export const ascii = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0));
const TRUE = unhex('0101FF');

/** CN alone. */
export const commonName = (text: string): Bytes => sequence(der(0x31, sequence(oid('550403'), der(0x0c, ascii(text)))));

/** `id`: contents octets of the identifier. */
export const extension = (id: string, value: Uint8Array, critical = false): Bytes => sequence(oid(id), ...(critical ? [TRUE] : []), octetString(value));
export const basicConstraints = (isAuthority: boolean, pathLength?: number): Bytes =>
  extension('551D13', sequence(...(isAuthority ? [TRUE] : []), ...(pathLength === undefined ? [] : [der(0x02, Uint8Array.of(pathLength))])), true);
/** `bits` as DER writes them: `06 01` = keyCertSign, cRLSign with one unused bit. */
export const keyUsage = (unused: number, bits: number): Bytes => extension('551D0F', bitString(Uint8Array.of(bits), unused), true);
export const subjectKeyIdentifier = (id: Uint8Array): Bytes => extension('551D0E', octetString(id));
export const authorityKeyIdentifier = (id: Uint8Array): Bytes => extension('551D23', sequence(der(0x80, id)));

export const usages = {
  certSign: (): Bytes => keyUsage(1, 0x06),
  digitalSignature: (): Bytes => keyUsage(7, 0x80),
  nonRepudiation: (): Bytes => keyUsage(6, 0x40),
  keyEncipherment: (): Bytes => keyUsage(5, 0x20),
};

export const algorithms = {
  rsaSha256: unhex('300D06092A864886F70D01010B0500'),
  rsaSha384: unhex('300D06092A864886F70D01010C0500'),
  rsaSha1: unhex('300D06092A864886F70D0101050500'),
  ecdsaSha256: unhex('300A06082A8648CE3D040302'),
} as const;

export interface CertificateRecipe {
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly subjectKey: CryptoKeyPair;
  readonly issuerKey: CryptoKeyPair;
  readonly extensions: readonly Bytes[];
  readonly notBefore?: Bytes;
  readonly notAfter?: Bytes;
  readonly serialNumber?: Bytes;
  /** The field as written; by default [0] { 2 }. */
  readonly version?: Bytes;
  /** What the certificate says outside. */
  readonly outerAlgorithm?: Bytes;
  /** What it says inside, and what it is signed with. */
  readonly algorithm?: Bytes;
}

export async function makeCertificate(recipe: CertificateRecipe): Promise<Bytes> {
  const isRsa = recipe.issuerKey.privateKey.algorithm.name !== 'ECDSA';
  const algorithm = recipe.algorithm ?? (isRsa ? algorithms.rsaSha256 : algorithms.ecdsaSha256);
  const tbs = sequence(
    recipe.version ?? unhex('A003020102'),
    recipe.serialNumber ?? integer('0102'),
    algorithm,
    recipe.issuer,
    sequence(recipe.notBefore ?? utcTime('260101000000Z'), recipe.notAfter ?? utcTime('361231235959Z')),
    recipe.subject,
    new Uint8Array(await crypto.subtle.exportKey('spki', recipe.subjectKey.publicKey)),
    ...(recipe.extensions.length === 0 ? [] : [der(0xa3, sequence(...recipe.extensions))]),
  );
  const signature = isRsa ? await sign(recipe.issuerKey, tbs) : ecdsaDer(await sign(recipe.issuerKey, tbs));
  return sequence(tbs, recipe.outerAlgorithm ?? algorithm, bitString(signature));
}

/** Raw, as WebCrypto gives it. */
export async function sign({ privateKey }: CryptoKeyPair, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign({ name: privateKey.algorithm.name, hash: 'SHA-256' }, privateKey, data));
}

export async function rsaKeyPair(modulusLength = 2048): Promise<CryptoKeyPair> {
  const publicExponent = Uint8Array.of(1, 0, 1);
  return crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent, hash: 'SHA-256' }, true, ['sign', 'verify']);
}

export async function ecKeyPair(namedCurve: 'P-256' | 'P-521'): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
}

/** r ‖ s → SEQUENCE of two INTEGER. */
function ecdsaDer(raw: Bytes): Bytes {
  const half = raw.length / 2;
  const number = (digits: Bytes): Bytes => {
    const start = digits.findIndex((byte) => byte !== 0);
    const short = digits.subarray(start === -1 ? digits.length - 1 : start);
    return der(0x02, (short[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), short) : short);
  };
  return sequence(number(raw.slice(0, half)), number(raw.slice(half)));
}
