/**
 * The judgement: signed content, anchors, time and mode in, one verdict out. ARCHITECTURE.md §6; licence-applet §6.3, card-info-applet §5.5.
 * Card content never throws. An anchor that cannot be read counts for nothing; the trust store's readers refuse it before it comes here.
 */
import { assertNever } from '#bytes';
import { judgeCardVerifiable } from './judge-card-verifiable.ts';
import { judgeX509Signer } from './judge-x509-signer.ts';
import { conclude, notChecked } from './opinion.ts';
import type { Anchor, Mode, SignedContent, Verdict } from './verdict.ts';

/**
 * Judges one data set.
 * @param at the instant the verdict is for, in milliseconds since 1970-01-01T00:00:00Z
 * @returns `genuine` only under a production anchor, or under a training anchor in mode `practice`
 */
export async function judge(content: SignedContent, anchors: readonly Anchor[], at: number, mode: Mode): Promise<Verdict> {
  switch (content.form) {
    case 'x509Signer':
      return conclude(await judgeX509Signer(content, anchors, at, mode), mode, 'TRUST_ANCHOR_MISSING');
    case 'cardVerifiable':
      return conclude(await judgeCardVerifiable(content, anchors, mode), mode, 'UNKNOWN_CA');
    case 'none':
      return conclude([notChecked(content.reason)], mode, content.reason);
    default:
      return assertNever(content);
  }
}
