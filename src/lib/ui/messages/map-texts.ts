/** Every text of a catalogue through one function; a text that is a function of something has its outcome changed. */
export function mapTexts<T>(table: T, change: (text: string) => string): T {
  return mapped(table, change) as T; // the shape is kept: strings stay strings, functions keep their arguments
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'function') return (...given: unknown[]) => mapped(Reflect.apply(value, undefined, given), change);
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, change));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, change)]));
  return value;
}
