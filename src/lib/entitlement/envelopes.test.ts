import { describe, expect, it } from 'vitest';
import { exceededIn, isWithin, type EnvelopeName } from './envelopes.ts';
import type { Vehicle } from './vehicle.ts';

/** source: product.md §10.3; weights below, seats at most */
const rows: readonly { name: EnvelopeName; grossWeightKg: number; maxLoadKg: number; seats: number }[] = [
  { name: 'medium', grossWeightKg: 11_000, maxLoadKg: 6_500, seats: 29 },
  { name: 'medium8t', grossWeightKg: 8_000, maxLoadKg: 5_000, seats: 10 },
  { name: 'semiMedium', grossWeightKg: 7_500, maxLoadKg: 4_500, seats: 10 },
  { name: 'semiMedium5t', grossWeightKg: 5_000, maxLoadKg: 3_000, seats: 10 },
  { name: 'ordinary', grossWeightKg: 3_500, maxLoadKg: 2_000, seats: 10 },
];

const light: Vehicle = { kind: 'car', grossWeightKg: 1_000, maxLoadKg: 0, seats: 2 };

describe.each(rows)('$name', ({ name, ...limits }) => {
  it.each(['grossWeightKg', 'maxLoadKg'] as const)('%s: below yes, at no, above no', (field) => {
    const limit = limits[field];
    expect([limit - 1, limit, limit + 1].map((value) => isWithin({ ...light, [field]: value }, name).is)).toEqual(['yes', 'no', 'no']);
    expect(exceededIn({ ...light, [field]: limit }, name)).toEqual([{ field, value: limit, limit }]);
  });

  it('seats: below yes, at yes, above no', () => {
    const { seats } = limits;
    expect([seats - 1, seats, seats + 1].map((value) => isWithin({ ...light, seats: value }, name).is)).toEqual(['yes', 'yes', 'no']);
    expect(exceededIn({ ...light, seats: seats + 1 }, name)).toEqual([{ field: 'seats', value: seats + 1, limit: seats }]);
  });

  it('asks for each value that is absent, unless another one decides', () => {
    expect(isWithin({ kind: 'car' }, name)).toEqual({ is: 'unknown', needs: ['grossWeightKg', 'maxLoadKg', 'seats'] });
    expect(isWithin({ kind: 'car', seats: 60 }, name)).toEqual({ is: 'no' });
    expect(exceededIn({ kind: 'car' }, name)).toEqual([]);
  });
});

it('unlimited asks for nothing', () => {
  expect(isWithin({ kind: 'car' }, 'unlimited')).toEqual({ is: 'yes' });
  expect(exceededIn({ kind: 'car', grossWeightKg: 90_000, seats: 90 }, 'unlimited')).toEqual([]);
});
