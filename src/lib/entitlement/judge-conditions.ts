/**
 * What the condition lines ask of this vehicle: 道路交通法91条; product.md §10.4. CLS-3 … CLS-6, CLS-9. The limits of reach are judge-class.ts's.
 * A text nobody here knows concerns every vehicle.
 */
import type { DriverLicence } from '#card';
import { isNamed, isNamedOrLarger, type AutomaticTarget } from './automatic-limit.ts';
import { needsOf } from './answer.ts';
import type { ConditionMeaning, SourceText } from './condition-meaning.ts';
import { otherTexts, type ConditionLine } from './conditions.ts';
import { reason } from './entitlement-reason.ts';
import { found, together, type Findings } from './findings.ts';
import { needsGlasses } from './glasses.ts';
import type { Way } from './judge-class.ts';
import type { KnownVehicle } from './known-vehicle.ts';

interface Use {
  readonly vehicle: KnownVehicle['vehicle'];
  readonly way: Way | undefined;
  readonly glassesConfirmed: boolean;
}

export function judgeConditions(lines: readonly ConditionLine[], use: Use): Findings {
  return together(lines.flatMap(({ source, meanings }) => meanings.map((meaning) => judgeMeaning(meaning, source, use))));
}

/** 備考 and 予備. */
export function judgeOtherTexts(licence: Pick<DriverLicence, 'remarks' | 'spare'>): Findings {
  return found(otherTexts(licence).map((source) => reason('REMARK_UNKNOWN', { source })));
}

function judgeMeaning(meaning: ConditionMeaning, source: SourceText, use: Use): Findings {
  switch (meaning.is) {
    case 'glasses': {
      const needed = needsGlasses(meaning.scope, use.vehicle, use.way?.licenceClass);
      const severity = use.glassesConfirmed ? 'notice' : 'REVIEW';
      return found(needed.is === 'yes' ? [reason('GLASSES_REQUIRED', { source, isConfirmed: use.glassesConfirmed }, severity)] : [], needsOf(needed));
    }
    case 'automatic':
      return judgeAutomatic(meaning.targets, source, use.vehicle);
    case 'supportCar':
      return judgeSupportCar(source, use.vehicle);
    case 'undecided':
      return found([reason('CONDITION_UNKNOWN', { source, why: meaning.why })]);
    case 'limit':
      return found([]);
  }
}

function judgeAutomatic(targets: readonly AutomaticTarget[], source: SourceText, vehicle: KnownVehicle['vehicle']): Findings {
  const concerned = isNamedOrLarger(vehicle, targets);
  if (concerned.is === 'no' || vehicle.transmission === 'automatic') return found([]);
  if (vehicle.transmission === undefined) return found([], ['transmission', ...needsOf(concerned)]);
  const named = isNamed(vehicle, targets);
  if (named.is === 'yes') return found([reason('AT_ONLY_MT_VEHICLE', { source })]);
  if (concerned.is === 'unknown' || named.is === 'unknown') return found([], [...needsOf(concerned), ...needsOf(named)]);
  return found([reason('CONDITION_UNKNOWN', { source, why: 'AT_OF_SMALLER_CLASS' })]);
}

/** Only 普通 can carry the limit, so what it asks of another kind of vehicle is open until its text is published. */
function judgeSupportCar(source: SourceText, vehicle: KnownVehicle['vehicle']): Findings {
  const isSupportCar = vehicle.kind === 'car' ? vehicle.isSupportCar : undefined;
  if (isSupportCar === true) return found([]);
  return found([reason('SUPPORTCAR_ONLY', { source, isSupportCar }, isSupportCar === false ? 'NG' : 'REVIEW')]);
}
