/**
 * What the holder of a class may drive, as limits of weight, load and seats: 道路交通法85条, 道路交通法施行規則2条, and for who held 普通 before the
 * classes were split the 附則 of 平成16年法律90号 (8 t, to 2007-06-01) and of 平成27年法律40号 (5 t, 2007-06-02 … 2017-03-11). product.md §10.3.
 */
import { allOf, ask, type Answer } from './answer.ts';
import type { KnownVehicle } from './known-vehicle.ts';

/** All three must hold: gross weight below [kg], load below [kg], seats at most. */
interface Envelope {
  readonly grossWeightKg: number;
  readonly maxLoadKg: number;
  readonly seats: number;
}

export type EnvelopeName = 'unlimited' | 'medium' | 'medium8t' | 'semiMedium' | 'semiMedium5t' | 'ordinary';

/** 8 t has ten seats, not twenty-nine: public tables get this wrong. */
export const envelopes: Readonly<Record<EnvelopeName, Envelope>> = {
  unlimited: { grossWeightKg: Infinity, maxLoadKg: Infinity, seats: Infinity },
  medium: { grossWeightKg: 11_000, maxLoadKg: 6_500, seats: 29 },
  medium8t: { grossWeightKg: 8_000, maxLoadKg: 5_000, seats: 10 },
  semiMedium: { grossWeightKg: 7_500, maxLoadKg: 4_500, seats: 10 },
  semiMedium5t: { grossWeightKg: 5_000, maxLoadKg: 3_000, seats: 10 },
  ordinary: { grossWeightKg: 3_500, maxLoadKg: 2_000, seats: 10 },
};

/** A figure of the vehicle that goes past a limit. */
export interface Exceeded {
  readonly field: 'grossWeightKg' | 'maxLoadKg' | 'seats';
  readonly value: number;
  /** Weights must stay below it, seats may reach it. */
  readonly limit: number;
}

const fields = ['grossWeightKg', 'maxLoadKg', 'seats'] as const;

export function isWithin(vehicle: KnownVehicle['vehicle'], name: EnvelopeName): Answer {
  const limited = fields.filter((field) => envelopes[name][field] !== Infinity);
  return allOf(limited.map((field) => ask(vehicle[field], field, (value) => fits(field, value, name))));
}

export function exceededIn(vehicle: KnownVehicle['vehicle'], name: EnvelopeName): Exceeded[] {
  return fields.flatMap((field) => {
    const value = vehicle[field];
    return value === undefined || fits(field, value, name) ? [] : [{ field, value, limit: envelopes[name][field] }];
  });
}

function fits(field: (typeof fields)[number], value: number, name: EnvelopeName): boolean {
  const limit = envelopes[name][field];
  return field === 'seats' ? value <= limit : value < limit;
}
