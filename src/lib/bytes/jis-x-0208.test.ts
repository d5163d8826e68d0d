import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BytesError } from './bytes-error.ts';
import { unhex } from './hex.ts';
import { decodeJisX0208, textOf } from './jis-x-0208.ts';

describe('decodeJisX0208', () => {
  // licence-applet §10.1 row 15 and §10.2.
  it.each([
    ['車', '3C56'],
    ['優良', '4D254E49'],
    ['優良　', '4D254E492121'],
    ['新規', '3F37352C'],
    ['その他', '243D244E423E'],
    ['眼鏡等', '346336404579'],
    ['普通車はＡＴ車に限る', '4961444C3C56244F234123543C56244B3842246B'],
    ['中型車は中型車（８ｔ）に限る', '4366373F3C56244F4366373F3C56214A23382374214B244B3842246B'],
  ])('reads %s', (text, bytes) => {
    expect(textOf(decodeJisX0208(unhex(bytes)))).toBe(text);
  });

  it('keeps gaiji and missing characters as marks (licence-applet §5.6)', () => {
    const parts = decodeJisX0208(unhex('3C56 FFF1 3C56 FFFA FFF5'));
    expect(parts).toEqual([{ text: '車' }, { gaiji: 1 }, { text: '車' }, { missingGlyph: true }, { gaiji: 5 }]);
    expect(textOf(parts)).toBe('車【※1】車【※欠】【※5】');
  });

  it.each([
    ['odd length', '3C'],
    ['escape sequence inside the text', '1B24423C56'],
    ['escape pair', '1B24'],
    ['byte below 21', '203C'],
    ['byte above 7E', '3C7F'],
    ['high bit set', 'BCD6'],
    ['unknown code behind FF', 'FFF0'],
    ['FF FF', 'FFFF'],
    ['FF F8', 'FFF8'],
    ['undefined cell (row 9)', '2921'],
  ])('refuses: %s', (_, bytes) => {
    expect(() => decodeJisX0208(unhex(bytes))).toThrow(expect.objectContaining({ code: 'TEXT_UNDECODABLE' }));
  });

  test.prop([fc.uint8Array({ maxLength: 80 })])('never throws anything but its own fault', (bytes) => {
    try {
      decodeJisX0208(Uint8Array.from(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(BytesError);
    }
  });
});
