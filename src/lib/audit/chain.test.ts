import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { hashOf } from './canonical-bytes.ts';
import { checkChain, headOf, nextEntry, NO_HASH } from './chain.ts';
import { BOOT_ID, chainOf, recordAt } from './test-records.ts';

const SIZE = 5;
const places = [0, 1, 2, 3, 4];
const { entries, head } = chainOf(SIZE);

/** One different, allowed value for every field: what a careful forger would write. */
const alterations: { readonly [field in keyof AuditEntry]-?: (entry: AuditEntry) => unknown } = {
  version: () => 2,
  sequence: ({ sequence }) => sequence + 1,
  bootId: () => 'F'.repeat(32),
  clock: () => 'steppedBack',
  previousHash: () => 'D'.repeat(64),
  hash: () => 'D'.repeat(64),
  event: () => 'cancelled',
  at: ({ at }) => at + 1,
  mode: () => 'service',
  licence: ({ licence }) => ({ ...licence, verdict: 'notGenuine' }),
  personalDetails: ({ personalDetails }) => ({ ...personalDetails, reasons: [] }),
  reasons: () => [],
  licenceNumberHash: () => 'D'.repeat(64),
  licenceNumberKeyId: () => 'D'.repeat(16),
  appBuild: () => '0.1.1',
  reader: () => '076B:3A22',
};
const fields = Object.keys(alterations).filter((key): key is keyof AuditEntry => key in alterations);
const everyFieldEverywhere = fields.flatMap((field) => places.map((place) => ({ field, place })));

function altered(place: number, field: keyof AuditEntry): unknown[] {
  return entries.map((entry, index) => (index === place ? { ...entry, [field]: alterations[field](entry) } : entry));
}

describe('nextEntry', () => {
  it('starts from nothing and links each entry to the one before', () => {
    expect(entries.map(({ sequence }) => sequence)).toEqual(places);
    expect(entries[0]?.previousHash).toBe(NO_HASH);
    for (const place of places.slice(1)) expect(entries[place]?.previousHash).toBe(entries[place - 1]?.hash);
  });

  it.each([
    { name: 'below', at: 999, clock: 'steppedBack' },
    { name: 'at', at: 1000, clock: 'running' },
    { name: 'above', at: 1001, clock: 'running' },
  ])('clock $name the entry before: $clock', ({ at, clock }) => {
    const first = nextEntry(undefined, recordAt(1000), BOOT_ID);
    expect(nextEntry(first, recordAt(at), BOOT_ID).clock).toBe(clock);
  });
});

describe('checkChain', () => {
  it.each([0, 1, SIZE])('finds a log of %i entries intact', (size) => {
    const log = chainOf(size);
    expect(checkChain(log.entries, log.head)).toEqual({ outcome: 'intact', size, headHash: log.head.headHash });
  });

  it.each(everyFieldEverywhere)('locates $field changed in entry $place', ({ field, place }) => {
    const why = field === 'version' ? 'ENTRY_UNREADABLE' : 'ENTRY_ALTERED';
    expect(checkChain(altered(place, field), head)).toEqual({ outcome: 'broken', firstBad: place, why });
  });

  it.each(places)('locates every bit of the hash of entry %i', (place) => {
    const hash = entries[place]?.hash ?? '';
    for (let digit = 0; digit < hash.length; digit++) {
      for (const bit of [1, 2, 4, 8]) {
        const flipped = (Number.parseInt(hash.charAt(digit), 16) ^ bit).toString(16).toUpperCase();
        const rows = entries.map((entry, index) => (index === place ? { ...entry, hash: hash.slice(0, digit) + flipped + hash.slice(digit + 1) } : entry));
        expect(checkChain(rows, head)).toEqual({ outcome: 'broken', firstBad: place, why: 'ENTRY_ALTERED' });
      }
    }
  });

  it.each(places)('locates optional fields taken from entry %i', (place) => {
    for (const field of ['licenceNumberHash', 'reader']) {
      const rows = entries.map((entry, index) => (index === place ? Object.fromEntries(Object.entries(entry).filter(([key]) => key !== field)) : entry));
      expect(checkChain(rows, head)).toEqual({ outcome: 'broken', firstBad: place, why: 'ENTRY_ALTERED' });
    }
  });

  it.each(places)('locates entry %i altered and hashed anew: at the next link, the last one at the head', (place) => {
    const rows = entries.map((entry, index) => {
      if (index !== place) return entry;
      const forged = { ...entry, reasons: [] };
      return { ...forged, hash: hashOf(forged) };
    });
    const found = place === SIZE - 1 ? { firstBad: place, why: 'HEAD_DIFFERS' } : { firstBad: place + 1, why: 'LINK_BROKEN' };
    expect(checkChain(rows, head)).toEqual({ outcome: 'broken', ...found });
  });

  it.each(places)('locates entry %i removed', (place) => {
    expect(checkChain(entries.toSpliced(place, 1), head)).toEqual({ outcome: 'broken', firstBad: place, why: 'ENTRY_MISSING' });
  });

  it.each(places)('locates entry %i doubled', (place) => {
    const found = { outcome: 'broken', firstBad: place + 1, why: 'ENTRY_MISSING' };
    const doubled = entries.toSpliced(place, 0, ...entries.slice(place, place + 1));
    expect(checkChain(doubled, head)).toEqual(found);
  });

  it.each(places.flatMap((left) => places.filter((right) => right > left).map((right) => ({ left, right }))))(
    'locates $left and $right swapped',
    ({ left, right }) => {
      const order = places.map((place) => (place === left ? right : place === right ? left : place));
      const rows = order.map((place) => entries[place]);
      expect(checkChain(rows, head)).toEqual({ outcome: 'broken', firstBad: left, why: 'ENTRY_MISSING' });
    },
  );

  it.each(places)('locates a tail cut off after %i entries by the head', (size) => {
    expect(checkChain(entries.slice(0, size), head)).toEqual({ outcome: 'broken', firstBad: size, why: 'ENTRY_MISSING' });
  });

  it.each(places)('locates a head that stands for %i entries only', (size) => {
    expect(checkChain(entries, chainOf(size).head)).toEqual({ outcome: 'broken', firstBad: size, why: 'HEAD_DIFFERS' });
  });

  it('does not claim to find a tail cut off together with the head', () => {
    expect(checkChain(entries.slice(0, 3), headOf(entries[2]))).toMatchObject({ outcome: 'intact', size: 3 });
  });

  it('locates an entry of another log put in its place', () => {
    const other = nextEntry(nextEntry(undefined, recordAt(5), BOOT_ID), recordAt(6), BOOT_ID);
    expect(checkChain(entries.with(1, other), head)).toEqual({ outcome: 'broken', firstBad: 1, why: 'LINK_BROKEN' });
  });

  it('does not believe an entry about its clock', () => {
    const forged = { ...nextEntry(entries[4], recordAt(1), BOOT_ID), clock: 'running' as const };
    const rows = [...entries, { ...forged, hash: hashOf(forged) }];
    expect(checkChain(rows, { size: 6, headHash: hashOf(forged) })).toEqual({ outcome: 'broken', firstBad: 5, why: 'ENTRY_ALTERED' });
  });

  it.each([undefined, null, 0, 'x', [], {}, { size: 5 }, { ...head, size: '5' }])('names a head that reads %j', (storedHead) => {
    expect(checkChain(entries, storedHead)).toEqual({ outcome: 'broken', firstBad: 4, why: 'HEAD_DIFFERS' });
  });

  test.prop([fc.nat(4), fc.anything()])('names a row that is anything', (place, row) => {
    expect(checkChain([...entries.slice(0, place), row, ...entries.slice(place + 1)], head)).toEqual({
      outcome: 'broken',
      firstBad: place,
      why: 'ENTRY_UNREADABLE',
    });
  });
});
