/**
 * May this person drive this vehicle? Product.md §10. Pure: the day, and whether the clock that gave it is trusted, come in as arguments.
 * Says nothing about authenticity, and nothing about a suspension or a revocation, which the card does not show (§18).
 */
import { compareDates, type CalendarDate } from '#bytes';
import type { DriverLicence, LicenceClassName } from '#card';
import type { LimitName, SourceText } from './condition-meaning.ts';
import { readConditions, type ConditionLine } from './conditions.ts';
import { judgeHeldYears, judgePerson, type DrivingPolicy, type KnownPerson } from './driving-policy.ts';
import { reason, resultOf, worstFirst, type EntitlementCode, type EntitlementReason, type Severity } from './entitlement-reason.ts';
import { judgeClass, type Way } from './judge-class.ts';
import { judgeConditions, judgeOtherTexts } from './judge-conditions.ts';
import { judgeLicence } from './judge-licence.ts';
import { knownVehicle, type KnownVehicle } from './known-vehicle.ts';
import { heldClasses } from './licence-classes.ts';
import { together } from './findings.ts';
import type { Vehicle } from './vehicle.ts';

/** What a person can confirm at the counter. */
export type EntitlementAction = 'GLASSES_REQUIRED';

export interface DrivingQuestion {
  /** As `judgeHeld` takes it. */
  readonly licence: DriverLicence | 'noApplication' | 'notRead';
  /** `undefined` = nothing to drive (identity only): no driving judgement is asked. */
  readonly vehicle: Vehicle | undefined;
  readonly person: KnownPerson;
  /** In Japan. */
  readonly today: CalendarDate;
  readonly clockTrusted: boolean;
  readonly policy: DrivingPolicy;
  /** Actions of an earlier answer to this question that a person has done. */
  readonly confirmed?: readonly EntitlementAction[];
}

export interface Entitlement {
  readonly result: 'OK' | 'NG' | 'REVIEW';
  /** Worst first; a code once for each fact. */
  readonly reasons: readonly EntitlementReason[];
  /** To be confirmed by a person; asked again with all of them `confirmed`, they count as notices. */
  readonly actions: readonly EntitlementAction[];
  readonly heldClasses: readonly LicenceClassName[];
  /** The class that carries the vehicle, where one certainly does. */
  readonly way: Way | undefined;
}

/** What hangs on today's date: with a clock that is not trusted it is for a person, in either direction. */
const datedCodes: ReadonlySet<EntitlementCode> = new Set<EntitlementCode>(['EXPIRED', 'AGE_BELOW_POLICY', 'UNDER_1YEAR']);

/**
 * The whole answer. `GLASSES_REQUIRED` is REVIEW until the question comes again with it in `confirmed`; then it is a notice.
 * Nothing throws: what cannot be read or is not known is a reason.
 */
export function mayDrive(question: DrivingQuestion): Entitlement {
  const driving = judgeDriving(question);
  const person = judgePerson(question.policy, question.person, question.today);
  const judged = [...driving.reasons, ...person].map((found) => withClock(found, question.clockTrusted));
  const reasons = worstFirst([...judged, ...clockReasons(question)]);
  return {
    result: resultOf(reasons),
    reasons,
    actions: reasons.some(({ code, severity }) => code === 'GLASSES_REQUIRED' && severity === 'REVIEW') ? ['GLASSES_REQUIRED'] : [],
    heldClasses: typeof question.licence === 'string' ? [] : heldClasses(question.licence.classes),
    way: driving.way,
  };
}

interface Driving {
  readonly reasons: readonly EntitlementReason[];
  readonly way: Way | undefined;
}

function judgeDriving({ licence, vehicle, ...rest }: DrivingQuestion): Driving {
  if (vehicle === undefined) return { reasons: typeof licence === 'string' ? [notChecked(licence, 'notice')] : [], way: undefined };
  const known = knownVehicle(vehicle);
  const ofVehicle = vehicleReasons(known, rest.today);
  if (typeof licence === 'string') return { reasons: [...ofVehicle, notChecked(licence, 'REVIEW')], way: undefined };
  const ofLicence = judgeLicence(licence, rest.today);
  // Without a licence the class flags are history: what they once reached is no question.
  if (licence.kind === 'historyOnly' || licence.kind === 'empty') return { reasons: [...ofVehicle, ...ofLicence], way: undefined };
  const reach = judgeReach(licence, known, rest);
  return { reasons: [...ofVehicle, ...ofLicence, ...reach.reasons], way: reach.way };
}

/** The law knows a licence that is not on this card, so an absent application is no refusal. */
function notChecked(licence: 'noApplication' | 'notRead', severity: Severity): EntitlementReason {
  return reason('LICENCE_NOT_CHECKED', { why: licence === 'notRead' ? 'NOT_READ' : 'NO_LICENCE_APPLICATION' }, severity);
}

type Asked = Pick<DrivingQuestion, 'today' | 'policy' | 'confirmed'>;

function judgeReach(licence: DriverLicence, known: KnownVehicle, { today, policy, confirmed = [] }: Asked): Driving {
  const lines = readConditions(licence, today);
  const classes = judgeClass(heldClasses(licence.classes), known, limitsOf(lines));
  const use = { vehicle: known.vehicle, way: classes.way, glassesConfirmed: confirmed.includes('GLASSES_REQUIRED') };
  const all = together([classes, judgeConditions(lines, use), judgeOtherTexts(licence)]);
  // A doubted field has its own reason already.
  const fields = all.missing.filter((field) => !known.doubts.some((doubt) => doubt.field === field));
  return {
    reasons: [
      ...all.reasons,
      ...(fields.length > 0 ? [reason('VEHICLE_INPUT_MISSING', { fields })] : []),
      ...judgeHeldYears(policy.minimumHeldYears, licence.dates, classes.carrying, today),
    ],
    way: classes.way,
  };
}

function limitsOf(lines: readonly ConditionLine[]): ReadonlyMap<LimitName, SourceText> {
  return new Map(lines.flatMap(({ source, meanings }) => meanings.flatMap((meaning) => (meaning.is === 'limit' ? [[meaning.limit, source] as const] : []))));
}

function vehicleReasons({ vehicle, doubts }: KnownVehicle, today: CalendarDate): EntitlementReason[] {
  const lastDay = vehicle.inspectionExpiresOn;
  return [
    ...doubts.map((doubt) => reason('VEHICLE_DATA_REVIEW', doubt)),
    ...(lastDay !== undefined && compareDates(today, lastDay) > 0 ? [reason('VEHICLE_INSPECTION_EXPIRED', { lastDay })] : []),
  ];
}

function withClock(found: EntitlementReason, clockTrusted: boolean): EntitlementReason {
  return clockTrusted || found.severity !== 'NG' || !datedCodes.has(found.code) ? found : { ...found, severity: 'REVIEW' };
}

function clockReasons({ clockTrusted, vehicle, policy }: DrivingQuestion): EntitlementReason[] {
  const isAsked = vehicle !== undefined || policy.minimumAge !== undefined;
  return clockTrusted || !isAsked ? [] : [reason('CLOCK_NOT_TRUSTED', {})];
}
