import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex } from '#bytes';
import { encodeCbor, type CborValue } from './cbor.ts';

const RFC = 'RFC 8949 Appendix A';
const good: readonly { value: CborValue; bytes: string; source: string }[] = [
  { value: 0, bytes: '00', source: RFC },
  { value: 1, bytes: '01', source: RFC },
  { value: 10, bytes: '0A', source: RFC },
  { value: 23, bytes: '17', source: RFC },
  { value: 24, bytes: '1818', source: RFC },
  { value: 25, bytes: '1819', source: RFC },
  { value: 100, bytes: '1864', source: RFC },
  { value: 1000, bytes: '1903E8', source: RFC },
  { value: 1000000, bytes: '1A000F4240', source: RFC },
  { value: 1000000000000, bytes: '1B000000E8D4A51000', source: RFC },
  { value: 255, bytes: '18FF', source: 'RFC 8949 §3, by hand' },
  { value: 256, bytes: '190100', source: 'RFC 8949 §3, by hand' },
  { value: 65535, bytes: '19FFFF', source: 'RFC 8949 §3, by hand' },
  { value: 65536, bytes: '1A00010000', source: 'RFC 8949 §3, by hand' },
  { value: 4294967295, bytes: '1AFFFFFFFF', source: 'RFC 8949 §3, by hand' },
  { value: 4294967296, bytes: '1B0000000100000000', source: 'RFC 8949 §3, by hand' },
  { value: Number.MAX_SAFE_INTEGER, bytes: '1B001FFFFFFFFFFFFF', source: 'RFC 8949 §3, by hand' },
  { value: null, bytes: 'F6', source: RFC },
  { value: '', bytes: '60', source: RFC },
  { value: 'a', bytes: '6161', source: RFC },
  { value: 'IETF', bytes: '6449455446', source: RFC },
  { value: '"\\', bytes: '62225C', source: RFC },
  { value: '\u00fc', bytes: '62C3BC', source: RFC },
  { value: '\u6c34', bytes: '63E6B0B4', source: RFC },
  { value: '\ud800\udd51', bytes: '64F0908591', source: RFC },
  { value: [], bytes: '80', source: RFC },
  { value: [1, 2, 3], bytes: '83010203', source: RFC },
  { value: [1, [2, 3], [4, 5]], bytes: '8301820203820405', source: RFC },
  {
    value: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
    bytes: '98190102030405060708090A0B0C0D0E0F101112131415161718181819',
    source: RFC,
  },
  { value: {}, bytes: 'A0', source: RFC },
  { value: { a: 1, b: [2, 3] }, bytes: 'A26161016162820203', source: RFC },
  { value: ['a', { b: 'c' }], bytes: '826161A161626163', source: RFC },
  { value: { a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }, bytes: 'A56161614161626142616361436164614461656145', source: RFC },
  { value: { b: 1, aa: 2, a: 3 }, bytes: 'A3616103616201626161 02'.replace(' ', ''), source: 'RFC 8949 §4.2.1, by hand: shorter keys first, then bytewise' },
];

const bad: readonly { name: string; value: unknown }[] = [
  { name: 'a negative number', value: -1 },
  { name: 'a fraction', value: 0.5 },
  { name: 'not a number', value: NaN },
  { name: 'infinity', value: Infinity },
  { name: 'above 2^53-1', value: 2 ** 53 },
  { name: 'undefined', value: undefined },
  { name: 'a boolean', value: true },
  { name: 'a bigint', value: 1n },
  { name: 'undefined in a map', value: { a: undefined } },
  { name: 'a lone high surrogate', value: '\ud800' },
  { name: 'a lone low surrogate', value: 'a\udd51b' },
  { name: 'a lone surrogate in a key', value: { '\udd51': 1 } },
];

describe('encodeCbor', () => {
  it.each(good)('$bytes ($source)', ({ value, bytes }) => {
    expect(hex(encodeCbor(value))).toBe(bytes);
  });

  it.each(bad)('refuses $name', ({ value }) => {
    // The cast stands for what a caller without types could hand over.
    expect(() => encodeCbor(value as CborValue)).toThrow(expect.objectContaining({ code: 'RECORD_REFUSED' }));
  });

  const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.nat(300),
      fc.constant(null),
      fc.constantFrom('', 'a', 'b', 'ab', 'ba'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'ab'), tie('value'), { noNullPrototype: true }),
    ),
  }));

  test.prop([value, value])('gives equal bytes for equal values only', (left, right) => {
    // JSON with sorted keys is another injective form of the same values.
    const same = sortedJson(left) === sortedJson(right);
    expect(hex(encodeCbor(left)) === hex(encodeCbor(right))).toBe(same);
  });

  test.prop([fc.dictionary(fc.string({ unit: 'grapheme' }), fc.nat())])('does not depend on the order of keys', (map) => {
    expect(hex(encodeCbor(Object.fromEntries(Object.entries(map).reverse())))).toBe(hex(encodeCbor(map)));
  });
});

function sortedJson(value: CborValue): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
