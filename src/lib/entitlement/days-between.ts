/** Number of days between two days of the proleptic Gregorian calendar. */
import type { CalendarDate } from '#bytes';

/** From `earlier` to `later`; 0 on the same day, negative the other way round. */
export function daysBetween(earlier: CalendarDate, later: CalendarDate): number {
  return dayNumber(later) - dayNumber(earlier);
}

/** Days since 0000-03-01. Years are counted from March, so that the leap day is the last of its year. */
function dayNumber({ year, month, day }: CalendarDate): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1;
}
