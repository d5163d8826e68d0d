/**
 * The strict-DER gate: ITU-T X.690 §8, §10 and §11 as far as certificates, SubjectPublicKeyInfo and ECDSA signature values need them.
 * asn1js is a BER parser that accepts trailing bytes, long lengths and indefinite forms; nothing reaches it before this gate has said yes.
 * Refused besides everything that is not DER: REAL, EXTERNAL, RELATIVE-OID, the X.690 TIME types and tag numbers above 2^21, which no certificate has.
 * DEFAULT values and named bit lists need the field's type: certificate.ts looks at them. Never applied to card files, which are not DER.
 */
import type { Bytes } from '#bytes';
import { checkDerValue, type DerProblem } from './der-values.ts';
import { TrustError } from './trust-error.ts';

/** Bytes of input. A certificate of any authority we know has less than 3 KiB. */
export const MAX_DER_LENGTH = 65_536;
const MAX_DEPTH = 100;
const MAX_NODES = 10_000;

type DerTagClass = 'universal' | 'application' | 'context' | 'private';

/** One element. Offsets count from the first byte of the input. */
export interface DerNode {
  readonly tagClass: DerTagClass;
  readonly constructed: boolean;
  readonly tagNumber: number;
  readonly start: number;
  /** A copy: identifier, length and contents. */
  readonly encoded: Bytes;
  /** A copy: the contents octets. */
  readonly content: Bytes;
  /** Empty for a primitive element. */
  readonly children: readonly DerNode[];
}

interface Walk {
  readonly bytes: Bytes;
  nodes: number;
}

const tagClasses = ['universal', 'application', 'context', 'private'] as const;

/** X.680 tag numbers that are always constructed in DER. */
const SEQUENCE = 16;
const SET = 17;

/**
 * Reads exactly one element that fills `bytes`.
 * @throws TrustError `DER_REFUSED`, with `facts.offset`
 */
export function readStrictDer(bytes: Bytes): DerNode {
  if (bytes.length > MAX_DER_LENGTH) throw derRefused('longer than 64 KiB', 0);
  const node = readNode({ bytes, nodes: 0 }, { start: 0, limit: bytes.length, depth: 1 });
  if (node.encoded.length !== bytes.length) throw derRefused('bytes behind the element', node.encoded.length);
  return node;
}

/** True for a universal element with this tag number. */
export function isUniversal(node: DerNode | undefined, tagNumber: number): node is DerNode & { readonly tagClass: 'universal' } {
  return node !== undefined && node.tagClass === 'universal' && node.tagNumber === tagNumber;
}

/** True for a context-specific element `[tagNumber]` of this form. */
export function isContext(node: DerNode | undefined, tagNumber: number, form: 'primitive' | 'constructed'): node is DerNode & { readonly tagClass: 'context' } {
  return node !== undefined && node.tagClass === 'context' && node.tagNumber === tagNumber && node.constructed === (form === 'constructed');
}

export function derRefused(what: string, offset: number): TrustError {
  return new TrustError({ code: 'DER_REFUSED', message: `Not DER: ${what} at offset ${String(offset)}`, facts: { offset } });
}

function readNode(walk: Walk, { start, limit, depth }: { start: number; limit: number; depth: number }): DerNode {
  if (depth > MAX_DEPTH) throw derRefused('nested too deep', start);
  walk.nodes += 1;
  if (walk.nodes > MAX_NODES) throw derRefused('too many elements', start);

  const tag = readTag(walk.bytes, start, limit);
  const length = readLength(walk.bytes, start + tag.size, limit);
  const contentStart = start + tag.size + length.size;
  const end = contentStart + length.value;
  if (end > limit) throw derRefused('length beyond its parent', start);

  const content = walk.bytes.slice(contentStart, end);
  const children = tag.constructed ? readChildren(walk, { start: contentStart, limit: end, depth: depth + 1 }) : [];
  const node = {
    tagClass: tag.tagClass,
    constructed: tag.constructed,
    tagNumber: tag.tagNumber,
    start,
    encoded: walk.bytes.slice(start, end),
    content,
    children,
  };
  if (node.tagClass === 'universal') checkUniversal(node);
  return node;
}

function readChildren(walk: Walk, { start, limit, depth }: { start: number; limit: number; depth: number }): DerNode[] {
  const children: DerNode[] = [];
  let position = start;
  while (position < limit) {
    const child = readNode(walk, { start: position, limit, depth });
    children.push(child);
    position += child.encoded.length;
  }
  return children;
}

interface Tag {
  readonly tagClass: DerTagClass;
  readonly constructed: boolean;
  readonly tagNumber: number;
  readonly size: number;
}

function readTag(bytes: Bytes, offset: number, limit: number): Tag {
  const first = byteAt(bytes, offset, limit);
  const tagClass = tagClasses[first >> 6];
  if (tagClass === undefined) throw derRefused('identifier', offset);
  const constructed = (first & 0x20) !== 0;
  const lowNumber = first & 0x1f;
  if (lowNumber !== 0x1f) return { tagClass, constructed, tagNumber: lowNumber, size: 1 };

  const high = readHighTagNumber(bytes, offset + 1, limit);
  return { tagClass, constructed, tagNumber: high.value, size: 1 + high.size };
}

/** X.690 §8.1.2.4; three octets hold 2^21 - 1. */
function readHighTagNumber(bytes: Bytes, offset: number, limit: number): { value: number; size: number } {
  let value = 0;
  for (let size = 1; size <= 3; size++) {
    const octet = byteAt(bytes, offset + size - 1, limit);
    if (size === 1 && octet === 0x80) throw derRefused('padded tag number', offset);
    value = value * 0x80 + (octet & 0x7f);
    if ((octet & 0x80) === 0) {
      if (value < 0x1f) throw derRefused('long tag for a low number', offset);
      return { value, size };
    }
  }
  throw derRefused('tag number too large', offset);
}

/** X.690 §10.1: definite, shortest form. */
function readLength(bytes: Bytes, offset: number, limit: number): { value: number; size: number } {
  const first = byteAt(bytes, offset, limit);
  if (first < 0x80) return { value: first, size: 1 };
  if (first === 0x80) throw derRefused('indefinite length', offset);
  const count = first - 0x80;
  if (count > 4) throw derRefused('length of more than four octets', offset);

  let value = 0;
  for (let index = 1; index <= count; index++) value = value * 0x100 + byteAt(bytes, offset + index, limit);
  const shortestForCount = count === 1 ? 0x80 : 0x100 ** (count - 1);
  if (value < shortestForCount) throw derRefused('length not in the shortest form', offset);
  return { value, size: 1 + count };
}

function checkUniversal(node: DerNode): void {
  const mustBeConstructed = node.tagNumber === SEQUENCE || node.tagNumber === SET;
  if (node.constructed !== mustBeConstructed)
    throw derRefused(mustBeConstructed ? 'primitive SEQUENCE or SET' : 'constructed form of a primitive type', node.start);
  const problem: DerProblem | undefined = mustBeConstructed ? checkOrder(node) : checkDerValue(node.tagNumber, node.content);
  if (problem !== undefined) throw derRefused(problem, node.start);
}

/** X.690 §11.6. Every SET of a certificate is a SET OF. */
function checkOrder(node: DerNode): DerProblem | undefined {
  if (node.tagNumber !== SET) return undefined;
  const isAscending = node.children.every((child, index) => {
    const before = node.children[index - 1];
    return before === undefined || compareAsPadded(before.encoded, child.encoded) <= 0;
  });
  return isAscending ? undefined : 'SET OF out of order';
}

/** Compares octet strings, the shorter one padded with zero octets at its end. */
function compareAsPadded(left: Bytes, right: Bytes): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = byteAt(left, index, left.length) - byteAt(right, index, right.length);
    if (difference !== 0) return difference;
  }
  if (left.subarray(shared).some((byte) => byte !== 0)) return 1;
  return right.subarray(shared).some((byte) => byte !== 0) ? -1 : 0;
}

function byteAt(bytes: Bytes, offset: number, limit: number): number {
  const byte = offset < limit ? bytes[offset] : undefined;
  if (byte === undefined) throw derRefused('cut short', offset);
  return byte;
}
