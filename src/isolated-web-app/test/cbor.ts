/** RFC 8949, as much of it as bundles have: unsigned integers, byte and text strings, arrays and maps, all of definite length. */
export type CborValue = number | string | Uint8Array | readonly CborItem[] | ReadonlyMap<string, CborItem>;

/** A value and where it lies, so that its very bytes can be taken. */
export interface CborItem {
  readonly value: CborValue;
  readonly start: number;
  readonly end: number;
}

const extraBytes: readonly (readonly [number, number])[] = [
  [24, 1],
  [25, 2],
  [26, 4],
  [27, 8],
];

/** @throws Error for what is not in the subset, or runs beyond `bytes` */
export function readCbor(bytes: Uint8Array, start = 0): CborItem {
  const first = bytes[start];
  if (first === undefined) throw new Error(`Nothing at ${String(start)}`);
  const { argument, end: head } = readArgument(bytes, start, first & 0x1f);
  const take = (value: CborValue, end: number): CborItem => ({ value, start, end });
  switch (first >> 5) {
    case 0:
      return take(argument, head);
    case 2:
      return take(slice(bytes, head, argument), head + argument);
    case 3:
      return take(new TextDecoder('utf-8', { fatal: true }).decode(slice(bytes, head, argument)), head + argument);
    case 4: {
      const { items, end } = readItems(bytes, head, argument);
      return take(items, end);
    }
    case 5: {
      const { items, end } = readItems(bytes, head, 2 * argument);
      const keys = items.filter((_, index) => index % 2 === 0).map(textOf);
      return take(new Map(keys.map((key, index) => [key, items[2 * index + 1]!])), end);
    }
    default:
      throw new Error(`Major type ${String(first >> 5)} at ${String(start)}`);
  }
}

export function arrayOf({ value, start }: CborItem, length?: number): readonly CborItem[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) throw new Error(`No array of ${String(length)} at ${String(start)}`);
  return value as readonly CborItem[];
}

export function mapOf({ value, start }: CborItem): ReadonlyMap<string, CborItem> {
  if (!(value instanceof Map)) throw new Error(`No map at ${String(start)}`);
  return value as ReadonlyMap<string, CborItem>;
}

export function bytesOf({ value, start }: CborItem): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error(`No bytes at ${String(start)}`);
  return value;
}

/** Of a text string, or of bytes that are ASCII, as header names and values are. */
export function textOf({ value, start }: CborItem): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { fatal: true }).decode(value);
  throw new Error(`No text at ${String(start)}`);
}

export function numberOf({ value, start }: CborItem): number {
  if (typeof value !== 'number') throw new Error(`No number at ${String(start)}`);
  return value;
}

function readArgument(bytes: Uint8Array, start: number, short: number): { argument: number; end: number } {
  if (short < 24) return { argument: short, end: start + 1 };
  const [, length] = extraBytes.find(([code]) => code === short) ?? [];
  if (length === undefined) throw new Error(`Length code ${String(short)} at ${String(start)}`);
  const digits = slice(bytes, start + 1, length);
  return { argument: digits.reduce((sum, digit) => sum * 256 + digit, 0), end: start + 1 + length };
}

function readItems(bytes: Uint8Array, start: number, count: number): { items: CborItem[]; end: number } {
  const items: CborItem[] = [];
  for (let index = 0; index < count; index++) items.push(readCbor(bytes, items.at(-1)?.end ?? start));
  return { items, end: items.at(-1)?.end ?? start };
}

function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new Error(`${String(length)} bytes at ${String(start)} are beyond the end`);
  return bytes.subarray(start, start + length);
}
