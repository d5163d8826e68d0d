import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { addDays, compareDates, dayOfWeek, eraOf, formatIsoDate, isCalendarDate, japaneseDay, parseCompactDate, parseIsoDate } from './calendar-date.ts';

describe('calendar dates', () => {
  it.each(['2024-02-29', '2000-02-29', '1989-01-07', '9999-12-31'])('accepts %s', (text) => {
    expect(formatIsoDate(parseIsoDate(text))).toBe(text);
    expect(formatIsoDate(parseCompactDate(text.replaceAll('-', '')))).toBe(text);
  });

  it.each(['2023-02-29', '1900-02-29', '2024-00-10', '2024-13-01', '2024-04-31', '2024-1-1', '', '2024-01-01T00:00', '0000-01-01'])('refuses %j', (text) => {
    expect(() => parseIsoDate(text)).toThrow(expect.objectContaining({ code: 'DATE_INVALID' }));
  });

  it('refuses numbers that are no whole days', () => {
    expect(isCalendarDate({ year: 2024, month: 1.5, day: 1 })).toBe(false);
    expect(isCalendarDate({ year: Number.NaN, month: 1, day: 1 })).toBe(false);
  });

  // card-info-applet §3.3: era boundaries are by day.
  it.each([
    ['1989-01-07', '昭和', 64],
    ['1989-01-08', '平成', 1],
    ['2019-04-30', '平成', 31],
    ['2019-05-01', '令和', 1],
    ['1926-12-24', '大正', 15],
    ['1926-12-25', '昭和', 1],
    ['1912-07-29', '明治', 45],
    ['1912-07-30', '大正', 1],
    ['1980-02-17', '昭和', 55],
  ])('%s is %s%i', (text, name, year) => {
    expect(eraOf(parseIsoDate(text))).toMatchObject({ name, year });
  });

  it('knows no era before 明治', () => {
    expect(eraOf(parseIsoDate('1868-01-24'))).toBeUndefined();
  });

  // Day changes at 15:00 UTC in Japan.
  it.each([
    ['2026-11-24T14:59:59.999Z', '2026-11-24'],
    ['2026-11-24T15:00:00.000Z', '2026-11-25'],
    ['1969-12-31T15:00:00.000Z', '1970-01-01'],
    ['2024-02-28T15:00:00.000Z', '2024-02-29'],
  ])('%s is %s in Japan', (instant, day) => {
    expect(formatIsoDate(japaneseDay(Date.parse(instant)))).toBe(day);
  });

  test.prop([
    fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9990-01-01T00:00:00Z'), noInvalidDate: true }),
    fc.integer({ min: -1000, max: 1000 }),
  ])('counts days as the platform does', (instant, days) => {
    const start = { year: instant.getUTCFullYear(), month: instant.getUTCMonth() + 1, day: instant.getUTCDate() };
    fc.pre(start.year > 4);
    const moved = new Date(instant.getTime() + days * 86_400_000);
    const expected = { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
    expect(addDays(start, days)).toEqual(expected);
    expect(dayOfWeek(start)).toBe(instant.getUTCDay());
    expect(Math.sign(compareDates(addDays(start, days), start))).toBe(Math.sign(days));
  });
});
