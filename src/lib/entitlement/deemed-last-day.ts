/**
 * みなし末日: 道路交通法 92条の2 第4項, 施行令 33条の8. A last day on a Saturday, a Sunday, a holiday or 12-29 … 01-03 is deemed to be the next day,
 * again and again until a day that is none of these.
 */
import { addDays, compareDates, dayOfWeek, formatIsoDate, type CalendarDate } from '#bytes';
import { holidayRange, japaneseHolidays } from './japanese-holidays.ts';

/** No run of listed days is as long: the longest, 12-27 to 01-05, has ten. Past it something is wrong with the data. */
const MAX_RUN_DAYS = 14;

/** The deemed last day, the recorded one itself if it is a working day; `undefined` where the list of holidays does not reach. */
export function deemedLastDay(lastDay: CalendarDate): CalendarDate | undefined {
  for (let days = 0; days <= MAX_RUN_DAYS; days++) {
    const day = addDays(lastDay, days);
    if (isListedWithoutData(day)) continue;
    if (!isInRange(day)) return undefined;
    if (!japaneseHolidays.has(formatIsoDate(day))) return day;
  }
  return undefined;
}

/** Saturday, Sunday and the turn of the year need no list. */
function isListedWithoutData(day: CalendarDate): boolean {
  const weekday = dayOfWeek(day);
  return weekday === 0 || weekday === 6 || (day.month === 12 && day.day >= 29) || (day.month === 1 && day.day <= 3);
}

function isInRange(day: CalendarDate): boolean {
  return compareDates(day, holidayRange.first) >= 0 && compareDates(day, holidayRange.last) <= 0;
}
