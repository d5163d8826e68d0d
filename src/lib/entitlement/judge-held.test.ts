import { describe, expect, it } from 'vitest';
import { licenceClassNames, type DriverLicence, type LicenceClassFlag, type LicenceClassName } from '#card';
import type { InDate, LicenceHeld } from './in-date.ts';
import { judgeHeld } from './judge-held.ts';
import { licenceReasons } from './licence-reasons.ts';

type Looked = Parameters<typeof judgeHeld>[0];
const raw = new Uint8Array(0);
const flag = (held: boolean, irregular = false): LicenceClassFlag => ({ held, irregular, raw });

function classes(changes: Partial<Record<LicenceClassName, LicenceClassFlag>>): DriverLicence['classes'] {
  const none = Object.fromEntries(licenceClassNames.map((name) => [name, flag(false)])) as DriverLicence['classes']; // every name is there
  return { ...none, ...changes };
}

const sound = { kind: 'licence', recordNumber: { value: '000000000000', raw }, classes: classes({ ordinary: flag(true) }), deviations: [] } as const;
const review = { state: 'review', why: 'DATA_UNREADABLE' } as const;

const cases: readonly { name: string; licence: Looked; expected: LicenceHeld }[] = [
  { name: 'a licence', licence: sound, expected: { state: 'held' } },
  { name: 'a licence with history', licence: { ...sound, kind: 'licenceAndHistory' }, expected: { state: 'held' } },
  { name: 'history only', licence: { ...sound, kind: 'historyOnly' }, expected: { state: 'notHeld', why: 'HISTORY_ONLY' } },
  {
    name: 'history only, with a deviation',
    licence: { ...sound, kind: 'historyOnly', deviations: ['UNKNOWN_TAG'] },
    expected: { state: 'notHeld', why: 'HISTORY_ONLY' },
  },
  { name: 'an empty record', licence: { ...sound, kind: 'empty' }, expected: { state: 'notHeld', why: 'NO_RECORD' } },
  { name: 'an empty record that did not read through', licence: { ...sound, kind: 'empty', deviations: ['ELEMENT_MISSING'] }, expected: review },
  { name: 'no application', licence: 'noApplication', expected: { state: 'notHeld', why: 'NO_LICENCE_APPLICATION' } },
  { name: 'not read', licence: 'notRead', expected: { state: 'unknown', why: 'NOT_READ' } },
  { name: 'no class at all', licence: { ...sound, classes: classes({}) }, expected: review },
  { name: 'an irregular flag that is held', licence: { ...sound, classes: classes({ ordinary: flag(true, true) }) }, expected: review },
  {
    name: 'an irregular flag beside a sound one',
    licence: { ...sound, classes: classes({ ordinary: flag(true), towing: flag(true, true) }) },
    expected: review,
  },
  { name: 'an unreadable number', licence: { ...sound, recordNumber: { unreadable: true, raw } }, expected: review },
  {
    name: 'another coding of two-byte tags',
    licence: { ...sound, deviations: ['TWO_BYTE_TAG_CODING_DIFFERS', 'BYTES_AFTER_LAST_ELEMENT'] },
    expected: { state: 'held' },
  },
  ...(['UNKNOWN_TAG', 'ELEMENT_MISSING', 'ELEMENT_OUT_OF_ORDER', 'VALUE_TOO_LONG', 'FIELD_UNREADABLE', 'FLAG_IRREGULAR'] as const).map((deviation) => ({
    name: deviation,
    licence: { ...sound, deviations: [deviation] },
    expected: review,
  })),
];

describe('judgeHeld', () => {
  it.each(cases)('$name: $expected.state', ({ licence, expected }) => {
    expect(judgeHeld(licence)).toEqual(expected);
  });

  it('needs a number that is there', () => {
    expect(judgeHeld({ kind: sound.kind, classes: sound.classes, deviations: [] })).toEqual(review);
  });
});

const lastDay = { year: 2026, month: 6, day: 10 };
const days = { lastDay, deemedLastDay: lastDay };
const held: LicenceHeld = { state: 'held' };
const inDate = (daysLeft: number): InDate => ({ state: 'inDate', ...days, daysLeft });

describe('licenceReasons', () => {
  it.each<{ name: string; date: InDate; licence: LicenceHeld; expected: string[] }>([
    { name: '31 days left', date: inDate(31), licence: held, expected: [] },
    { name: '30 days left', date: inDate(30), licence: held, expected: ['EXPIRING_30D'] },
    { name: '29 days left', date: inDate(29), licence: held, expected: ['EXPIRING_30D'] },
    { name: 'last day', date: inDate(0), licence: held, expected: ['EXPIRING_30D'] },
    { name: 'window', date: { state: 'deemedWindow', ...days }, licence: held, expected: ['EXPIRY_DEEMED_WINDOW'] },
    { name: 'expired', date: { state: 'expired', ...days }, licence: held, expected: ['EXPIRED'] },
    { name: 'expired and doubtful', date: { state: 'expired', ...days }, licence: review, expected: ['EXPIRED', 'DATA_UNREADABLE'] },
    { name: 'soon and doubtful', date: inDate(3), licence: review, expected: ['DATA_UNREADABLE', 'EXPIRING_30D'] },
    { name: 'unreadable date', date: { state: 'unknown', why: 'UNREADABLE' }, licence: held, expected: ['DATA_UNREADABLE'] },
    { name: 'unreadable date and doubtful: once', date: { state: 'unknown', why: 'UNREADABLE' }, licence: review, expected: ['DATA_UNREADABLE'] },
    { name: 'a licence without a date', date: { state: 'unknown', why: 'NO_DATE' }, licence: held, expected: ['DATA_UNREADABLE'] },
    {
      name: 'history without a date',
      date: { state: 'unknown', why: 'NO_DATE' },
      licence: { state: 'notHeld', why: 'HISTORY_ONLY' },
      expected: ['HISTORY_ONLY'],
    },
    { name: 'an empty record', date: { state: 'unknown', why: 'NO_DATE' }, licence: { state: 'notHeld', why: 'NO_RECORD' }, expected: ['NO_RECORD'] },
    { name: 'no application', date: { state: 'unknown', why: 'NOT_READ' }, licence: { state: 'notHeld', why: 'NO_LICENCE_APPLICATION' }, expected: [] },
    { name: 'not read', date: { state: 'unknown', why: 'NOT_READ' }, licence: { state: 'unknown', why: 'NOT_READ' }, expected: [] },
  ])('$name: $expected', ({ date, licence, expected }) => {
    expect(licenceReasons(date, licence)).toEqual(expected);
  });
});
