/**
 * What the operator asks beyond the law: POL-1 … POL-4, AUTH-5; product.md §10.5. Years are counted by the calendar (民法143条).
 * A group date of the record under the asked years proves it for the whole group; one above proves nothing for a single class.
 */
import { compareDates, type CalendarDate } from '#bytes';
import type { DriverLicence, PersonalDetails } from '#card';
import { reason, type EntitlementReason } from './entitlement-reason.ts';
import type { LicenceClassRule } from './licence-classes.ts';

type PolicySeverity = 'NG' | 'REVIEW';

export interface DrivingPolicy {
  readonly minimumAge?: { readonly years: number; readonly whenBelow: PolicySeverity };
  readonly minimumHeldYears?: {
    readonly years: number;
    readonly whenBelow: PolicySeverity;
    /** The group date is old enough, which proves nothing for the class used. */
    readonly whenNotProven: 'REVIEW' | 'notice';
  };
  /** The purpose needs 氏名. */
  readonly needsName?: boolean;
}

/** 基本4情報 as far as policy asks; they are read together or not at all. */
export type KnownPerson = Pick<PersonalDetails, 'birthDate'> | 'notRead';

/**
 * 満年齢 on a day. 年齢計算ニ関する法律, 民法143条2項: a year of age is reached at the end of the day before the birthday, so the whole day of the
 * birthday counts; who was born on 29 February reaches it at the end of 28 February, in common years from 1 March on.
 */
export function ageOn(birth: CalendarDate, day: CalendarDate): number {
  const beforeBirthday = day.month < birth.month || (day.month === birth.month && day.day < birth.day);
  return day.year - birth.year - (beforeBirthday ? 1 : 0);
}

export function judgePerson(policy: DrivingPolicy, person: KnownPerson, today: CalendarDate): EntitlementReason[] {
  return [...(policy.needsName === true && person === 'notRead' ? [reason('NAME_NOT_READ', {})] : []), ...judgeAge(policy.minimumAge, person, today)];
}

function judgeAge(minimum: DrivingPolicy['minimumAge'], person: KnownPerson, today: CalendarDate): EntitlementReason[] {
  if (minimum === undefined) return [];
  const birth = person === 'notRead' ? undefined : person.birthDate.date;
  if (birth === undefined) return [reason('AGE_NOT_KNOWN', { minimumYears: minimum.years, why: person === 'notRead' ? 'NOT_READ' : 'UNREADABLE' })];
  const years = ageOn(birth, today);
  return years >= minimum.years ? [] : [reason('AGE_BELOW_POLICY', { minimumYears: minimum.years, years }, minimum.whenBelow)];
}

type HeldGroup = { readonly group: keyof DriverLicence['dates']; readonly date: CalendarDate | undefined };

/** `carrying` = the classes that carry the vehicle; the one held longest speaks for the person. */
export function judgeHeldYears(
  minimum: DrivingPolicy['minimumHeldYears'],
  dates: DriverLicence['dates'],
  carrying: readonly LicenceClassRule[],
  today: CalendarDate,
): EntitlementReason[] {
  if (minimum === undefined || carrying.length === 0) return [];
  const groups: HeldGroup[] = [...new Set(carrying.map(({ dateGroup }) => dateGroup))].map((group) => ({ group, date: dateOf(dates[group]) }));
  const facts = (of: HeldGroup | undefined) => ({ minimumYears: minimum.years, group: of?.group, groupDate: of?.date });
  const dated = groups.filter(({ date }) => date !== undefined).sort(byDate);
  const [earliest] = dated;
  if (earliest?.date !== undefined && ageOn(earliest.date, today) >= minimum.years)
    return [reason('HELD_YEARS_NOT_PROVEN', facts(earliest), minimum.whenNotProven)];
  if (dated.length < groups.length) return [reason('HELD_YEARS_NOT_PROVEN', facts(groups.find(({ date }) => date === undefined)), 'REVIEW')];
  return [reason('UNDER_1YEAR', facts(earliest), minimum.whenBelow)];
}

function dateOf(field: DriverLicence['dates'][keyof DriverLicence['dates']]): CalendarDate | undefined {
  return field === undefined || 'unreadable' in field || field.value === 'none' ? undefined : field.value.date;
}

function byDate({ date: left }: HeldGroup, { date: right }: HeldGroup): number {
  return left === undefined || right === undefined ? 0 : compareDates(left, right);
}
