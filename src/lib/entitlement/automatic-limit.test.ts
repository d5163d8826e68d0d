import { describe, expect, it } from 'vitest';
import { isInForce, isNamed, isNamedOrLarger, readAutomaticLimit } from './automatic-limit.ts';
import { carOf, day } from './test/question.ts';
import type { Vehicle } from './vehicle.ts';

const limitOf = (words: string) => readAutomaticLimit(`${words}はAT車に限る`)!;

/** source: product.md §10.4, "AT limits are spreading" */
describe('from which day on', () => {
  it.each([
    { words: '準中型車', before: '2026-03-31', on: '2026-04-01', after: '2026-04-02' },
    { words: '準中型車と普通車', before: '2026-03-31', on: '2026-04-01', after: '2026-04-02' },
    { words: '中型車', before: '2026-03-31', on: '2026-04-01', after: '2026-04-02' },
    { words: '中型車の旅客車', before: '2026-03-31', on: '2026-04-01', after: '2026-04-02' },
    { words: '大型車', before: '2027-03-31', on: '2027-04-01', after: '2027-04-02' },
    { words: '大型車と中型車と準中型車と普通車', before: '2027-03-31', on: '2027-04-01', after: '2027-04-02' },
    { words: '大型車の旅客車', before: '2027-09-30', on: '2027-10-01', after: '2027-10-02' },
    { words: '普通車と大型車の旅客車', before: '2027-09-30', on: '2027-10-01', after: '2027-10-02' },
  ])('$words', ({ words, before, on, after }) => {
    expect([before, on, after].map((today) => isInForce(limitOf(words), day(today)))).toEqual([false, true, true]);
  });

  it.each(['普通車', '準中型車(5t)と普通車', '中型車(8t)', '普通二輪', '大型二輪', '普通車の旅客車'])('%s: long before', (words) => {
    expect(isInForce(limitOf(words), day('2018-01-01'))).toBe(true);
  });
});

describe('which vehicle', () => {
  const of = (changes: Partial<Vehicle>): Vehicle => carOf({ isForHire: true, ...changes });
  const motorcycle = (displacementCc: number): Vehicle => ({ kind: 'motorcycle', displacementCc });

  it.each<{ words: string; vehicle: Vehicle; named: string; orLarger: string }>([
    { words: '普通車', vehicle: of({}), named: 'yes', orLarger: 'yes' },
    { words: '普通車', vehicle: of({ grossWeightKg: 3_499 }), named: 'yes', orLarger: 'yes' },
    { words: '普通車', vehicle: of({ grossWeightKg: 3_500 }), named: 'no', orLarger: 'yes' },
    { words: '普通車の旅客車', vehicle: of({}), named: 'yes', orLarger: 'yes' },
    { words: '普通車の旅客車', vehicle: of({ isForHire: false }), named: 'no', orLarger: 'no' },
    { words: '準中型車(5t)', vehicle: of({}), named: 'no', orLarger: 'no' },
    { words: '準中型車(5t)', vehicle: of({ grossWeightKg: 3_500 }), named: 'yes', orLarger: 'yes' },
    { words: '準中型車(5t)', vehicle: of({ grossWeightKg: 4_999 }), named: 'yes', orLarger: 'yes' },
    { words: '準中型車(5t)', vehicle: of({ grossWeightKg: 5_000 }), named: 'no', orLarger: 'yes' },
    { words: '準中型車', vehicle: of({ grossWeightKg: 7_499 }), named: 'yes', orLarger: 'yes' },
    { words: '準中型車', vehicle: of({ grossWeightKg: 7_500 }), named: 'no', orLarger: 'yes' },
    { words: '中型車(8t)', vehicle: of({ grossWeightKg: 7_499 }), named: 'no', orLarger: 'no' },
    { words: '中型車(8t)', vehicle: of({ grossWeightKg: 7_999 }), named: 'yes', orLarger: 'yes' },
    { words: '中型車(8t)', vehicle: of({ grossWeightKg: 8_000 }), named: 'no', orLarger: 'yes' },
    { words: '中型車', vehicle: of({ seats: 11 }), named: 'yes', orLarger: 'yes' },
    { words: '中型車', vehicle: of({ seats: 30 }), named: 'no', orLarger: 'yes' },
    { words: '大型車', vehicle: of({ seats: 29 }), named: 'no', orLarger: 'no' },
    { words: '大型車', vehicle: of({ seats: 30 }), named: 'yes', orLarger: 'yes' },
    { words: '普通二輪', vehicle: motorcycle(400), named: 'yes', orLarger: 'yes' },
    { words: '普通二輪', vehicle: motorcycle(401), named: 'no', orLarger: 'yes' },
    { words: '大型二輪', vehicle: motorcycle(400), named: 'no', orLarger: 'no' },
    { words: '大型二輪', vehicle: motorcycle(401), named: 'yes', orLarger: 'yes' },
    { words: '普通車', vehicle: motorcycle(125), named: 'no', orLarger: 'no' },
    { words: '普通車', vehicle: { kind: 'largeSpecial' }, named: 'no', orLarger: 'no' },
    { words: '普通車', vehicle: { kind: 'moped' }, named: 'no', orLarger: 'no' },
    { words: '普通二輪', vehicle: of({}), named: 'no', orLarger: 'no' },
    { words: '普通車', vehicle: { kind: 'car' }, named: 'unknown', orLarger: 'yes' },
    { words: '大型車', vehicle: { kind: 'car' }, named: 'unknown', orLarger: 'unknown' },
    { words: '普通車の旅客車', vehicle: { kind: 'car' }, named: 'unknown', orLarger: 'unknown' },
  ])('$words, $vehicle.kind $vehicle.grossWeightKg: $named, $orLarger', ({ words, vehicle, named, orLarger }) => {
    expect(isNamed(vehicle, limitOf(words)).is).toBe(named);
    expect(isNamedOrLarger(vehicle, limitOf(words)).is).toBe(orLarger);
  });
});
