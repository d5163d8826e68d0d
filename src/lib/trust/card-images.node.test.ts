import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hex, readAllTlv, readTlv, unhex, type Bytes, type TlvObject } from '#bytes';
import { trainingAnchorsOf } from './anchors/training-anchors.ts';
import { judge } from './judge.ts';
import type { Anchor, SignedContent } from './verdict.ts';

/** Images of invented cards, made and signed independently of this code. */
const folder = '../shared/data/cards';
const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
const AT = Date.parse('2026-12-01T00:00:00Z');

interface Image {
  readonly name: string;
  readonly trainingAnchors: unknown;
  readonly applications: readonly { readonly aid: string; readonly files: Readonly<Record<string, { readonly bytes: string }>> }[];
  readonly expect: Readonly<Partial<Record<'licence' | 'personalDetails', string>>>;
}

const images = names.map((file): Image => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));

describe.skipIf(images.length === 0)('card images (../shared/data/cards)', () => {
  it.each(images)('$name: the licence', async (image) => {
    const content = licenceOf(image);
    expect(content === undefined).toBe(image.name === 'no-licence');
    if (content === undefined) return;
    const anchors = trainingAnchorsOf(image.trainingAnchors);
    expect((await judge(content, anchors, AT, 'practice')).verdict).toBe(wordFor(image.expect.licence));
    expect(await judge(content, anchors, AT, 'service')).toMatchObject({ verdict: 'notChecked', practice: false });
  });

  it.each(images)('$name: the personal details', async (image) => {
    const content = detailsOf(image);
    const anchors = trainingAnchorsOf(image.trainingAnchors);
    expect((await judge(content, anchors, AT, 'practice')).verdict).toBe(wordFor(image.expect.personalDetails));
    expect(await judge(content, anchors, AT, 'service')).toMatchObject({ verdict: 'notChecked', practice: false });
  });

  it('gives the reasons of the forged and the unknown', async () => {
    expect(await verdictOf('forged-expiry', licenceOf)).toMatchObject({ reasons: ['SIG_INVALID'] });
    expect(await verdictOf('forged-name', detailsOf)).toMatchObject({ reasons: ['DIGEST_MISMATCH'] });
    expect(await verdictOf('unknown-signer', licenceOf)).toMatchObject({ reasons: ['TRUST_ANCHOR_MISSING'] });
    expect(await verdictOf('unknown-signer', detailsOf)).toMatchObject({ reasons: ['UNKNOWN_CA'] });
  });

  it('standard: the licence is not checked a second before its signer began', async () => {
    const image = imageNamed('standard');
    const content = licenceOf(image) ?? { form: 'none', reason: 'UNREADABLE' };
    const anchors = trainingAnchorsOf(image.trainingAnchors);
    const notBefore = Date.parse('2026-11-23T12:54:01Z'); // read from the certificate by openssl x509 -text
    expect((await judge(content, anchors, notBefore, 'practice')).verdict).toBe('genuine');
    expect(await judge(content, anchors, notBefore - 1, 'practice')).toMatchObject({ verdict: 'notChecked', reasons: ['ANCHOR_EXPIRED'] });
  });

  it('standard: no changed bit leaves the licence genuine', async () => {
    const image = imageNamed('standard');
    const content = licenceOf(image);
    if (content?.form !== 'x509Signer') throw new Error('standard has a licence');
    const anchors = trainingAnchorsOf(image.trainingAnchors);
    for (const signature of flips(content.signature, 61)) {
      expect(await judge({ ...content, signature }, anchors, AT, 'practice')).toMatchObject({ verdict: 'notGenuine', reasons: ['SIG_INVALID'] });
    }
    for (const bytes of flips(content.candidates[0].bytes, 251)) {
      const candidates = [{ hashInput: 'elementsThrough107', bytes }] as const;
      expect(await judge({ ...content, candidates }, anchors, AT, 'practice')).toMatchObject({ verdict: 'notGenuine', reasons: ['SIG_INVALID'] });
    }
    for (const subjectKeyIdentifier of flips(content.signer.subjectKeyIdentifier, 7)) {
      const signer = { ...content.signer, subjectKeyIdentifier };
      expect(await judge({ ...content, signer }, anchors, AT, 'practice')).toMatchObject({ verdict: 'notChecked', reasons: ['TRUST_ANCHOR_MISSING'] });
    }
  });

  it('standard: no changed bit of an anchor leaves the licence genuine', async () => {
    const image = imageNamed('standard');
    const content = licenceOf(image) ?? { form: 'none', reason: 'UNREADABLE' };
    const [root, signer] = trainingAnchorsOf(image.trainingAnchors);
    if (root?.kind !== 'x509Root' || signer?.kind !== 'x509Signer') throw new Error('root, then signer');
    for (const der of flips(root.der, 41)) {
      expect((await judge(content, [{ ...root, der }, signer], AT, 'practice')).verdict).toBe('notChecked');
    }
    for (const der of flips(signer.der, 41)) {
      expect((await judge(content, [root, { ...signer, der }], AT, 'practice')).verdict).toBe('notChecked');
    }
  });

  it('standard: no changed bit leaves the personal details genuine', async () => {
    const image = imageNamed('standard');
    const content = detailsOf(image);
    const anchors = trainingAnchorsOf(image.trainingAnchors);
    const { certificate, record } = content;
    const forgeries: SignedContent[] = [
      ...flips(certificate.body, 37).map((body) => ({ ...content, certificate: { ...certificate, body } })),
      ...flips(certificate.signature, 61).map((signature) => ({ ...content, certificate: { ...certificate, signature } })),
      ...flips(certificate.modulus, 61).map((modulus) => ({ ...content, certificate: { ...certificate, modulus } })),
      ...flips(certificate.issuerKeyId, 3).map((issuerKeyId) => ({ ...content, certificate: { ...certificate, issuerKeyId } })),
      ...flips(record.signedBytes, 13).map((signedBytes) => ({ ...content, record: { ...record, signedBytes } })),
      ...flips(record.signature, 61).map((signature) => ({ ...content, record: { ...record, signature } })),
      ...flips(record.digest, 7).map((digest) => ({ ...content, record: { ...record, digest } })),
      ...flips(content.digestedBytes, 13).map((digestedBytes) => ({ ...content, digestedBytes })),
    ];
    expect(forgeries.length).toBeGreaterThan(300);
    for (const forgery of forgeries) expect((await judge(forgery, anchors, AT, 'practice')).verdict).not.toBe('genuine');
  });
});

function wordFor(expected: string | undefined): string {
  return expected === 'genuine-in-training' || expected === undefined ? 'genuine' : expected; // pin-locked names no verdict: its files are in order
}

function imageNamed(name: string): Image {
  const image = images.find((candidate) => candidate.name === name);
  if (image === undefined) throw new Error(`no image ${name}`);
  return image;
}

async function verdictOf(name: string, contentOf: (image: Image) => SignedContent | undefined): Promise<unknown> {
  const image = imageNamed(name);
  return judge(contentOf(image) ?? { form: 'none', reason: 'UNREADABLE' }, trainingAnchorsOf(image.trainingAnchors), AT, 'practice');
}

function fileOf(image: Image, aid: string, id: string): Bytes | undefined {
  const file = image.applications.find((application) => application.aid.startsWith(aid))?.files[id];
  return file === undefined ? undefined : unhex(file.bytes);
}

/** Elements by hand: `01 xx` is a two-byte tag, every other tag one byte; licence-applet §5.2. */
function licenceElements(file: Bytes): Map<string, { value: Bytes; end: number }> {
  const elements = new Map<string, { value: Bytes; end: number }>();
  let position = 0;
  while (position < file.length) {
    const tagLength = file[position] === 0x01 ? 2 : 1;
    const tag = hex(file.slice(position, position + tagLength));
    const { value, end } = readTlv(Uint8Array.of(0x04, ...file.slice(position + tagLength)));
    position += tagLength + end - 1;
    elements.set(tag, { value, end: position });
  }
  return elements;
}

function licenceOf(image: Image): SignedContent | undefined {
  const record = fileOf(image, 'A000000231', '001B');
  const proof = fileOf(image, 'A000000231', '001C');
  if (record === undefined || proof === undefined) return undefined;
  const photo = licenceElements(record).get('0107');
  const elements = licenceElements(proof);
  const valueOf = (tag: string): Bytes => elements.get(tag)?.value ?? new Uint8Array(0);
  return {
    form: 'x509Signer',
    candidates: [
      { hashInput: 'elementsThrough107', bytes: record.slice(0, photo?.end) },
      { hashInput: 'wholeFile', bytes: record },
    ],
    signature: valueOf('0108'),
    signer: { subjectKeyIdentifier: valueOf('010D'), serialNumber: '', issuer: '', subject: '' },
  };
}

type CardVerifiableContent = Extract<SignedContent, { form: 'cardVerifiable' }>;

/** card-info-applet §4.1, §5.1, §5.2. */
function detailsOf(image: Image): CardVerifiableContent {
  const [details, record, certificate] = [outerObject(image, '0002'), outerObject(image, '0003'), outerObject(image, '0004')];
  const [, ...objects] = readAllTlv(details.value, { isFiller: (byte) => byte === 0xff });
  const [, digest, recordSignature] = readAllTlv(record.value);
  const [body, certificateSignature] = readAllTlv(certificate.value);
  if (digest === undefined || recordSignature === undefined || body === undefined || certificateSignature === undefined) throw new Error('four objects');
  return {
    form: 'cardVerifiable',
    certificate: {
      issuerKeyId: body.value.slice(0, 16),
      subjectKeyId: body.value.slice(16, 32),
      exponent: body.value.slice(34, 37),
      modulus: body.value.slice(41),
      body: body.value,
      signature: certificateSignature.value,
    },
    record: { signedBytes: record.value.slice(0, digest.end), signature: recordSignature.value, digest: digest.value },
    digestedBytes: details.value.slice(objects[0]?.start, objects.at(-1)?.end),
    structureContradicts: false,
  };
}

function outerObject(image: Image, id: string): TlvObject {
  return readTlv(fileOf(image, 'D39210', id) ?? new Uint8Array(0));
}

/** Copies with one bit changed each, every `step`-th bit. */
function flips(bytes: Bytes, step: number): Bytes[] {
  const count = Math.ceil((bytes.length * 8) / step);
  return Array.from({ length: count }, (_, index) => {
    const bit = index * step;
    return bytes.map((byte, position) => (position === Math.floor(bit / 8) ? byte ^ (0x80 >> (bit % 8)) : byte));
  });
}

/** Keeps `Anchor` honest: every image brings a root, a signer and an authority key. */
it.skipIf(images.length === 0).each(images)('$name: its training anchors', (image) => {
  const anchors: Anchor[] = trainingAnchorsOf(image.trainingAnchors);
  expect(anchors.map(({ kind, purpose }) => `${purpose} ${kind}`)).toEqual(['training x509Root', 'training x509Signer', 'training cvAuthorityKey']);
});
