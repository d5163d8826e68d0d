/**
 * WEF01, WEF02 and WEF03 as values. NPA V10 別添3-1; licence-applet §3.4, §5 and §6.1.
 * A file whose layout cannot be walked is refused whole; a value that does not decode is marked and the rest stays.
 */
import type { Bytes } from '#bytes';
import { CardError } from '../card-error.ts';
import {
  licenceClassNames,
  type DriverLicence,
  type DrivingHistory,
  type LayoutDeviation,
  type LicenceClassFlag,
  type LicenceSignature,
} from './driver-licence.ts';
import { walkElements, type Walk } from './element-walk.ts';
import { recordElements, signatureElements } from './elements.ts';
import { locatePhoto, photoOf } from './photo.ts';
import { licenceNumberCheckDigit } from './record-number.ts';
import { readColourClass, readEraDate, readJisX0201, readRecordNumber, readTextLine } from './values.ts';

/** WEF01. Only an unset PIN may be answered with the value for unset PINs, so the two are different types. */
export type PinSetting = { readonly pinIsSet: true; readonly raw: Bytes } | UnsetPin;
export interface UnsetPin {
  readonly pinIsSet: false;
  readonly raw: Bytes;
}

export interface ParsedLicenceRecord {
  readonly licence: DriverLicence;
  /** Offset just behind element 107; `undefined` when the walk did not meet it. */
  readonly endOfElement107: number | undefined;
  /** Every value in stored order, the third reading of what is signed. */
  readonly storedValues: readonly Bytes[];
}

/**
 * `C1 01 01` = set, `C1 01 00` = not set.
 * @throws CardError `PIN_SETTING_UNKNOWN` on anything else, bits 8–2 and a fourth byte included: then nothing may be sent.
 */
export function parsePinSetting(raw: Bytes): PinSetting {
  const [tag, length, value] = raw;
  if (raw.length === 3 && tag === 0xc1 && length === 0x01 && value === 0x01) return { pinIsSet: true, raw };
  if (raw.length === 3 && tag === 0xc1 && length === 0x01 && value === 0x00) return { pinIsSet: false, raw };
  throw new CardError({ code: 'PIN_SETTING_UNKNOWN', message: 'WEF01 is neither C1 01 00 nor C1 01 01', facts: { length: raw.length } });
}

/**
 * WEF02.
 * @throws CardError `CARD_FILE_MALFORMED`
 */
export function parseLicenceRecord(raw: Bytes): ParsedLicenceRecord {
  const walk = walkElements(raw, recordElements);
  const entries = {
    ...present(walk.valueOf('recordNumber'), numberOf),
    ...present(walk.valueOf('colourClass'), (value) => ({ colourClass: readColourClass(value) })),
    ...present(walk.valueOf('expiry'), (value) => ({ expiry: readEraDate(value) })),
    conditions: linesOf(walk, 'condition'),
    remarks: linesOf(walk, 'remark'),
    spare: linesOf(walk, 'spare'),
    dates: datesOf(walk),
    classes: classesOf(walk),
    history: historyOf(walk),
    gaiji: gaijiOf(walk),
    ...photoEntry(walk),
  };
  const licence: DriverLicence = {
    ...entries,
    kind: kindOf(walk),
    unknownElements: walk.unknownElements,
    rest: walk.rest,
    deviations: [...walk.deviations, ...valueDeviations(entries)],
  };
  return { licence, endOfElement107: walk.endOfLastElement, storedValues: walk.storedValues };
}

/**
 * WEF03. An element that is missing is empty here and reported.
 * @throws CardError `CARD_FILE_MALFORMED`
 */
export function parseLicenceSignature(raw: Bytes): LicenceSignature {
  const walk = walkElements(raw, signatureElements);
  const texts = (['signerSerialNumber', 'issuer', 'subject'] as const).map((item) => readJisX0201(walk.valueOf(item)));
  const [serialNumber = '', issuer = '', subject = ''] = texts;
  return {
    signature: walk.valueOf('signature'),
    serialNumber,
    issuer,
    subject,
    subjectKeyIdentifier: walk.valueOf('subjectKeyIdentifier'),
    deviations: [...walk.deviations, ...(texts.includes(undefined) ? (['FIELD_UNREADABLE'] as const) : [])],
    rest: walk.rest,
  };
}

/** An empty element has no field at all. */
function present<T extends object>(value: Bytes, build: (value: Bytes) => T): Partial<T> {
  return value.length === 0 ? {} : build(value);
}

function numberOf(value: Bytes): Pick<DriverLicence, 'recordNumber' | 'numberCheckDigit'> {
  const recordNumber = readRecordNumber(value);
  return 'unreadable' in recordNumber ? { recordNumber } : { recordNumber, numberCheckDigit: licenceNumberCheckDigit(recordNumber.value) };
}

/** licence-applet §5.4: E7 makes it a licence, E8 or C2 a history certificate. */
function kindOf(walk: Walk): DriverLicence['kind'] {
  const isLicence = walk.valueOf('recordNumber').length > 0;
  const isHistory = walk.valueOf('historyNumber').length > 0 || walk.valueOf('historyRecordedOn').length > 0;
  if (isLicence) return isHistory ? 'licenceAndHistory' : 'licence';
  return isHistory ? 'historyOnly' : 'empty';
}

function linesOf(walk: Walk, item: 'condition' | 'remark' | 'spare'): DriverLicence['conditions'] {
  return walk.valuesOf(item).flatMap(({ ordinal, value }) => readTextLine(value, ordinal) ?? []);
}

function datesOf(walk: Walk): DriverLicence['dates'] {
  return {
    ...present(walk.valueOf('dateMotorcycles'), (value) => ({ motorcycles: readEraDate(value) })),
    ...present(walk.valueOf('dateOthers'), (value) => ({ others: readEraDate(value) })),
    ...present(walk.valueOf('dateSecondClass'), (value) => ({ secondClass: readEraDate(value) })),
  };
}

function classesOf(walk: Walk): DriverLicence['classes'] {
  const flags = licenceClassNames.map((name, index) => [name, flagOf(walk.valueOf('classFlag', index + 1))] as const);
  // Object.fromEntries forgets the keys; the pairs above are made from every name there is.
  return Object.fromEntries(flags) as DriverLicence['classes'];
}

function flagOf(raw: Bytes): LicenceClassFlag {
  return { held: raw.some((byte) => byte !== 0x00), irregular: raw.length > 1 || raw.some((byte) => byte > 0x01), raw };
}

function historyOf(walk: Walk): DrivingHistory | undefined {
  const history: DrivingHistory = {
    ...present(walk.valueOf('historyRecordedOn'), (value) => ({ recordedOn: readEraDate(value) })),
    ...present(walk.valueOf('historyCategory'), (value) => ({ categoryCode: value })),
    ...present(walk.valueOf('historyNumber'), (value) => ({ recordNumber: readRecordNumber(value) })),
  };
  return Object.keys(history).length === 0 ? undefined : history;
}

function gaijiOf(walk: Walk): DriverLicence['gaiji'] {
  return Object.fromEntries(walk.valuesOf('gaiji').map(({ ordinal, value }) => [ordinal, value]));
}

function photoEntry(walk: Walk): Pick<DriverLicence, 'photo'> {
  const value = walk.valueOf('photo');
  if (value.length > 0) return { photo: photoOf(value) };
  const located = walk.deviations.includes('TWO_BYTE_TAG_CODING_DIFFERS') ? locatePhoto(walk.rest) : undefined;
  return located === undefined ? {} : { photo: located };
}

function valueDeviations(
  entries: Pick<DriverLicence, 'recordNumber' | 'colourClass' | 'expiry' | 'conditions' | 'remarks' | 'spare' | 'dates' | 'classes' | 'history'>,
): LayoutDeviation[] {
  const fields = [
    entries.recordNumber,
    entries.colourClass,
    entries.expiry,
    ...entries.conditions,
    ...entries.remarks,
    ...entries.spare,
    ...Object.values(entries.dates),
    entries.history?.recordedOn,
    entries.history?.recordNumber,
  ];
  return [
    ...(fields.some((field) => field !== undefined && 'unreadable' in field) ? (['FIELD_UNREADABLE'] as const) : []),
    ...(Object.values(entries.classes).some(({ irregular }) => irregular) ? (['FLAG_IRREGULAR'] as const) : []),
  ];
}
