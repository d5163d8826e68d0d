/**
 * An X.509 certificate as a small value of our own. RFC 5280 §4.1; extensions are in certificate-extensions.ts.
 * Two readers must agree that it is one: the strict-DER gate with our own walk, and pkijs. What is unsupported (algorithm, critical extension) is
 * said in the value and refused by the path; what is malformed is refused here: version not fitting the fields, unlike signature algorithms,
 * duplicate extensions, encoded DEFAULT values.
 */
import { fromBER, type BaseBlock } from 'asn1js';
import { Certificate as PkijsCertificate, type RelativeDistinguishedNames } from 'pkijs';
import { equalBytes, hex, type Bytes } from '#bytes';
import { readExtensions, type Extensions } from './certificate-extensions.ts';
import { generalizedTimeMs, utcTimeMs } from './der-time.ts';
import { readPublicKey, signatureAlgorithmOf, type PublicKey, type SignatureAlgorithm } from './public-key.ts';
import { derRefused, isContext, isUniversal, readStrictDer, type DerNode } from './strict-der.ts';
import { TrustError } from './trust-error.ts';

interface DistinguishedName {
  /** For name chaining, which compares bytes (stricter than RFC 5280 §7.1). */
  readonly der: Bytes;
  /** For people: `C=JP, O=…, CN=…`. Never compared. */
  readonly text: string;
  readonly isEmpty: boolean;
}

export interface Certificate {
  readonly der: Bytes;
  readonly version: 1 | 2 | 3;
  /** Contents octets of the INTEGER. */
  readonly serialNumber: Bytes;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** First and last instant of validity, both included. [ms since 1970-01-01T00:00:00Z] */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** `undefined` = outside our profile. */
  readonly publicKey: PublicKey | undefined;
  readonly extensions: Extensions;
  /** `undefined` = outside our profile. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  /** What the issuer signed. */
  readonly tbs: Bytes;
  readonly signature: Bytes;
}

/** RFC 4514 §3, and what certificates of Japanese authorities use beyond it. */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
]);

/**
 * Reads one certificate that fills `der`.
 * @throws TrustError `DER_REFUSED` (not DER), `CERTIFICATE_UNREADABLE` (DER, but no certificate)
 */
export function readCertificate(der: Bytes): Certificate {
  const [tbs, outerAlgorithm, signature, ...rest] = readStrictDer(der).children;
  if (tbs === undefined || outerAlgorithm === undefined || !isUniversal(signature, 3) || rest.length > 0) throw unreadable('not three parts');
  const structure = readStructure(der);
  const parts = splitTbs(tbs);
  if (!equalBytes(parts.algorithm.encoded, outerAlgorithm.encoded)) throw unreadable('two signature algorithms');
  if (signature.content[0] !== 0) throw unreadable('signature that is not whole octets');

  return {
    der,
    version: parts.version,
    serialNumber: parts.serialNumber.content,
    issuer: nameOf(parts.issuer, structure.issuer),
    subject: nameOf(parts.subject, structure.subject),
    ...validityOf(parts.validity),
    publicKey: readPublicKey(parts.publicKey.encoded),
    extensions: readExtensions(parts.extensions),
    signatureAlgorithm: signatureAlgorithmOf(outerAlgorithm.encoded),
    tbs: tbs.encoded,
    signature: signature.content.slice(1),
  };
}

/** pkijs as second reader. Whatever it throws means refused (it throws plain errors on hostile input). */
function readStructure(der: Bytes): PkijsCertificate {
  try {
    const asn1 = fromBER(der);
    if (asn1.offset !== der.length) throw unreadable('asn1js did not read it to the end');
    return new PkijsCertificate({ schema: asn1.result });
  } catch (cause) {
    throw cause instanceof TrustError ? cause : new TrustError({ code: 'CERTIFICATE_UNREADABLE', message: 'pkijs refused the certificate', cause });
  }
}

interface TbsParts {
  readonly version: 1 | 2 | 3;
  readonly serialNumber: DerNode;
  readonly algorithm: DerNode;
  readonly issuer: DerNode;
  readonly validity: DerNode;
  readonly subject: DerNode;
  readonly publicKey: DerNode;
  /** The Extension elements; `undefined` when there is no extensions field. */
  readonly extensions: readonly DerNode[] | undefined;
}

/** TBSCertificate, RFC 5280 §4.1.2. */
function splitTbs(tbs: DerNode): TbsParts {
  const [first] = tbs.children;
  const hasVersion = isContext(first, 0, 'constructed');
  const [serialNumber, algorithm, issuer, validity, subject, publicKey, ...optional] = tbs.children.slice(hasVersion ? 1 : 0);
  const version = hasVersion ? versionOf(first) : 1;
  if (!isUniversal(serialNumber, 2)) throw unreadable('serial number');
  if (!isUniversal(algorithm, 16) || !isUniversal(issuer, 16) || !isUniversal(validity, 16)) throw unreadable('algorithm, issuer or validity');
  if (!isUniversal(subject, 16) || !isUniversal(publicKey, 16)) throw unreadable('subject or public key');
  return { version, serialNumber, algorithm, issuer, validity, subject, publicKey, extensions: extensionsIn(optional, version) };
}

function versionOf(field: DerNode): 2 | 3 {
  const [version, ...rest] = field.children;
  const [value, ...more] = version?.content ?? [];
  if (!isUniversal(version, 2) || rest.length > 0 || more.length > 0) throw unreadable('version');
  if (value === 0) throw derRefused('encoded default version', field.start);
  if (value !== 1 && value !== 2) throw unreadable('version');
  return value === 1 ? 2 : 3;
}

/** issuerUniqueID [1], subjectUniqueID [2] (from version 2), extensions [3] (version 3), in this order, each at most once. */
function extensionsIn(optional: readonly DerNode[], version: 1 | 2 | 3): readonly DerNode[] | undefined {
  const numbers = optional.map(({ tagNumber }) => tagNumber);
  const isOrdered = numbers.every((number, index) => number > (numbers[index - 1] ?? 0));
  const fits = optional.every((field) =>
    isContext(field, 3, 'constructed') ? version === 3 : field.tagNumber < 3 && field.tagClass === 'context' && version >= 2,
  );
  if (!isOrdered || !fits) throw unreadable('field that its version does not have');

  const field = optional.find(({ tagNumber }) => tagNumber === 3);
  if (field === undefined) return undefined;
  const [list, ...rest] = field.children;
  if (!isUniversal(list, 16) || rest.length > 0 || list.children.length === 0) throw unreadable('extensions');
  return list.children;
}

function validityOf(validity: DerNode): { notBeforeMs: number; notAfterMs: number } {
  const [notBefore, notAfter, ...rest] = validity.children;
  if (notBefore === undefined || notAfter === undefined || rest.length > 0) throw unreadable('validity');
  return { notBeforeMs: instantOf(notBefore), notAfterMs: instantOf(notAfter) };
}

/** Both forms are read whatever the year: RFC 5280 §4.1.2.5 asks that of applications. */
function instantOf(time: DerNode): number {
  const instant = isUniversal(time, 23) ? utcTimeMs(time.content) : isUniversal(time, 24) ? generalizedTimeMs(time.content) : undefined;
  if (instant === undefined) throw unreadable('validity');
  return instant;
}

function nameOf(node: DerNode, { typesAndValues }: RelativeDistinguishedNames): DistinguishedName {
  const text = typesAndValues.map(({ type, value }) => `${attributeNames.get(type) ?? type}=${textOf(value)}`).join(', ');
  return { der: node.encoded, text, isEmpty: node.children.length === 0 };
}

/** A string type's text; other types are shown as the bytes they are. */
function textOf(value: BaseBlock): string {
  const block: unknown = value.valueBlock;
  const hasText = typeof block === 'object' && block !== null && 'value' in block && typeof block.value === 'string';
  return hasText ? String(block.value) : `#${hex(new Uint8Array(value.valueBeforeDecodeView))}`;
}

function unreadable(what: string): TrustError {
  return new TrustError({ code: 'CERTIFICATE_UNREADABLE', message: `Not an X.509 certificate: ${what}` });
}
