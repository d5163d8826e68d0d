/**
 * Strict readers for the parts of a JSON value. Every refusal is `CARD_IMAGE_INVALID` with the place, never the value:
 * a card image holds credentials. Unknown keys are refused, `__proto__` among them: JSON.parse makes it an own key like any other.
 */
import { unhex, type Bytes } from '#bytes';
import { SimulatorError } from './simulator-error.ts';

export function invalidImage(at: string, message: string, cause?: unknown): SimulatorError {
  return new SimulatorError({ code: 'CARD_IMAGE_INVALID', message: `Card image, ${at}: ${message}`, facts: { at }, ...(cause === undefined ? {} : { cause }) });
}

/** An object with all of `required`, perhaps some of `optional`, and nothing else. */
export function readFields(value: unknown, at: string, required: readonly string[], optional: readonly string[] = []): ReadonlyMap<string, unknown> {
  const fields = readEntries(value, at, required.length + optional.length);
  for (const key of required) if (!fields.has(key)) throw invalidImage(at, `${key} is missing`);
  for (const key of fields.keys()) if (!required.includes(key) && !optional.includes(key)) throw invalidImage(at, 'unknown key');
  return fields;
}

/** An object of any keys, at most `limit` of them. */
export function readEntries(value: unknown, at: string, limit: number): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidImage(at, 'not an object');
  const entries = Object.entries(value);
  if (entries.length > limit) throw invalidImage(at, 'too many keys');
  return new Map<string, unknown>(entries);
}

export function readList<Item>(value: unknown, at: string, limit: number, readItem: (item: unknown, at: string) => Item): readonly Item[] {
  if (!Array.isArray(value)) throw invalidImage(at, 'not a list');
  if (value.length > limit) throw invalidImage(at, 'list too long');
  return Array.from(value, (item: unknown, index) => readItem(item, `${at}[${String(index)}]`));
}

export function readText(value: unknown, at: string, form = /^\P{Cc}{0,200}$/u): string {
  if (typeof value !== 'string' || !form.test(value)) throw invalidImage(at, 'not a text of the form expected');
  return value;
}

export function readCount(value: unknown, at: string, { least = 0, most }: { least?: number; most: number }): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw invalidImage(at, `not a whole number ${String(least)}..${String(most)}`);
  return value;
}

/** Hexadecimal digits without spaces, `least` to `most` bytes. */
export function readHex(value: unknown, at: string, { least, most }: { least: number; most: number }): Bytes {
  const text = readText(value, at, /^(?:[0-9A-Fa-f]{2})*$/u);
  if (text.length < least * 2 || text.length > most * 2) throw invalidImage(at, `not ${String(least)}..${String(most)} bytes`);
  return unhex(text);
}

/** Base64 of at most `most` bytes (RFC 4648 §4). */
export function readBase64(value: unknown, at: string, most: number): Bytes {
  const text = readText(value, at, /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u);
  if (text.length === 0 || text.length > Math.ceil(most / 3) * 4) throw invalidImage(at, 'empty or too long');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
