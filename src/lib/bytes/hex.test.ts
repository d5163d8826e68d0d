import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex, unhex } from './hex.ts';

describe('hex', () => {
  // RFC 4648 §10, base16 test vectors.
  it.each([
    ['', ''],
    ['f', '66'],
    ['fo', '666F'],
    ['foobar', '666F6F626172'],
  ])('encodes %j as %s (RFC 4648 §10)', (text, digits) => {
    expect(hex(new TextEncoder().encode(text))).toBe(digits);
    expect(new TextDecoder().decode(unhex(digits))).toBe(text);
  });

  it.each(['0', '0G', '0x00', '00-01', 'ＦＦ'])('refuses %j', (text) => {
    expect(() => unhex(text)).toThrow(expect.objectContaining({ code: 'NOT_HEXADECIMAL' }));
  });

  it('ignores white space and case', () => {
    expect(hex(unhex(' 00 a4\n04 0C'))).toBe('00A4040C');
  });

  test.prop([fc.uint8Array()])('gives back what went in', (bytes) => {
    expect([...unhex(hex(bytes))]).toEqual([...bytes]);
  });
});
