/**
 * 「…はＡＴ車に限る」: which vehicles an AT limit names. 道路交通法91条; the classes and days from which they can have one: product.md §10.4.
 * 普通 and two-wheelers have had it for long, and so have what 普通 became (5 t, 8 t); the others come by 内閣府令, and their official wording is
 * not published: a text of the known pattern counts from its day on, before that a person reads it.
 */
import { compareDates, type CalendarDate } from '#bytes';
import { allOf, anyOf, ask, certainly, not, yes, type Answer } from './answer.ts';
import { isWithin, type EnvelopeName } from './envelopes.ts';
import type { KnownVehicle } from './known-vehicle.ts';
import { ORDINARY_MOTORCYCLE_CC } from './vehicle-classes.ts';

interface AutomaticTerm {
  readonly word: string;
  readonly kind: 'car' | 'motorcycle';
  /** Vehicles up to this are named … */
  readonly upTo?: EnvelopeName;
  /** … as far as they are beyond this. */
  readonly beyond?: EnvelopeName;
  readonly motorcycles?: 'ordinary' | 'large';
  /** First day such a limit can stand on a licence; for 二種 where that differs. */
  readonly from?: CalendarDate;
  readonly fromForHire?: CalendarDate;
}

export interface AutomaticTarget {
  readonly term: AutomaticTerm;
  /** 旅客車: only when driven for hire. */
  readonly onlyForHire: boolean;
}

const springOf2026: CalendarDate = { year: 2026, month: 4, day: 1 };

export const automaticTerms: readonly AutomaticTerm[] = [
  { word: '普通車', kind: 'car', upTo: 'ordinary' },
  { word: '準中型車(5t)', kind: 'car', upTo: 'semiMedium5t', beyond: 'ordinary' },
  { word: '準中型車', kind: 'car', upTo: 'semiMedium', beyond: 'ordinary', from: springOf2026 },
  { word: '中型車(8t)', kind: 'car', upTo: 'medium8t', beyond: 'semiMedium' },
  { word: '中型車', kind: 'car', upTo: 'medium', beyond: 'semiMedium', from: springOf2026 },
  { word: '大型車', kind: 'car', beyond: 'medium', from: { year: 2027, month: 4, day: 1 }, fromForHire: { year: 2027, month: 10, day: 1 } },
  { word: '普通二輪', kind: 'motorcycle', motorcycles: 'ordinary' },
  { word: '大型二輪', kind: 'motorcycle', motorcycles: 'large' },
];

const HIRE_SUFFIX = 'の旅客車';

/** `text` is normalised. `undefined` = not of the pattern, or a word that is not in the table. */
export function readAutomaticLimit(text: string): AutomaticTarget[] | undefined {
  const list = /^(.+)はAT車に限る$/u.exec(text)?.[1]?.split('と');
  if (list === undefined) return undefined;
  // 「準中型車(5t)と普通車の旅客車」 means 旅客車 of both: the last word's suffix counts for the whole list. A suffix in the middle only is no known form.
  const onlyForHire = list.at(-1)?.endsWith(HIRE_SUFFIX) === true;
  if (!onlyForHire && list.some((word) => word.endsWith(HIRE_SUFFIX))) return undefined;
  const terms = list.map((word) => automaticTerms.find((term) => term.word === (word.endsWith(HIRE_SUFFIX) ? word.slice(0, -HIRE_SUFFIX.length) : word)));
  const known = terms.filter((term) => term !== undefined);
  if (known.length < terms.length || (onlyForHire && known.some(({ kind }) => kind !== 'car'))) return undefined;
  return known.map((term) => ({ term, onlyForHire }));
}

/** False while a class it names can have no AT limit. */
export function isInForce(targets: readonly AutomaticTarget[], today: CalendarDate): boolean {
  return targets.every(({ term, onlyForHire }) => {
    const from = (onlyForHire ? term.fromForHire : undefined) ?? term.from;
    return from === undefined || compareDates(today, from) >= 0;
  });
}

/** Does the text name this vehicle? */
export function isNamed(vehicle: KnownVehicle['vehicle'], targets: readonly AutomaticTarget[]): Answer {
  return anyOf(targets.map((target) => allOf([isAtLeast(vehicle, target), isAtMost(vehicle, target.term)])));
}

/**
 * Is the vehicle of a named class or a larger one? A larger class held without a limit would have lifted the smaller one's
 * (準中型 without limit covers 普通), so a manual vehicle above what is named is for a person to look at.
 */
export function isNamedOrLarger(vehicle: KnownVehicle['vehicle'], targets: readonly AutomaticTarget[]): Answer {
  return anyOf(targets.map((target) => isAtLeast(vehicle, target)));
}

function isAtLeast(vehicle: KnownVehicle['vehicle'], { term, onlyForHire }: AutomaticTarget): Answer {
  const isLargeMotorcycle = ask(vehicle.displacementCc, 'displacementCc', (cc) => cc > ORDINARY_MOTORCYCLE_CC);
  return allOf([
    certainly(vehicle.kind === term.kind),
    term.beyond === undefined ? yes : not(isWithin(vehicle, term.beyond)),
    term.motorcycles === 'large' ? isLargeMotorcycle : yes,
    onlyForHire ? ask(vehicle.isForHire, 'isForHire', (isForHire) => isForHire) : yes,
  ]);
}

function isAtMost(vehicle: KnownVehicle['vehicle'], term: AutomaticTerm): Answer {
  if (term.motorcycles === 'ordinary') return ask(vehicle.displacementCc, 'displacementCc', (cc) => cc <= ORDINARY_MOTORCYCLE_CC);
  return term.upTo === undefined ? yes : isWithin(vehicle, term.upTo);
}
