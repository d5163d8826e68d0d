/**
 * 眼鏡等, for all vehicles or for some: product.md §10.4. The lists in brackets are closed: another word makes the text an unknown one.
 * Where the class used decides (2種, 大型), a vehicle carried by such a class counts as well, whatever its own size.
 */
import type { LicenceClassName } from '#card';
import { allOf, anyOf, ask, certainly, not, yes, type Answer } from './answer.ts';
import type { KnownVehicle } from './known-vehicle.ts';
import { needsTowing } from './towing.ts';
import { isOfCarClass } from './vehicle-classes.ts';

type OnlyTerm = 'second' | 'large' | 'towing';
type ExceptTerm = 'moped' | 'smallSpecial';

export type GlassesScope = { readonly only: readonly OnlyTerm[] } | { readonly except: readonly ExceptTerm[] };

const onlyWords: Readonly<Record<string, OnlyTerm>> = {
  '2種': 'second',
  二種: 'second',
  大型: 'large',
  大型車: 'large',
  けん引: 'towing',
  けん引車: 'towing',
  牽引車: 'towing',
};
const exceptWords: Readonly<Record<string, ExceptTerm>> = { 小特: 'smallSpecial', 小特車: 'smallSpecial', 原付: 'moped', 原付車: 'moped' };

/** `text` is normalised. `undefined` = no 眼鏡等 text of a known form. */
export function readGlasses(text: string): GlassesScope | undefined {
  if (text === '眼鏡等') return { except: [] };
  const only = termsOf(/^眼鏡等\((.+)に限る\)$/u.exec(text)?.[1], onlyWords);
  if (only !== undefined) return { only };
  const except = termsOf(/^眼鏡等\((.+)を除く\)$/u.exec(text)?.[1], exceptWords);
  return except === undefined ? undefined : { except };
}

function termsOf<Term extends string>(list: string | undefined, words: Readonly<Record<string, Term>>): Term[] | undefined {
  if (list === undefined) return undefined;
  const terms = list.split('と').map((word) => (Object.hasOwn(words, word) ? words[word] : undefined));
  const known = terms.filter((term) => term !== undefined);
  return known.length === terms.length ? known : undefined;
}

/** Are glasses needed for this vehicle? `way` = the class that carries it, where one certainly does. */
export function needsGlasses(scope: GlassesScope, vehicle: KnownVehicle['vehicle'], way: LicenceClassName | undefined): Answer {
  if ('except' in scope) return not(certainly(scope.except.some((kind) => kind === vehicle.kind)));
  return anyOf(scope.only.map((term) => isInTerm(term, vehicle, way)));
}

function isInTerm(term: OnlyTerm, vehicle: KnownVehicle['vehicle'], way: LicenceClassName | undefined): Answer {
  switch (term) {
    case 'second':
      if (way?.endsWith('Second') === true) return yes;
      return allOf([certainly(vehicle.kind === 'car' || vehicle.kind === 'largeSpecial'), ask(vehicle.isForHire, 'isForHire', (isForHire) => isForHire)]);
    case 'large':
      return way === 'large' || way === 'largeSecond' ? yes : isOfCarClass(vehicle, 'large');
    case 'towing':
      return needsTowing(vehicle);
  }
}
