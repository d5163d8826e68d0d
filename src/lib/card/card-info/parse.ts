/**
 * EF 0002, 基本4情報. card-info-applet §4.1–§4.4.
 * Refused: another outer tag, an object past the outer length, a required object missing, named twice, or outside what the digest covers.
 */
import { BytesError, parseCompactDate, type Bytes, type CalendarDate, type TlvObject } from '#bytes';
import type { CardInfoDeviation, PersonalDetails } from './card-info.ts';
import { cardInfoTags } from './elements.ts';
import { malformed, readInner, readOuter } from './tlv.ts';

const offsetLength = 2;
const requiredOffsets = 4;

/** @throws CardError `CARD_FILE_MALFORMED` */
export function parsePersonalDetails(file: Bytes): PersonalDetails {
  const outer = readOuter(file, cardInfoTags.details);
  const objects = readInner(outer.value);
  const name = required(objects, cardInfoTags.name);
  const [address, birthDate, sex] = [cardInfoTags.address, cardInfoTags.birthDate, cardInfoTags.sex].map((tag) => required(objects, tag));
  if (address === undefined || birthDate === undefined || sex === undefined) throw malformed('a required object is missing');
  // The digest starts at the name: what stands before it is signed by nobody.
  if ([address, birthDate, sex].some(({ start }) => start < name.start)) throw malformed('a required object stands before what is signed');
  const known = new Set<number>([cardInfoTags.offsetTable, ...[name, address, birthDate, sex].map(({ tag }) => tag)]);
  const details = {
    name: { text: readUtf8(name.value), raw: name.value },
    address: { text: readUtf8(address.value), raw: address.value },
    birthDate: { date: readDate(birthDate.value), raw: birthDate.value },
    sex: { value: readSex(sex.value), raw: sex.value },
  };
  const unknownElements = objects.filter(({ tag }) => !known.has(tag)).map(({ tag, value }) => ({ tag, value }));
  const found: readonly (readonly [CardInfoDeviation, boolean])[] = [
    ['OFFSET_TABLE_DIFFERS', !offsetTableFits(objects, outer.end - outer.value.length)],
    ['UNKNOWN_TAG', unknownElements.length > 0],
    ['FIELD_UNREADABLE', [details.name.text, details.address.text, details.birthDate.date].includes(undefined) || sex.value.length !== 1],
  ];
  return {
    ...details,
    unknownElements,
    deviations: found.filter(([, present]) => present).map(([deviation]) => deviation),
    digestedBytes: outer.value.slice(name.start),
  };
}

function required(objects: readonly TlvObject[], tag: number): TlvObject {
  const [object, second] = objects.filter((candidate) => candidate.tag === tag);
  if (object === undefined) throw malformed('a required object is missing', { tag });
  if (second !== undefined) throw malformed('an object is there twice', { tag });
  return object;
}

/**
 * DF21 against the objects behind it, counted from the first byte of the file; more entries than four are not looked at.
 * @param valueStart length of the outer header [bytes]: 3, 4 or 5.
 */
function offsetTableFits(objects: readonly TlvObject[], valueStart: number): boolean {
  const tables = objects.filter(({ tag }) => tag === cardInfoTags.offsetTable);
  const [table] = tables;
  if (table === undefined || tables.length > 1) return false;
  if (table.value.length % offsetLength !== 0 || table.value.length < requiredOffsets * offsetLength) return false;
  const behind = objects.filter(({ start }) => start >= table.end);
  const entries = new DataView(table.value.buffer, table.value.byteOffset, table.value.byteLength);
  return Array.from({ length: requiredOffsets }, (_, index) => entries.getUint16(index * offsetLength)).every((entry, index) => {
    const object = behind[index];
    return object !== undefined && entry === valueStart + object.start;
  });
}

function readUtf8(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function readDate(bytes: Bytes): CalendarDate | undefined {
  try {
    return parseCompactDate(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/** ISO/IEC 5218, one ASCII digit; 0, and 3 which two sources read as その他, are `unknown`. */
function readSex(bytes: Bytes): PersonalDetails['sex']['value'] {
  if (bytes.length !== 1) return 'unknown';
  switch (bytes[0]) {
    case 0x31:
      return 'male';
    case 0x32:
      return 'female';
    case 0x39:
      return 'notApplicable';
    default:
      return 'unknown';
  }
}
