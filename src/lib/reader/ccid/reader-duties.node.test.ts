/** Every published descriptor gets a decision, and the totals are those of ccid.md §2.1 and §2.2. The data stay outside the project (LGPL). */
import { existsSync, readFileSync } from 'node:fs';
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { decodeFunctionalDescriptor, FunctionalDescriptor } from './functional-descriptor.ts';
import { readerDuties } from './reader-duties.ts';

const DATA = '../shared/data/ccid-readers/readers.json';

interface PublishedInterface {
  readonly bNumEndpoints: number;
  readonly protocol: number;
  readonly ccid: Readonly<Record<string, number>>;
  readonly ccid_hex: string;
}

function published(): PublishedInterface[] {
  // The shape is that of the data set's README; a wrong shape fails the counts below.
  const { readers } = JSON.parse(readFileSync(DATA, 'utf8')) as { readers: { interfaces: PublishedInterface[] }[] };
  return readers.flatMap(({ interfaces }) => interfaces);
}

describe.skipIf(!existsSync(DATA))('published descriptors (../shared/data/ccid-readers)', () => {
  const interfaces = existsSync(DATA) ? published() : [];
  const duties = interfaces.map((entry) => readerDuties(decodeFunctionalDescriptor(unhex(entry.ccid_hex)), entry.bNumEndpoints === 3));
  const count = (test: (duty: (typeof duties)[number]) => boolean): number => duties.filter(test).length;

  it('all 612 decode to their fields and encode to the same 54 bytes', () => {
    expect(interfaces).toHaveLength(612);
    for (const { ccid, ccid_hex: bytes } of interfaces) {
      const decoded = decodeFunctionalDescriptor(unhex(bytes));
      expect({ ...decoded, bLength: 54 }).toEqual(ccid);
      expect(hex(FunctionalDescriptor.encode(decoded)).toLowerCase()).toBe(bytes);
    }
  });

  it('levels: ccid.md §2.1', () => {
    expect(count(({ level }) => level === 'extendedApdu')).toBe(235);
    expect(count(({ level }) => level === 'tpdu')).toBe(223);
    expect(count(({ level }) => level === 'shortApdu')).toBe(148);
    expect(count(({ level }) => level === 'character')).toBe(6);
    expect(count(({ slotCount }) => slotCount > 1)).toBe(39);
  });

  it('duties: ccid.md §2.2', () => {
    expect(count((duty) => duty.hostRunsT1)).toBe(206);
    expect(count((duty) => duty.hostSendsIfs)).toBe(179);
    expect(count((duty) => duty.hostBuildsPps)).toBe(98);
    expect(count((duty) => duty.hostSetsParameters)).toBe(458);
    expect(count((duty) => duty.hostChoosesVoltage)).toBe(242);
    expect(count((duty) => duty.isFullyAutomatic)).toBe(254);
    expect(count((duty) => duty.hostChainsLongApdus)).toBe(221);
    expect(count((duty) => duty.hostChainsLongApdus && duty.maximumMessageLength <= 273)).toBe(75);
    expect(interfaces.filter(({ bNumEndpoints }) => bNumEndpoints === 2)).toHaveLength(59);
  });

  it('odd values are clamped (B34)', () => {
    for (const duty of duties) {
      expect(duty.busySlots).toBeGreaterThanOrEqual(1);
      expect(duty.busySlots).toBeLessThanOrEqual(duty.slotCount);
      expect(duty.informationFieldLength).toBeGreaterThanOrEqual(1);
      expect(duty.informationFieldLength).toBeLessThanOrEqual(254);
      expect(duty.maximumMessageLength).toBeGreaterThanOrEqual(64);
      expect(duty.powerSelections.length).toBeLessThanOrEqual(3);
    }
  });
});
