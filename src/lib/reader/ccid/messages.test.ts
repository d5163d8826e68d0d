import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Command, T0Parameters, T1Parameters } from './commands.ts';
import { readNotices } from './interrupt-messages.ts';
import { Reply, ReplyHeader } from './replies.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => unhex(text);

describe('Command', () => {
  it.each([
    { name: 'GetSlotStatus (ccid.md §15)', message: '65000000000005000000', value: { TAG: 'getSlotStatus', data: { slot: 0, sequence: 5 } } },
    { name: 'IccPowerOn 1.8 V (ccid.md §15)', message: '62000000000008030000', value: { TAG: 'iccPowerOn', data: { slot: 0, sequence: 8, powerSelect: 3 } } },
    { name: 'IccPowerOff (§6.1.2)', message: '63000000000109000000', value: { TAG: 'iccPowerOff', data: { slot: 1, sequence: 9 } } },
    {
      name: 'XfrBlock (§6.1.4)',
      message: '6F050000000006020100 00C101FE3E',
      value: { TAG: 'xfrBlock', data: { slot: 0, sequence: 6, dataLength: 5, blockWaitingTime: 2, levelParameter: 1, data: bytes('00C101FE3E') } },
    },
    { name: 'GetParameters (§6.1.5)', message: '6C000000000001000000', value: { TAG: 'getParameters', data: { slot: 0, sequence: 1 } } },
    { name: 'ResetParameters (§6.1.6)', message: '6D000000000001000000', value: { TAG: 'resetParameters', data: { slot: 0, sequence: 1 } } },
    {
      name: 'SetParameters T=1 (§6.1.7)',
      message: '61070000000002010000 11100045002000',
      value: { TAG: 'setParameters', data: { slot: 0, sequence: 2, dataLength: 7, protocol: 1, data: bytes('11100045002000') } },
    },
    {
      name: 'Escape (§6.1.8)',
      message: '6B020000000003000000 1F01',
      value: { TAG: 'escape', data: { slot: 0, sequence: 3, dataLength: 2, data: bytes('1F01') } },
    },
    { name: 'IccClock stop (§6.1.9)', message: '6E000000000003010000', value: { TAG: 'iccClock', data: { slot: 0, sequence: 3, clockCommand: 1 } } },
    {
      name: 'T0APDU (§6.1.10)',
      message: '6A000000000003030000',
      value: { TAG: 't0Apdu', data: { slot: 0, sequence: 3, changes: 3, classGetResponse: 0, classEnvelope: 0 } },
    },
    {
      name: 'Secure (§6.1.11)',
      message: '69010000000004000000 04',
      value: { TAG: 'secure', data: { slot: 0, sequence: 4, dataLength: 1, blockWaitingTime: 0, levelParameter: 0, data: bytes('04') } },
    },
    { name: 'Mechanical eject (§6.1.12)', message: '71000000000003020000', value: { TAG: 'mechanical', data: { slot: 0, sequence: 3, functionCode: 2 } } },
    { name: 'Abort (§6.1.13)', message: '72000000000003000000', value: { TAG: 'abort', data: { slot: 0, sequence: 3 } } },
    {
      name: 'SetDataRateAndClockFrequency (§6.1.14)',
      message: '73080000000003000000 A00F0000 002A0000',
      value: { TAG: 'setDataRateAndClockFrequency', data: { slot: 0, sequence: 3, clockFrequencyKhz: 4000, dataRate: 10752 } },
    },
  ] as const)('$name', ({ message, value }) => {
    const decoded = Command.decode(unhex(message));
    expect(decoded).toMatchObject(value);
    expect(hex(Command.encode(decoded))).toBe(hex(unhex(message)));
  });

  it.each([
    { name: 'a sequence that does not fit', value: { TAG: 'getSlotStatus', data: { slot: 0, sequence: 256 } } },
    { name: 'bPowerSelect 4', value: { TAG: 'iccPowerOn', data: { slot: 0, sequence: 0, powerSelect: 4 } } },
    {
      name: 'a dwLength that is not the length',
      value: { TAG: 'xfrBlock', data: { slot: 0, sequence: 0, dataLength: 1, blockWaitingTime: 0, levelParameter: 0, data: bytes('0000') } },
    },
  ] as const)('refuses to encode: $name', ({ value }) => {
    // Values the type allows and the standard does not.
    expect(() => Command.encode(value as Command)).toThrow();
  });

  it.each([
    { name: 'a byte short', message: '650000000000050000' },
    { name: 'a byte long', message: '6500000000000500000000' },
    { name: 'reserved byte set', message: '65000000000005000001' },
    { name: 'unknown type', message: '64000000000005000000' },
    { name: 'dwLength with the top bit set (B2)', message: '6F000000800006000000' },
  ])('refuses to decode: $name', ({ message }) => {
    expect(() => Command.decode(unhex(message))).toThrow();
  });
});

describe('Reply', () => {
  it.each([
    {
      name: 'SlotStatus (ccid.md §15)',
      message: '81000000000005010000',
      tag: 'slotStatus',
      data: { sequence: 5, commandStatus: 'done', iccStatus: 'inactive' },
    },
    { name: 'mute (ccid.md §15)', message: '8000000000000841FE00', tag: 'dataBlock', data: { commandStatus: 'failed', iccStatus: 'inactive', error: 0xfe } },
    { name: 'hardware error (ccid.md §15)', message: '8000000000000E41FB00', tag: 'dataBlock', data: { sequence: 0x0e, error: 0xfb } },
    {
      name: 'PIN time-out (ccid.md §15)',
      message: '8000000000002440F000',
      tag: 'dataBlock',
      data: { commandStatus: 'failed', iccStatus: 'active', error: 0xf0 },
    },
    { name: 'time extension (§6.2.6)', message: '80000000000024800300', tag: 'dataBlock', data: { commandStatus: 'timeExtension', error: 3 } },
    { name: 'Parameters (§6.2.3)', message: '82050000000001000000 1100000A00', tag: 'parameters', data: { protocol: 0, dataLength: 5 } },
    { name: 'Escape (§6.2.4)', message: '83010000000001020000 01', tag: 'escape', data: { iccStatus: 'absent' } },
    { name: 'DataRateAndClockFrequency (§6.2.5)', message: '84080000000001000000 A00F0000002A0000', tag: 'dataRateAndClockFrequency', data: { dataLength: 8 } },
  ])('$name', ({ message, tag, data }) => {
    const decoded = Reply.decode(unhex(message));
    expect(decoded).toMatchObject({ TAG: tag, data });
    expect(hex(Reply.encode(decoded))).toBe(hex(unhex(message)));
  });

  it.each([
    { name: 'B23 command status 3', message: '810000000000 05 C0 00 00' },
    { name: 'B23 card status 3', message: '810000000000 05 03 00 00' },
    { name: 'SlotStatus with data', message: '81010000000005000000 00' },
    { name: 'unknown type', message: '85000000000005000000' },
    { name: 'dwLength longer than the message', message: '80020000000005000000 90' },
    { name: 'dwLength shorter than the message', message: '80010000000005000000 9000' },
    ...Array.from({ length: 10 }, (_, length) => ({ name: `B11 ${String(length)} bytes`, message: '80000000000005000000'.slice(0, length * 2) })),
  ])('refuses: $name', ({ message }) => {
    expect(() => Reply.decode(unhex(message))).toThrow();
  });

  it('reads dwLength unsigned (B2)', () => {
    expect(ReplyHeader.decode(unhex('80FFFFFFFF0005000000')).dataLength).toBe(0xffffffff);
    expect(ReplyHeader.decode(unhex('80000000800005000000')).dataLength).toBe(0x80000000);
  });

  test.prop([
    fc.record({
      slot: fc.nat(255),
      sequence: fc.nat(255),
      error: fc.nat(255),
      reserved: fc.nat(15),
      chainParameter: fc.nat(255),
      commandStatus: fc.constantFrom('done', 'failed', 'timeExtension'),
      iccStatus: fc.constantFrom('active', 'inactive', 'absent'),
      data: fc.uint8Array({ maxLength: 300 }),
    }),
  ])('decodes what it encodes', (fields) => {
    const value = { TAG: 'dataBlock', data: { ...fields, dataLength: fields.data.length } } as const;
    expect(Reply.decode(Reply.encode(value))).toEqual(value);
  });
});

describe('protocol data', () => {
  it('has five bytes for T=0 and seven for T=1 (CCID §6.1.7)', () => {
    expect(T0Parameters.decode(unhex('1100000A00'))).toEqual({ fiDi: 0x11, tccks: 0, guardTime: 0, waitingInteger: 10, clockStop: 0 });
    expect(T1Parameters.decode(unhex('9610004500FE00'))).toMatchObject({ fiDi: 0x96, tccks: 0x10, waitingIntegers: 0x45, informationFieldLength: 254 });
    expect(() => T0Parameters.decode(unhex('1100000A0000'))).toThrow();
    expect(() => T1Parameters.decode(unhex('1100000A00'))).toThrow();
  });
});

describe('readNotices', () => {
  it.each([
    { name: 'slot 0 came', message: '5003', slots: 1, notices: [{ slot: 0, present: true, mayHaveChanged: true }] },
    { name: 'slot 0 went', message: '5002', slots: 1, notices: [{ slot: 0, present: false, mayHaveChanged: true }] },
    {
      name: 'two slots, the second changed',
      message: '500D',
      slots: 2,
      notices: [
        { slot: 0, present: true, mayHaveChanged: false },
        { slot: 1, present: true, mayHaveChanged: true },
      ],
    },
    { name: 'hardware error', message: '51000001', slots: 1, notices: [{ slot: 0, present: undefined, mayHaveChanged: true }] },
    { name: 'B35 0 bytes', message: '', slots: 1, notices: [] },
    { name: 'B35 1 byte', message: '50', slots: 1, notices: [] },
    { name: 'B35 64 bytes', message: `5003${'FF'.repeat(62)}`, slots: 1, notices: [{ slot: 0, present: true, mayHaveChanged: true }] },
    { name: 'B35 type 51 cut short', message: '5100', slots: 1, notices: [] },
    { name: 'B35 type 51 for slot 15', message: '510F0001', slots: 1, notices: [] },
    { name: 'B35 type 00', message: '0003', slots: 1, notices: [] },
    { name: 'B35 changed bit for slot 15', message: '5000000080', slots: 1, notices: [{ slot: 0, present: false, mayHaveChanged: false }] },
  ])('$name (ccid.md §4.3, §14)', ({ message, slots, notices }) => {
    expect(readNotices(unhex(message), slots)).toEqual(notices);
  });

  test.prop([fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 256 })])('names no slot that does not exist', (message, slots) => {
    for (const { slot } of readNotices(message.slice(), slots)) expect(slot).toBeLessThan(slots);
  });
});
