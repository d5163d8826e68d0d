/**
 * け引: 道路交通法85条3項, 86条3項. A trailer above 750 kg gross needs it in addition to the class of the towing vehicle; 750 kg or less does not.
 * Not here: a broken-down vehicle, which needs none, and whether a trailer behind a vehicle for hire carries the passengers (a person decides).
 */
import type { LicenceClassName } from '#card';
import { allOf, ask, certainly, not, yes, type Answer } from './answer.ts';
import type { KnownVehicle } from './known-vehicle.ts';

/** Up to and including [kg gross] no け引 is needed. */
const LIGHT_TRAILER_KG = 750;

/** Motorcycles, mopeds and 小型特殊 are no 牽引自動車 of 85条3項. */
const towingKinds: readonly KnownVehicle['vehicle']['kind'][] = ['car', 'largeSpecial'];

/** Does the vehicle tow a trailer for which け引 is needed? */
export function needsTowing(vehicle: KnownVehicle['vehicle']): Answer {
  return allOf([certainly(towingKinds.includes(vehicle.kind)), hasHeavyTrailer(vehicle)]);
}

/** May the trailer be towed? For hire け引 without 二種 is left open: `isTowingForHireOpen`. */
export function mayTow(vehicle: KnownVehicle['vehicle'], held: readonly LicenceClassName[]): Answer {
  return held.includes('towing') || held.includes('towingSecond') ? yes : not(needsTowing(vehicle));
}

/** The class the trailer is towed with; `undefined` where none is needed or held. */
export function towingClass(vehicle: KnownVehicle['vehicle'], held: readonly LicenceClassName[]): LicenceClassName | undefined {
  if (needsTowing(vehicle).is !== 'yes') return undefined;
  const preferred = vehicle.isForHire === true ? (['towingSecond', 'towing'] as const) : (['towing', 'towingSecond'] as const);
  return preferred.find((name) => held.includes(name));
}

/** Heavy trailer, for hire, け引 but not け引二: 86条3項 hangs on who sits where. */
export function isTowingForHireOpen(vehicle: KnownVehicle['vehicle'], held: readonly LicenceClassName[]): Answer {
  const onlyFirst = held.includes('towing') && !held.includes('towingSecond');
  return allOf([certainly(onlyFirst), needsTowing(vehicle), ask(vehicle.isForHire, 'isForHire', (isForHire) => isForHire)]);
}

/** A heavy trailer behind a kind of vehicle the rule does not know. */
export function isTowingOutsideTheRule(vehicle: KnownVehicle['vehicle']): boolean {
  return !towingKinds.includes(vehicle.kind) && hasHeavyTrailer(vehicle).is === 'yes';
}

function hasHeavyTrailer({ trailer }: KnownVehicle['vehicle']): Answer {
  return ask(trailer, 'trailer', (towed) => towed !== 'none' && towed.grossWeightKg > LIGHT_TRAILER_KG);
}
