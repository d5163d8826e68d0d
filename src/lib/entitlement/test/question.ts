/** Licences, vehicles and questions for tests: everything in order unless a test says otherwise. */
import { licenceClassNames, type DriverLicence, type EraDate, type Field, type LicenceClassName, type LicenceTextLine } from '#card';
import type { CalendarDate } from '#bytes';
import type { DrivingQuestion, Entitlement } from '../may-drive.ts';
import type { Vehicle } from '../vehicle.ts';

const raw = new Uint8Array(0);

export const day = (iso: string): CalendarDate => {
  const [year = 0, month = 0, date = 0] = iso.split('-').map(Number);
  return { year, month, day: date };
};

export const dateField = (iso: string): Field<EraDate> => ({ value: { date: day(iso), era: '5', eraYear: 1 }, raw });

export const line = (text: string, number = 1): Field<LicenceTextLine> => ({ value: { number, text, parts: [{ text }] }, raw });

export const classFlags = (held: readonly LicenceClassName[], irregular: readonly LicenceClassName[] = []): DriverLicence['classes'] =>
  Object.fromEntries(
    licenceClassNames.map((name) => [name, { held: held.includes(name), irregular: irregular.includes(name), raw }]),
  ) as DriverLicence['classes']; // every name is there

export interface SampleLicence {
  readonly held?: readonly LicenceClassName[];
  readonly irregular?: readonly LicenceClassName[];
  readonly conditions?: readonly string[];
  readonly changes?: Partial<DriverLicence>;
}

export function licenceOf({ held = ['ordinary'], irregular = [], conditions = [], changes = {} }: SampleLicence = {}): DriverLicence {
  return {
    kind: 'licence',
    recordNumber: { value: '000000000000', raw },
    expiry: dateField('2030-06-12'),
    conditions: conditions.map((text, index) => line(text, index + 1)),
    remarks: [],
    spare: [],
    dates: {},
    classes: classFlags(held, irregular),
    history: undefined,
    gaiji: {},
    unknownElements: [],
    rest: raw,
    deviations: [],
    ...changes,
  };
}

/** An ordinary automatic car, nothing open. */
export const car: Vehicle = {
  kind: 'car',
  grossWeightKg: 1_500,
  maxLoadKg: 0,
  seats: 5,
  transmission: 'automatic',
  isForHire: false,
  trailer: 'none',
};

/** A car as heavy as this and no more than that otherwise. */
export const carOf = (changes: Partial<Vehicle>): Vehicle => ({ ...car, ...changes });

/** A vehicle of which this is not known. */
export function without(vehicle: Vehicle, field: Exclude<keyof Vehicle, 'kind'>): Vehicle {
  const copy = { ...vehicle };
  Reflect.deleteProperty(copy, field);
  return copy;
}

export function questionOf(licence: SampleLicence, vehicle: Vehicle, changes: Partial<DrivingQuestion> = {}): DrivingQuestion {
  return { licence: licenceOf(licence), vehicle, person: 'notRead', today: day('2026-11-20'), clockTrusted: true, policy: {}, ...changes };
}

export const codesOf = ({ reasons }: Entitlement): string[] => reasons.map(({ code }) => code);
