/** Keyboard and clipboard of the whole entry: digits of every kind of key, Backspace, Delete, Enter, paste. Auto-repeat is not typing. */
import { digitOf, pastedDigits } from './digit-buffer.svelte.ts';

export interface KeyHearer {
  digit(digit: number): void;
  eraseOne(): void;
  eraseAll(): void;
  decide(): void;
}

/** Elements whose own Enter and digits must keep working. */
const ownEnter = 'button, a, summary, select, input, textarea';
const ownDigits = 'select, input:not([type="radio"]), textarea';

export function hearKey(event: KeyboardEvent, hearer: KeyHearer): void {
  if (isShortcut(event) || event.isComposing || isIn(event, ownDigits)) return;
  const heard = meaning(event);
  if (heard === undefined || (heard === 'decide' && isIn(event, ownEnter))) return;
  event.preventDefault();
  if (event.repeat) return;
  if (typeof heard === 'number') hearer.digit(heard);
  else hearer[heard]();
}

export function hearPaste(event: ClipboardEvent, hearer: KeyHearer): void {
  if (isIn(event, ownDigits)) return;
  event.preventDefault();
  for (const digit of pastedDigits(event.clipboardData?.getData('text/plain') ?? '') ?? []) hearer.digit(digit);
}

function meaning({ key }: KeyboardEvent): number | 'eraseOne' | 'eraseAll' | 'decide' | undefined {
  if (key === 'Backspace') return 'eraseOne';
  if (key === 'Delete' || key === 'Clear') return 'eraseAll';
  return key === 'Enter' ? 'decide' : digitOf(key);
}

function isShortcut({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

function isIn(event: Event, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}
