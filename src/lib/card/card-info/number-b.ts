/**
 * 照合番号B: birth date as printed (YYMMDD), expiry year of the card (Gregorian, YYYY), security code (4 digits). card-info-applet §3.3.
 * Everything is checked before a card sees it, since a slip of the finger costs one of ten tries. Digits are ASCII bytes, never strings.
 */
import { compareDates, concatBytes, eraOf, eras, isCalendarDate, Secret, type CalendarDate } from '#bytes';
import { areDigits } from '../credential.ts';
import { numberBLength } from './files.ts';

export type NumberBPart = 'birthDate' | 'expiryYear' | 'securityCode';

export type NumberBOutcome =
  { readonly outcome: 'composed'; readonly numberB: Secret } | { readonly outcome: 'invalid'; readonly parts: readonly [NumberBPart, ...NumberBPart[]] };

/**
 * How the card prints the birth date: era year as YYMMDD (6 digits), Western year as YYYYMMDD (8 digits; the last six go to the card),
 * or a date that is not fully known, six digits exactly as printed and not checked against the calendar.
 */
export type BirthDateForm = 'era' | 'western' | 'unknownDate';

/** Fourteen digits in a row do not say in which of the two forms the card prints the year. */
type AnyForm = BirthDateForm | 'eraOrWestern';

/** All digits as ASCII bytes. The caller wipes its own arrays. */
export interface NumberBParts<Form = BirthDateForm> {
  readonly birthDate: Uint8Array;
  readonly birthDateForm: Form;
  readonly expiryYear: Uint8Array;
  readonly securityCode: Uint8Array;
}

/** From what a person typed off the card. */
export function composeNumberB(parts: NumberBParts): NumberBOutcome {
  return compose(parts);
}

/** From a Gregorian birth date, written in the era of that day: 1989-01-07 is 昭和64, 1989-01-08 is 平成1. */
export function numberBFromBirthDate(birthDate: CalendarDate, expiryYear: Uint8Array, securityCode: Uint8Array): NumberBOutcome {
  const era = isCalendarDate(birthDate) ? eraOf(birthDate) : undefined;
  const bornAfterExpiry = isExpiryYear(expiryYear) && birthDate.year > numberOf(expiryYear);
  // What cannot be written is left empty, and refused below together with the other parts that are wrong.
  const digits = era === undefined || bornAfterExpiry || era.year > 99 ? new Uint8Array(0) : twoDigits(era.year, birthDate.month, birthDate.day);
  return composeNumberB({ birthDate: digits, birthDateForm: 'era', expiryYear, securityCode });
}

/** From all fourteen digits as typed. The birth part must be a day in some era, or of some Western century. */
export function numberBFromDigits(digits: Uint8Array): NumberBOutcome {
  if (digits.length !== numberBLength) return { outcome: 'invalid', parts: ['birthDate', 'expiryYear', 'securityCode'] };
  const [birthDate, expiryYear, securityCode] = [digits.subarray(0, 6), digits.subarray(6, 10), digits.subarray(10)];
  return compose({ birthDate, birthDateForm: 'eraOrWestern', expiryYear, securityCode });
}

function compose({ birthDate, birthDateForm, expiryYear, securityCode }: NumberBParts<AnyForm>): NumberBOutcome {
  const wrong: NumberBPart[] = [];
  if (!isBirthDate(birthDate, birthDateForm, expiryYear)) wrong.push('birthDate');
  if (!isExpiryYear(expiryYear)) wrong.push('expiryYear');
  if (securityCode.length !== 4 || !areDigits(securityCode)) wrong.push('securityCode');
  const [first, ...others] = wrong;
  if (first !== undefined) return { outcome: 'invalid', parts: [first, ...others] };
  const printed = birthDateForm === 'western' ? birthDate.subarray(2) : birthDate;
  return { outcome: 'composed', numberB: new Secret(concatBytes(printed, expiryYear, securityCode)) };
}

/** The card prints 20YY; an era year typed here is the commonest slip. */
function isExpiryYear(digits: Uint8Array): boolean {
  return digits.length === 4 && areDigits(digits) && digits[0] === 0x32 && digits[1] === 0x30;
}

function isBirthDate(digits: Uint8Array, form: AnyForm, expiryYear: Uint8Array): boolean {
  if (digits.length !== (form === 'western' ? 8 : 6) || !areDigits(digits)) return false;
  if (form === 'unknownDate') return true;
  const year = numberOf(digits.subarray(0, -4));
  const monthAndDay = { month: numberOf(digits.subarray(-4, -2)), day: numberOf(digits.subarray(-2)) };
  // Nobody is born after the card expires: that bounds 令和, whose last year nobody knows yet.
  const latest = { year: isExpiryYear(expiryYear) ? numberOf(expiryYear) : 9999, month: 12, day: 31 };
  const western = { western: [year], era: [], eraOrWestern: [1900 + year, 2000 + year] }[form].map((fullYear) => ({ year: fullYear, ...monthAndDay }));
  const readings = form === 'western' ? western : [...western, ...eraReadings(year, monthAndDay)];
  return readings.some((date) => isCalendarDate(date) && eraOf(date) !== undefined && compareDates(date, latest) <= 0);
}

/** The days an era date without its era can mean. */
function eraReadings(eraYear: number, monthAndDay: { readonly month: number; readonly day: number }): CalendarDate[] {
  return (['1', '2', '3', '4', '5'] as const)
    .map((digit) => ({ digit, date: { year: eras[digit].offset + eraYear, ...monthAndDay } }))
    .filter(({ digit, date }) => eraYear > 0 && eraOf(date)?.digit === digit)
    .map(({ date }) => date);
}

function numberOf(digits: Uint8Array): number {
  return digits.reduce((number, digit) => number * 10 + (digit - 0x30), 0);
}

function twoDigits(...numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [0x30 + Math.floor(number / 10), 0x30 + (number % 10)]));
}
