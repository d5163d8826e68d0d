/**
 * Reads and verifies a signed web bundle by the documents, with nothing of the packages that make it: integrity block v2
 * (WICG webpackage, explainers/integrity-signature.md), bundle format b2 (draft-ietf-wpack-bundled-responses), ids (WICG
 * isolated-web-apps, Scheme.md). Bundles of one signature.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { arrayOf, bytesOf, mapOf, numberOf, readCbor, textOf, type CborItem } from './cbor.ts';

export interface BundledResponse {
  readonly status: string;
  /** Without the status; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface ReadBundle {
  /** As the integrity block names it. */
  readonly id: string;
  /** As the public key makes it. */
  readonly idOfKey: string;
  readonly keyType: 'ed25519PublicKey' | 'ecdsaP256SHA256PublicKey';
  readonly signatureIsValid: boolean;
  /** By absolute URL. */
  readonly responses: ReadonlyMap<string, BundledResponse>;
}

/** @throws Error where the structure is not the documented one */
export function readBundle(bytes: Uint8Array): ReadBundle {
  const block = readCbor(bytes);
  const [magic, version, attributes, stack] = arrayOf(block, 4);
  expectText(magic!, '🖋📦');
  expectText(version!, '2b\0\0');
  const [entry] = arrayOf(stack!, 1);
  const [keyAttributes, signature] = arrayOf(entry!, 2);
  const [keyType, rawKey] = [...mapOf(keyAttributes!)][0]!;
  if (keyType !== 'ed25519PublicKey' && keyType !== 'ecdsaP256SHA256PublicKey') throw new Error(`A key of type ${keyType}`);
  const bundle = bytes.subarray(block.end);
  // What is signed has no signature in it yet: the same block with an empty array (0x80) for the stack.
  const unsigned = Buffer.concat([bytes.subarray(block.start, stack!.start), Uint8Array.of(0x80)]);
  const attributeBytes = bytes.subarray(keyAttributes!.start, keyAttributes!.end);
  const signed = Buffer.concat([createHash('sha512').update(bundle).digest(), unsigned, attributeBytes].flatMap((part) => [lengthOf(part), part]));
  const key = bytesOf(rawKey);
  return {
    id: textOf(mapOf(attributes!).get('webBundleId')!),
    idOfKey: base32(Buffer.concat([key, keyType === 'ed25519PublicKey' ? Uint8Array.of(0, 1, 2) : Uint8Array.of(0, 2, 2)])),
    keyType,
    signatureIsValid: verify(keyType === 'ed25519PublicKey' ? undefined : 'sha256', signed, publicKeyOf(keyType, key), bytesOf(signature!)),
    responses: readResponses(bundle),
  };
}

/** Every response by its place in the index, as a browser finds it. */
function readResponses(bundle: Uint8Array): ReadonlyMap<string, BundledResponse> {
  const top = readCbor(bundle);
  const [magic, version, lengths, sections, length] = arrayOf(top, 5);
  expectText(magic!, '🌐📦');
  expectText(version!, 'b2\0\0');
  if (top.end !== bundle.length || Buffer.from(bytesOf(length!)).readBigUInt64BE() !== BigInt(bundle.length))
    throw new Error('The length is not that of the bundle');
  const names = arrayOf(readCbor(bytesOf(lengths!)))
    .filter((_, index) => index % 2 === 0)
    .map(textOf);
  const section = (wanted: string): CborItem => arrayOf(sections!, names.length)[names.indexOf(wanted)]!;
  const responses = section('responses');
  const index = [...mapOf(section('index'))];
  if (index.length !== arrayOf(responses).length) throw new Error('Index and responses differ in number');
  return new Map(
    index.map(([url, place]) => {
      const [offset, size] = arrayOf(place, 2).map(numberOf);
      return [url, readResponse(bundle, responses.start + offset!, size!)];
    }),
  );
}

function readResponse(bundle: Uint8Array, start: number, size: number): BundledResponse {
  const item = readCbor(bundle, start);
  if (item.end !== start + size) throw new Error('The index does not fit the responses');
  const [head, body] = arrayOf(item, 2);
  const headers = new Map([...mapOf(readCbor(bytesOf(head!)))].map(([name, value]) => [name, textOf(value)]));
  const status = headers.get(':status') ?? '';
  headers.delete(':status');
  return { status, headers, body: bytesOf(body!) };
}

function publicKeyOf(type: ReadBundle['keyType'], raw: Uint8Array): KeyObject {
  // RFC 8410 and RFC 5480: the SubjectPublicKeyInfo that stands before 32 bytes of Ed25519, or 33 of a compressed P-256 point.
  const prefix = type === 'ed25519PublicKey' ? '302a300506032b6570032100' : '3039301306072a8648ce3d020106082a8648ce3d030107032200';
  return createPublicKey({ key: Buffer.concat([Buffer.from(prefix, 'hex'), raw]), format: 'der', type: 'spki' });
}

/** RFC 4648 §6 in lower case, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/gu) ?? []).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(part.length));
  return length;
}

function expectText(item: CborItem, text: string): void {
  if (textOf(item) !== text) throw new Error(`Not ${JSON.stringify(text)}`);
}
