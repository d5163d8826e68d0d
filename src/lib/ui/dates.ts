/** Days and instants in words. Calendar days are Japan's; an instant is shown in Japan Standard Time whatever the kiosk's own zone is. */
import { eraOf, type CalendarDate, type EraDate } from '#session';
import type { LanguageTag } from './language.svelte.ts';
import type { Messages } from './messages/messages.ts';

const JAPAN_OFFSET_MINUTES = 9 * 60;
const MINUTE_MS = 60_000;
const englishMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `2030-03-01`, for the `datetime` of `<time>`. */
export function isoDay({ year, month, day }: CalendarDate): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** 令和12年3月1日（2030年） or "1 March 2030 (Reiwa 12)": the era is the card's own where the card names one. */
export function dayInWords(date: CalendarDate | EraDate, tag: LanguageTag, words: Messages): string {
  const day = 'date' in date ? date.date : date;
  const era = 'date' in date ? { digit: date.era, year: date.eraYear } : eraOf(date);
  if (tag === 'en') {
    const western = `${String(day.day)} ${englishMonths[day.month - 1] ?? String(day.month)} ${String(day.year)}`;
    return era === undefined ? western : `${western} (${words.eras[era.digit]} ${String(era.year)})`;
  }
  const rest = `${String(day.month)}月${String(day.day)}日`;
  if (era === undefined) return `${String(day.year)}年${rest}`;
  return `${words.eras[era.digit]}${era.year === 1 ? '元' : String(era.year)}年${rest}（${String(day.year)}年）`;
}

/** `2026-11-24 22:06` in Japan, from UTC milliseconds. */
export function japaneseTime(epochMs: number): string {
  return shifted(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** `2026-11-24T22:06:46+09:00`, for the `datetime` of `<time>`. */
export function japaneseIsoTime(epochMs: number): string {
  return `${shifted(epochMs).toISOString().slice(0, 19)}+09:00`;
}

function shifted(epochMs: number): Date {
  return new Date(epochMs + JAPAN_OFFSET_MINUTES * MINUTE_MS);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
