/**
 * What a card is checked for: decides what is read, checked, kept, printed and for how long. The holder sees it before typing anything.
 * product.md §3 (who needs what), §6 step 1, §15 (what may be kept, retention). Nothing that a purpose does not name is read or kept.
 */
import type { Vehicle } from '#entitlement';

/** One file a purpose may keep or hand over: product.md §12. A standard, B 運転者台帳, C 貸渡簿, D without personal fields. */
export type RecordProfile = 'A' | 'B' | 'C' | 'D';

export type SheetName = 'rentalRecord' | 'driverRegister' | 'receipt';

export const presetNames = ['rental', 'testDrive', 'companyCar', 'identityOnly', 'ageCheck', 'custom'] as const;
export type PresetName = (typeof presetNames)[number];

/** What an operator may set on top of the law. Years are whole ones. */
export interface HouseRules {
  readonly minimumAge?: number;
  readonly minimumHeldYears?: number;
  /** What it means to be below: refused, or for a person to decide. */
  readonly whenBelow: 'NG' | 'REVIEW';
}

export interface Purpose {
  readonly preset: PresetName;
  /** What the holder is asked to open. */
  readonly reads: { readonly licence: boolean; readonly personalDetails: boolean };
  /** `needed`: without a vehicle the answer is for a person to find. */
  readonly vehicle: 'needed' | 'offered' | 'none';
  readonly rules: HouseRules;
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
    rules: { whenBelow: 'REVIEW' },
    keeps: { profile: 'C', days: RENTAL_DAYS },
    prints: ['rentalRecord', 'receipt'],
  },
  testDrive: { preset: 'testDrive', reads: both, vehicle: 'offered', rules: { whenBelow: 'REVIEW' }, keeps: 'nothing', prints: ['receipt'] },
  companyCar: {
    preset: 'companyCar',
    reads: both,
    vehicle: 'offered',
    rules: { whenBelow: 'NG' },
    keeps: { profile: 'B', days: REGISTER_DAYS },
    prints: ['driverRegister', 'receipt'],
  },
  identityOnly: { preset: 'identityOnly', reads: personOnly, vehicle: 'none', rules: { whenBelow: 'REVIEW' }, keeps: 'nothing', prints: ['receipt'] },
  ageCheck: { preset: 'ageCheck', reads: personOnly, vehicle: 'none', rules: { minimumAge: 20, whenBelow: 'NG' }, keeps: 'nothing', prints: [] },
  custom: { preset: 'custom', reads: both, vehicle: 'offered', rules: { whenBelow: 'REVIEW' }, keeps: 'nothing', prints: ['receipt'] },
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
