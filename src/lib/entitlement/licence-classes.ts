/**
 * What each licence class reaches: 道路交通法85条 (第一種), 86条 (第二種; it also covers driving not for hire, within the same limits), product.md §10.3.
 * Limits by condition are in limits.ts. There is no 準中型第二種: passengers for hire in a 準中型 car need 中二.
 */
import type { DriverLicence, LicenceClassName } from '#card';
import type { EnvelopeName } from './envelopes.ts';
import { ORDINARY_MOTORCYCLE_CC } from './vehicle-classes.ts';

export interface LicenceClassRule {
  readonly name: LicenceClassName;
  readonly isSecond: boolean;
  /** For kind `car`; absent = no cars. */
  readonly cars?: EnvelopeName;
  /** For kind `motorcycle`, up to [cc]; absent = no motorcycles. */
  readonly motorcyclesCc?: number;
  readonly also: readonly ('moped' | 'smallSpecial' | 'largeSpecial')[];
  /** The date that stands for the class in the record: E9 二・小・原, EA 他, EB 二種. */
  readonly dateGroup: keyof DriverLicence['dates'];
}

const small = ['moped', 'smallSpecial'] as const;

/** Least reach first: of several classes that carry a vehicle the first is named. け引 carries no vehicle, it adds to one (towing.ts). */
export const licenceClassRules: readonly LicenceClassRule[] = [
  { name: 'moped', isSecond: false, also: ['moped'], dateGroup: 'motorcycles' },
  { name: 'smallSpecial', isSecond: false, also: ['smallSpecial'], dateGroup: 'motorcycles' },
  { name: 'ordinaryMotorcycle', isSecond: false, motorcyclesCc: ORDINARY_MOTORCYCLE_CC, also: small, dateGroup: 'motorcycles' },
  { name: 'largeMotorcycle', isSecond: false, motorcyclesCc: Infinity, also: small, dateGroup: 'motorcycles' },
  { name: 'ordinary', isSecond: false, cars: 'ordinary', also: small, dateGroup: 'others' },
  { name: 'semiMedium', isSecond: false, cars: 'semiMedium', also: small, dateGroup: 'others' },
  { name: 'medium', isSecond: false, cars: 'medium', also: small, dateGroup: 'others' },
  { name: 'large', isSecond: false, cars: 'unlimited', also: small, dateGroup: 'others' },
  { name: 'largeSpecial', isSecond: false, also: [...small, 'largeSpecial'], dateGroup: 'others' },
  { name: 'ordinarySecond', isSecond: true, cars: 'ordinary', also: small, dateGroup: 'secondClass' },
  { name: 'mediumSecond', isSecond: true, cars: 'medium', also: small, dateGroup: 'secondClass' },
  { name: 'largeSecond', isSecond: true, cars: 'unlimited', also: small, dateGroup: 'secondClass' },
  { name: 'largeSpecialSecond', isSecond: true, also: [...small, 'largeSpecial'], dateGroup: 'secondClass' },
];

export function heldClasses(classes: DriverLicence['classes']): LicenceClassName[] {
  return (Object.keys(classes) as LicenceClassName[]).filter((name) => classes[name].held); // the keys of a record by class name
}
