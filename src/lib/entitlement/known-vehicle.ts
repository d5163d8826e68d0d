/**
 * A vehicle with only what is certain left in it. A value the source gave in more than one form, or that no vehicle can have, is taken out and
 * kept as a doubt: product.md §11, `VEHICLE_DATA_REVIEW`. Rules then see it as absent and never decide by it.
 */
import type { DoubtfulField, Vehicle } from './vehicle.ts';

/** What a rule may find absent. */
export type VehicleField = 'grossWeightKg' | 'maxLoadKg' | 'seats' | 'displacementCc' | 'transmission' | 'isForHire' | 'trailer';

export interface VehicleDoubt {
  readonly field: DoubtfulField | 'trailer';
  /** What the source said. */
  readonly text: string;
}

export interface KnownVehicle {
  /** `kind` is `other` where the kind itself is in doubt. */
  readonly vehicle: Omit<Vehicle, 'doubts'>;
  readonly doubts: readonly VehicleDoubt[];
}

const figures = ['grossWeightKg', 'maxLoadKg', 'seats', 'displacementCc'] as const;

const isPlausible: Readonly<Record<(typeof figures)[number], (value: number) => boolean>> = {
  grossWeightKg: (value) => Number.isFinite(value) && value > 0,
  maxLoadKg: (value) => Number.isFinite(value) && value >= 0,
  seats: (value) => Number.isInteger(value) && value >= 1,
  displacementCc: (value) => Number.isFinite(value) && value > 0,
};

export function knownVehicle({ doubts = [], ...given }: Vehicle): KnownVehicle {
  const impossible = [...figureDoubts(given), ...trailerDoubt(given)];
  const all = [...doubts, ...impossible.filter(({ field }) => !doubts.some((doubt) => doubt.field === field))];
  const fields = new Set<string>(all.map(({ field }) => field));
  const certain = Object.fromEntries(Object.entries(given).filter(([field]) => !fields.has(field)));
  return { vehicle: { ...certain, kind: fields.has('kind') ? 'other' : given.kind }, doubts: all };
}

function figureDoubts(given: Vehicle): VehicleDoubt[] {
  return figures.flatMap((field) => {
    const value = given[field];
    return value === undefined || isPlausible[field](value) ? [] : [{ field, text: String(value) }];
  });
}

function trailerDoubt({ trailer }: Vehicle): VehicleDoubt[] {
  if (trailer === undefined || trailer === 'none' || isPlausible.grossWeightKg(trailer.grossWeightKg)) return [];
  return [{ field: 'trailer', text: String(trailer.grossWeightKg) }];
}
