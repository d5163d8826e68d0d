import { describe, expect, it } from 'vitest';
import { knownVehicle } from './known-vehicle.ts';
import { car, carOf } from './test/question.ts';

const doubtOf = (changes: Parameters<typeof carOf>[0]) => knownVehicle(carOf(changes)).doubts;

describe('knownVehicle', () => {
  it('leaves a vehicle without doubts as it is', () => {
    expect(knownVehicle(car)).toEqual({ vehicle: car, doubts: [] });
  });

  it('takes a doubted value out (product.md §11, compound weights)', () => {
    const doubt = { field: 'grossWeightKg', text: '２０，０００（１８，０００）' } as const;
    const { vehicle, doubts } = knownVehicle(carOf({ grossWeightKg: 1_000, doubts: [doubt] }));
    expect(doubts).toEqual([doubt]);
    expect(vehicle).not.toHaveProperty('grossWeightKg');
    expect(vehicle.seats).toBe(5);
  });

  it('has no kind where the kind is in doubt', () => {
    expect(knownVehicle(carOf({ doubts: [{ field: 'kind', text: '？' }] })).vehicle.kind).toBe('other');
  });

  it.each([
    { field: 'grossWeightKg', bad: [0, -1, NaN, Infinity], good: [1, 500.5] },
    { field: 'maxLoadKg', bad: [-1, NaN, Infinity], good: [0, 1] },
    { field: 'seats', bad: [0, -1, 4.5, NaN], good: [1, 60] },
    { field: 'displacementCc', bad: [0, -1, NaN], good: [0.1, 49] },
  ] as const)('doubts a $field no vehicle has', ({ field, bad, good }) => {
    for (const value of bad) expect(doubtOf({ [field]: value })).toEqual([{ field, text: String(value) }]);
    for (const value of good) expect(doubtOf({ [field]: value })).toEqual([]);
  });

  it('doubts a trailer without weight', () => {
    expect(doubtOf({ trailer: { grossWeightKg: NaN } })).toEqual([{ field: 'trailer', text: 'NaN' }]);
    expect(doubtOf({ trailer: { grossWeightKg: 1 } })).toEqual([]);
    expect(knownVehicle(carOf({ trailer: { grossWeightKg: 0 } })).vehicle).not.toHaveProperty('trailer');
  });

  it('says a doubt of the source once', () => {
    expect(doubtOf({ seats: -1, doubts: [{ field: 'seats', text: '2(3)' }] })).toEqual([{ field: 'seats', text: '2(3)' }]);
  });
});
