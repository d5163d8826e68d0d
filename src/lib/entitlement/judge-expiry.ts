/**
 * Is the licence in date? Valid to the end of the recorded last day, Japan time; the day comes in as an argument.
 * Past the recorded day but not past the deemed one, and wherever the deemed day is not known, a person decides.
 */
import { compareDates, addDays, type CalendarDate } from '#bytes';
import type { EraDate, Field } from '#card';
import { daysBetween } from './days-between.ts';
import { deemedLastDay } from './deemed-last-day.ts';
import type { InDate } from './in-date.ts';

/** Where the list of holidays does not reach: the longest run of listed days is ten, with a margin for holidays decided later. */
const UNKNOWN_WINDOW_DAYS = 14;

/**
 * `expiry` as the record has it (C5); `undefined` = the element is empty; `'notRead'` = there is no record to look at.
 * `daysLeft` counts the days after today: 0 on the last day itself.
 */
export function judgeExpiry(expiry: Field<EraDate | 'none'> | 'notRead' | undefined, today: CalendarDate): InDate {
  if (expiry === 'notRead') return { state: 'unknown', why: 'NOT_READ' };
  if (expiry === undefined) return { state: 'unknown', why: 'NO_DATE' };
  if ('unreadable' in expiry) return { state: 'unknown', why: 'UNREADABLE' };
  if (expiry.value === 'none') return { state: 'unknown', why: 'NO_DATE' };
  return judgeLastDay(expiry.value.date, today);
}

function judgeLastDay(lastDay: CalendarDate, today: CalendarDate): InDate {
  const deemed = deemedLastDay(lastDay);
  const days = { lastDay, deemedLastDay: deemed };
  if (compareDates(today, lastDay) <= 0) return { state: 'inDate', ...days, daysLeft: daysBetween(today, lastDay) };
  const windowEnd = deemed ?? addDays(lastDay, UNKNOWN_WINDOW_DAYS);
  return { state: compareDates(today, windowEnd) <= 0 ? 'deemedWindow' : 'expired', ...days };
}
