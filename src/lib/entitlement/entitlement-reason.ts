/**
 * Reasons of an entitlement: product.md §10.1. Each has a code, a severity, the rule's number and the law; words for people are found by code and facts.
 * `CLOCK_NOT_TRUSTED`, `NO_RECORD` and the codes from `VEHICLE_NOT_COVERED` on are additions in the same style.
 */
import type { CalendarDate } from '#bytes';
import type { DriverLicence, LicenceClassName } from '#card';
import type { SourceText, UndecidedWhy } from './condition-meaning.ts';
import type { Exceeded } from './envelopes.ts';
import type { VehicleDoubt, VehicleField } from './known-vehicle.ts';
import type { VehicleClass } from './vehicle-classes.ts';

export type Severity = 'NG' | 'REVIEW' | 'notice';

type NoFacts = Readonly<Record<string, never>>;

interface ExpiryFacts {
  readonly lastDay: CalendarDate;
  /** `undefined` where the list of holidays does not reach. */
  readonly deemedLastDay: CalendarDate | undefined;
}

interface TextFacts {
  readonly source: SourceText;
}

/** Years asked for by policy, and the date of the record that stands for a group of classes, not for one class. */
interface HeldFacts {
  readonly minimumYears: number;
  readonly group: keyof DriverLicence['dates'] | undefined;
  readonly groupDate: CalendarDate | undefined;
}

export interface FactsByCode {
  readonly HISTORY_ONLY: NoFacts;
  readonly NO_RECORD: NoFacts;
  readonly EXPIRED: ExpiryFacts;
  readonly CLASS_INSUFFICIENT: {
    readonly held: readonly LicenceClassName[];
    /** What the vehicle is, as far as its figures tell. */
    readonly vehicleClasses: readonly VehicleClass[];
    readonly lacking: readonly ('vehicleClass' | 'secondClass' | 'towing')[];
    /** For each car class held, the limits the vehicle goes past. */
    readonly exceeded: readonly (Exceeded & { readonly licenceClass: LicenceClassName })[];
  };
  readonly AT_ONLY_MT_VEHICLE: TextFacts;
  /** `undefined`: the vehicle is not marked either way, or is of a kind the limit may not concern. */
  readonly SUPPORTCAR_ONLY: TextFacts & { readonly isSupportCar: boolean | undefined };
  readonly AGE_BELOW_POLICY: { readonly minimumYears: number; readonly years: number };
  readonly UNDER_1YEAR: HeldFacts;
  readonly EXPIRY_DEEMED_WINDOW: ExpiryFacts;
  readonly CLOCK_NOT_TRUSTED: NoFacts;
  readonly LICENCE_NOT_CHECKED: { readonly why: 'NOT_READ' | 'NO_LICENCE_APPLICATION' };
  readonly DATA_UNREADABLE: { readonly parts: readonly ('record' | 'expiry')[] };
  readonly CONDITION_UNKNOWN: TextFacts & { readonly why: UndecidedWhy };
  readonly REMARK_UNKNOWN: TextFacts;
  readonly GLASSES_REQUIRED: TextFacts & { readonly isConfirmed: boolean };
  readonly VEHICLE_DATA_REVIEW: VehicleDoubt;
  readonly VEHICLE_INPUT_MISSING: { readonly fields: readonly VehicleField[] };
  readonly NAME_NOT_READ: NoFacts;
  readonly VEHICLE_NOT_COVERED: { readonly why: NotCoveredWhy };
  readonly AGE_NOT_KNOWN: { readonly minimumYears: number; readonly why: 'NOT_READ' | 'UNREADABLE' };
  readonly HELD_YEARS_NOT_PROVEN: HeldFacts;
  readonly EXPIRING_30D: ExpiryFacts & { readonly daysLeft: number };
  readonly VEHICLE_INSPECTION_EXPIRED: { readonly lastDay: CalendarDate };
}

/** What the rules say nothing about (product.md §10.3, last paragraph). */
export type NotCoveredWhy =
  | 'KIND'
  /** A moped above 50 cc: 新基準原付 and the power rules. */
  | 'MOPED_DISPLACEMENT'
  /** A motorcycle of 50 cc or less is a moped. */
  | 'MOTORCYCLE_DISPLACEMENT'
  /** For hire with a vehicle for which there is no 二種. */
  | 'FOR_HIRE'
  /** A heavy trailer behind such a vehicle. */
  | 'TOWING'
  /** For hire with a heavy trailer and け引, not け引二: who sits where decides. */
  | 'TOWING_FOR_HIRE';

export type EntitlementCode = keyof FactsByCode;

export interface EntitlementReasonOf<Code extends EntitlementCode> {
  readonly code: Code;
  readonly severity: Severity;
  readonly ruleId: string;
  readonly law: string;
  readonly facts: FactsByCode[Code];
}
export type EntitlementReason = { readonly [Code in EntitlementCode]: EntitlementReasonOf<Code> }[EntitlementCode];

interface RuleRow {
  readonly severity: Severity;
  readonly ruleId: string;
  readonly law: string;
}

const conditionsLaw = '道路交通法91条（免許の条件等の欄）';
const policyLaw = '社内規程';

/** In the order in which a person needs to hear of them, within a severity. */
export const reasonRules: Readonly<Record<EntitlementCode, RuleRow>> = {
  HISTORY_ONLY: { severity: 'NG', ruleId: 'CLS-1', law: '道路交通法施行規則30条の8' },
  NO_RECORD: { severity: 'NG', ruleId: 'CLS-8', law: '道路交通法95条の2' },
  EXPIRED: { severity: 'NG', ruleId: 'EXP-1', law: '道路交通法92条の2' },
  CLASS_INSUFFICIENT: { severity: 'NG', ruleId: 'CLS-2', law: '道路交通法3条・85条・86条、同施行規則2条' },
  AT_ONLY_MT_VEHICLE: { severity: 'NG', ruleId: 'CLS-3', law: conditionsLaw },
  SUPPORTCAR_ONLY: { severity: 'NG', ruleId: 'CLS-4', law: conditionsLaw },
  AGE_BELOW_POLICY: { severity: 'REVIEW', ruleId: 'POL-2', law: `${policyLaw}、年齢計算ニ関する法律、民法143条` },
  UNDER_1YEAR: { severity: 'REVIEW', ruleId: 'POL-1', law: policyLaw },
  EXPIRY_DEEMED_WINDOW: { severity: 'REVIEW', ruleId: 'EXP-3', law: '道路交通法92条の2第4項、同施行令33条の8' },
  CLOCK_NOT_TRUSTED: { severity: 'REVIEW', ruleId: 'EXP-4', law: '–' },
  LICENCE_NOT_CHECKED: { severity: 'REVIEW', ruleId: 'CLS-7', law: '–' },
  DATA_UNREADABLE: { severity: 'REVIEW', ruleId: 'DAT-1', law: '–' },
  CONDITION_UNKNOWN: { severity: 'REVIEW', ruleId: 'CLS-5', law: conditionsLaw },
  REMARK_UNKNOWN: { severity: 'REVIEW', ruleId: 'CLS-9', law: '備考欄' },
  GLASSES_REQUIRED: { severity: 'REVIEW', ruleId: 'CLS-6', law: conditionsLaw },
  VEHICLE_DATA_REVIEW: { severity: 'REVIEW', ruleId: 'VEH-1', law: '–' },
  VEHICLE_INPUT_MISSING: { severity: 'REVIEW', ruleId: 'VEH-2', law: '–' },
  NAME_NOT_READ: { severity: 'REVIEW', ruleId: 'AUTH-5', law: '–' },
  VEHICLE_NOT_COVERED: { severity: 'REVIEW', ruleId: 'VEH-3', law: '道路交通法3条・84条' },
  AGE_NOT_KNOWN: { severity: 'REVIEW', ruleId: 'POL-3', law: policyLaw },
  HELD_YEARS_NOT_PROVEN: { severity: 'REVIEW', ruleId: 'POL-4', law: policyLaw },
  EXPIRING_30D: { severity: 'notice', ruleId: 'EXP-2', law: '道路交通法92条の2' },
  VEHICLE_INSPECTION_EXPIRED: { severity: 'notice', ruleId: 'VEH-4', law: '道路運送車両法58条' },
};

/** `severity` where it depends on facts or policy; otherwise the rule's own. */
export function reason<Code extends EntitlementCode>(code: Code, facts: FactsByCode[Code], severity?: Severity): EntitlementReasonOf<Code> {
  const rule = reasonRules[code];
  return { code, severity: severity ?? rule.severity, ruleId: rule.ruleId, law: rule.law, facts };
}

const severities: readonly Severity[] = ['NG', 'REVIEW', 'notice'];
const codeOrder = Object.keys(reasonRules);

export function worstFirst(reasons: readonly EntitlementReason[]): EntitlementReason[] {
  const rank = ({ severity, code }: EntitlementReason): number => severities.indexOf(severity) * codeOrder.length + codeOrder.indexOf(code);
  return [...reasons].sort((left, right) => rank(left) - rank(right));
}

/** Product §10.1: any NG ⇒ NG, any REVIEW ⇒ REVIEW, otherwise OK. */
export function resultOf(reasons: readonly EntitlementReason[]): 'OK' | 'NG' | 'REVIEW' {
  if (reasons.some(({ severity }) => severity === 'NG')) return 'NG';
  return reasons.some(({ severity }) => severity === 'REVIEW') ? 'REVIEW' : 'OK';
}
