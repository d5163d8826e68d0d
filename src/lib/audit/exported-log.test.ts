import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { checkExport, writeExport, type ExportedLog } from './exported-log.ts';
import { chainOf } from './test-records.ts';

const { entries, head } = chainOf(5);
const log: ExportedLog = { mode: 'practice', exportedBy: '0.1.0', head, entries };
const json = writeExport(log);

const hostile: readonly { name: string; text: string; why: string }[] = [
  { name: 'nothing', text: '', why: 'EXPORT_NOT_JSON' },
  { name: 'half a file', text: json.slice(0, json.length / 2), why: 'EXPORT_NOT_JSON' },
  { name: 'a file and more', text: `${json}x`, why: 'EXPORT_NOT_JSON' },
  { name: 'deep nesting', text: '['.repeat(200_000), why: 'EXPORT_NOT_JSON' },
  { name: 'deep nesting, closed', text: '['.repeat(2000) + ']'.repeat(2000), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'null', text: 'null', why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'an array', text: '[]', why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'another format', text: json.replace('madoguchi-audit-log/1', 'madoguchi-audit-log/2'), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'an unknown mode', text: json.replace('"mode":"practice"', '"mode":"demo"'), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'a field too many', text: json.replace('{', '{"more":1,'), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'a field named __proto__', text: json.replace('{', '{"__proto__":{"mode":"practice"},'), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'entries that are no list', text: JSON.stringify({ ...log, format: 'madoguchi-audit-log/1', entries: {} }), why: 'EXPORT_FORM_UNKNOWN' },
  { name: 'a build without end', text: writeExport({ ...log, exportedBy: 'x'.repeat(65) }), why: 'EXPORT_FORM_UNKNOWN' },
  {
    name: 'a million entries and one',
    text: JSON.stringify({ ...log, format: 'madoguchi-audit-log/1', entries: Array(1_000_001).fill(0) }),
    why: 'EXPORT_FORM_UNKNOWN',
  },
];

describe('checkExport', () => {
  it('finds its own file intact', () => {
    expect(checkExport(json)).toEqual({ outcome: 'intact', ...head });
  });

  it('does not mind white space', () => {
    expect(checkExport(JSON.stringify(JSON.parse(json), null, 2))).toMatchObject({ outcome: 'intact' });
  });

  it.each(hostile)('refuses $name', ({ text, why }) => {
    expect(checkExport(text)).toEqual({ outcome: 'unreadable', why });
  });

  it('refuses more than 256 Mi characters unread', () => {
    expect(checkExport(' '.repeat(256 * 1024 * 1024 + 1))).toEqual({ outcome: 'unreadable', why: 'EXPORT_TOO_LARGE' });
  });

  it('locates an entry that was unreadable in the database', () => {
    expect(checkExport(writeExport({ ...log, entries: entries.map((entry, index) => (index === 3 ? null : entry)) }))).toEqual({
      outcome: 'broken',
      firstBad: 3,
      why: 'ENTRY_UNREADABLE',
    });
  });

  it('locates a field smuggled into an entry', () => {
    const smuggled = json.replace('{"event"', '{"__proto__":{"name":"x"},"event"');
    expect(smuggled).not.toBe(json);
    expect(checkExport(smuggled)).toEqual({ outcome: 'broken', firstBad: 0, why: 'ENTRY_UNREADABLE' });
  });

  it('calls practice entries in a service file out of place', () => {
    expect(checkExport(writeExport({ ...log, mode: 'service' }))).toEqual({ outcome: 'broken', firstBad: 0, why: 'ENTRY_ALTERED' });
  });

  test.prop([fc.nat(), fc.nat(7)], { numRuns: 300 })('notices any bit flipped in what is protected', (position, bit) => {
    const start = json.indexOf('"head"'); // before it: format and mode, which the table covers, and the build, which nothing protects
    const place = start + (position % (json.length - start));
    const flipped = json.slice(0, place) + String.fromCharCode(json.charCodeAt(place) ^ (1 << bit)) + json.slice(place + 1);
    expect(checkExport(flipped).outcome).not.toBe('intact');
  });

  test.prop([fc.string()])('answers whatever the text', (text) => {
    expect(checkExport(text).outcome).toBe('unreadable');
  });
});
