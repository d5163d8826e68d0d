import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { addDays, compareDates, formatIsoDate, parseIsoDate, type CalendarDate } from '#bytes';
import type { EraDate, Field } from '#card';
import { daysBetween } from './days-between.ts';
import { deemedLastDay } from './deemed-last-day.ts';
import { judgeExpiry } from './judge-expiry.ts';

const raw = new Uint8Array(0);

function expiryOn(day: string): Field<EraDate> {
  const date = parseIsoDate(day);
  return { value: { date, era: '5', eraYear: date.year - 2018 }, raw };
}

const deemed: readonly { lastDay: string; deemedDay: string | undefined; source: string }[] = [
  { lastDay: '2025-12-28', deemedDay: '2026-01-05', source: 'newsdig.tbs.co.jp 2348109: Sunday, turn of the year, Sunday' },
  { lastDay: '2025-12-26', deemedDay: '2025-12-26', source: '施行令33条の8, by hand: a Friday' },
  { lastDay: '2025-12-27', deemedDay: '2026-01-05', source: 'by hand: Saturday before the vector above' },
  { lastDay: '2026-01-03', deemedDay: '2026-01-05', source: 'by hand: last listed day, a Saturday' },
  { lastDay: '2026-01-05', deemedDay: '2026-01-05', source: 'by hand: a Monday' },
  { lastDay: '2026-12-28', deemedDay: '2026-12-28', source: 'by hand: a Monday, the day before the listed ones' },
  { lastDay: '2026-12-29', deemedDay: '2027-01-04', source: 'by hand: to Monday, 4 January' },
  { lastDay: '2026-05-02', deemedDay: '2026-05-07', source: 'by hand: Saturday, three holidays, 振替休日' },
  { lastDay: '2026-09-19', deemedDay: '2026-09-24', source: 'by hand: weekend, 敬老の日, 国民の休日, 秋分の日' },
  { lastDay: '2027-03-20', deemedDay: '2027-03-23', source: 'by hand: Saturday, 春分の日 on a Sunday, 振替休日' },
  { lastDay: '2027-12-28', deemedDay: '2027-12-28', source: 'by hand: last working day of the list' },
  { lastDay: '2027-12-29', deemedDay: undefined, source: 'by hand: 4 January 2028 is beyond the list' },
  { lastDay: '2028-02-01', deemedDay: undefined, source: 'by hand: beyond the list' },
  { lastDay: '2024-12-27', deemedDay: undefined, source: 'by hand: before the list' },
  { lastDay: '2024-12-28', deemedDay: '2025-01-06', source: 'by hand: the first working day of 2025 is in the list' },
];

describe('deemedLastDay', () => {
  it.each(deemed)('$lastDay → $deemedDay ($source)', ({ lastDay, deemedDay }) => {
    const found = deemedLastDay(parseIsoDate(lastDay));
    expect(found === undefined ? undefined : formatIsoDate(found)).toBe(deemedDay);
  });
});

const today = (day: string): CalendarDate => parseIsoDate(day);
const judged: readonly { lastDay: string; day: string; expected: object }[] = [
  { lastDay: '2026-06-10', day: '2026-06-09', expected: { state: 'inDate', daysLeft: 1 } },
  { lastDay: '2026-06-10', day: '2026-06-10', expected: { state: 'inDate', daysLeft: 0 } },
  { lastDay: '2026-06-10', day: '2026-06-11', expected: { state: 'expired' } }, // a Wednesday: nothing is deemed
  { lastDay: '2025-12-28', day: '2025-12-28', expected: { state: 'inDate', daysLeft: 0 } },
  { lastDay: '2025-12-28', day: '2025-12-29', expected: { state: 'deemedWindow' } },
  { lastDay: '2025-12-28', day: '2026-01-04', expected: { state: 'deemedWindow' } },
  { lastDay: '2025-12-28', day: '2026-01-05', expected: { state: 'deemedWindow' } },
  { lastDay: '2025-12-28', day: '2026-01-06', expected: { state: 'expired' } },
  { lastDay: '2030-03-01', day: '2030-03-01', expected: { state: 'inDate', daysLeft: 0, deemedLastDay: undefined } },
  { lastDay: '2030-03-01', day: '2030-03-02', expected: { state: 'deemedWindow', deemedLastDay: undefined } },
  { lastDay: '2030-03-01', day: '2030-03-15', expected: { state: 'deemedWindow', deemedLastDay: undefined } },
  { lastDay: '2030-03-01', day: '2030-03-16', expected: { state: 'expired', deemedLastDay: undefined } },
  { lastDay: '2028-03-01', day: '2028-02-28', expected: { state: 'inDate', daysLeft: 2 } }, // leap year
];

describe('judgeExpiry', () => {
  it.each(judged)('last day $lastDay, on $day: $expected.state', ({ lastDay, day, expected }) => {
    expect(judgeExpiry(expiryOn(lastDay), today(day))).toMatchObject({ lastDay: parseIsoDate(lastDay), ...expected });
  });

  it.each([
    { name: 'not read', expiry: 'notRead', why: 'NOT_READ' },
    { name: 'empty', expiry: undefined, why: 'NO_DATE' },
    { name: 'none', expiry: { value: 'none', raw }, why: 'NO_DATE' },
    { name: 'unreadable', expiry: { unreadable: true, raw }, why: 'UNREADABLE' },
  ] as const)('$name: $why', ({ expiry, why }) => {
    expect(judgeExpiry(expiry, today('2026-01-01'))).toEqual({ state: 'unknown', why });
  });

  const day = fc.integer({ min: -3000, max: 3000 }).map((days) => addDays({ year: 2026, month: 7, day: 1 }, days));

  test.prop([day, day])('goes from in date to window to expired, never back', (lastDay, start) => {
    const order = ['inDate', 'deemedWindow', 'expired'];
    const states = Array.from({ length: 40 }, (_, days) => order.indexOf(judgeExpiry(expiryOn(formatIsoDate(lastDay)), addDays(start, days)).state));
    expect(states).toEqual([...states].sort());
    expect(states[0] === 0).toBe(compareDates(start, lastDay) <= 0);
  });
});

describe('daysBetween', () => {
  test.prop([fc.integer({ min: 0, max: 3_000_000 }), fc.integer({ min: -3000, max: 3000 })])('is what addDays undoes', (from, days) => {
    const start = addDays({ year: 100, month: 1, day: 1 }, from);
    expect(daysBetween(start, addDays(start, days))).toBe(days);
  });
});
