/** The reason codes a check can carry beside the verdicts' own, and the order in which people need to hear of them. */

/** Worst first. A code that is not listed comes last. */
const order: readonly string[] = [
  'SIG_INVALID',
  'DIGEST_MISMATCH',
  'ISSUER_CERTIFICATE_INVALID',
  'STRUCTURE_CONTRADICTS',
  'EXPIRED',
  'HISTORY_ONLY',
  'NO_RECORD',
  'NO_LICENCE_APPLICATION',
  'CARD_INFO_ABSENT',
  'APPLICATION_LOCKED',
  'PIN_BLOCKED',
  'NUMBER_B_BLOCKED',
  'EXPIRY_DEEMED_WINDOW',
  'TRUST_ANCHOR_MISSING',
  'UNKNOWN_CA',
  'SIGNER_NOT_TRUSTED',
  'ANCHOR_EXPIRED',
  'TRAINING_ANCHOR',
  'UNREADABLE',
  'FORM_UNSUPPORTED',
  'DATA_UNREADABLE',
  'LICENCE_NOT_CHECKED',
  'NAME_NOT_READ',
  'EXPIRING_30D',
];

/** Each code once, worst first. */
export function orderedReasons(codes: Iterable<string>): string[] {
  const rank = (code: string): number => (order.includes(code) ? order.indexOf(code) : order.length);
  return [...new Set(codes)].sort((left, right) => rank(left) - rank(right));
}
