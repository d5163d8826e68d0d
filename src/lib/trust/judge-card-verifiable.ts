/**
 * The personal details: data → digest → record signature → card-verifiable certificate → CV authority key. card-info-applet §5.1, §5.2, §5.5.
 * All RSA-2048, SHA-256, RSASSA-PKCS1-v1_5. The certificate has no dates, so there is nothing here to expire.
 * Key and digest are given beside the signed bytes that state them; two truths are refused: they must be the ones that were signed.
 */
import { concatBytes, equalBytes, indexOfBytes, type Bytes } from '#bytes';
import { formatKeyId, isKeyId, isTrainingKeyId } from './card-key-id.ts';
import { fingerprintOfKey, sha256 } from './fingerprint.ts';
import { counts, notChecked, notGenuine, type Opinion } from './opinion.ts';
import { MIN_MODULUS_BITS, rsaKeyFrom, type PublicKey, type SignatureAlgorithm } from './public-key.ts';
import type { Anchor, AnchorPurpose, Contradiction, Mode, SignedContent } from './verdict.ts';
import { checkSignature, type SignatureCheck } from './verify-signature.ts';

type CardVerifiableContent = Extract<SignedContent, { form: 'cardVerifiable' }>;
type CardVerifiableCertificate = CardVerifiableContent['certificate'];
type AuthorityKey = Extract<Anchor, { kind: 'cvAuthorityKey' }>;

/** The cards' only size. [bits] */
const MODULUS_BITS = MIN_MODULUS_BITS;
const cardAlgorithm: SignatureAlgorithm = { kind: 'rsa', hash: 'SHA-256' };

/** One opinion per authority key with the identifier the certificate names; none when the trust store has none. */
export async function judgeCardVerifiable(content: CardVerifiableContent, anchors: readonly Anchor[], mode: Mode): Promise<Opinion[]> {
  const opinions: Opinion[] = [];
  for (const anchor of anchors) {
    if (anchor.kind === 'cvAuthorityKey' && isNamed(anchor, content)) opinions.push(await judgeBy(anchor, content, mode));
  }
  return opinions;
}

/** Each line is a rule. A training key in service is left before any signature is looked at. */
async function judgeBy(authority: AuthorityKey, content: CardVerifiableContent, mode: Mode): Promise<Opinion> {
  const { certificate } = content;
  const used = [await fingerprintOfKey(authority)];
  if (!counts(purposeOf(authority), mode)) return notChecked('TRAINING_ANCHOR', used);

  const authorityKey = rsaKeyFrom(authority.modulus, authority.exponent, MODULUS_BITS);
  const certified = await check(authorityKey, certificate.body, certificate.signature);
  if (certified === 'unsupported') return notChecked('FORM_UNSUPPORTED', used);
  if (certified === 'doesNotFit') return notGenuine(['ISSUER_CERTIFICATE_INVALID'], used);

  const subjectKey = bodyStates(certificate) ? rsaKeyFrom(certificate.modulus, certificate.exponent, MODULUS_BITS) : undefined;
  const signed = await check(subjectKey, content.record.signedBytes, content.record.signature);
  if (signed === 'unsupported') return notChecked('FORM_UNSUPPORTED', used);
  const [first, ...others] = await contradictions(content, signed);
  if (first !== undefined) return notGenuine([first, ...others], used);
  if (!statesDigest(content)) return notChecked('FORM_UNSUPPORTED', used);
  return { opinion: 'genuine', signer: { name: formatKeyId(authority.keyId), anchorFingerprints: used } };
}

/** All that contradicts: a person who looks into a forgery wants to know which of the three. */
async function contradictions({ record, digestedBytes, structureContradicts }: CardVerifiableContent, signed: SignatureCheck): Promise<Contradiction[]> {
  const found: Contradiction[] = [];
  if (signed !== 'fits') found.push('SIG_INVALID');
  if (!equalBytes(await sha256(digestedBytes), record.digest)) found.push('DIGEST_MISMATCH');
  if (structureContradicts) found.push('STRUCTURE_CONTRADICTS');
  return found;
}

/** All 16 bytes. */
function isNamed(authority: AuthorityKey, { certificate }: CardVerifiableContent): boolean {
  return isKeyId(authority.keyId) && equalBytes(authority.keyId, certificate.issuerKeyId);
}

/** The test hierarchy is never production, even if a trust store says so. */
function purposeOf(authority: AuthorityKey): AnchorPurpose {
  return isTrainingKeyId(authority.keyId) ? 'training' : authority.purpose;
}

/** The body's layout, card-info-applet §5.2: both identifiers, then `90` exponent, `91 82` modulus. */
function bodyStates({ issuerKeyId, subjectKeyId, modulus, exponent, body }: CardVerifiableCertificate): boolean {
  const headers = modulus.length === MODULUS_BITS / 8 && exponent.length < 0x80;
  if (!headers) return false;
  const stated = concatBytes(issuerKeyId, subjectKeyId, Uint8Array.of(0x90, exponent.length), exponent, Uint8Array.of(0x91, 0x82, 0x01, 0x00), modulus);
  return equalBytes(stated, body);
}

/** A digest that is not among the signed bytes proves nothing. */
function statesDigest({ record }: CardVerifiableContent): boolean {
  return indexOfBytes(record.signedBytes, record.digest) !== -1;
}

async function check(key: PublicKey | undefined, data: Bytes, signature: Bytes): Promise<SignatureCheck> {
  return key === undefined ? 'unsupported' : checkSignature({ key, algorithm: cardAlgorithm, signature, data });
}
