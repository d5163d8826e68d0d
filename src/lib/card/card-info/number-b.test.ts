import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { isCalendarDate, parseIsoDate } from '#bytes';
import { ascii } from '../test/licence-file.ts';
import { composeNumberB, numberBFromBirthDate, numberBFromDigits, type BirthDateForm, type NumberBOutcome } from './number-b.ts';

/** Digits of an invented person, for tests only. */
const digitsOf = (outcome: NumberBOutcome): string | readonly string[] =>
  outcome.outcome === 'composed' ? outcome.numberB.lend((bytes) => String.fromCharCode(...bytes)) : outcome.parts;

const compose = (birthDate: string, birthDateForm: BirthDateForm, expiryYear = '2035', securityCode = '2285') =>
  digitsOf(composeNumberB({ birthDate: ascii(birthDate), birthDateForm, expiryYear: ascii(expiryYear), securityCode: ascii(securityCode) }));

describe('composeNumberB', () => {
  it('opens the public test card (card-info-applet §3.3)', () => {
    expect(compose('550217', 'era')).toBe('55021720352285');
  });

  it.each<[BirthDateForm, string, string, string]>([
    ['era', '020224', '020224', '令和2年2月24日, card-info-applet §3.3'],
    ['era', '640107', '640107', 'last day of 昭和'],
    ['era', '310430', '310430', 'last day of 平成'],
    ['era', '010108', '010108', 'first day of 平成, year 1 = 元年'],
    ['era', '410229', '410229', '明治41 = 1908, a leap year'],
    ['western', '19900501', '900501', 'last two digits of the year, card-info-applet §3.3'],
    ['western', '20040229', '040229', 'leap day'],
    ['unknownDate', '000000', '000000', '生年月日不詳: as printed'],
    ['unknownDate', '551300', '551300', '生年月日不詳: as printed'],
  ])('%s %s → %s (%s)', (form, typed, printed) => {
    expect(compose(typed, form)).toBe(`${printed}20352285`);
  });

  it.each<[BirthDateForm, string, string]>([
    ['era', '55021', 'one digit short'],
    ['era', '5502171', 'one digit long'],
    ['era', '550230', '30 February'],
    ['era', '400229', '明治40 = 1907 and 昭和40 = 1965 have no 29 February, 令和40 is after the card expires'],
    ['era', '551301', 'month 13'],
    ['era', '550200', 'day 0'],
    ['era', '000101', 'year 0'],
    ['era', '700101', 'no era had a year 70, and 令和70 is after the card expires'],
    ['era', '640108', 'the day after 昭和 ended; 令和64 is after the card expires'],
    ['era', '55021A', 'a letter'],
    ['era', '', 'nothing'],
    ['western', '900501', 'year of two digits'],
    ['western', '19900229', '29 February 1990'],
    ['western', '20360101', 'after the card expires'],
    ['western', '00550217', 'an era year in the Western form'],
    ['unknownDate', '55021', 'one digit short'],
    ['unknownDate', '55 217', 'a space'],
  ])('%s "%s": %s', (form, typed) => {
    expect(compose(typed, form)).toEqual(['birthDate']);
  });

  it.each(['203', '20355', '0007', '1999', '2l35', ''])('expiry year "%s" is not one', (year) => {
    expect(compose('550217', 'era', year)).toEqual(['expiryYear']);
  });

  it.each(['228', '22855', '22 5', ''])('security code "%s" is not one', (code) => {
    expect(compose('550217', 'era', '2035', code)).toEqual(['securityCode']);
  });

  it('names every part that is wrong', () => {
    expect(compose('', 'era', '', '')).toEqual(['birthDate', 'expiryYear', 'securityCode']);
  });

  it('shows no digit of what it composed', () => {
    const outcome = numberBFromDigits(ascii('55021720352285'));
    expect(JSON.stringify(outcome)).not.toMatch(/\d{4}/u);
    expect(outcome.outcome === 'composed' && String(outcome.numberB)).toBe('••••');
  });

  it('copies: the caller may wipe its digits', () => {
    const typed = ascii('55021720352285');
    const outcome = numberBFromDigits(typed);
    typed.fill(0);
    expect(digitsOf(outcome)).toBe('55021720352285');
  });
});

describe('numberBFromBirthDate: the era of that day (card-info-applet §3.3)', () => {
  it.each([
    ['1989-01-07', '640107'],
    ['1989-01-08', '010108'],
    ['2019-04-30', '310430'],
    ['2019-05-01', '010501'],
    ['1980-02-17', '550217'],
    ['1990-05-15', '020515'],
    ['1941-07-07', '160707'],
    ['1926-12-24', '151224'],
    ['1926-12-25', '011225'],
    ['1912-07-29', '450729'],
    ['1912-07-30', '010730'],
  ])('%s → %s', (iso, printed) => {
    expect(digitsOf(numberBFromBirthDate(parseIsoDate(iso), ascii('2035'), ascii('2285')))).toBe(`${printed}20352285`);
  });

  it.each([
    ['before 明治', { year: 1868, month: 1, day: 24 }],
    ['after the card expires', { year: 2036, month: 1, day: 1 }],
    ['no day', { year: 1990, month: 2, day: 30 }],
    ['an era year of three digits', { year: 2118, month: 1, day: 1 }],
  ])('refuses a date %s', (_name, date) => {
    expect(digitsOf(numberBFromBirthDate(date, ascii('2035'), ascii('2285')))).toEqual(['birthDate']);
  });
});

describe('numberBFromDigits', () => {
  it.each(['55021720352285', '02051520344821', '90050120350000', '04022920350000'])('takes %s', (typed) => {
    expect(digitsOf(numberBFromDigits(ascii(typed)))).toBe(typed);
  });

  it.each([
    ['55023020352285', ['birthDate']],
    ['99133120352285', ['birthDate']],
    ['55021700072285', ['expiryYear']],
    ['5502172035228A', ['securityCode']],
    ['5502172035228', ['birthDate', 'expiryYear', 'securityCode']],
    ['550217203522855', ['birthDate', 'expiryYear', 'securityCode']],
    ['', ['birthDate', 'expiryYear', 'securityCode']],
    ['００００００００００００００', ['birthDate', 'expiryYear', 'securityCode']],
  ])('refuses "%s": %j', (typed, parts) => {
    expect(digitsOf(numberBFromDigits(ascii(typed)))).toEqual(parts);
  });
});

property.prop([fc.integer({ min: 1900, max: 2035 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 9999 })])(
  'every birth date composes to fourteen digits that are accepted again as typed',
  (year, month, day, code) => {
    fc.pre(isCalendarDate({ year, month, day }));
    const composed = digitsOf(numberBFromBirthDate({ year, month, day }, ascii('2035'), ascii(String(code).padStart(4, '0'))));
    if (typeof composed !== 'string') throw new Error('refused');
    expect(composed).toMatch(/^\d{6}2035\d{4}$/u);
    expect(digitsOf(numberBFromDigits(ascii(composed)))).toBe(composed);
  },
);

property.prop([fc.uint8Array({ maxLength: 20 })])('any bytes: an outcome, never a throw', (bytes) => {
  expect(['composed', 'invalid']).toContain(numberBFromDigits(bytes).outcome);
});
