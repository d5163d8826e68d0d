import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { parseAtr } from './atr.ts';
import { ReaderError } from './reader-error.ts';

const SOURCE = 'ccid.md §15, decoded by its own table';

/** A long TD chain: T0 = 80, then TD1…TDn each announcing the next. */
const tdChain = (length: number): Bytes => Uint8Array.from([0x3b, 0x80, ...Array.from({ length: length - 1 }, () => 0x80), 0x00]);

describe('parseAtr', () => {
  it.each([
    {
      atr: '3BF81300008131FE15597562696B657934D4',
      protocols: [1],
      ta1: 0x13,
      t1: { informationFieldLength: 254, bwi: 1, cwi: 5 },
      historical: 8,
      check: 'right',
    },
    {
      atr: '3BDB960080B1FE451F830031C064C7FC100001900074',
      protocols: [0, 1],
      ta1: 0x96,
      t1: { informationFieldLength: 254, bwi: 4, cwi: 5 },
      historical: 11,
      check: 'right',
    },
    { atr: '3BD5180081313A7D8073C8211030', protocols: [1], ta1: 0x18, t1: { informationFieldLength: 0x3a, bwi: 7, cwi: 13 }, historical: 5, check: 'right' },
    { atr: '3B800181', protocols: [1], ta1: undefined, t1: { informationFieldLength: 32, bwi: 4, cwi: 13 }, historical: 0, check: 'right' },
    { atr: '3B00', protocols: [0], ta1: undefined, t1: {}, historical: 0, check: 'notNeeded' },
    { atr: '3B901100', protocols: [0], ta1: 0x11, t1: {}, historical: 0, check: 'notNeeded' },
    { atr: '3B29008072A4456400008714', protocols: [0], ta1: undefined, t1: {}, historical: 9, check: 'notNeeded' },
    { atr: '3B80801F001F', protocols: [0], ta1: undefined, t1: {}, historical: 0, check: 'right' },
    { atr: '3B80801F0000', protocols: [0], ta1: undefined, t1: {}, historical: 0, check: 'wrong' },
    { atr: '3B8180018080', protocols: [0, 1], ta1: undefined, t1: {}, historical: 1, check: 'right' },
    { atr: '3B8880011C2D9411F7718500BE', protocols: [0, 1], ta1: undefined, t1: {}, historical: 8, check: 'right' },
  ])(`$atr (${SOURCE}, §12)`, ({ atr, protocols, ta1, t1, historical, check }) => {
    const parsed = parseAtr(unhex(atr));
    expect(parsed).toMatchObject({ convention: 'direct', protocols, ta1, t1, checkByte: check });
    expect(parsed.historicalBytes).toHaveLength(historical);
  });

  it('reads TA2 (specific mode) and the classes behind T=15, ISO/IEC 7816-3 §8.3', () => {
    // T0 = 90: TA1, TD1 = 91: TA2 follows, T=1; TA2 = 91: T=1, implicit, cannot change; TD2 = 1F: TA3 = 83 behind T=15.
    const parsed = parseAtr(unhex('3B90 96 91 91 1F 83 9A'));
    expect(parsed.specificMode).toEqual({ protocol: 1, implicitParameters: true, canChange: false });
    expect(parsed.globalTa).toBe(0x83);
    expect(parsed.checkByte).toBe('right');
  });

  it.each([
    { name: 'reserved IFSC 0', atr: '3B80 81 31 00 45 75', ifsc: 32, bwi: 4 },
    { name: 'reserved IFSC 255', atr: '3B80 81 31 FF 45 8A', ifsc: 32, bwi: 4 },
    { name: 'reserved BWI 10', atr: '3B80 81 31 FE A5 6B', ifsc: 254, bwi: 4 },
  ])('$name counts as the default', ({ atr, ifsc, bwi }) => {
    expect(parseAtr(unhex(atr)).t1).toMatchObject({ informationFieldLength: ifsc, bwi });
  });

  it.each([
    { name: 'B6 empty', atr: '' },
    { name: 'B6 one byte', atr: '3B' },
    { name: 'B8 TS 00', atr: '0000' },
    { name: 'B8 TS FF', atr: 'FF00' },
    { name: 'B8 TS 3A', atr: '3A00' },
    { name: '§15 cut short: TA1', atr: '3B10' },
    { name: '§15 cut short: TD1', atr: '3B80' },
    { name: '§15 cut short: historical byte', atr: '3B01' },
    { name: '§15 cut short: everything', atr: '3BFF' },
    { name: '§15 cut short: TA2', atr: '3B8010' },
    { name: '§15 no TCK', atr: '3B80801F00' },
    { name: 'B3 interface bytes fill nearly all', atr: '3BFF112233F0112233F0112233F0112233F0112233F0112233F011223300112233' },
    { name: 'one byte left over', atr: '3B0000' },
    { name: 'B4 TD chain of 7', atr: hex(tdChain(7)) },
    { name: 'B4 TD chain of 30', atr: hex(tdChain(30)) },
    { name: 'B5 34 bytes', atr: `3B00${'00'.repeat(32)}` },
    { name: 'B5 65535 bytes', atr: `3B00${'00'.repeat(65_533)}` },
  ])('refuses: $name (ccid.md §14, §15)', ({ atr }) => {
    expect(() => parseAtr(unhex(atr))).toThrow(expect.objectContaining({ code: 'CARD_RESET_FAILED' }));
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])('throws nothing but ReaderError', (input) => {
    try {
      const atr = parseAtr(input.slice());
      expect(atr.historicalBytes.length).toBeLessThanOrEqual(15);
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
  });
});
