/** Every published descriptor is described, and the totals are those of ccid.md §2.1 and §2.2. The data stay outside the project (LGPL). */
import { existsSync, readFileSync } from 'node:fs';
import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { describeDescriptor, type DescriptorReport } from './describe-descriptor.ts';

const DATA = '../shared/data/ccid-readers/readers.json';

interface PublishedInterface {
  readonly bInterfaceClass: number;
  readonly bNumEndpoints: number;
  readonly ccid_hex: string;
}

function published(): PublishedInterface[] {
  // The shape is that of the data set's README; a wrong shape fails the counts below.
  const { readers } = JSON.parse(readFileSync(DATA, 'utf8')) as { readers: { interfaces: PublishedInterface[] }[] };
  return readers.flatMap(({ interfaces }) => interfaces);
}

describe.skipIf(!existsSync(DATA))('published descriptors (../shared/data/ccid-readers)', () => {
  const interfaces = existsSync(DATA) ? published() : [];
  const describeAll = (withEndpoints: boolean): DescriptorReport[] =>
    interfaces.map(({ ccid_hex: bytes, bInterfaceClass, bNumEndpoints }) =>
      describeDescriptor(unhex(bytes), {
        interfaceClass: bInterfaceClass === 0xff ? 'vendor' : 'smartCard',
        ...(withEndpoints ? { endpointCount: bNumEndpoints } : {}),
      }),
    );
  const reports = describeAll(false);
  const count = (test: (report: DescriptorReport) => boolean): number => reports.filter(test).length;

  it('levels, slots and classes: §2.1', () => {
    expect(reports).toHaveLength(612);
    expect(count(({ level }) => level === 'extendedApdu')).toBe(235);
    expect(count(({ level }) => level === 'tpdu')).toBe(223);
    expect(count(({ level }) => level === 'shortApdu')).toBe(148);
    expect(count(({ level }) => level === 'character')).toBe(6);
    expect(count(({ slots }) => slots > 1)).toBe(39);
    expect(count(({ claimable }) => claimable)).toBe(24);
    expect(count(({ protocols }) => protocols.join() === '1')).toBe(88);
    expect(count(({ protocols }) => protocols.join() === '0')).toBe(46);
  });

  it('duties: §2.2', () => {
    expect(count(({ duties }) => duties.t1)).toBe(206);
    expect(count(({ duties }) => duties.ifs)).toBe(179);
    expect(count(({ duties }) => duties.pps)).toBe(98);
    expect(count(({ duties }) => duties.setParameters)).toBe(458);
    expect(count(({ duties }) => duties.voltage)).toBe(242);
    expect(count(({ duties }) => duties.poll !== null)).toBe(0);
  });

  it('polling, where the number of endpoints is known: all but the 543 with an interrupt endpoint', () => {
    expect(describeAll(true).filter(({ duties }) => duties.poll === true)).toHaveLength(612 - 543);
  });
});
