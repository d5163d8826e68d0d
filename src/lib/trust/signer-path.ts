/**
 * The certification path root → signer, and no other. RFC 5280 §6.1 narrowed down: whatever a full validator could refuse is refused here,
 * so a root must be a self-signed v3 authority fit to sign certificates, and neither certificate may carry name constraints, policy constraints,
 * inhibitAnyPolicy, or a critical extension we do not read. No intermediate authorities. Names are compared as bytes.
 * Not here: revocation. A counter is offline; the operator takes a signer out of the trust store.
 */
import { equalBytes, type Bytes } from '#bytes';
import type { Certificate } from './certificate.ts';
import type { Extensions, KeyUsage } from './certificate-extensions.ts';
import type { Gap } from './verdict.ts';
import { checkSignature, type SignatureCheck } from './verify-signature.ts';

/** Why there is no path; the same words as the verdict's. */
export type PathGap = Extract<Gap, 'SIGNER_NOT_TRUSTED' | 'ANCHOR_EXPIRED' | 'FORM_UNSUPPORTED'>;

/** Restrict a path whether critical or not: nameConstraints, policyConstraints, inhibitAnyPolicy. Contents octets of 2.5.29.n. */
const pathConstraints = ['551D1E', '551D24', '551D36'];
/** anyExtendedKeyUsage, 2.5.29.37.0 */
const ANY_PURPOSE = '551D2500';

/**
 * Looks for a reason not to trust `signer` through `root` at the instant `atMs` [ms since 1970-01-01T00:00:00Z].
 * @returns `undefined` when the path is valid. `ANCHOR_EXPIRED` only when the dates are all that is wrong.
 */
export async function findPathGap(root: Certificate, signer: Certificate, atMs: number): Promise<PathGap | undefined> {
  if (!isFitRoot(root)) return 'SIGNER_NOT_TRUSTED';
  if (!isFitSigner(signer)) return 'SIGNER_NOT_TRUSTED';
  if (!chains(root, signer)) return 'SIGNER_NOT_TRUSTED';
  for (const certificate of [root, signer]) {
    const check = await signedBy(root, certificate);
    if (check === 'doesNotFit') return 'SIGNER_NOT_TRUSTED';
    if (check === 'unsupported') return 'FORM_UNSUPPORTED';
  }
  if (!isValidAt(root, atMs) || !isValidAt(signer, atMs)) return 'ANCHOR_EXPIRED';
  return undefined;
}

/** True when both ends of the validity are kept; false for an instant that is no number. */
function isValidAt({ notBeforeMs, notAfterMs }: Certificate, atMs: number): boolean {
  return notBeforeMs <= atMs && atMs <= notAfterMs;
}

/** True when this certificate may stand at the top of a path, dates and signatures aside. */
export function isFitRoot({ version, issuer, subject, extensions }: Certificate): boolean {
  if (version !== 3 || subject.isEmpty || !equalBytes(issuer.der, subject.der)) return false;
  if (!isUnconstrained(extensions)) return false;
  if (extensions.basicConstraints?.isAuthority !== true) return false;
  if (extensions.keyUsage?.has('keyCertSign') !== true) return false;
  return true; // any pathLength will do: the signer is no intermediate
}

/** True when this certificate may sign content, dates and signatures aside. */
export function isFitSigner({ version, extensions }: Certificate): boolean {
  if (version !== 3 || !isUnconstrained(extensions)) return false;
  const { basicConstraints, keyUsage, extendedKeyUsage } = extensions;
  if (basicConstraints?.isAuthority === true || basicConstraints?.pathLength !== undefined) return false;
  if (keyUsage !== undefined && !mayOnlySign(keyUsage)) return false;
  return extendedKeyUsage?.includes(ANY_PURPOSE) !== false; // no purpose for licence records is known, so any narrower list excludes ours
}

/** Content, that is, and not certificates: keyCertSign without cA is forbidden (RFC 5280 §4.2.1.9). */
function mayOnlySign(keyUsage: ReadonlySet<KeyUsage>): boolean {
  return (keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')) && !keyUsage.has('keyCertSign');
}

function isUnconstrained({ others }: Extensions): boolean {
  return others.every(({ id, critical }) => !critical && !pathConstraints.includes(id));
}

/** Name chaining, and the key identifiers where they are given: of the root about itself as well. */
function chains(root: Certificate, signer: Certificate): boolean {
  return equalBytes(signer.issuer.der, root.subject.der) && namesAsIssuer(root, root) && namesAsIssuer(signer, root);
}

function namesAsIssuer(certificate: Certificate, root: Certificate): boolean {
  const { keyIdentifier, issuer, serialNumber } = certificate.extensions.authorityKeyIdentifier ?? {};
  if (keyIdentifier !== undefined && !isSame(keyIdentifier, root.extensions.subjectKeyIdentifier)) return false;
  if (serialNumber !== undefined && !isSame(serialNumber, root.serialNumber)) return false;
  return issuer === undefined || (issuer !== 'unsupported' && equalBytes(issuer, root.issuer.der));
}

function isSame(left: Bytes, right: Bytes | undefined): boolean {
  return right !== undefined && equalBytes(left, right);
}

async function signedBy({ publicKey }: Certificate, { signatureAlgorithm, signature, tbs }: Certificate): Promise<SignatureCheck> {
  if (publicKey === undefined || signatureAlgorithm === undefined) return 'unsupported';
  return checkSignature({ key: publicKey, algorithm: signatureAlgorithm, signature, data: tbs });
}
