import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { automatic, connected, opened, openly, SELECT } from '../test/open.ts';
import { ATR, reply, slotStatus, status } from '../test/replies.ts';

/** No automatic voltage or activation. */
const manualVoltage = { features: 0x20072 };

describe('connect', () => {
  it('gives the ATR and leaves negotiation to a reader that does it (ccid.md §8.3)', async () => {
    const { pipe, slot } = await opened();
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(pipe.sent).toEqual(['62000000000001000000']);
  });

  it('tries 5 V, 1.8 V, 3 V while the card is mute, then gives the ATR (ccid.md §8.2, §15)', async () => {
    const { pipe, slot } = await opened(
      { 0x62: (command, n) => [n < 3 ? reply(command, { status: status.failedInactive, error: 0xfe }) : reply(command, { data: '3B29008072A4456400008714' })] },
      manualVoltage,
    );
    expect(hex((await slot.connect()).atr)).toBe('3B29008072A4456400008714');
    expect(pipe.sent).toEqual(['62000000000001010000', '62000000000002030000', '62000000000003020000']);
  });

  it.each([
    { name: 'no card', cardStatus: status.failedAbsent, error: 0xfe, code: 'CARD_ABSENT', tries: 1 },
    { name: 'B10 mute at every voltage', cardStatus: status.failedInactive, error: 0xfe, code: 'CARD_MUTE', tries: 3 },
    { name: 'bad TS', cardStatus: status.failedInactive, error: 0xf8, code: 'CARD_RESET_FAILED', tries: 3 },
    { name: 'bad TCK', cardStatus: status.failedInactive, error: 0xf7, code: 'CARD_RESET_FAILED', tries: 3 },
    { name: 'bPowerSelect refused', cardStatus: status.failedInactive, error: 7, code: 'READER_REPORTED_ERROR', tries: 3 },
    { name: 'hardware error (ccid.md §15)', cardStatus: status.failedInactive, error: 0xfb, code: 'READER_REPORTED_ERROR', tries: 1 },
    { name: 'protocol not supported', cardStatus: status.failedInactive, error: 0xf6, code: 'CARD_PROTOCOL_UNSUPPORTED', tries: 1 },
    { name: 'vendor error A2', cardStatus: status.failedActive, error: 0xa2, code: 'READER_REPORTED_ERROR', tries: 1 },
    { name: 'busy without end', cardStatus: status.failedActive, error: 0xf2, code: 'SLOT_BUSY', tries: 8 },
  ])('fails: $name', async ({ cardStatus, error, code, tries }) => {
    const { pipe, slot } = await opened({ 0x62: (command) => [reply(command, { status: cardStatus, error })] }, manualVoltage);
    await expect(slot.connect()).rejects.toMatchObject({ code, facts: { error } });
    expect(pipe.sent.filter((message) => message.startsWith('62'))).toHaveLength(tries);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it.each([
    { name: 'B10 bVoltageSupport 0: one try', options: { ...manualVoltage, voltages: 0 }, tries: 1 },
    { name: 'automatic voltage: one try', options: { features: automatic.short }, tries: 1 },
    { name: '5 and 3 V only: two tries', options: { ...manualVoltage, voltages: 3 }, tries: 2 },
  ])('does not loop: $name', async ({ options, tries }) => {
    const { pipe, slot } = await opened({ 0x62: (command) => [reply(command, { status: status.failedInactive, error: 0xfe })] }, options);
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(pipe.sent).toHaveLength(tries);
  });

  it.each([
    { name: 'B6 0 bytes', atr: '' },
    { name: 'B6 1 byte', atr: '3B' },
    { name: 'B6 TS 00', atr: '0000' },
    { name: 'B5 34 bytes', atr: `3B00${'00'.repeat(32)}` },
    { name: 'B5 64 bytes', atr: `3B00${'00'.repeat(62)}` },
    { name: 'B5 255 bytes', atr: `3B00${'00'.repeat(253)}` },
    { name: 'B5 65535 bytes', atr: `3B00${'00'.repeat(65_533)}` },
    { name: 'B3', atr: '3BFF112233F0112233F0112233F0112233F0112233F0112233F011223300112233' },
    { name: 'B4', atr: `3B${'80'.repeat(20)}00` },
  ])('refuses an ATR and powers the card off: $name', async ({ atr }) => {
    const { pipe, slot } = await opened({ 0x62: (command) => [reply(command, { data: atr })] });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_RESET_FAILED' });
    expect(pipe.sent.map((message) => message.slice(0, 2))).toEqual(['62', '63']);
  });

  it('connects with a wrong TCK (ccid.md §8.1)', async () => {
    const { slot } = await opened({ 0x62: (command) => [reply(command, { data: '3B80801F0000' })] });
    expect(hex((await slot.connect()).atr)).toBe('3B80801F0000');
  });

  it('waits out a reader that activates the card by itself (F2)', async () => {
    const { pipe, slot } = await opened({
      0x62: (command, n) => [n < 3 ? reply(command, { status: status.failedInactive, error: 0xf2 }) : reply(command, { data: ATR })],
    });
    await slot.connect();
    expect(pipe.sent).toHaveLength(3);
  });
});

describe('SetParameters', () => {
  const withParameters = { features: 0x2003e | 0x80, rates: 0 };

  it.each([
    // dwMaxDataRate of the double: 240000 bit/s at 4000 kHz. TA1 13 = 4 × 4000000 / 372 = 43010.
    { name: 'T=1, TA1 13 by automatic PPS', atr: ATR, options: withParameters, sent: '6107000000000201000013100015 00FE00' },
    { name: 'T=1, TA1 18 = 129032', atr: '3BD5180081313A7D8073C8211030', options: withParameters, sent: '6107000000000201000018100 07D003A00' },
    { name: 'no automatic PPS: default speed', atr: ATR, options: { features: 0x2003e }, sent: '6107000000000201000011100015 00FE00' },
    { name: 'T=0 only', atr: '3B29008072A4456400008714', options: withParameters, sent: '6105000000000200000011 00000A00' },
    {
      name: 'T=0 and T=1: the default, T=0; TA1 96 = 250000 is too fast, 95 fits (ccid.md §8.3)',
      atr: '3BDB960080B1FE451F830031C064C7FC100001900074',
      options: withParameters,
      sent: '61050000000002000000 9500000A00',
    },
    {
      name: 'the same, T=1-only reader',
      atr: '3BDB960080B1FE451F830031C064C7FC100001900074',
      options: { ...withParameters, protocols: 2 },
      sent: '61070000000002010000 95100045 00FE00',
    },
    { name: 'a contactless ATR: T=1 (open-points.md 18)', atr: '3B8180018080', options: withParameters, sent: '61070000000002010000 1110004D 002000' },
  ])('$name', async ({ atr, options, sent }) => {
    const { pipe, slot } = await opened({ 0x62: (command) => [reply(command, { data: atr })] }, options);
    await slot.connect();
    expect(pipe.sent[1]).toBe(sent.replace(/ /gu, ''));
    expect(pipe.sent).toHaveLength(2);
  });

  it.each([
    { name: 'T=0 card, T=1 reader', atr: '3B00', protocols: 2 },
    { name: 'T=14 only', atr: '3B800E8E', protocols: 3 },
    { name: 'specific mode, implicit parameters', atr: '3B9096119186', protocols: 3 },
    { name: 'specific mode at 500000 bit/s', atr: '3B9097118197', protocols: 3 },
  ])('refuses the card: $name', async ({ atr, protocols }) => {
    const { pipe, slot } = await opened({ 0x62: (command) => [reply(command, { data: atr })] }, { ...withParameters, protocols });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED' });
    expect(pipe.sent.map((message) => message.slice(0, 2))).toEqual(['62', '63']);
  });

  it.each([0, 1, 10, 11, 127])('bError %i: the reader keeps its own, no fault (ccid.md §5)', async (error) => {
    const { slot } = await opened({ 0x61: (command) => [reply(command, { type: 0x82, status: status.failedActive, error })] }, withParameters);
    await slot.connect();
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('B15 seven bytes to a T=0 set are taken', async () => {
    const answers = {
      0x62: (command: Uint8Array<ArrayBuffer>) => [reply(command, { data: '3B00' })],
      0x61: (command: Uint8Array<ArrayBuffer>) => [reply(command, { type: 0x82, data: '11000A00002000' })],
    };
    const { slot } = await opened(answers, withParameters);
    expect(hex((await slot.connect()).atr)).toBe('3B00');
  });

  it('a mute card fails', async () => {
    const { slot } = await opened({ 0x61: (command) => [reply(command, { type: 0x82, status: status.failedActive, error: 0xfe })] }, withParameters);
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_MUTE' });
  });
});

describe('transmit', () => {
  it('B30 before connect: CARD_NOT_CONNECTED, nothing sent', async () => {
    const { pipe, slot } = await opened();
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(pipe.sent).toEqual([]);
  });

  it('carries one APDU and its response (CCID §6.1.4)', async () => {
    const { pipe, slot } = await connected({ 0x6f: (command) => [reply(command, { data: '01029000' })] });
    expect(hex(await slot.transmit(SELECT))).toBe('01029000');
    expect(pipe.sent).toEqual(['6F07000000000200000000A4040C023F00']);
  });

  it('hands the mark of a secret down to the pipe', async () => {
    const { pipe, slot } = await connected();
    await slot.transmit({ bytes: unhex('0020008004 31323334'), secret: true });
    expect(pipe.sent).toEqual(['secret, 19 bytes']);
  });

  it.each([
    { name: 'card gone', cardStatus: status.failedAbsent, error: 0xfe, code: 'CARD_REMOVED' },
    { name: 'card without power', cardStatus: status.failedInactive, error: 0xfe, code: 'CARD_REMOVED' },
    { name: 'card mute', cardStatus: status.failedActive, error: 0xfe, code: 'CARD_MUTE' },
    { name: 'parity', cardStatus: status.failedActive, error: 0xfd, code: 'READER_REPORTED_ERROR' },
    { name: 'overrun', cardStatus: status.failedActive, error: 0xfc, code: 'READER_REPORTED_ERROR' },
    { name: 'hardware', cardStatus: status.failedActive, error: 0xfb, code: 'READER_REPORTED_ERROR' },
    { name: 'procedure byte', cardStatus: status.failedActive, error: 0xf4, code: 'READER_REPORTED_ERROR' },
    { name: 'aborted', cardStatus: status.failedActive, error: 0xff, code: 'READER_REPORTED_ERROR' },
    { name: 'busy F2', cardStatus: status.failedActive, error: 0xf2, code: 'SLOT_BUSY' },
    { name: 'busy E0', cardStatus: status.failedActive, error: 0xe0, code: 'SLOT_BUSY' },
    { name: 'bad wLevelParameter', cardStatus: status.failedActive, error: 8, code: 'READER_REPORTED_ERROR' },
    { name: 'not supported', cardStatus: status.failedActive, error: 0, code: 'READER_REPORTED_ERROR' },
  ])('fails and is never sent twice: $name', async ({ cardStatus, error, code }) => {
    const { pipe, slot } = await connected({ 0x6f: (command) => [reply(command, { status: cardStatus, error })] });
    await expect(slot.transmit({ bytes: unhex('0020008004 31323334'), secret: true })).rejects.toMatchObject({ code, facts: { error } });
    expect(pipe.sent).toEqual(['secret, 19 bytes']);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect((await slot.connect()).atr).toHaveLength(18);
  });

  it.each([
    { name: 'extended Lc at the short level', apdu: `00D6000000 0001 AA`, features: automatic.short },
    { name: 'extended Le at the short level', apdu: '00B00000000000', features: automatic.short },
    { name: 'longer than a message at the short level', apdu: `00D60000FF${'00'.repeat(255)}00`, features: automatic.short, messageLength: 250 },
  ])('refuses before sending: $name', async ({ apdu, ...options }) => {
    const { pipe, slot } = await connected({}, options);
    await expect(slot.transmit(openly(apdu))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(pipe.sent).toEqual([]);
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('works in both slots with one counter (ccid.md §6.1 rule 2)', async () => {
    const { pipe, reader } = await opened({}, { slots: 2 });
    await Promise.all(reader.slots.map((slot) => slot.connect()));
    await Promise.all(reader.slots.map((slot) => slot.transmit(SELECT)));
    expect(pipe.sent.map((message) => message.slice(10, 14))).toEqual(['0002', '0103', '0004', '0105']);
  });
});

describe('presence', () => {
  it.each([
    { cardStatus: status.active, error: 0, expected: 'active' },
    { cardStatus: status.inactive, error: 0, expected: 'inactive' },
    { cardStatus: status.absent, error: 0, expected: 'absent' },
    { cardStatus: status.failedAbsent, error: 0xfe, expected: 'absent' },
    { cardStatus: status.failedInactive, error: 0xfe, expected: 'inactive' },
  ])('$expected for bStatus $cardStatus (ccid.md §5)', async ({ cardStatus, error, expected }) => {
    const { slot } = await opened({ 0x65: (command) => [slotStatus(command, cardStatus, error)] });
    expect(await slot.presence()).toBe(expected);
  });

  it('present without power after connect: the card is not connected any more (quirk 28)', async () => {
    const { slot } = await connected();
    expect(await slot.presence()).toBe('inactive');
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });
});
