/**
 * Which class a vehicle belongs to: 道路交通法3条, 道路交通法施行規則2条 (as amended from 2017-03-12, when 準中型 came), product.md §10.2.
 * A car is of the highest class of which any one value reaches the lower bound. Not here: power rules of electric motorcycles and inside 原付.
 */
import { allOf, anyOf, ask, certainly, not, type Answer } from './answer.ts';
import type { KnownVehicle } from './known-vehicle.ts';

export type CarClass = 'large' | 'medium' | 'semiMedium' | 'ordinary';
export type VehicleClass = CarClass | 'largeMotorcycle' | 'ordinaryMotorcycle' | 'moped' | 'largeSpecial' | 'smallSpecial';

interface CarClassRow {
  readonly name: CarClass;
  /** Lower bounds [kg, kg, seats]; absent = this value alone never makes the class. */
  readonly from: { readonly grossWeightKg?: number; readonly maxLoadKg?: number; readonly seats?: number };
}

/** Highest first. */
export const carClasses: readonly CarClassRow[] = [
  { name: 'large', from: { grossWeightKg: 11_000, maxLoadKg: 6_500, seats: 30 } },
  { name: 'medium', from: { grossWeightKg: 7_500, maxLoadKg: 4_500, seats: 11 } },
  { name: 'semiMedium', from: { grossWeightKg: 3_500, maxLoadKg: 2_000 } },
];

/** 大型自動二輪車 is what is above. */
export const ORDINARY_MOTORCYCLE_CC = 400;

/** Every class the vehicle may belong to as far as is known; none for a kind the rules do not cover. */
export function possibleClasses(vehicle: KnownVehicle['vehicle']): VehicleClass[] {
  switch (vehicle.kind) {
    case 'car':
      return (['large', 'medium', 'semiMedium', 'ordinary'] as const).filter((name) => isOfCarClass(vehicle, name).is !== 'no');
    case 'motorcycle': {
      const isLarge = ask(vehicle.displacementCc, 'displacementCc', (cc) => cc > ORDINARY_MOTORCYCLE_CC);
      return [...(isLarge.is === 'no' ? [] : (['largeMotorcycle'] as const)), ...(isLarge.is === 'yes' ? [] : (['ordinaryMotorcycle'] as const))];
    }
    case 'moped':
    case 'largeSpecial':
    case 'smallSpecial':
      return [vehicle.kind];
    case 'other':
      return [];
  }
}

export function isOfCarClass(vehicle: KnownVehicle['vehicle'], name: CarClass): Answer {
  const rank = carClasses.findIndex((row) => row.name === name);
  const higher = rank < 0 ? carClasses : carClasses.slice(0, rank);
  const own = carClasses[rank];
  return allOf([
    certainly(vehicle.kind === 'car'),
    ...higher.map((row) => not(reaches(vehicle, row))),
    ...(own === undefined ? [] : [reaches(vehicle, own)]), // 普通 is what reaches no bound
  ]);
}

function reaches(vehicle: KnownVehicle['vehicle'], { from }: CarClassRow): Answer {
  const fields = (['grossWeightKg', 'maxLoadKg', 'seats'] as const).flatMap((field) => {
    const bound = from[field];
    return bound === undefined ? [] : [ask(vehicle[field], field, (value) => value >= bound)];
  });
  return anyOf(fields);
}
