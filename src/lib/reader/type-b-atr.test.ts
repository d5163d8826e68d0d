import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { typeBAtr } from './type-b-atr.ts';

describe('typeBAtr (PC/SC part 3 §3.1.3.2.3.1)', () => {
  it.each([
    { source: 'iso-dep.md §3.4 [vendor]', atqb: '50112233441C2D9411F77185', attrib: '00', atr: '3B8880011C2D9411F7718500BE' },
    { source: 'the same with an extended ATQB', atqb: '50112233441C2D9411F7718540', attrib: '00', atr: '3B8880011C2D9411F7718500BE' },
    { source: 'MBLI 5, a CID and higher-layer bytes: TCK BE ^ 50', atqb: '50112233441C2D9411F77185', attrib: '52AABB', atr: '3B8880011C2D9411F7718550EE' },
  ])('$source', ({ atqb, attrib, atr }) => {
    expect(hex(typeBAtr(unhex(atqb), unhex(attrib)))).toBe(atr);
  });

  it.each([
    { atqb: '50112233441C2D9411F771', attrib: '00' },
    { atqb: '50112233441C2D9411F77185', attrib: '' },
  ])('is not made of less', ({ atqb, attrib }) => {
    expect(() => typeBAtr(unhex(atqb), unhex(attrib))).toThrow(RangeError);
  });
});
