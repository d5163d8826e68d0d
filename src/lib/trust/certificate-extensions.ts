/**
 * The extensions a path from root to signer looks at. RFC 5280 §4.2.1: basicConstraints, keyUsage, both key identifiers, extKeyUsage.
 * Everything else is listed by identifier with its criticality, for the path to refuse. Each value we read passes the strict-DER gate by itself.
 */
import { hex, type Bytes } from '#bytes';
import { derRefused, isContext, isUniversal, readStrictDer, type DerNode } from './strict-der.ts';
import { TrustError } from './trust-error.ts';

/** Bits of keyUsage, RFC 5280 §4.2.1.3. */
const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsageNames)[number];

/** Only the keyIdentifier form names a key; the other form names a certificate and is compared as such. */
interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Bytes;
  /** Contents octets. */
  readonly serialNumber?: Bytes;
  /** A single directoryName, DER. `unsupported` = other names, or several. */
  readonly issuer?: Bytes | 'unsupported';
}

/** Each is absent when the certificate does not have it. */
export interface Extensions {
  readonly basicConstraints?: { readonly isAuthority: boolean; readonly pathLength?: number };
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly subjectKeyIdentifier?: Bytes;
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier;
  /** Key purposes, contents octets of the identifiers in hex. */
  readonly extendedKeyUsage?: readonly string[];
  /** Everything not read here, by contents octets of the identifier in hex. */
  readonly others: readonly { readonly id: string; readonly critical: boolean }[];
}

type Reader = (value: DerNode) => Partial<Extensions>;

/** More extensions than any certificate we know has. */
const MAX_EXTENSIONS = 64;

/** By contents octets of the identifier: 2.5.29.n is `551D` and n. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['551D0E', (value) => ({ subjectKeyIdentifier: octetString(value) })],
  ['551D0F', (value) => ({ keyUsage: keyUsage(value) })],
  ['551D13', (value) => ({ basicConstraints: basicConstraints(value) })],
  ['551D23', (value) => ({ authorityKeyIdentifier: authorityKeyIdentifier(value) })],
  ['551D25', (value) => ({ extendedKeyUsage: extendedKeyUsage(value) })],
]);

/**
 * Reads the Extension elements of a certificate.
 * @throws TrustError `DER_REFUSED`, `CERTIFICATE_UNREADABLE`
 */
export function readExtensions(elements: readonly DerNode[] = []): Extensions {
  if (elements.length > MAX_EXTENSIONS) throw unreadable('too many extensions');
  const entries = elements.map(readEntry);
  if (new Set(entries.map(({ id }) => id)).size !== entries.length) throw unreadable('the same extension twice');

  const known = entries.map(({ id, value }) => readers.get(id)?.(readStrictDer(value)) ?? {});
  const others = entries.filter(({ id }) => !readers.has(id)).map(({ id, critical }) => ({ id, critical }));
  return known.reduce<Extensions>((all, one) => ({ ...all, ...one }), { others });
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
function readEntry(element: DerNode): { id: string; critical: boolean; value: Bytes } {
  const [id, second, third, ...rest] = element.children;
  const critical = isUniversal(second, 1) ? second : undefined;
  const value = critical === undefined ? second : third;
  const spare = critical === undefined ? [third, ...rest].filter((node) => node !== undefined) : rest;
  if (!isUniversal(element, 16) || !isUniversal(id, 6) || !isUniversal(value, 4) || spare.length > 0) throw unreadable('extension');
  if (critical !== undefined) refuseEncodedFalse(critical);
  return { id: hex(id.content), critical: critical !== undefined, value: value.content };
}

function octetString(value: DerNode): Bytes {
  if (!isUniversal(value, 4)) throw unreadable('subjectKeyIdentifier');
  return value.content;
}

/** A named bit list: trailing zero bits are not encoded (X.690 §11.2.2), and at least one bit is set. */
function keyUsage(value: DerNode): ReadonlySet<KeyUsage> {
  const [unused, ...octets] = value.content;
  const last = octets.at(-1);
  if (!isUniversal(value, 3) || unused === undefined || last === undefined) throw unreadable('keyUsage');
  if (Math.floor(last / 2 ** unused) % 2 === 0) throw derRefused('trailing zero bits of a named bit list', value.start);
  const isSet = (bit: number): boolean => {
    const octet = octets[Math.floor(bit / 8)];
    return octet !== undefined && Math.floor(octet / 2 ** (7 - (bit % 8))) % 2 === 1;
  };
  return new Set(keyUsageNames.filter((_, bit) => isSet(bit)));
}

/** BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL } */
function basicConstraints(value: DerNode): { isAuthority: boolean; pathLength?: number } {
  if (!isUniversal(value, 16)) throw unreadable('basicConstraints');
  const [first] = value.children;
  const isAuthority = isUniversal(first, 1);
  if (isAuthority) refuseEncodedFalse(first);

  const [pathLength, ...rest] = value.children.slice(isAuthority ? 1 : 0);
  if (rest.length > 0) throw unreadable('basicConstraints');
  return pathLength === undefined ? { isAuthority } : { isAuthority, pathLength: smallNumber(pathLength) };
}

/** 0–127: a longer path than that is no path. */
function smallNumber(integer: DerNode): number {
  const [number, ...more] = integer.content;
  if (!isUniversal(integer, 2) || number === undefined || number >= 0x80 || more.length > 0) throw unreadable('pathLenConstraint');
  return number;
}

/** AuthorityKeyIdentifier ::= SEQUENCE { [0] KeyIdentifier, [1] GeneralNames, [2] CertificateSerialNumber }, all optional and IMPLICIT. */
function authorityKeyIdentifier(value: DerNode): AuthorityKeyIdentifier {
  if (!isUniversal(value, 16)) throw unreadable('authorityKeyIdentifier');
  const numbers = value.children.map(({ tagNumber }) => tagNumber);
  const isOrdered = numbers.every((number, index) => number > (numbers[index - 1] ?? -1));
  const fits = value.children.every((field) => isContext(field, 0, 'primitive') || isContext(field, 1, 'constructed') || isContext(field, 2, 'primitive'));
  if (!isOrdered || !fits) throw unreadable('authorityKeyIdentifier');

  const [keyIdentifier, issuer, serialNumber] = [0, 1, 2].map((number) => value.children.find(({ tagNumber }) => tagNumber === number));
  return {
    ...(keyIdentifier === undefined ? {} : { keyIdentifier: keyIdentifier.content }),
    ...(issuer === undefined ? {} : { issuer: directoryName(issuer) }),
    ...(serialNumber === undefined ? {} : { serialNumber: serialNumber.content }),
  };
}

/** GeneralName's directoryName [4] is EXPLICIT, because Name is a CHOICE. */
function directoryName(names: DerNode): Bytes | 'unsupported' {
  const [only, ...rest] = names.children;
  const name = isContext(only, 4, 'constructed') ? only.children[0] : undefined;
  return name === undefined || rest.length > 0 ? 'unsupported' : name.encoded;
}

function extendedKeyUsage(value: DerNode): readonly string[] {
  if (!isUniversal(value, 16) || value.children.length === 0) throw unreadable('extKeyUsage');
  return value.children.map((purpose) => {
    if (!isUniversal(purpose, 6)) throw unreadable('extKeyUsage');
    return hex(purpose.content);
  });
}

/** X.690 §11.5: a DEFAULT value is not encoded. */
function refuseEncodedFalse(boolean: DerNode): void {
  if (boolean.content[0] === 0) throw derRefused('encoded default FALSE', boolean.start);
}

function unreadable(what: string): TrustError {
  return new TrustError({ code: 'CERTIFICATE_UNREADABLE', message: `Not an X.509 certificate: ${what}` });
}
