import { describe, expect, it } from 'vitest';
import type { AuditRecord } from './audit-entry.ts';
import { checkedRecord, readEntry, readHead } from './entry-schema.ts';
import { chainOf, recordAt } from './test-records.ts';

const verdict = { verdict: 'genuine', reasons: [], anchorFingerprints: [] } as const;

const goodRecords: readonly { name: string; changes: Partial<AuditRecord> }[] = [
  { name: 'as it comes', changes: {} },
  { name: 'no reasons at all', changes: { reasons: [] } },
  { name: 'hash of a number', changes: { licenceNumberHash: '123456789012'.padEnd(64, 'F') } },
  { name: 'reader without a level', changes: { reader: '076B:3A21' } },
  { name: 'reader of decimal ids', changes: { reader: '1234:5678 shortApdu' } },
  { name: 'eleven digits', changes: { reasons: ['A12345678901'] } },
  { name: 'plain version', changes: { appBuild: '0.1.0' } },
];

const badRecords: readonly { name: string; changes: object }[] = [
  { name: 'a licence number as a reason', changes: { reasons: ['123456789012'] } },
  { name: 'a number behind a code', changes: { reasons: ['EXPIRED_123456789012'] } },
  { name: 'a number in groups', changes: { reasons: ['N_1234_5678_9012'] } },
  { name: 'a number among the licence reasons', changes: { licence: { ...verdict, reasons: ['A123456789012'] } } },
  { name: 'a number among the personal reasons', changes: { personalDetails: { ...verdict, reasons: ['A123456789012'] } } },
  { name: 'a number as a reader', changes: { reader: '123456789012' } },
  { name: 'a serial number behind the reader', changes: { reader: '076B:3A21 12345678' } },
  { name: 'a number as a build', changes: { appBuild: '0.1.0+123456789012' } },
  { name: 'a number as a hash', changes: { licenceNumberHash: '123456789012' } },
  { name: 'a name as a reason', changes: { reasons: ['架空 太郎'] } },
  { name: 'full-width digits', changes: { reasons: ['１２３４５６７８９０１２'] } },
  { name: 'a sentence', changes: { reasons: ['Out of date'] } },
  { name: 'HTML', changes: { reasons: ['<b>A</b>'] } },
  { name: 'a name in a field of its own', changes: { name: '架空 太郎' } },
  { name: 'a field of a verdict too many', changes: { licence: { ...verdict, address: 'x' } } },
  { name: 'a field named constructor', changes: { constructor: 'x' } },
  { name: 'lower-case hash', changes: { licenceNumberHash: 'a'.repeat(64) } },
  { name: 'hash one short', changes: { licenceNumberHash: 'A'.repeat(63) } },
  { name: 'hash undefined', changes: { licenceNumberHash: undefined } },
  { name: 'unknown event', changes: { event: 'delete' } },
  { name: 'unknown mode', changes: { mode: 'demo' } },
  { name: 'fractional time', changes: { at: 0.5 } },
  { name: 'time before 1970', changes: { at: -1 } },
  { name: 'time as text', changes: { at: '1000' } },
  { name: 'time not a number', changes: { at: NaN } },
  { name: '65 reasons', changes: { reasons: Array.from({ length: 65 }, () => 'A') } },
  { name: '33 anchors', changes: { licence: { ...verdict, anchorFingerprints: Array.from({ length: 33 }, () => 'A'.repeat(64)) } } },
  { name: 'a code of 65 characters', changes: { reasons: ['A'.repeat(65)] } },
  { name: 'no verdict', changes: { licence: undefined } },
];

describe('checkedRecord', () => {
  it.each(goodRecords)('takes $name', ({ changes }) => {
    expect(checkedRecord(recordAt(1, changes))).toEqual(recordAt(1, changes));
  });

  it.each(badRecords)('refuses $name', ({ changes }) => {
    expect(() => checkedRecord({ ...recordAt(1), ...changes })).toThrow(expect.objectContaining({ code: 'RECORD_REFUSED' }));
  });

  it('repeats no refused value', () => {
    expect(() => checkedRecord(recordAt(1, { reasons: ['123456789012'] }))).toThrow(/^(?!.*123456789012)/u);
  });
});

describe('readEntry', () => {
  const [entry] = chainOf(1).entries;

  it('reads what was written', () => {
    expect(readEntry(entry)).toEqual(entry);
  });

  it.each([undefined, null, 0, 'entry', [], {}, { ...entry, hash: undefined }, { ...entry, extra: 1 }, { ...entry, version: 2 }, { ...entry, sequence: -1 }])(
    'does not read %j',
    (row) => {
      expect(readEntry(row)).toBeUndefined();
    },
  );
});

describe('readHead', () => {
  it('reads a head', () => {
    expect(readHead({ size: 3, headHash: 'A'.repeat(64) })).toEqual({ size: 3, headHash: 'A'.repeat(64) });
  });

  it.each([
    undefined,
    null,
    3,
    '',
    [],
    {},
    { size: 3 },
    { size: -1, headHash: 'A'.repeat(64) },
    { size: 3, headHash: 'a' },
    { size: 3, headHash: 'A'.repeat(64), more: 1 },
  ])('does not read %j', (stored) => {
    expect(readHead(stored)).toBeUndefined();
  });
});
