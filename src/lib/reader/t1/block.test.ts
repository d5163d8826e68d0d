/** T=1 blocks: ccid.md §9, §15; the rows B28 and B29 of §14 that one block shows. */
import { hex, unhex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock, type T1Block } from './block.ts';
import { crc, lrc } from './check-code.ts';

const information = (bytes: string, sequence: 0 | 1 = 0, more = false): T1Block => ({ kind: 'I', sequence, more, information: unhex(bytes) });

/** A block with the right LRC, by XOR. */
function withLrc(body: string): Bytes {
  const bytes = unhex(body);
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return Uint8Array.of(...bytes, sum);
}

describe('check codes', () => {
  it.each([
    { bytes: '00C101FE', code: '3E', source: 'ccid.md §15 IFS' },
    { bytes: '00C30109', code: 'CB', source: 'ccid.md §15 WTX' },
    { bytes: '00', code: '00', source: 'ISO/IEC 7816-3 §11.3.4' },
  ])('LRC of $bytes ($source)', ({ bytes, code }) => {
    expect(hex(lrc.of(unhex(bytes)))).toBe(code);
  });

  it.each([
    { bytes: '000000', code: 'CCC6', source: 'ISO/IEC 14443-3 annex B' },
    { bytes: '0FAAFF', code: 'FCD1', source: 'ISO/IEC 14443-3 annex B' },
    { bytes: '0A123456', code: '2CF6', source: 'ISO/IEC 14443-3 annex B' },
    { bytes: '313233343536373839', code: '6E90', source: 'check value of CRC-16/X-25, 906E' },
    { bytes: '5ACF00', code: '377F', source: 'NXP UM11225, interface soft reset of T=1 over I2C' },
  ])('CRC of $bytes ($source)', ({ bytes, code }) => {
    expect(hex(crc.of(unhex(bytes)))).toBe(code);
  });
});

describe('blocks', () => {
  it.each<{ name: string; bytes: string; block: T1Block; source: string }>([
    { name: 'S(IFS request)', bytes: '00C101FE3E', block: { kind: 'S', name: 'ifs', isResponse: false, value: 254 }, source: 'ccid.md §15' },
    { name: 'S(IFS response)', bytes: '00E101FE1E', block: { kind: 'S', name: 'ifs', isResponse: true, value: 254 }, source: 'ccid.md §15' },
    { name: 'S(WTX request)', bytes: '00C30109CB', block: { kind: 'S', name: 'wtx', isResponse: false, value: 9 }, source: 'ccid.md §15' },
    { name: 'S(WTX response)', bytes: '00E30109EB', block: { kind: 'S', name: 'wtx', isResponse: true, value: 9 }, source: 'ccid.md §15' },
    { name: 'I(1,0) with 9000', bytes: '0040029000D2', block: information('9000', 1), source: 'ccid.md §15' },
    { name: 'I(0,1), empty', bytes: '00200020', block: information('', 0, true), source: 'ISO/IEC 7816-3 table 20' },
    { name: 'R(0)', bytes: '00800080', block: { kind: 'R', sequence: 0, complaint: 'none' }, source: 'ISO/IEC 7816-3 table 20' },
    { name: 'R(1), EDC', bytes: '00910091', block: { kind: 'R', sequence: 1, complaint: 'edc' }, source: 'ISO/IEC 7816-3 table 20' },
    { name: 'R(0), other', bytes: '00820082', block: { kind: 'R', sequence: 0, complaint: 'other' }, source: 'ISO/IEC 7816-3 table 20' },
    { name: 'S(RESYNCH request)', bytes: '00C000C0', block: { kind: 'S', name: 'resynch', isResponse: false }, source: 'ccid.md §9' },
    { name: 'S(RESYNCH response)', bytes: '00E000E0', block: { kind: 'S', name: 'resynch', isResponse: true }, source: 'ccid.md §9' },
    { name: 'S(ABORT request)', bytes: '00C200C2', block: { kind: 'S', name: 'abort', isResponse: false }, source: 'ccid.md §9' },
    { name: 'S(ABORT response)', bytes: '00E200E2', block: { kind: 'S', name: 'abort', isResponse: true }, source: 'ccid.md §9' },
  ])('$name ($source)', ({ bytes, block }) => {
    expect(hex(encodeBlock(block, lrc))).toBe(bytes);
    expect(decodeBlock(unhex(bytes), lrc)).toEqual({ outcome: 'block', block });
  });

  it.each([
    { name: 'B28 0 bytes', bytes: '', complaint: 'other' },
    { name: 'B28 1 byte', bytes: '00', complaint: 'other' },
    { name: 'B28 2 bytes', bytes: '0000', complaint: 'other' },
    { name: 'B28 3 bytes', bytes: '000000', complaint: 'other' },
    { name: 'B29 LEN larger than received', bytes: '0000039000 93', complaint: 'other' },
    { name: 'LEN smaller than received', bytes: '0000019000 91', complaint: 'other' },
    { name: 'B29 LEN FF', bytes: `0000FF${'AA'.repeat(255)}55`, complaint: 'other' },
    { name: 'B29 wrong NAD', bytes: '0100029000 93', complaint: 'other' },
    { name: 'NAD with the nibbles swapped of none we sent', bytes: '2100029000 B3', complaint: 'other' },
    { name: 'B29 R with LEN', bytes: '00800100 81', complaint: 'other' },
    { name: 'B29 R with bit 20', bytes: '00A000 A0', complaint: 'other' },
    { name: 'R with reserved error code 3', bytes: '008300 83', complaint: 'other' },
    { name: 'R with reserved bit 8', bytes: '008800 88', complaint: 'other' },
    { name: 'I with reserved bits', bytes: '0001029000 93', complaint: 'other' },
    { name: 'B29 S of unknown type', bytes: '00C400 C4', complaint: 'other' },
    { name: 'S of unknown type 1F', bytes: '00FF00 FF', complaint: 'other' },
    { name: 'B29 WTX 0', bytes: '00C30100 C2', complaint: 'other' },
    { name: 'WTX without a value', bytes: '00C300 C3', complaint: 'other' },
    { name: 'WTX with two values', bytes: '00C3020101 C1', complaint: 'other' },
    { name: 'B29 IFS 0', bytes: '00C10100 C0', complaint: 'other' },
    { name: 'B29 IFS 255', bytes: '00C101FF 3F', complaint: 'other' },
    { name: 'RESYNCH with a value', bytes: '00C00101 C0', complaint: 'other' },
    { name: 'B29 LRC off by one', bytes: '0040029000 D3', complaint: 'edc' },
    { name: 'a bit of INF turned', bytes: '0040029001 D2', complaint: 'edc' },
  ])('news from the line: $name', ({ bytes, complaint }) => {
    expect(decodeBlock(unhex(bytes), lrc)).toEqual({ outcome: 'damaged', complaint });
  });

  it('takes 254 bytes and refuses to build 255', () => {
    const longest = decodeBlock(withLrc(`0000FE${'5A'.repeat(254)}`), lrc);
    expect(longest).toMatchObject({ outcome: 'block', block: { kind: 'I' } });
    expect(() => encodeBlock(information('5A'.repeat(255)), lrc)).toThrow(RangeError);
  });

  it('with CRC the shortest block has five bytes', () => {
    expect(decodeBlock(unhex('00800080'), crc)).toEqual({ outcome: 'damaged', complaint: 'other' });
    expect(encodeBlock({ kind: 'R', sequence: 0, complaint: 'none' }, crc)).toHaveLength(5);
  });

  const anyBlock: fc.Arbitrary<T1Block> = fc.oneof(
    fc.record({
      kind: fc.constant('I' as const),
      sequence: fc.constantFrom(0 as const, 1 as const),
      more: fc.boolean(),
      information: fc.uint8Array({ maxLength: 254 }).map((bytes) => Uint8Array.from(bytes)),
    }),
    fc.record({
      kind: fc.constant('R' as const),
      sequence: fc.constantFrom(0 as const, 1 as const),
      complaint: fc.constantFrom('none' as const, 'edc' as const, 'other' as const),
    }),
    fc.record({ kind: fc.constant('S' as const), name: fc.constantFrom('resynch' as const, 'abort' as const), isResponse: fc.boolean() }),
    fc.record({ kind: fc.constant('S' as const), name: fc.constant('ifs' as const), isResponse: fc.boolean(), value: fc.integer({ min: 1, max: 254 }) }),
    fc.record({ kind: fc.constant('S' as const), name: fc.constant('wtx' as const), isResponse: fc.boolean(), value: fc.integer({ min: 1, max: 255 }) }),
  );

  test.prop([anyBlock, fc.constantFrom(lrc, crc)])('every block comes back as it went', (block, checkCode) => {
    expect(decodeBlock(encodeBlock(block, checkCode), checkCode)).toEqual({ outcome: 'block', block });
  });

  test.prop([anyBlock, fc.constantFrom(lrc, crc), fc.nat(), fc.integer({ min: 0, max: 7 })])(
    'one turned bit is always noticed',
    (block, checkCode, place, bit) => {
      const bytes = encodeBlock(block, checkCode);
      const index = place % bytes.length;
      expect(
        decodeBlock(
          bytes.map((byte, at) => (at === index ? byte ^ (1 << bit) : byte)),
          checkCode,
        ).outcome,
      ).toBe('damaged');
    },
  );

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.constantFrom(lrc, crc)])('any bytes decode to an outcome, never an exception', (bytes, checkCode) => {
    expect(['block', 'damaged']).toContain(decodeBlock(Uint8Array.from(bytes), checkCode).outcome);
  });
});
