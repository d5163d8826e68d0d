import type { LicenceClassName } from '#card';
import { describe, expect, it } from 'vitest';
import { carOf } from './test/question.ts';
import { isTowingForHireOpen, isTowingOutsideTheRule, mayTow, towingClass } from './towing.ts';
import type { Vehicle } from './vehicle.ts';

const trailer = (grossWeightKg: number) => ({ grossWeightKg });

/** source: product.md §10.3 け引, 道路交通法85条3項 */
describe('mayTow', () => {
  it.each<{ name: string; vehicle: Partial<Vehicle>; held: LicenceClassName[]; may: string; by?: LicenceClassName }>([
    { name: 'nothing', vehicle: { trailer: 'none' }, held: ['ordinary'], may: 'yes' },
    { name: '749 kg', vehicle: { trailer: trailer(749) }, held: ['ordinary'], may: 'yes' },
    { name: '750 kg', vehicle: { trailer: trailer(750) }, held: ['ordinary'], may: 'yes' },
    { name: '751 kg', vehicle: { trailer: trailer(751) }, held: ['ordinary'], may: 'no' },
    { name: '751 kg with け引', vehicle: { trailer: trailer(751) }, held: ['ordinary', 'towing'], may: 'yes', by: 'towing' },
    { name: '751 kg with け引二', vehicle: { trailer: trailer(751) }, held: ['towingSecond'], may: 'yes', by: 'towingSecond' },
    { name: 'both, not for hire', vehicle: { trailer: trailer(9_000) }, held: ['towing', 'towingSecond'], may: 'yes', by: 'towing' },
    { name: 'both, for hire', vehicle: { trailer: trailer(9_000), isForHire: true }, held: ['towing', 'towingSecond'], may: 'yes', by: 'towingSecond' },
    { name: '大特', vehicle: { kind: 'largeSpecial', trailer: trailer(751) }, held: ['largeSpecial'], may: 'no' },
    { name: 'a motorcycle', vehicle: { kind: 'motorcycle', trailer: trailer(751) }, held: ['towing'], may: 'yes' },
  ])('$name: $may', ({ vehicle, held, may, by }) => {
    expect(mayTow(carOf(vehicle), held).is).toBe(may);
    expect(towingClass(carOf(vehicle), held)).toBe(by);
  });

  it('asks for the trailer only where it decides', () => {
    expect(mayTow({ kind: 'car' }, ['ordinary'])).toEqual({ is: 'unknown', needs: ['trailer'] });
    expect(mayTow({ kind: 'car' }, ['towing'])).toEqual({ is: 'yes' });
    expect(mayTow({ kind: 'moped' }, ['moped'])).toEqual({ is: 'yes' });
  });
});

describe('what the rule leaves open', () => {
  it.each<{ isForHire: boolean; weight: number; held: LicenceClassName[]; open: string }>([
    { isForHire: true, weight: 751, held: ['towing'], open: 'yes' },
    { isForHire: true, weight: 750, held: ['towing'], open: 'no' },
    { isForHire: false, weight: 751, held: ['towing'], open: 'no' },
    { isForHire: true, weight: 751, held: ['towing', 'towingSecond'], open: 'no' },
    { isForHire: true, weight: 751, held: [], open: 'no' },
  ])('for hire $isForHire, $weight kg, $held: $open', ({ isForHire, weight, held, open }) => {
    expect(isTowingForHireOpen(carOf({ isForHire, trailer: trailer(weight) }), held).is).toBe(open);
  });

  it.each([
    { kind: 'motorcycle', weight: 751, outside: true },
    { kind: 'motorcycle', weight: 750, outside: false },
    { kind: 'smallSpecial', weight: 751, outside: true },
    { kind: 'car', weight: 751, outside: false },
    { kind: 'largeSpecial', weight: 751, outside: false },
  ] as const)('$kind with $weight kg', ({ kind, weight, outside }) => {
    expect(isTowingOutsideTheRule({ kind, trailer: trailer(weight) })).toBe(outside);
  });
});
