/**
 * Walks WEF02 and WEF03 by their table: licence-applet §5.2 and §5.9, rules 1–8. NPA V10 別添3-1; not BER-TLV.
 * Tags are one byte, or two when the first is 01. Lengths: direct to 7F, `81 LL`, `82 hh ll`.
 * Refused: any other length form, a value that runs past the end, the same tag twice.
 */
import type { Bytes } from '#bytes';
import { CardError } from '../card-error.ts';
import type { LayoutDeviation } from './driver-licence.ts';
import type { ElementDefinition, ElementItem } from './elements.ts';

interface StoredElement {
  readonly tag: number;
  /** Offset just behind the value. */
  readonly end: number;
  readonly value: Bytes;
}

export interface Walk {
  /** Value of an element, empty when it is stored empty or not at all. */
  readonly valueOf: (item: ElementItem, ordinal?: number) => Bytes;
  /** All values of one item with their ordinals, in stored order of the table, empty ones left out. */
  readonly valuesOf: (item: ElementItem) => readonly { readonly ordinal: number; readonly value: Bytes }[];
  /** Every value met, in stored order. */
  readonly storedValues: readonly Bytes[];
  readonly unknownElements: readonly { readonly tag: number; readonly value: Bytes }[];
  /** Offset just behind the last element of the table (107, 10D); `undefined` when the walk did not meet it. */
  readonly endOfLastElement: number | undefined;
  /** What the walk did not enter, raw. */
  readonly rest: Bytes;
  readonly deviations: readonly LayoutDeviation[];
}

/**
 * The walk ends behind the last element of the table: what stands there is outside the first hash candidate (§6.3),
 * so nothing in it may be shown as if it were signed.
 * @throws CardError `CARD_FILE_MALFORMED`
 */
export function walkElements(file: Bytes, table: readonly ElementDefinition[]): Walk {
  const lastTag = table[table.length - 1]?.tag;
  const { stored, position, codingDiffers } = collect(file, table, lastTag);
  const rest = file.slice(position);
  // Behind the last element filler is expected; anything else is worth a word.
  const spare = !codingDiffers && rest.some((byte) => byte !== 0x00 && byte !== 0xff);
  return {
    ...lookUp(stored, table),
    endOfLastElement: [...stored.values()].find(({ tag }) => tag === lastTag)?.end,
    rest,
    deviations: [...layoutDeviations([...stored.values()], table, codingDiffers), ...(spare ? (['BYTES_AFTER_LAST_ELEMENT'] as const) : [])],
  };
}

/** Whether the walk meets the last element of the table, whole. */
export function holdsAllElements(file: Bytes, table: readonly ElementDefinition[]): boolean {
  try {
    return walkElements(file, table).endOfLastElement !== undefined;
  } catch (thrown) {
    if (thrown instanceof CardError) return false;
    throw thrown;
  }
}

function collect(
  file: Bytes,
  table: readonly ElementDefinition[],
  lastTag: number | undefined,
): { stored: ReadonlyMap<number, StoredElement>; position: number; codingDiffers: boolean } {
  const lastOneByteTag = table.findLast(({ tag }) => tag <= 0xff)?.tag;
  const stored = new Map<number, StoredElement>();
  let position = 0;
  while (position < file.length) {
    const element = readElement(file, position);
    if (stored.has(element.tag)) throw malformed('tag twice', position);
    stored.set(element.tag, element);
    position = element.end;
    if (element.tag === lastTag) break;
    if (element.tag === lastOneByteTag && !startsTwoByteTags(file, position)) return { stored, position, codingDiffers: true };
  }
  return { stored, position, codingDiffers: false };
}

function lookUp(
  stored: ReadonlyMap<number, StoredElement>,
  table: readonly ElementDefinition[],
): Pick<Walk, 'valueOf' | 'valuesOf' | 'storedValues' | 'unknownElements'> {
  const known = new Set(table.map(({ tag }) => tag));
  const valuesOf: Walk['valuesOf'] = (item) =>
    table
      .filter((definition) => definition.item === item)
      .flatMap(({ tag, ordinal }) => {
        const element = stored.get(tag);
        return element === undefined || element.value.length === 0 ? [] : [{ ordinal, value: element.value }];
      });
  return {
    valuesOf,
    valueOf: (item, ordinal = 1) => valuesOf(item).find((entry) => entry.ordinal === ordinal)?.value ?? new Uint8Array(0),
    storedValues: [...stored.values()].map(({ value }) => value),
    unknownElements: [...stored.values()].filter(({ tag }) => !known.has(tag)).map(({ tag, value }) => ({ tag, value })),
  };
}

/** Rule 4: behind FF the tags 01 00… begin; anything else means that the two-byte tags are not written as inferred. */
function startsTwoByteTags(file: Bytes, position: number): boolean {
  return position === file.length || (file[position] === 0x01 && file[position + 1] === 0x00);
}

function layoutDeviations(stored: readonly StoredElement[], table: readonly ElementDefinition[], codingDiffers: boolean): LayoutDeviation[] {
  const definitions = stored.map(({ tag }) => table.find((definition) => definition.tag === tag));
  const numbers = definitions.flatMap((definition) => (definition === undefined ? [] : [definition.number]));
  const missing = table.some(({ tag }) => !stored.some((element) => element.tag === tag) && !(codingDiffers && tag > 0xff));
  const found: readonly (readonly [LayoutDeviation, boolean])[] = [
    ['UNKNOWN_TAG', definitions.includes(undefined)],
    ['ELEMENT_MISSING', missing],
    ['ELEMENT_OUT_OF_ORDER', numbers.some((number, index) => numbers.slice(0, index).some((earlier) => earlier > number))],
    ['VALUE_TOO_LONG', stored.some(({ value }, index) => value.length > (definitions[index]?.maximumLength ?? Infinity))],
    ['TWO_BYTE_TAG_CODING_DIFFERS', codingDiffers],
  ];
  return found.filter(([, present]) => present).map(([deviation]) => deviation);
}

function readElement(file: Bytes, start: number): StoredElement {
  const first = byteAt(file, start);
  const tag = first === 0x01 ? 0x0100 + byteAt(file, start + 1) : first;
  const lengthStart = start + (first === 0x01 ? 2 : 1);
  const { valueStart, length } = readLength(file, lengthStart);
  const end = valueStart + length;
  if (end > file.length) throw malformed('value runs past the end', start);
  return { tag, end, value: file.slice(valueStart, end) };
}

function readLength(file: Bytes, start: number): { valueStart: number; length: number } {
  const first = byteAt(file, start);
  if (first <= 0x7f) return { valueStart: start + 1, length: first };
  if (first === 0x81) return { valueStart: start + 2, length: byteAt(file, start + 1) };
  if (first === 0x82) return { valueStart: start + 3, length: byteAt(file, start + 1) * 0x100 + byteAt(file, start + 2) };
  throw malformed('length form', start);
}

function byteAt(file: Bytes, offset: number): number {
  const byte = file[offset];
  if (byte === undefined) throw malformed('cut short', offset);
  return byte;
}

function malformed(what: string, offset: number): CardError {
  return new CardError({ code: 'CARD_FILE_MALFORMED', message: `Licence file at offset ${String(offset)}: ${what}`, facts: { offset } });
}
