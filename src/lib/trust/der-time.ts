/**
 * UTCTime and GeneralizedTime in the only forms RFC 5280 §4.1.2.5.1 and §4.1.2.5.2 allow: seconds, `Z`, no fraction, an instant that exists.
 * Not here: leap seconds (`60` is refused, as by every validator we know).
 */
import { isCalendarDate, type Bytes, type CalendarDate } from '#bytes';

const DAY_MS = 86_400_000;

/** Milliseconds since 1970-01-01T00:00:00Z of `YYMMDDHHMMSSZ`, or `undefined` for any other contents. 50–99 are 1950–1999. */
export function utcTimeMs(content: Bytes): number | undefined {
  const text = digitsAndZ(content, 12);
  if (text === undefined) return undefined;
  const century = Number(text.slice(0, 2)) >= 50 ? '19' : '20';
  return instantMs(century + text);
}

/** Milliseconds since 1970-01-01T00:00:00Z of `YYYYMMDDHHMMSSZ`, or `undefined` for any other contents. */
export function generalizedTimeMs(content: Bytes): number | undefined {
  const text = digitsAndZ(content, 14);
  return text === undefined ? undefined : instantMs(text);
}

function digitsAndZ(content: Bytes, digits: number): string | undefined {
  if (content.length !== digits + 1) return undefined;
  const text = String.fromCharCode(...content);
  return /^\d+Z$/u.test(text) ? text : undefined;
}

/** `YYYYMMDDHHMMSS…` */
function instantMs(text: string): number | undefined {
  const field = (from: number, to: number): number => Number(text.slice(from, to));
  const date = { year: field(0, 4), month: field(4, 6), day: field(6, 8) };
  const [hour, minute, second] = [field(8, 10), field(10, 12), field(12, 14)];
  if (!isCalendarDate(date) || hour > 23 || minute > 59 || second > 59) return undefined;
  return daysSince1970(date) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysSince1970(date: CalendarDate): number {
  const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][date.month - 1];
  if (daysBefore === undefined) throw new RangeError('month of a date that was checked');
  const isLeap = (date.year % 4 === 0 && date.year % 100 !== 0) || date.year % 400 === 0;
  const leapDay = isLeap && date.month > 2 ? 1 : 0;
  return daysBeforeYear(date.year) - daysBeforeYear(1970) + daysBefore + leapDay + date.day - 1;
}

/** Days from 0001-01-01 to the first day of `year`. */
function daysBeforeYear(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}
