import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { knownReaders } from './known-readers.ts';

const file = '../shared/data/ccid-readers/readers.json';
interface Published {
  readonly vid: number;
  readonly pid: number;
  readonly interfaces: readonly { readonly bInterfaceClass: number; readonly bNumEndpoints: number }[];
}

it.skipIf(!existsSync(file))('holds every published reader with bulk endpoints on class 0xFF, but the cyberJack (ccid-readers/readers.json)', () => {
  const { readers } = JSON.parse(readFileSync(file, 'utf8')) as { readers: readonly Published[] };
  const reachable = readers.filter(({ interfaces }) => interfaces.some((each) => each.bInterfaceClass === 0xff && each.bNumEndpoints >= 2));
  const expected = new Set(reachable.filter(({ vid }) => vid !== 0x0c4b).map(({ vid, pid }) => vid * 0x10000 + pid));
  const ours = knownReaders.filter(({ vendorId }) => vendorId !== 0x054c).map(({ vendorId, productId }) => vendorId * 0x10000 + productId);
  expect(expected.size).toBeGreaterThan(0);
  expect(ours).toEqual(expect.arrayContaining([...expected]));
});
