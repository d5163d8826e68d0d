/**
 * What a card is checked for: what is read, checked, kept, printed and for how long. product.md §3 (who needs what), §6 step 1, §15 (what may
 * be kept, retention). Reception goes by `reads`. Not here: the rules, keeping and printing, which nobody carries out yet.
 */
import type { DrivingPolicy, Vehicle } from '#entitlement';

/** One file a purpose may keep or hand over: product.md §12. A standard, B 運転者台帳, C 貸渡簿, D without personal fields. */
export type RecordProfile = 'A' | 'B' | 'C' | 'D';

export type SheetName = 'rentalRecord' | 'driverRegister' | 'receipt';

export const presetNames = ['rental', 'testDrive', 'companyCar', 'identityOnly', 'ageCheck', 'custom'] as const;
export type PresetName = (typeof presetNames)[number];

export interface Purpose {
  readonly preset: PresetName;
  /** What the holder is asked to open. */
  readonly reads: { readonly licence: boolean; readonly personalDetails: boolean };
  readonly vehicle: 'offered' | 'none';
  /** What the operator asks beyond the law. */
  readonly rules: DrivingPolicy;
  /** Nothing, or one profile until so many days after the check. The log entry without personal fields is kept in any case. */
  readonly keeps: 'nothing' | { readonly profile: RecordProfile; readonly days: number };
  readonly prints: readonly SheetName[];
}

/** 2 years: 自旅第138号 (レンタカー基本通達). */
const RENTAL_DAYS = 731;
/** 3 years after the driver has left (輸送安全規則9条の5 第2項): when that is, an operator knows, so it is three years from each check. */
const REGISTER_DAYS = 1_096;

const both = { licence: true, personalDetails: true } as const;
const personOnly = { licence: false, personalDetails: true } as const;

export const presets: Readonly<Record<PresetName, Purpose>> = {
  rental: {
    preset: 'rental',
    reads: both,
    vehicle: 'offered',
    rules: { needsName: true },
    keeps: { profile: 'C', days: RENTAL_DAYS },
    prints: ['rentalRecord', 'receipt'],
  },
  testDrive: { preset: 'testDrive', reads: both, vehicle: 'offered', rules: { needsName: true }, keeps: 'nothing', prints: ['receipt'] },
  companyCar: {
    preset: 'companyCar',
    reads: both,
    vehicle: 'offered',
    rules: { needsName: true },
    keeps: { profile: 'B', days: REGISTER_DAYS },
    prints: ['driverRegister', 'receipt'],
  },
  identityOnly: { preset: 'identityOnly', reads: personOnly, vehicle: 'none', rules: { needsName: true }, keeps: 'nothing', prints: ['receipt'] },
  ageCheck: { preset: 'ageCheck', reads: personOnly, vehicle: 'none', rules: { minimumAge: { years: 20, whenBelow: 'NG' } }, keeps: 'nothing', prints: [] },
  custom: { preset: 'custom', reads: both, vehicle: 'offered', rules: {}, keeps: 'nothing', prints: ['receipt'] },
};

/** What the next card is checked for, and against which vehicle. */
export interface CheckOrder {
  readonly purpose: Purpose;
  readonly vehicle?: ChosenVehicle;
}

export interface ChosenVehicle {
  /** What people call it: number plate, name. */
  readonly label: string;
  readonly vehicle: Vehicle;
}

/** Where nobody has said anything else: both data sets are read, nothing is kept. */
export const usualOrder: CheckOrder = { purpose: presets.custom };

/** What the next card is checked for, as things stand. */
export function nextOrder({ order }: { readonly order?: () => CheckOrder }): CheckOrder {
  return order?.() ?? usualOrder;
}
