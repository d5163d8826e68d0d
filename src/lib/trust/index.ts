export { emptyTrustStore } from './anchors/empty-trust-store.ts';
export { readTrustStore } from './anchors/read-trust-store.ts';
export { trainingAnchorsOf } from './anchors/training-anchors.ts';
export { judge } from './judge.ts';
export { TrustError, type TrustErrorCode } from './trust-error.ts';
export type { Anchor, AnchorPurpose, Contradiction, Gap, HashInput, Mode, NonEmpty, SignedContent, Signer, Verdict } from './verdict.ts';
