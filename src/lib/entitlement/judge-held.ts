/**
 * Does the card hold a licence at all? 特定免許情報 (E7 with at least one class) or only 運転経歴情報 (product.md §10.1).
 * What is not as published goes to a person: a class flag other than 00 and 01, a record that could not be read through.
 * Says nothing about which vehicle, about expiry, or about a suspension, which the card does not show.
 */
import type { DriverLicence, LayoutDeviation } from '#card';
import type { LicenceHeld } from './in-date.ts';

/**
 * Deviations that leave the licence data itself as it should be: they concern what follows the class flags (photo, signature),
 * whose two-byte tags are coded as inferred, not as published.
 */
const BEYOND_THE_LICENCE: ReadonlySet<LayoutDeviation> = new Set(['TWO_BYTE_TAG_CODING_DIFFERS', 'BYTES_AFTER_LAST_ELEMENT']);

/** `'noApplication'` = the card has no 免許AP; `'notRead'` = it was not looked at. */
export function judgeHeld(licence: Pick<DriverLicence, 'kind' | 'recordNumber' | 'classes' | 'deviations'> | 'noApplication' | 'notRead'): LicenceHeld {
  if (licence === 'notRead') return { state: 'unknown', why: 'NOT_READ' };
  if (licence === 'noApplication') return { state: 'notHeld', why: 'NO_LICENCE_APPLICATION' };
  if (licence.kind === 'historyOnly') return { state: 'notHeld', why: 'HISTORY_ONLY' };
  const doubtful = licence.deviations.some((deviation) => !BEYOND_THE_LICENCE.has(deviation));
  if (licence.kind === 'empty') return doubtful ? { state: 'review', why: 'DATA_UNREADABLE' } : { state: 'notHeld', why: 'NO_RECORD' };
  return doubtful || !isComplete(licence) ? { state: 'review', why: 'DATA_UNREADABLE' } : { state: 'held' };
}

/** A readable number, flags of known values only, at least one class held. */
function isComplete({ recordNumber, classes }: Pick<DriverLicence, 'recordNumber' | 'classes'>): boolean {
  const flags = Object.values(classes);
  const numberReads = recordNumber !== undefined && !('unreadable' in recordNumber);
  return numberReads && flags.some(({ held }) => held) && flags.every(({ irregular }) => !irregular);
}
