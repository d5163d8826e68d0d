/**
 * Answers of a rule about a vehicle of which not everything is known: yes, no, or unknown and which fields would tell (Kleene's three values).
 * A rule asks for a field only where the answer hangs on it: a bus with forty seats is too large for 普通 whatever it weighs.
 */
import type { VehicleField } from './known-vehicle.ts';

export type Answer = { readonly is: 'yes' } | { readonly is: 'no' } | { readonly is: 'unknown'; readonly needs: readonly VehicleField[] };

export const yes: Answer = { is: 'yes' };
export const no: Answer = { is: 'no' };

export function certainly(statement: boolean): Answer {
  return statement ? yes : no;
}

/** Unknown where the value is absent. */
export function ask<T>(value: T | undefined, field: VehicleField, test: (value: T) => boolean): Answer {
  return value === undefined ? { is: 'unknown', needs: [field] } : certainly(test(value));
}

export function allOf(answers: readonly Answer[]): Answer {
  if (answers.some(({ is }) => is === 'no')) return no;
  return unknownOr(answers, yes);
}

export function anyOf(answers: readonly Answer[]): Answer {
  if (answers.some(({ is }) => is === 'yes')) return yes;
  return unknownOr(answers, no);
}

export function not(answer: Answer): Answer {
  return answer.is === 'unknown' ? answer : certainly(answer.is === 'no');
}

export function needsOf(answer: Answer): readonly VehicleField[] {
  return answer.is === 'unknown' ? answer.needs : [];
}

function unknownOr(answers: readonly Answer[], otherwise: Answer): Answer {
  const needs = [...new Set(answers.flatMap(needsOf))];
  return needs.length > 0 ? { is: 'unknown', needs } : otherwise;
}
