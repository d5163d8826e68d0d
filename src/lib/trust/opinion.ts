/**
 * What one candidate anchor leads to, and how several opinions become one verdict: a signature that fits one trusted key is genuine,
 * whatever the others say; a contradiction under a trusted key outweighs not knowing; the rest are gaps, each named once.
 */
import type { AnchorPurpose, Contradiction, Gap, Mode, NonEmpty, Signer, Verdict } from './verdict.ts';

export type Opinion =
  | { readonly opinion: 'genuine'; readonly signer: Signer }
  | { readonly opinion: 'notGenuine'; readonly reasons: NonEmpty<Contradiction>; readonly anchorFingerprints: readonly string[] }
  | { readonly opinion: 'notChecked'; readonly reason: Gap; readonly anchorFingerprints: readonly string[] };

export function notChecked(reason: Gap, anchorFingerprints: readonly string[] = []): Opinion {
  return { opinion: 'notChecked', reason, anchorFingerprints };
}

export function notGenuine(reasons: NonEmpty<Contradiction>, anchorFingerprints: readonly string[]): Opinion {
  return { opinion: 'notGenuine', reasons, anchorFingerprints };
}

/** The rule of the house: training counts in practice only. */
export function counts(purpose: AnchorPurpose, mode: Mode): boolean {
  return purpose === 'production' || mode === 'practice';
}

/** @param missing the gap when no anchor fitted at all */
export function conclude(opinions: readonly Opinion[], mode: Mode, missing: Gap): Verdict {
  const practice = mode === 'practice';
  const genuine = opinions.find((opinion) => opinion.opinion === 'genuine');
  if (genuine !== undefined) return { verdict: 'genuine', signer: genuine.signer, practice };

  const contradicted = opinions.find((opinion) => opinion.opinion === 'notGenuine');
  if (contradicted !== undefined) {
    return { verdict: 'notGenuine', reasons: contradicted.reasons, anchorFingerprints: contradicted.anchorFingerprints, practice };
  }

  const gaps = opinions.filter((opinion) => opinion.opinion === 'notChecked');
  const [first = missing, ...others] = new Set(gaps.map(({ reason }) => reason));
  const anchorFingerprints = [...new Set(gaps.flatMap((gap) => gap.anchorFingerprints))];
  return { verdict: 'notChecked', reasons: [first, ...others], anchorFingerprints, practice };
}
