/**
 * The ways by which a licence may carry a vehicle, one for each class held: 道路交通法85条, 86条, 91条; product.md §10.3. The reach of a holder is the
 * union of the rows, so another class never takes anything away.
 */
import type { LicenceClassName } from '#card';
import { allOf, ask, certainly, no, yes, type Answer } from './answer.ts';
import type { LimitName, SourceText } from './condition-meaning.ts';
import { exceededIn, isWithin, type EnvelopeName, type Exceeded } from './envelopes.ts';
import type { KnownVehicle } from './known-vehicle.ts';
import { licenceClassRules, type LicenceClassRule } from './licence-classes.ts';

/** Limits found on the licence, with the text each comes from. */
export type HeldLimits = ReadonlyMap<LimitName, SourceText>;

export interface Route {
  readonly rule: LicenceClassRule;
  /** Kind and size. */
  readonly reaches: Answer;
  /** Passengers for hire need 二種. */
  readonly allowsUse: Answer;
  /** Limits the vehicle goes past. */
  readonly exceeded: readonly Exceeded[];
  /** 大型 that is limited to 自衛隊車両: carries, if at all, after a person has looked. */
  readonly doubt: SourceText | undefined;
}

/** Up to this, 普自二 limited to 小型二輪 [cc]. 道路交通法施行規則, 小型限定. */
const SMALL_MOTORCYCLE_CC = 125;
/** 原動機付自転車 up to this [cc], 道路交通法施行規則1条の2; what came beside it (新基準原付) hangs on power. */
export const MOPED_CC = 50;

/** Which class a limit narrows, and to what. */
const narrowed: readonly { readonly limit: LimitName; readonly classes: readonly LicenceClassName[]; readonly to: EnvelopeName }[] = [
  { limit: 'medium8t', classes: ['medium', 'mediumSecond'], to: 'medium8t' },
  { limit: 'semiMedium5t', classes: ['semiMedium'], to: 'semiMedium5t' },
  { limit: 'mediumSecond5t', classes: ['mediumSecond'], to: 'semiMedium5t' },
];

export function routesOf(held: readonly LicenceClassName[], vehicle: KnownVehicle['vehicle'], limits: HeldLimits): Route[] {
  return licenceClassRules
    .filter(({ name }) => held.includes(name))
    .map((rule) => ({
      rule,
      reaches: reachOf(rule, vehicle, limits),
      allowsUse: needsSecond(vehicle, rule),
      exceeded: vehicle.kind === 'car' ? envelopesOf(rule, limits).flatMap((name) => exceededIn(vehicle, name)) : [],
      doubt: rule.name === 'large' ? limits.get('selfDefenceLarge') : undefined,
    }));
}

export function answerOf({ reaches, allowsUse }: Route): Answer {
  return allOf([reaches, allowsUse]);
}

function reachOf(rule: LicenceClassRule, vehicle: KnownVehicle['vehicle'], limits: HeldLimits): Answer {
  switch (vehicle.kind) {
    case 'car':
      return rule.cars === undefined ? no : allOf(envelopesOf(rule, limits).map((name) => isWithin(vehicle, name)));
    case 'motorcycle':
      return reachOfMotorcycle(rule, vehicle, limits);
    case 'moped':
      // Its displacement does not change who may ride it, but says whether this is a moped of the kind the rules cover.
      return rule.also.includes('moped') ? ask(vehicle.displacementCc, 'displacementCc', () => true) : no;
    case 'largeSpecial':
    case 'smallSpecial':
      return certainly(rule.also.includes(vehicle.kind));
    case 'other':
      return no;
  }
}

function reachOfMotorcycle(rule: LicenceClassRule, { displacementCc }: KnownVehicle['vehicle'], limits: HeldLimits): Answer {
  // A motorcycle this small is a moped by law: whoever may ride either is not refused (notCovered asks a person).
  if (displacementCc !== undefined && displacementCc <= MOPED_CC && rule.also.includes('moped')) return yes;
  if (rule.motorcyclesCc === undefined) return no;
  const isLimited = rule.name === 'ordinaryMotorcycle' && limits.has('smallMotorcycle');
  const upTo = isLimited ? SMALL_MOTORCYCLE_CC : rule.motorcyclesCc;
  return upTo === Infinity ? yes : ask(displacementCc, 'displacementCc', (cc) => cc <= upTo);
}

function envelopesOf({ name, cars }: LicenceClassRule, limits: HeldLimits): EnvelopeName[] {
  if (cars === undefined) return [];
  return [cars, ...narrowed.filter(({ limit, classes }) => limits.has(limit) && classes.includes(name)).map(({ to }) => to)];
}

/** Only cars and 大特 have a 二種 (86条1項); for other kinds the question does not arise. */
function needsSecond(vehicle: KnownVehicle['vehicle'], { isSecond }: LicenceClassRule): Answer {
  if (isSecond || (vehicle.kind !== 'car' && vehicle.kind !== 'largeSpecial')) return yes;
  return ask(vehicle.isForHire, 'isForHire', (isForHire) => !isForHire);
}
