export { TrustError, type TrustErrorCode } from './trust-error.ts';
export type { Anchor, AnchorPurpose, Contradiction, Gap, HashInput, Mode, NonEmpty, SignedContent, Signer, Verdict } from './verdict.ts';
