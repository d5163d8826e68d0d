import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readAllTlv, readTlv } from './ber-tlv.ts';
import { BytesError } from './bytes-error.ts';
import { hex, unhex } from './hex.ts';

describe('readTlv', () => {
  it.each([
    { source: 'ISO/IEC 7816-4 §5.2.2: short form', bytes: '8003010203', tag: 0x80, value: '010203' },
    { source: 'card-info-applet §4.1: two-byte tag', bytes: 'DF250131', tag: 0xdf25, value: '31' },
    { source: 'card-info-applet §5.2: 90 03 01 00 01', bytes: '9003010001', tag: 0x90, value: '010001' },
    { source: 'card-info-applet §4.2: non-minimal length is accepted', bytes: 'DF43820002AABB', tag: 0xdf43, value: 'AABB' },
    { source: 'card-info-applet §4.2: 81', bytes: '048102AABB', tag: 0x04, value: 'AABB' },
    { source: 'empty value', bytes: '0500', tag: 0x05, value: '' },
  ])('reads $bytes ($source)', ({ bytes, tag, value }) => {
    const object = readTlv(unhex(bytes));
    expect(object.tag).toBe(tag);
    expect(hex(object.value)).toBe(value);
    expect(hex(object.encoded)).toBe(bytes);
    expect(object.end).toBe(bytes.length / 2);
  });

  it.each([
    ['no bytes', ''],
    ['tag alone', '80'],
    ['half a two-byte tag', 'DF'],
    ['three-byte tag', 'DF8101'],
    ['indefinite length', '3080'],
    ['three-byte length', '0483000001AA'],
    ['length of 4 GiB', '0484FFFFFFFF'],
    ['reserved length FF', '04FF'],
    ['81 without a byte', '0481'],
    ['82 with one byte', '048201'],
    ['one byte short', '0403AABB'],
    ['length FFFF', '0482FFFFAA'],
  ])('refuses: %s', (_, bytes) => {
    expect(() => readTlv(unhex(bytes))).toThrow(expect.objectContaining({ code: 'TLV_MALFORMED' }));
  });
});

describe('readAllTlv', () => {
  it('stops at filler', () => {
    const objects = readAllTlv(unhex('800101 8101 02 FFFFFF'), { isFiller: (byte) => byte === 0xff });
    expect(objects.map((object) => object.tag)).toEqual([0x80, 0x81]);
  });

  it('refuses more objects than any card has', () => {
    expect(() => readAllTlv(new Uint8Array(600))).toThrow(expect.objectContaining({ code: 'TLV_MALFORMED' }));
  });

  test.prop([fc.uint8Array({ maxLength: 64 })])('never throws anything but its own fault, never reads past the end', (bytes) => {
    try {
      for (const object of readAllTlv(Uint8Array.from(bytes))) expect(object.end).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(BytesError);
    }
  });

  test.prop([fc.array(fc.tuple(fc.constantFrom(0x80, 0xdf22, 0x5f37), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 })])(
    'finds every object written by hand',
    (objects) => {
      const encoded = objects.flatMap(([tag, value]) => [
        ...(tag > 0xff ? [tag >> 8, tag % 256] : [tag]),
        ...(value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length % 256]),
        ...value,
      ]);
      const found = readAllTlv(Uint8Array.from(encoded));
      expect(found.map(({ tag, value }) => [tag, [...value]])).toEqual(objects.map(([tag, value]) => [tag, [...value]]));
    },
  );
});
