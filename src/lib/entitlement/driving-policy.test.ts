import { describe, expect, it } from 'vitest';
import { ageOn, judgeHeldYears, judgePerson, type DrivingPolicy } from './driving-policy.ts';
import { licenceClassRules } from './licence-classes.ts';
import { dateField, day } from './test/question.ts';

const raw = new Uint8Array(0);
const today = day('2026-11-20');
const person = (iso: string) => ({ birthDate: { date: day(iso), raw } });

/** source: 年齢計算ニ関する法律, 民法143条2項 */
describe('ageOn', () => {
  it.each([
    { birth: '2005-11-21', on: '2026-11-20', age: 20 },
    { birth: '2005-11-20', on: '2026-11-20', age: 21 },
    { birth: '2005-11-19', on: '2026-11-20', age: 21 },
    { birth: '2005-12-01', on: '2026-11-30', age: 20 },
    { birth: '2005-10-31', on: '2026-11-01', age: 21 },
    { birth: '2008-02-29', on: '2026-02-28', age: 17 },
    { birth: '2008-02-29', on: '2026-03-01', age: 18 },
    { birth: '2008-02-29', on: '2028-02-28', age: 19 },
    { birth: '2008-02-29', on: '2028-02-29', age: 20 },
    { birth: '2000-01-01', on: '2025-12-31', age: 25 },
    { birth: '2026-11-20', on: '2026-11-20', age: 0 },
    { birth: '2027-01-01', on: '2026-11-20', age: -1 },
  ])('born $birth, on $on: $age', ({ birth, on, age }) => {
    expect(ageOn(day(birth), day(on))).toBe(age);
  });
});

describe('judgePerson', () => {
  const minimumAge = { years: 21, whenBelow: 'NG' } as const;
  it.each<{ name: string; policy: DrivingPolicy; of: Parameters<typeof judgePerson>[1]; found: unknown[] }>([
    { name: 'nothing asked', policy: {}, of: 'notRead', found: [] },
    { name: 'on the birthday', policy: { minimumAge }, of: person('2005-11-20'), found: [] },
    { name: 'the day before', policy: { minimumAge }, of: person('2005-11-21'), found: ['AGE_BELOW_POLICY NG 20'] },
    { name: 'as policy says', policy: { minimumAge: { ...minimumAge, whenBelow: 'REVIEW' } }, of: person('2006-01-01'), found: ['AGE_BELOW_POLICY REVIEW 20'] },
    { name: 'not read', policy: { minimumAge }, of: 'notRead', found: ['AGE_NOT_KNOWN REVIEW NOT_READ'] },
    { name: 'unreadable', policy: { minimumAge }, of: { birthDate: { date: undefined, raw } }, found: ['AGE_NOT_KNOWN REVIEW UNREADABLE'] },
    { name: 'a name', policy: { needsName: true }, of: 'notRead', found: ['NAME_NOT_READ REVIEW'] },
    { name: 'a name that was read', policy: { needsName: true }, of: person('2005-11-20'), found: [] },
    { name: 'no name needed', policy: { needsName: false }, of: 'notRead', found: [] },
  ])('$name: $found', ({ policy, of, found }) => {
    const reasons = judgePerson(policy, of, today).map((reason) => {
      const detail = reason.code === 'AGE_BELOW_POLICY' ? ` ${String(reason.facts.years)}` : reason.code === 'AGE_NOT_KNOWN' ? ` ${reason.facts.why}` : '';
      return `${reason.code} ${reason.severity}${detail}`;
    });
    expect(reasons).toEqual(found);
  });
});

/** source: product.md §10.5 */
describe('judgeHeldYears', () => {
  const asked = { years: 1, whenBelow: 'NG', whenNotProven: 'notice' } as const;
  const carrying = (...names: string[]) => licenceClassRules.filter(({ name }) => names.includes(name));

  it.each<{ name: string; dates: Parameters<typeof judgeHeldYears>[1]; by: string[]; found: string[] }>([
    { name: 'a day short', dates: { others: dateField('2025-11-21') }, by: ['ordinary'], found: ['UNDER_1YEAR NG others'] },
    { name: 'one year', dates: { others: dateField('2025-11-20') }, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN notice others'] },
    { name: 'a day more', dates: { others: dateField('2025-11-19') }, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN notice others'] },
    { name: 'in the future', dates: { others: dateField('2027-01-01') }, by: ['ordinary'], found: ['UNDER_1YEAR NG others'] },
    { name: 'no date', dates: {}, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN REVIEW others'] },
    { name: 'written as none', dates: { others: { value: 'none', raw } }, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN REVIEW others'] },
    { name: 'unreadable', dates: { others: { unreadable: true, raw } }, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN REVIEW others'] },
    { name: 'another group only', dates: { motorcycles: dateField('2000-01-01') }, by: ['ordinary'], found: ['HELD_YEARS_NOT_PROVEN REVIEW others'] },
    {
      name: 'the group held longest counts',
      dates: { motorcycles: dateField('2000-01-01'), others: dateField('2026-10-01') },
      by: ['moped', 'ordinary'],
      found: ['HELD_YEARS_NOT_PROVEN notice motorcycles'],
    },
    {
      name: 'all groups short',
      dates: { secondClass: dateField('2026-10-01'), others: dateField('2026-01-01') },
      by: ['ordinarySecond', 'ordinary'],
      found: ['UNDER_1YEAR NG others'],
    },
    {
      name: 'one short, one without date',
      dates: { others: dateField('2026-01-01') },
      by: ['ordinarySecond', 'ordinary'],
      found: ['HELD_YEARS_NOT_PROVEN REVIEW secondClass'],
    },
    { name: 'no class carries', dates: { others: dateField('2026-10-01') }, by: [], found: [] },
  ])('$name: $found', ({ dates, by, found }) => {
    const reasons = judgeHeldYears(asked, dates, carrying(...by), today);
    expect(reasons.map(({ code, severity, facts }) => `${code} ${severity} ${'group' in facts ? (facts.group ?? '') : ''}`)).toEqual(found);
  });

  it('counts as many years as policy asks, and none if it asks nothing', () => {
    const held = (years: number, since: string) =>
      judgeHeldYears({ ...asked, years }, { others: dateField(since) }, carrying('ordinary'), today).map(({ code }) => code);
    expect(held(3, '2023-11-20')).toEqual(['HELD_YEARS_NOT_PROVEN']);
    expect(held(3, '2023-11-21')).toEqual(['UNDER_1YEAR']);
    expect(judgeHeldYears(undefined, {}, carrying('ordinary'), today)).toEqual([]);
  });

  it('a licence of 29 February is a year old on 1 March', () => {
    const on = (iso: string) => judgeHeldYears(asked, { others: dateField('2024-02-29') }, carrying('ordinary'), day(iso)).map(({ code }) => code);
    expect([on('2025-02-28'), on('2025-03-01')]).toEqual([['UNDER_1YEAR'], ['HELD_YEARS_NOT_PROVEN']]);
  });
});
