/**
 * Do the classes held carry the vehicle? CLS-2: 道路交通法85条, 86条; product.md §10.2, §10.3. Of the classes that do, the one of least reach is named.
 * A vehicle the rules do not cover is never carried silently.
 */
import type { LicenceClassName } from '#card';
import { allOf, anyOf, needsOf, type Answer } from './answer.ts';
import { reason, type EntitlementReason, type NotCoveredWhy } from './entitlement-reason.ts';
import { found, together, type Findings } from './findings.ts';
import type { KnownVehicle } from './known-vehicle.ts';
import type { LicenceClassRule } from './licence-classes.ts';
import { answerOf, MOPED_CC, routesOf, type HeldLimits, type Route } from './routes.ts';
import { isTowingForHireOpen, isTowingOutsideTheRule, mayTow, towingClass } from './towing.ts';
import { possibleClasses } from './vehicle-classes.ts';

/** The class that carries the vehicle, and the one its trailer is towed with. */
export interface Way {
  readonly licenceClass: LicenceClassName;
  readonly towing: LicenceClassName | undefined;
}

export interface ClassJudgement extends Findings {
  readonly way: Way | undefined;
  /** Every class that carries the vehicle; where none certainly does, those that might. */
  readonly carrying: readonly LicenceClassRule[];
}

export function judgeClass(held: readonly LicenceClassName[], known: KnownVehicle, limits: HeldLimits): ClassJudgement {
  const { vehicle } = known;
  const scope = notCovered(known, held);
  if (vehicle.kind === 'other') return { ...scope, way: undefined, carrying: [] };
  const routes = routesOf(held, vehicle, limits);
  const tow = mayTow(vehicle, held);
  const certain = routes.filter((route) => answerOf(route).is === 'yes');
  const first = certain.find(({ doubt }) => doubt === undefined) ?? certain[0];
  const carrying = (certain.length > 0 ? certain : routes.filter((route) => answerOf(route).is === 'unknown')).map(({ rule }) => rule);
  const way = first === undefined || tow.is !== 'yes' ? undefined : { licenceClass: first.rule.name, towing: towingClass(vehicle, held) };
  return { ...together([scope, capability(held, vehicle, routes, tow)]), way, carrying };
}

function capability(held: readonly LicenceClassName[], vehicle: KnownVehicle['vehicle'], routes: readonly Route[], tow: Answer): Findings {
  const overall = allOf([anyOf(routes.map(answerOf)), tow]);
  if (overall.is === 'no') return found([insufficient(held, vehicle, routes, tow)]);
  if (overall.is === 'unknown') return found([], needsOf(overall));
  const withoutDoubt = anyOf(routes.filter(({ doubt }) => doubt === undefined).map(answerOf));
  if (withoutDoubt.is === 'yes') return found([]);
  const doubts = routes.flatMap((route) => (route.doubt !== undefined && answerOf(route).is === 'yes' ? [route.doubt] : []));
  return found(
    doubts.map((source) => reason('CONDITION_UNKNOWN', { source, why: 'SELF_DEFENCE_ONLY' })),
    needsOf(withoutDoubt),
  );
}

function insufficient(held: readonly LicenceClassName[], vehicle: KnownVehicle['vehicle'], routes: readonly Route[], tow: Answer): EntitlementReason {
  const reaches = anyOf(routes.map((route) => route.reaches)).is !== 'no';
  const carries = anyOf(routes.map(answerOf)).is !== 'no';
  return reason('CLASS_INSUFFICIENT', {
    held,
    vehicleClasses: possibleClasses(vehicle),
    lacking: [
      ...(reaches ? [] : (['vehicleClass'] as const)),
      ...(reaches && !carries ? (['secondClass'] as const) : []),
      ...(tow.is === 'no' ? (['towing'] as const) : []),
    ],
    exceeded: routes.flatMap(({ rule, exceeded }) => exceeded.map((limit) => ({ licenceClass: rule.name, ...limit }))),
  });
}

type OpenQuestion = (vehicle: KnownVehicle['vehicle']) => boolean;

const openQuestions: Readonly<Record<Exclude<NotCoveredWhy, 'TOWING_FOR_HIRE'>, OpenQuestion>> = {
  KIND: ({ kind }) => kind === 'other',
  MOPED_DISPLACEMENT: ({ kind, displacementCc = 0 }) => kind === 'moped' && displacementCc > MOPED_CC,
  MOTORCYCLE_DISPLACEMENT: ({ kind, displacementCc = Infinity }) => kind === 'motorcycle' && displacementCc <= MOPED_CC,
  FOR_HIRE: ({ kind, isForHire }) => isForHire === true && (kind === 'motorcycle' || kind === 'moped' || kind === 'smallSpecial'),
  TOWING: (vehicle) => vehicle.kind !== 'other' && isTowingOutsideTheRule(vehicle),
};

/** A kind that is in doubt has its own reason. */
function notCovered({ vehicle, doubts }: KnownVehicle, held: readonly LicenceClassName[]): Findings {
  if (doubts.some(({ field }) => field === 'kind')) return found([]);
  const towingForHire = isTowingForHireOpen(vehicle, held);
  const whys = (Object.keys(openQuestions) as (keyof typeof openQuestions)[]).filter((why) => openQuestions[why](vehicle)); // its own keys
  return found(
    [...whys, ...(towingForHire.is === 'yes' ? (['TOWING_FOR_HIRE'] as const) : [])].map((why) => reason('VEHICLE_NOT_COVERED', { why })),
    needsOf(towingForHire),
  );
}
