import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { exchangePayload, flags, payloads, speedPayload } from './payloads.ts';

const openly = (data: string): { bytes: Uint8Array<ArrayBuffer>; secret: boolean } => ({ bytes: unhex(data), secret: false });

describe('payloads (browser-and-readers.md §6.4, §6.7)', () => {
  it.each([
    { name: 'firmware, step 2', payload: payloads.firmware, expected: 'FF 56 00 00' },
    { name: 'END, step 3', payload: payloads.endSession, expected: 'FF 50 00 00 02 82 00 00' },
    { name: 'START, step 4', payload: payloads.startSession, expected: 'FF 50 00 00 02 81 00 00' },
    { name: 'RF off, step 5', payload: payloads.fieldOff, expected: 'FF 50 00 00 02 83 00 00' },
    { name: 'RF on, step 6', payload: payloads.fieldOn, expected: 'FF 50 00 00 02 84 00 00' },
    { name: 'keep-alive, step 7', payload: payloads.keepAlive, expected: 'FF 56 00 00 00' },
    { name: 'Type B layer 4, step 8', payload: payloads.activateTypeB, expected: 'FF 50 00 02 10 FF 6E 03 01 01 08 FF 6E 03 08 01 00 8F 02 01 04 00' },
    { name: 'PUPI, step 9', payload: payloads.pupi, expected: 'FF CA 00 00' },
    { name: 'Type B layer 3, T5', payload: payloads.framesTypeB, expected: 'FF 50 00 02 04 8F 02 01 03 00' },
    { name: 'speed 424 both ways', payload: speedPayload(2, 2), expected: 'FF 50 00 00 06 FF 6E 03 05 01 12 00' },
    { name: 'speed 848 to the card, 212 from it', payload: speedPayload(3, 1), expected: 'FF 50 00 00 06 FF 6E 03 05 01 19 00' },
  ])('$name', ({ payload, expected }) => {
    expect(hex(payload)).toBe(hex(unhex(expected)));
  });

  it.each([
    {
      name: 'SELECT in I-block 0, step 10',
      built: exchangePayload(flags.hostAddsPrologue, openly('0200A4040C0AD392F000260100000001'), 400),
      expected: 'FF 50 00 01 00 00 1F 90 02 00 1C 5F 46 04 80 1A 06 00 95 82 00 10 02 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 00 00 00',
    },
    {
      name: 'R(ACK), step 11',
      built: exchangePayload(flags.hostAddsPrologue, openly('A3'), 400),
      expected: 'FF 50 00 01 00 00 10 90 02 00 1C 5F 46 04 80 1A 06 00 95 82 00 01 A3 00 00 00',
    },
    {
      name: 'S(WTX), step 12, 5 s',
      built: exchangePayload(flags.hostAddsPrologue, openly('F20A'), 5_000),
      expected: 'FF 50 00 01 00 00 11 90 02 00 1C 5F 46 04 40 4B 4C 00 95 82 00 02 F2 0A 00 00 00',
    },
    {
      name: 'T2: bare APDU, prologue by the reader',
      built: exchangePayload(flags.readerAddsPrologue, openly('00A4040C0AD392F000260100000001'), 400),
      expected: 'FF 50 00 01 00 00 1E 90 02 00 0C 5F 46 04 80 1A 06 00 95 82 00 0F 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 00 00 00',
    },
    {
      name: 'T5: REQB, 20 ms',
      built: exchangePayload(flags.hostAddsPrologue, openly('050000'), 20),
      expected: 'FF 50 00 01 00 00 12 90 02 00 1C 5F 46 04 20 4E 00 00 95 82 00 03 05 00 00 00 00 00',
    },
    {
      name: 'T5: ATTRIB, 20 ms',
      built: exchangePayload(flags.hostAddsPrologue, openly('1D1122334400080100'), 20),
      expected: 'FF 50 00 01 00 00 18 90 02 00 1C 5F 46 04 20 4E 00 00 95 82 00 09 1D 11 22 33 44 00 08 01 00 00 00 00',
    },
  ])('$name', ({ built, expected }) => {
    expect(hex(built.bytes)).toBe(hex(unhex(expected)));
  });

  test.prop([fc.integer({ min: 0, max: 290 }), fc.boolean()])('two-byte lengths, and the mark of a secret goes along', (length, secret) => {
    const { bytes, secret: marked } = exchangePayload(flags.hostAddsPrologue, { bytes: new Uint8Array(length).fill(0xa5), secret }, 400);
    expect(marked).toBe(secret);
    expect(bytes.length).toBe(length + 25);
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(5)).toBe(length + 15);
    expect(view.getUint16(20)).toBe(length);
  });

  it('refuses more than 290 bytes (§6.7)', () => {
    expect(() => exchangePayload(flags.hostAddsPrologue, { bytes: new Uint8Array(291), secret: true }, 400)).toThrow(
      expect.objectContaining({ code: 'COMMAND_TOO_LONG' }),
    );
  });
});
