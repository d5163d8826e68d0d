/**
 * The licence: a signature by a key whose certificate is not on the card. licence-applet §6.2, §6.3 (RSASSA-PKCS1-v1_5, SHA-256, RSA-2048).
 * The signer is found by its subject key identifier alone: 109, 10B and 10C are texts of undocumented form, and nothing is derived from 10D.
 */
import { equalBytes, type Bytes } from '#bytes';
import { readCertificate, type Certificate } from './certificate.ts';
import { fingerprintOfCertificate } from './fingerprint.ts';
import { counts, notChecked, notGenuine, type Opinion } from './opinion.ts';
import type { SignatureAlgorithm } from './public-key.ts';
import { findPathGap, type PathGap } from './signer-path.ts';
import { TrustError } from './trust-error.ts';
import type { Anchor, AnchorPurpose, HashInput, Mode, SignedContent } from './verdict.ts';
import { checkSignature } from './verify-signature.ts';

type X509Content = Extract<SignedContent, { form: 'x509Signer' }>;

interface StoredCertificate {
  readonly certificate: Certificate;
  readonly purpose: AnchorPurpose;
}

const cardAlgorithm: SignatureAlgorithm = { kind: 'rsa', hash: 'SHA-256' };

/** One opinion per way from a root to a signer with the identifier the card names; none when no signer has it. */
export async function judgeX509Signer(content: X509Content, anchors: readonly Anchor[], at: number, mode: Mode): Promise<Opinion[]> {
  const roots = stored(anchors, 'x509Root');
  const signers = stored(anchors, 'x509Signer').filter((signer) => hasKeyIdentifier(signer, content.signer.subjectKeyIdentifier));
  const opinions: Opinion[] = [];
  for (const signer of signers) {
    const issuers = roots.filter((root) => equalBytes(root.certificate.subject.der, signer.certificate.issuer.der));
    if (issuers.length === 0) opinions.push(notChecked('SIGNER_NOT_TRUSTED', await fingerprints(signer)));
    for (const root of issuers) opinions.push(await judgeBy({ root, signer, content, at, mode }));
  }
  return opinions;
}

interface Question {
  readonly root: StoredCertificate;
  readonly signer: StoredCertificate;
  readonly content: X509Content;
  readonly at: number;
  readonly mode: Mode;
}

/** Each line is a rule. A training anchor in service is left before its signature is looked at. */
async function judgeBy({ root, signer, content, at, mode }: Question): Promise<Opinion> {
  const used = await fingerprints(signer, root);
  const gap: PathGap | undefined = await findPathGap(root.certificate, signer.certificate, at);
  if (gap !== undefined) return notChecked(gap, used);
  if (!counts(root.purpose, mode) || !counts(signer.purpose, mode)) return notChecked('TRAINING_ANCHOR', used);

  const fitting = await firstFit(content, signer.certificate);
  if (fitting === 'unsupported') return notChecked('FORM_UNSUPPORTED', used);
  if (fitting === 'none') return notGenuine(['SIG_INVALID'], used);
  return { opinion: 'genuine', signer: { name: signer.certificate.subject.text, anchorFingerprints: used, hashInput: fitting } };
}

/** The first reading of "all data in WEF02" that the signature fits. */
async function firstFit({ candidates, signature }: X509Content, { publicKey }: Certificate): Promise<HashInput | 'none' | 'unsupported'> {
  if (publicKey?.kind !== cardAlgorithm.kind) return 'unsupported';
  for (const { hashInput, bytes } of candidates) {
    const check = await checkSignature({ key: publicKey, algorithm: cardAlgorithm, signature, data: bytes });
    if (check === 'fits') return hashInput;
    if (check === 'unsupported') return 'unsupported';
  }
  return 'none';
}

/** An empty identifier names nobody. */
function hasKeyIdentifier({ certificate }: StoredCertificate, wanted: Bytes): boolean {
  const own = certificate.extensions.subjectKeyIdentifier;
  return own !== undefined && wanted.length > 0 && equalBytes(own, wanted);
}

function stored(anchors: readonly Anchor[], kind: 'x509Root' | 'x509Signer'): StoredCertificate[] {
  return anchors.flatMap((anchor) => {
    const certificate = anchor.kind === kind ? readable(anchor.der) : undefined;
    return certificate === undefined ? [] : [{ certificate, purpose: anchor.purpose }];
  });
}

function readable(der: Bytes): Certificate | undefined {
  try {
    return readCertificate(der);
  } catch (fault) {
    if (fault instanceof TrustError) return undefined;
    throw fault;
  }
}

async function fingerprints(...used: readonly StoredCertificate[]): Promise<string[]> {
  return Promise.all(used.map(({ certificate }) => fingerprintOfCertificate(certificate.der)));
}
