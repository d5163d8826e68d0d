/** In date, and a licence at all: EXP-1 … EXP-3, CLS-1; product.md §10.1, §10.6. Puts facts to the codes of `licenceReasons`. */
import { assertNever, type CalendarDate } from '#bytes';
import type { DriverLicence } from '#card';
import { reason, type EntitlementReason } from './entitlement-reason.ts';
import type { InDate } from './in-date.ts';
import { judgeExpiry } from './judge-expiry.ts';
import { judgeHeld } from './judge-held.ts';
import { licenceReasons, type LicenceReason } from './licence-reasons.ts';

export function judgeLicence(licence: DriverLicence, today: CalendarDate): EntitlementReason[] {
  const inDate = judgeExpiry(licence.expiry, today);
  const held = judgeHeld(licence);
  const parts = [...(held.state === 'review' ? (['record'] as const) : []), ...(inDate.state === 'unknown' ? (['expiry'] as const) : [])];
  return licenceReasons(inDate, held).flatMap((code) => withFacts(code, inDate, parts));
}

function withFacts(code: LicenceReason, inDate: InDate, parts: readonly ('record' | 'expiry')[]): EntitlementReason[] {
  switch (code) {
    case 'HISTORY_ONLY':
    case 'NO_RECORD':
      return [reason(code, {})];
    case 'DATA_UNREADABLE':
      return [reason(code, { parts })];
    case 'EXPIRED':
    case 'EXPIRY_DEEMED_WINDOW':
      return inDate.state === 'unknown' ? [] : [reason(code, { lastDay: inDate.lastDay, deemedLastDay: inDate.deemedLastDay })];
    case 'EXPIRING_30D':
      return inDate.state !== 'inDate' ? [] : [reason(code, { lastDay: inDate.lastDay, deemedLastDay: inDate.deemedLastDay, daysLeft: inDate.daysLeft })];
    default:
      return assertNever(code);
  }
}
