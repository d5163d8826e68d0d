/** Facts of a step as rows of words. A value without words is shown as itself. */
import type { DiagnosisFact, DiagnosisFacts } from '#session';
import type { DiagnosisMessages } from '../messages/diagnosis-messages.ts';

export interface FactRow {
  readonly fact: string;
  readonly label: string;
  readonly value: string;
}

/** Facts that are a code of ours; all others are the device's own words and are never looked up. */
const coded: ReadonlySet<string> = new Set<DiagnosisFact>(['presence', 'application', 'tries', 'checkByte', 'caution']);

export function factRows(facts: DiagnosisFacts, words: DiagnosisMessages): FactRow[] {
  return Object.entries(facts).map(([fact, value]) => ({ fact, label: labelOf(fact, words), value: valueOf(fact, value, words) }));
}

function labelOf(fact: string, { facts }: DiagnosisMessages): string {
  const labels: Readonly<Record<string, string>> = facts;
  return labels[fact] ?? fact;
}

function valueOf(fact: string, value: string | number | boolean, words: DiagnosisMessages): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  const text = String(value);
  return coded.has(fact) && Object.hasOwn(words.values, text) ? (words.values[text] ?? text) : text;
}
