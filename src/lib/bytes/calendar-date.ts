/**
 * Calendar days without a clock or a time zone, and the era notation of the licence (era digit + YYMMDD, NPA V10 別添3-1).
 * Instants become days only in Japan Standard Time (UTC+9, no daylight saving): whatever the kiosk's own zone is.
 */
import { BytesError } from './bytes-error.ts';

const DAY_MS = 86_400_000;
const JAPAN_OFFSET_MS = 9 * 3_600_000;
/** Days of 400 Gregorian years, the period after which the calendar repeats. */
const DAYS_IN_400_YEARS = 146_097;

/** A day of the proleptic Gregorian calendar. `month` 1–12, `day` 1–31. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Japanese eras the card can name, with the offset that gives the Gregorian year and their first day. */
export const eras = {
  '1': { name: '明治', english: 'Meiji', offset: 1867, firstDay: { year: 1868, month: 1, day: 25 } },
  '2': { name: '大正', english: 'Taisho', offset: 1911, firstDay: { year: 1912, month: 7, day: 30 } },
  '3': { name: '昭和', english: 'Showa', offset: 1925, firstDay: { year: 1926, month: 12, day: 25 } },
  '4': { name: '平成', english: 'Heisei', offset: 1988, firstDay: { year: 1989, month: 1, day: 8 } },
  '5': { name: '令和', english: 'Reiwa', offset: 2018, firstDay: { year: 2019, month: 5, day: 1 } },
} as const;
export type EraDigit = keyof typeof eras;

/** True when the day exists, February 29 included. */
export function isCalendarDate({ year, month, day }: CalendarDate): boolean {
  if (![year, month, day].every(Number.isInteger) || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= daysInMonth(year, month);
}

/**
 * `"2030-03-01"` → date.
 * @throws BytesError `DATE_INVALID` on another form or a day that does not exist.
 */
export function parseIsoDate(text: string): CalendarDate {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  return checked({ year: Number(parts?.[1]), month: Number(parts?.[2]), day: Number(parts?.[3]) });
}

/**
 * `"20300301"` → date (card-info DF24).
 * @throws BytesError `DATE_INVALID`
 */
export function parseCompactDate(text: string): CalendarDate {
  const parts = /^(\d{4})(\d{2})(\d{2})$/u.exec(text);
  return checked({ year: Number(parts?.[1]), month: Number(parts?.[2]), day: Number(parts?.[3]) });
}

/** `2030-03-01`. */
export function formatIsoDate({ year, month, day }: CalendarDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Negative, zero or positive as `left` is before, equal to or after `right`. */
export function compareDates(left: CalendarDate, right: CalendarDate): number {
  return left.year - right.year || left.month - right.month || left.day - right.day;
}

/** The day `days` later (or earlier when negative). */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return fromDayNumber(dayNumber(date) + days);
}

/** 0 = Sunday … 6 = Saturday. */
export function dayOfWeek(date: CalendarDate): number {
  return (((dayNumber(date) + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday
}

/** The day in Japan at the instant `epochMs` (milliseconds since 1970-01-01T00:00:00Z). */
export function japaneseDay(epochMs: number): CalendarDate {
  return fromDayNumber(Math.floor((epochMs + JAPAN_OFFSET_MS) / DAY_MS));
}

/** Era of a day by the era's first day (昭和64 ends on 1989-01-07), with the year inside it; `undefined` before 明治. */
export function eraOf(date: CalendarDate): { digit: EraDigit; name: string; english: string; year: number } | undefined {
  for (const digit of ['5', '4', '3', '2', '1'] as const) {
    const era = eras[digit];
    if (compareDates(date, era.firstDay) >= 0) return { digit, name: era.name, english: era.english, year: date.year - era.offset };
  }
  return undefined;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function checked(date: CalendarDate): CalendarDate {
  if (!isCalendarDate(date)) throw new BytesError({ code: 'DATE_INVALID', message: 'Not a calendar date' });
  return date;
}

/** Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year. */
function dayNumber({ year, month, day }: CalendarDate): number {
  const marchYear = month > 2 ? year : year - 1;
  const cycle = Math.floor(marchYear / 400);
  const yearOfCycle = marchYear - cycle * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear;
  return cycle * DAYS_IN_400_YEARS + dayOfCycle - 719_468;
}

function fromDayNumber(number: number): CalendarDate {
  const shifted = number + 719_468;
  const cycle = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfCycle = shifted - cycle * DAYS_IN_400_YEARS;
  const yearOfCycle = Math.floor((dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) / 365);
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  return {
    year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
