import { fc, it as property } from '@fast-check/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, unhex, type Bytes } from '#bytes';
import { judge } from './judge.ts';
import { commonName, ecKeyPair, rsaKeyPair, sign, subjectKeyIdentifier, usages, utcTime } from './test/make-certificate.ts';
import {
  authorityAnchor,
  cardVerifiableContent,
  keyIds,
  rawKey,
  rootAnchor,
  signerAnchor,
  x509Content,
  type CardVerifiableContent,
  type X509Content,
} from './test/invented-content.ts';
import type { Anchor, Mode, SignedContent } from './verdict.ts';

const AT = Date.parse('2026-12-01T00:00:00Z');

let rootKey: CryptoKeyPair;
let signerKey: CryptoKeyPair;
let otherKey: CryptoKeyPair;
let production: { root: Anchor; signer: Anchor; authority: Anchor };
let training: { root: Anchor; signer: Anchor; authority: Anchor };
let licence: X509Content;
let details: CardVerifiableContent;

beforeAll(async () => {
  [rootKey, signerKey, otherKey] = await Promise.all([rsaKeyPair(), rsaKeyPair(), rsaKeyPair()]);
  const keys = { rootKey, signerKey };
  production = {
    root: await rootAnchor('production', rootKey),
    signer: await signerAnchor('production', keys),
    authority: await authorityAnchor('production', keyIds.production, rootKey),
  };
  training = {
    root: { ...production.root, purpose: 'training' },
    signer: { ...production.signer, purpose: 'training' },
    authority: { ...production.authority, purpose: 'training' },
  };
  licence = await x509Content(signerKey);
  details = await cardVerifiableContent({ authorityKey: rootKey, subjectKey: signerKey });
});

/** The verdict's word and reasons. */
async function word(content: SignedContent, anchors: readonly Anchor[], mode: Mode = 'service', at = AT): Promise<string> {
  const verdict = await judge(content, anchors, at, mode);
  return verdict.verdict === 'genuine' ? 'genuine' : `${verdict.verdict}: ${verdict.reasons.join(', ')}`;
}

describe('a licence', () => {
  it('is genuine under a production signer and its root', async () => {
    const verdict = await judge(licence, [production.root, production.signer], AT, 'service');
    expect(verdict).toEqual({
      verdict: 'genuine',
      practice: false,
      signer: {
        name: 'CN=Invented Signer',
        hashInput: 'elementsThrough107',
        anchorFingerprints: [await sha256Of(production.signer), await sha256Of(production.root)],
      },
    });
  });

  it.each([
    { index: 0, hashInput: 'elementsThrough107' },
    { index: 1, hashInput: 'wholeFile' },
    { index: 2, hashInput: 'valuesOnly' },
  ])('records which reading was signed: $hashInput', async ({ index, hashInput }) => {
    const verdict = await judge(await x509Content(signerKey, index), [production.root, production.signer], AT, 'service');
    expect(verdict).toMatchObject({ verdict: 'genuine', signer: { hashInput } });
  });

  it('is not checked with an empty trust store', async () => {
    expect(await judge(licence, [], AT, 'service')).toEqual({
      verdict: 'notChecked',
      reasons: ['TRUST_ANCHOR_MISSING'],
      anchorFingerprints: [],
      practice: false,
    });
  });

  it('is not checked without its signer, or without the root', async () => {
    expect(await word(licence, [production.root])).toBe('notChecked: TRUST_ANCHOR_MISSING');
    expect(await word(licence, [production.signer])).toBe('notChecked: SIGNER_NOT_TRUSTED');
    expect(
      await word(licence, [production.signer, await rootAnchor('production', rootKey, { subject: commonName('Another'), issuer: commonName('Another') })]),
    ).toBe('notChecked: SIGNER_NOT_TRUSTED');
  });

  it('is not checked when the card names no key, or another', async () => {
    const named = (digits: string): X509Content => ({ ...licence, signer: { ...licence.signer, subjectKeyIdentifier: unhex(digits) } });
    const anonymous = await signerAnchor(
      'production',
      { rootKey, signerKey },
      { extensions: [usages.digitalSignature(), subjectKeyIdentifier(new Uint8Array(0))] },
    );
    expect(await word(named(''), [production.root, anonymous])).toBe('notChecked: TRUST_ANCHOR_MISSING');
    expect(await word(named('BB'.repeat(31)), [production.root, production.signer])).toBe('notChecked: TRUST_ANCHOR_MISSING');
    expect(await word(named('BB'.repeat(33)), [production.root, production.signer])).toBe('notChecked: TRUST_ANCHOR_MISSING');
  });

  it('is not genuine when the signature fits none of the readings', async () => {
    expect(await word(await x509Content(signerKey, 9), [production.root, production.signer])).toBe('notGenuine: SIG_INVALID');
    expect(await word(await x509Content(otherKey), [production.root, production.signer])).toBe('notGenuine: SIG_INVALID');
  });

  it.each([
    { name: 'empty', change: (): Bytes => new Uint8Array(0) },
    { name: 'one octet short', change: (signature: Bytes): Bytes => signature.slice(1) },
    { name: 'one octet long', change: (signature: Bytes): Bytes => concatBytes(signature, Uint8Array.of(0)) },
    { name: 'padded with a zero octet in front', change: (signature: Bytes): Bytes => concatBytes(Uint8Array.of(0), signature) },
    { name: 'all zero', change: (signature: Bytes): Bytes => new Uint8Array(signature.length) },
    { name: 'all FF, above the modulus', change: (signature: Bytes): Bytes => new Uint8Array(signature.length).fill(0xff) },
  ])('is not genuine with a signature that is $name', async ({ change }) => {
    expect(await word({ ...licence, signature: change(licence.signature) }, [production.root, production.signer])).toBe('notGenuine: SIG_INVALID');
  });

  it('is not checked under an expired signer or root, even if the signature is bad', async () => {
    const expired = { notAfter: utcTime('261130235959Z') };
    const oldSigner = await signerAnchor('production', { rootKey, signerKey }, expired);
    const oldRoot = await rootAnchor('production', rootKey, expired);
    expect(await word(licence, [production.root, oldSigner])).toBe('notChecked: ANCHOR_EXPIRED');
    expect(await word(licence, [oldRoot, production.signer])).toBe('notChecked: ANCHOR_EXPIRED');
    expect(await word(await x509Content(otherKey), [production.root, oldSigner])).toBe('notChecked: ANCHOR_EXPIRED');
  });

  it('is genuine through a renewed signer certificate beside the expired one', async () => {
    const oldSigner = await signerAnchor('production', { rootKey, signerKey }, { notAfter: utcTime('261130235959Z') });
    expect(await word(licence, [oldSigner, production.root, production.signer])).toBe('genuine');
  });

  it('is not checked under a signer key this version does not check', async () => {
    const [elliptic, small] = await Promise.all([ecKeyPair('P-256'), rsaKeyPair(1024)]);
    for (const signerKeyOutside of [elliptic, small]) {
      const signer = await signerAnchor('production', { rootKey, signerKey: signerKeyOutside });
      expect(await word(licence, [production.root, signer])).toBe('notChecked: FORM_UNSUPPORTED');
    }
  });

  it('is not disturbed by anchors that cannot be read', async () => {
    const broken: Anchor[] = [
      { ...production.root, kind: 'x509Root', der: unhex('3080') },
      { kind: 'x509Signer', purpose: 'production', der: new Uint8Array(0), source: 'test' },
    ];
    expect(await word(licence, broken)).toBe('notChecked: TRUST_ANCHOR_MISSING');
    expect(await word(licence, [...broken, production.root, production.signer])).toBe('genuine');
  });

  it('does not take a signer for a root, or a root for a signer', async () => {
    const swapped: Anchor[] = [
      { kind: 'x509Signer', purpose: 'production', der: derOf(production.root), source: 'test' },
      { kind: 'x509Root', purpose: 'production', der: derOf(production.signer), source: 'test' },
    ];
    expect(await word(licence, swapped)).toBe('notChecked: TRUST_ANCHOR_MISSING');
  });
});

describe('training anchors', () => {
  it('answer in practice, and practice follows the verdict', async () => {
    const verdict = await judge(licence, [training.root, training.signer], AT, 'practice');
    expect(verdict).toMatchObject({ verdict: 'genuine', practice: true });
    expect(await judge(details, [training.authority], AT, 'practice')).toMatchObject({ verdict: 'genuine', practice: true });
  });

  it('give notChecked in service, whatever the signature says', async () => {
    const forged = await x509Content(otherKey);
    for (const anchors of [
      [training.root, training.signer],
      [training.root, production.signer],
      [production.root, training.signer],
    ]) {
      expect(await word(licence, anchors)).toBe('notChecked: TRAINING_ANCHOR');
      expect(await word(forged, anchors)).toBe('notChecked: TRAINING_ANCHOR');
    }
    expect(await word(details, [training.authority])).toBe('notChecked: TRAINING_ANCHOR');
    expect(await word({ ...details, digestedBytes: new Uint8Array(1) }, [training.authority])).toBe('notChecked: TRAINING_ANCHOR');
  });

  it('say notGenuine in practice when the signature is bad', async () => {
    expect(await word(await x509Content(otherKey), [training.root, training.signer], 'practice')).toBe('notGenuine: SIG_INVALID');
  });

  it('do not spoil a production answer beside them', async () => {
    expect(await word(licence, [training.root, training.signer, production.root, production.signer])).toBe('genuine');
    expect(await word(details, [training.authority, production.authority])).toBe('genuine');
  });

  property.prop([fc.record({ picks: fc.array(fc.nat(5)), mode: fc.constantFrom<Mode>('service', 'practice'), which: fc.boolean(), flip: fc.boolean() })], {
    numRuns: 60,
  })('are never the reason for genuine in service', async ({ picks, mode, which, flip }) => {
    const all = [...Object.values(training), ...Object.values(production)];
    const anchors = picks.flatMap((pick) => all[pick] ?? []);
    const content = which ? { ...licence, signature: flip ? new Uint8Array(256) : licence.signature } : { ...details, structureContradicts: flip };
    const verdict = await judge(content, anchors, AT, mode);
    const counting = new Set(anchors.filter(({ purpose }) => mode === 'practice' || purpose === 'production').map(({ kind }) => kind));
    const mayBeGenuine = !flip && (which ? counting.has('x509Root') && counting.has('x509Signer') : counting.has('cvAuthorityKey'));
    expect(verdict.verdict === 'genuine').toBe(mayBeGenuine);
    expect(verdict.practice).toBe(mode === 'practice');
  });
});

describe('personal details', () => {
  it('are genuine when every link holds', async () => {
    const verdict = await judge(details, [production.authority], AT, 'service');
    expect(verdict).toEqual({
      verdict: 'genuine',
      practice: false,
      signer: { name: '5000033/001', anchorFingerprints: [await sha256Of(production.authority)] },
    });
  });

  it('are not checked without the authority key the certificate names', async () => {
    expect(await word(details, [])).toBe('notChecked: UNKNOWN_CA');
    expect(await word(details, [await authorityAnchor('production', unhex('35303030303333 0805 303031 000000A8'), rootKey)])).toBe('notChecked: UNKNOWN_CA');
    expect(await word({ ...details, structureContradicts: true }, [])).toBe('notChecked: UNKNOWN_CA');
  });

  it.each([{ keyId: keyIds.testHierarchy }, { keyId: keyIds.invented }])('of a test hierarchy are never genuine in service', async ({ keyId }) => {
    const content = await cardVerifiableContent({ authorityKey: rootKey, subjectKey: signerKey }, { issuerKeyId: keyId });
    const mislabelled = await authorityAnchor('production', keyId, rootKey);
    expect(await word(content, [mislabelled])).toBe('notChecked: TRAINING_ANCHOR');
    expect(await word(content, [mislabelled], 'practice')).toBe('genuine');
  });

  it('are not genuine when the certificate was signed by another authority', async () => {
    const content = await cardVerifiableContent({ authorityKey: otherKey, subjectKey: signerKey });
    expect(await word(content, [production.authority])).toBe('notGenuine: ISSUER_CERTIFICATE_INVALID');
  });

  it.each<{ name: string; change: (content: CardVerifiableContent) => CardVerifiableContent; reasons: string }>([
    { name: 'record signature', change: (content) => ({ ...content, record: { ...content.record, signature: new Uint8Array(256) } }), reasons: 'SIG_INVALID' },
    {
      name: 'record signature cut short',
      change: (content) => ({ ...content, record: { ...content.record, signature: content.record.signature.slice(1) } }),
      reasons: 'SIG_INVALID',
    },
    { name: 'digested bytes', change: (content) => ({ ...content, digestedBytes: new Uint8Array(3) }), reasons: 'DIGEST_MISMATCH' },
    { name: 'digest', change: (content) => ({ ...content, record: { ...content.record, digest: new Uint8Array(32) } }), reasons: 'DIGEST_MISMATCH' },
    { name: 'offset table', change: (content) => ({ ...content, structureContradicts: true }), reasons: 'STRUCTURE_CONTRADICTS' },
    {
      name: 'everything',
      change: (content) => ({
        ...content,
        record: { ...content.record, signature: new Uint8Array(256) },
        digestedBytes: new Uint8Array(3),
        structureContradicts: true,
      }),
      reasons: 'SIG_INVALID, DIGEST_MISMATCH, STRUCTURE_CONTRADICTS',
    },
    {
      name: 'certificate signature',
      change: (content) => ({ ...content, certificate: { ...content.certificate, signature: new Uint8Array(256) } }),
      reasons: 'ISSUER_CERTIFICATE_INVALID',
    },
  ])('are not genuine with a changed $name', async ({ change, reasons }) => {
    expect(await word(change(details), [production.authority])).toBe(`notGenuine: ${reasons}`);
  });

  it('are not checked when a key is given that the signed body does not state', async () => {
    const other = await rawKey(otherKey);
    const signature = await sign(otherKey, details.record.signedBytes);
    const content = { ...details, certificate: { ...details.certificate, ...other }, record: { ...details.record, signature } };
    expect(await word(content, [production.authority])).toBe('notChecked: FORM_UNSUPPORTED');
  });

  it('are not checked when the digest is not among the signed bytes', async () => {
    const signedBytes = unhex('DF3100');
    const content = { ...details, record: { ...details.record, signedBytes, signature: await sign(signerKey, signedBytes) } };
    expect(await word(content, [production.authority])).toBe('notChecked: FORM_UNSUPPORTED');
  });

  it.each([
    { name: 'exponent 1', change: ({ modulus }: { modulus: Bytes }) => ({ modulus, exponent: unhex('000001') }) },
    { name: 'an even exponent', change: ({ modulus }: { modulus: Bytes }) => ({ modulus, exponent: unhex('010000') }) },
    {
      name: 'a modulus of 2047 bits',
      change: ({ modulus }: { modulus: Bytes }) => ({ modulus: concatBytes(unhex('7F'), modulus.slice(1)), exponent: unhex('010001') }),
    },
    {
      name: 'an even modulus',
      change: ({ modulus }: { modulus: Bytes }) => ({ modulus: concatBytes(modulus.slice(0, 255), unhex('02')), exponent: unhex('010001') }),
    },
    { name: 'modulus zero', change: () => ({ modulus: new Uint8Array(256), exponent: unhex('010001') }) },
  ])('are not checked under a certified key with $name', async ({ change }) => {
    const key = change(await rawKey(signerKey));
    const content = await cardVerifiableContent({ authorityKey: rootKey, subjectKey: signerKey }, { key });
    expect(await word(content, [production.authority])).toBe('notChecked: FORM_UNSUPPORTED');
  });

  it('are not checked under an authority key this version does not check', async () => {
    const anchor = await authorityAnchor('production', keyIds.production, await rsaKeyPair(3072));
    expect(await word(details, [anchor])).toBe('notChecked: FORM_UNSUPPORTED');
  });
});

it('data the card did not prove is not checked', async () => {
  expect(await judge({ form: 'none', reason: 'UNREADABLE' }, [], AT, 'practice')).toEqual({
    verdict: 'notChecked',
    reasons: ['UNREADABLE'],
    anchorFingerprints: [],
    practice: true,
  });
});

function derOf(anchor: Anchor): Bytes {
  return anchor.kind === 'cvAuthorityKey' ? new Uint8Array(0) : anchor.der;
}

async function sha256Of(anchor: Anchor): Promise<string> {
  const bytes = anchor.kind === 'cvAuthorityKey' ? concatBytes(anchor.keyId, anchor.modulus, anchor.exponent) : anchor.der;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}
