/** The list against the rules of the law it follows from (国民の祝日に関する法律), day by day; the equinox days are data only. */
import { describe, expect, it } from 'vitest';
import { addDays, compareDates, dayOfWeek, formatIsoDate, parseIsoDate, type CalendarDate } from '#bytes';
import { holidayRange, japaneseHolidays } from './japanese-holidays.ts';

const years = [2025, 2026, 2027];
const substitutes = ['振替休日', '国民の休日'];

function nthMonday(year: number, month: number, nth: number): string {
  let day: CalendarDate = { year, month, day: 1 };
  while (dayOfWeek(day) !== 1) day = addDays(day, 1);
  return formatIsoDate(addDays(day, 7 * (nth - 1)));
}

/** 2条. */
const rules: readonly { name: string; dayIn: (year: number) => string }[] = [
  { name: '元日', dayIn: (year) => `${String(year)}-01-01` },
  { name: '成人の日', dayIn: (year) => nthMonday(year, 1, 2) },
  { name: '建国記念の日', dayIn: (year) => `${String(year)}-02-11` },
  { name: '天皇誕生日', dayIn: (year) => `${String(year)}-02-23` },
  { name: '昭和の日', dayIn: (year) => `${String(year)}-04-29` },
  { name: '憲法記念日', dayIn: (year) => `${String(year)}-05-03` },
  { name: 'みどりの日', dayIn: (year) => `${String(year)}-05-04` },
  { name: 'こどもの日', dayIn: (year) => `${String(year)}-05-05` },
  { name: '海の日', dayIn: (year) => nthMonday(year, 7, 3) },
  { name: '山の日', dayIn: (year) => `${String(year)}-08-11` },
  { name: '敬老の日', dayIn: (year) => nthMonday(year, 9, 3) },
  { name: 'スポーツの日', dayIn: (year) => nthMonday(year, 10, 2) },
  { name: '文化の日', dayIn: (year) => `${String(year)}-11-03` },
  { name: '勤労感謝の日', dayIn: (year) => `${String(year)}-11-23` },
];

/** 官報, announced in February of the year before. */
const equinoxes = [
  { year: 2025, spring: '2025-03-20', autumn: '2025-09-23' },
  { year: 2026, spring: '2026-03-20', autumn: '2026-09-23' },
  { year: 2027, spring: '2027-03-21', autumn: '2027-09-23' },
];

const named = new Set([...years.flatMap((year) => rules.map(({ dayIn }) => dayIn(year))), ...equinoxes.flatMap(({ spring, autumn }) => [spring, autumn])]);

/** 3条2項: a holiday on a Sunday gives the next day that is none. 3条3項: a day between two holidays is one. */
function substituteFor(day: CalendarDate): string | undefined {
  if (named.has(formatIsoDate(day))) return undefined;
  let before = addDays(day, -1);
  while (named.has(formatIsoDate(before))) {
    if (dayOfWeek(before) === 0) return '振替休日';
    before = addDays(before, -1);
  }
  const between = [-1, 1].every((step) => named.has(formatIsoDate(addDays(day, step))));
  return between && dayOfWeek(day) !== 0 ? '国民の休日' : undefined;
}

describe('japaneseHolidays', () => {
  it.each(years.flatMap((year) => rules.map(({ name, dayIn }) => ({ year, name, day: dayIn(year) }))))('$year $name is $day (2条)', ({ name, day }) => {
    expect(japaneseHolidays.get(day)).toBe(name);
  });

  it.each(equinoxes)('equinox days of $year', ({ spring, autumn }) => {
    expect([japaneseHolidays.get(spring), japaneseHolidays.get(autumn)]).toEqual(['春分の日', '秋分の日']);
  });

  it('has the substitutes of 3条, every one and no other', () => {
    const expected: string[] = [];
    for (let day: CalendarDate = holidayRange.first; compareDates(day, holidayRange.last) <= 0; day = addDays(day, 1)) {
      const substitute = substituteFor(day);
      if (substitute !== undefined) expected.push(`${formatIsoDate(day)} ${substitute}`);
    }
    const listed = [...japaneseHolidays].filter(([, name]) => substitutes.includes(name)).map(([day, name]) => `${day} ${name}`);
    expect(listed).toEqual(expected);
  });

  it('holds sixteen named holidays a year, in order, inside its range', () => {
    const days = [...japaneseHolidays.keys()];
    expect(days).toEqual([...days].sort());
    for (const year of years) {
      const names = [...japaneseHolidays].filter(([day, name]) => day.startsWith(String(year)) && !substitutes.includes(name));
      expect(names).toHaveLength(16);
    }
    expect(days.every((day) => compareDates(parseIsoDate(day), holidayRange.first) >= 0 && compareDates(parseIsoDate(day), holidayRange.last) <= 0)).toBe(true);
  });
});
