import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frame.ts';

describe('frames (browser-and-readers.md §7.1, §7.4)', () => {
  it.each([
    { name: 'SetCommandType 1', data: 'D62A01', frame: '0000FFFFFF 0300FD D62A01 FF00' },
    { name: 'RF off', data: 'D60600', frame: '0000FFFFFF 0300FD D60600 2400' },
    { name: 'InSetRF 106B', data: 'D60003070F07', frame: '0000FFFFFF 0600FA D60003070F07 0A00' },
    { name: 'InSetProtocol Type B', data: 'D6020B0109010C010A010014', frame: '0000FFFFFF 0C00F4 D6020B0109010C010A010014 E600' },
    { name: 'REQB, 30 ms', data: 'D6043601050010', frame: '0000FFFFFF 0700F9 D6043601050010 DA00' },
    { name: 'ATTRIB', data: 'D60436011D1122334400080100', frame: '0000FFFFFF 0D00F3 D60436011D1122334400080100 1F00' },
    {
      name: 'SELECT JPKI in I-block 0, 2479 ms',
      data: 'D604D6600200A4040C0AD392F000260100000001',
      frame: '0000FFFFFF 1400EC D604D6600200A4040C0AD392F000260100000001 B300',
    },
  ])('$name, both ways', ({ data, frame }) => {
    expect(hex(encodeFrame({ bytes: unhex(data), secret: false }).bytes)).toBe(hex(unhex(frame)));
    expect(decodeFrame(unhex(frame))).toEqual({ kind: 'data', data: unhex(data) });
  });

  it('ACK and error frame', () => {
    expect(decodeFrame(unhex('0000FF00FF00'))).toEqual({ kind: 'ack' });
    expect(decodeFrame(unhex('0000FFFFFF'))).toEqual({ kind: 'error' });
  });

  it.each([
    { name: 'nothing', frame: '', reason: 'tooShort' },
    { name: 'nine bytes', frame: '0000FFFFFF0000000000'.slice(0, 18), reason: 'tooShort' },
    { name: 'ACK and a byte', frame: '0000FF00FF0000', reason: 'tooShort' },
    { name: 'ACK and a frame in one transfer', frame: '0000FF00FF00 0000FFFFFF0300FDD72B00FE00', reason: 'preamble' },
    { name: 'a normal frame of other readers', frame: '0000FF03FDD72B00FE00', reason: 'preamble' },
    { name: 'LCS', frame: '0000FFFFFF0300FCD72B00FE00', reason: 'lengthSum' },
    { name: 'LEN above what came', frame: '0000FFFFFF0400FCD72B00FE00', reason: 'length' },
    { name: 'LEN below what came', frame: '0000FFFFFF0200FED72B00FE00', reason: 'length' },
    { name: 'LEN FFFF', frame: '0000FFFFFFFFFF02D72B00FE00', reason: 'length' },
    { name: 'DCS', frame: '0000FFFFFF0300FDD72B00FD00', reason: 'dataSum' },
    { name: 'postamble', frame: '0000FFFFFF0300FDD72B00FE01', reason: 'postamble' },
    { name: 'cut short by one', frame: '0000FFFFFF0300FDD72B00FE', reason: 'length' },
  ])('is none: $name', ({ frame, reason }) => {
    expect(decodeFrame(unhex(frame))).toEqual({ kind: 'invalid', reason });
  });

  test.prop([fc.uint8Array({ maxLength: 320 })])('what was framed comes out again, and one changed bit does not', (data) => {
    const { bytes } = encodeFrame({ bytes: data.slice(), secret: false });
    expect(decodeFrame(bytes)).toEqual({ kind: 'data', data: data.slice() });
    for (const offset of [5, 6, 7, 8, bytes.length - 2]) {
      const changed = bytes.slice();
      changed[offset] = (changed[offset] ?? 0) ^ 0x10;
      expect(decodeFrame(changed).kind).toBe('invalid');
    }
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])('takes any bytes', (bytes) => {
    expect(['ack', 'error', 'data', 'invalid']).toContain(decodeFrame(bytes.slice()).kind);
  });

  it('the mark of a secret goes along', () => {
    expect(encodeFrame({ bytes: unhex('D604'), secret: true }).secret).toBe(true);
  });
});
