import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { isWithin } from './envelopes.ts';
import { car, carOf } from './test/question.ts';
import { isOfCarClass, possibleClasses } from './vehicle-classes.ts';
import type { Vehicle } from './vehicle.ts';

/** source: product.md §10.2, 道路交通法施行規則2条 */
const boundaries: readonly { changes: Partial<Vehicle>; is: string }[] = [
  { changes: {}, is: 'ordinary' },
  { changes: { grossWeightKg: 3_499 }, is: 'ordinary' },
  { changes: { grossWeightKg: 3_500 }, is: 'semiMedium' },
  { changes: { grossWeightKg: 3_501 }, is: 'semiMedium' },
  { changes: { grossWeightKg: 7_499 }, is: 'semiMedium' },
  { changes: { grossWeightKg: 7_500 }, is: 'medium' },
  { changes: { grossWeightKg: 10_999 }, is: 'medium' },
  { changes: { grossWeightKg: 11_000 }, is: 'large' },
  { changes: { maxLoadKg: 1_999 }, is: 'ordinary' },
  { changes: { maxLoadKg: 2_000 }, is: 'semiMedium' },
  { changes: { maxLoadKg: 4_499 }, is: 'semiMedium' },
  { changes: { maxLoadKg: 4_500 }, is: 'medium' },
  { changes: { maxLoadKg: 6_499 }, is: 'medium' },
  { changes: { maxLoadKg: 6_500 }, is: 'large' },
  { changes: { seats: 10 }, is: 'ordinary' },
  { changes: { seats: 11 }, is: 'medium' },
  { changes: { seats: 29 }, is: 'medium' },
  { changes: { seats: 30 }, is: 'large' },
  // any one value is enough
  { changes: { grossWeightKg: 3_000, maxLoadKg: 2_000, seats: 10 }, is: 'semiMedium' },
  { changes: { grossWeightKg: 3_000, maxLoadKg: 500, seats: 12 }, is: 'medium' },
  { changes: { grossWeightKg: 7_600, maxLoadKg: 6_500, seats: 2 }, is: 'large' },
];

describe('class of a car', () => {
  it.each(boundaries)('$changes: $is', ({ changes, is }) => {
    expect(possibleClasses(carOf(changes))).toEqual([is]);
  });

  it.each<{ name: string; vehicle: Vehicle; are: string[] }>([
    { name: 'nothing known', vehicle: { kind: 'car' }, are: ['large', 'medium', 'semiMedium', 'ordinary'] },
    { name: 'forty seats', vehicle: { kind: 'car', seats: 40 }, are: ['large'] },
    { name: '8 t, load unknown', vehicle: { kind: 'car', grossWeightKg: 8_000, seats: 3 }, are: ['large', 'medium'] },
    { name: 'motorcycle, 400 cc', vehicle: { kind: 'motorcycle', displacementCc: 400 }, are: ['ordinaryMotorcycle'] },
    { name: 'motorcycle, 401 cc', vehicle: { kind: 'motorcycle', displacementCc: 401 }, are: ['largeMotorcycle'] },
    { name: 'motorcycle', vehicle: { kind: 'motorcycle' }, are: ['largeMotorcycle', 'ordinaryMotorcycle'] },
    { name: 'moped', vehicle: { kind: 'moped' }, are: ['moped'] },
    { name: '大特', vehicle: { kind: 'largeSpecial', grossWeightKg: 20_000 }, are: ['largeSpecial'] },
    { name: '小特', vehicle: { kind: 'smallSpecial' }, are: ['smallSpecial'] },
    { name: 'other', vehicle: { kind: 'other', grossWeightKg: 1_000, maxLoadKg: 0, seats: 2 }, are: [] },
  ])('$name: $are', ({ vehicle, are }) => {
    expect(possibleClasses(vehicle)).toEqual(are);
  });

  const figures = {
    grossWeightKg: fc.integer({ min: 1, max: 30_000 }),
    maxLoadKg: fc.integer({ min: 0, max: 20_000 }),
    seats: fc.integer({ min: 1, max: 80 }),
  };

  property.prop([fc.record(figures)])('a car is of one class, and the two tables of the law agree', (values) => {
    const vehicle = { ...car, ...values };
    expect(possibleClasses(vehicle)).toHaveLength(1);
    expect(isOfCarClass(vehicle, 'ordinary')).toEqual(isWithin(vehicle, 'ordinary'));
    expect(isOfCarClass(vehicle, 'large').is === 'no').toBe(isWithin(vehicle, 'medium').is === 'yes');
    const upToSemiMedium = ['ordinary', 'semiMedium'].includes(possibleClasses(vehicle)[0] ?? '');
    expect(upToSemiMedium).toBe(isWithin(vehicle, 'semiMedium').is === 'yes');
  });

  property.prop([fc.record(figures, { requiredKeys: [] }), fc.record(figures)])('what is learnt never adds a class', (some, all) => {
    const before = possibleClasses({ kind: 'car', ...some });
    expect(before).toEqual(expect.arrayContaining(possibleClasses({ kind: 'car', ...all, ...some })));
  });
});
