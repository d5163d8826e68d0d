/** Words by a code that came from elsewhere. A code nobody wrote words for is shown as itself, never as another one's words. */
import type { FaultWords, Messages } from './messages.ts';

export function faultWords(code: string, words: Messages): FaultWords {
  return own<FaultWords>(words.faults, code) ?? words.faults.UNEXPECTED_FAULT;
}

/** Where a fault is shown: beside the button that connects a reader, beside the one that ends the check, or elsewhere. */
export type FaultPlace = 'reader' | 'card' | 'elsewhere';

/** What to do, by what the screen offers. */
export function faultTodo({ todo, todoAtCard, todoAtReader }: FaultWords, place: FaultPlace): string {
  const own = { reader: todoAtReader, card: todoAtCard, elsewhere: undefined } as const satisfies Record<FaultPlace, string | undefined>;
  return own[place] ?? todo;
}

/** Reasons of a check or of a log entry; `undefined` = no words for this code. */
export function reasonWords(code: string, words: Messages): string | undefined {
  return own<string>(words.reasons, code) ?? own<FaultWords>(words.faults, code)?.happened;
}

export function practiceCardName(name: string, words: Messages): string {
  return own<string>(words.practiceCards, name) ?? name;
}

/** `Object.hasOwn`, so that a code named `constructor` finds nothing. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
