/** The reasons of the two lamps "in date" and "licence held", by the codes of product.md §10.1, worst first. */
import { assertNever } from '#bytes';
import type { InDate, LicenceHeld } from './in-date.ts';

/** HISTORY_ONLY, NO_RECORD, EXPIRED: no. EXPIRY_DEEMED_WINDOW, DATA_UNREADABLE: a person decides. EXPIRING_30D: a notice. */
export type LicenceReason = 'HISTORY_ONLY' | 'NO_RECORD' | 'EXPIRED' | 'EXPIRY_DEEMED_WINDOW' | 'DATA_UNREADABLE' | 'EXPIRING_30D';

const NOTICE_DAYS = 30;
const worstFirst: readonly LicenceReason[] = ['HISTORY_ONLY', 'NO_RECORD', 'EXPIRED', 'EXPIRY_DEEMED_WINDOW', 'DATA_UNREADABLE', 'EXPIRING_30D'];

/** Each code once. A card without a licence application, or one that was not read, has no reason here: that is reception's to say. */
export function licenceReasons(inDate: InDate, held: LicenceHeld): LicenceReason[] {
  const found = new Set([heldReason(held), dateReason(inDate, held)]);
  return worstFirst.filter((reason) => found.has(reason));
}

function heldReason(held: LicenceHeld): LicenceReason | undefined {
  switch (held.state) {
    case 'notHeld':
      return held.why === 'NO_LICENCE_APPLICATION' ? undefined : held.why;
    case 'review':
      return held.why;
    case 'held':
    case 'unknown':
      return undefined;
    default:
      return assertNever(held);
  }
}

function dateReason(inDate: InDate, held: LicenceHeld): LicenceReason | undefined {
  switch (inDate.state) {
    case 'inDate':
      return inDate.daysLeft <= NOTICE_DAYS ? 'EXPIRING_30D' : undefined;
    case 'deemedWindow':
      return 'EXPIRY_DEEMED_WINDOW';
    case 'expired':
      return 'EXPIRED';
    case 'unknown':
      // A licence has a last day. Driving history alone has none, and nothing is unreadable about that.
      return inDate.why === 'UNREADABLE' || (inDate.why === 'NO_DATE' && held.state === 'held') ? 'DATA_UNREADABLE' : undefined;
    default:
      return assertNever(inDate);
  }
}
