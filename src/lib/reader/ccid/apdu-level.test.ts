/** Chaining both ways, ccid.md §7, and the rows B25–B27, B31 of §14. */
import { hex, unhex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { automatic, connected, openly, SELECT } from '../test/open.ts';
import type { Answer } from '../test/pipe-double.ts';
import { reply } from '../test/replies.ts';

/** VERIFY CERTIFICATE length of the My Number card: 307 bytes of data. */
const long = (length: number): string => `00D60000 00${hex(Uint8Array.of((length - 7) >> 8, (length - 7) & 0xff))}${'5A'.repeat(length - 7)}`;
const levelOf = (message: string): string => message.slice(16, 20);

/** A reader that asks for every part and answers 9000 at the end. */
const chains = (command: Bytes): Answer => {
  const begins = command[8] === 1 || command[8] === 3;
  return [begins ? reply(command, { specific: 0x10 }) : reply(command, { data: '9000' })];
};

describe('what a command may carry', () => {
  it.each([
    { name: 'extended', features: automatic.extended, messageLength: 271, carriesExtended: true, bestReadLength: 251 },
    { name: 'extended, chained in parts of 54', features: automatic.extended, messageLength: 64, carriesExtended: true, bestReadLength: 251 },
    { name: 'short', features: automatic.short, messageLength: 271, carriesExtended: false, bestReadLength: 251 },
    { name: 'short, answers of at most 190 bytes', features: automatic.short, messageLength: 200, carriesExtended: false, bestReadLength: 188 },
  ])('$name', async ({ features, messageLength, carriesExtended, bestReadLength }) => {
    const { slot } = await connected({}, { features, messageLength });
    expect(slot).toMatchObject({ carriesExtended, bestReadLength });
  });
});

describe('sending', () => {
  it.each([
    { name: 'fits exactly', length: 261, levels: ['0000'] },
    { name: 'one byte more', length: 262, levels: ['0100', '0200'] },
    { name: 'twice the message exactly', length: 522, levels: ['0100', '0200'] },
    { name: 'three parts', length: 523, levels: ['0100', '0300', '0200'] },
  ])('$name (maximum message 271)', async ({ length, levels }) => {
    const { pipe, slot } = await connected({ 0x6f: chains }, { features: automatic.extended });
    expect(hex(await slot.transmit(openly(long(length))))).toBe('9000');
    expect(pipe.sent.map(levelOf)).toEqual(levels);
    expect(pipe.sent.map((message) => message.slice(20)).join('')).toBe(hex(unhex(long(length))));
    expect(pipe.sent.every((message) => message.length / 2 <= 271)).toBe(true);
  });

  it('chains in 54-byte parts where the reader says 64 and means it', async () => {
    const { pipe, slot } = await connected({ 0x6f: chains }, { features: automatic.extended, messageLength: 64 });
    await slot.transmit(openly(long(200)));
    expect(pipe.sent.map(levelOf)).toEqual(['0100', '0300', '0300', '0200']);
  });

  it('marks every part of a secret', async () => {
    const { pipe, slot } = await connected({ 0x6f: chains }, { features: automatic.extended, messageLength: 64 });
    await slot.transmit({ bytes: unhex(long(100)), secret: true });
    expect(pipe.sent).toEqual(['secret, 64 bytes', 'secret, 56 bytes']);
  });

  it.each([
    { name: 'B26 data where an empty part is due (Kobil)', first: (c: Bytes) => reply(c, { specific: 0x10, data: '9000' }) },
    { name: 'no request for more', first: (c: Bytes) => reply(c, { data: '9000' }) },
    { name: 'an empty whole response', first: (c: Bytes) => reply(c) },
    { name: 'B25 02 while sending', first: (c: Bytes) => reply(c, { specific: 2 }) },
    { name: 'B25 7F while sending', first: (c: Bytes) => reply(c, { specific: 0x7f }) },
  ])('gives up after the first part: $name', async ({ first }) => {
    const { pipe, slot } = await connected({ 0x6f: (command) => [first(command)] }, { features: automatic.extended });
    await expect(slot.transmit(openly(long(300)))).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(pipe.sent).toHaveLength(1);
  });
});

/** Answers the n-th XfrBlock with the n-th part, for ever with the last. */
const parts =
  (...list: { specific: number; data?: string | Bytes }[]) =>
  (command: Bytes, count: number): Answer => [reply(command, list[Math.min(count, list.length) - 1] ?? {})];

describe('receiving', () => {
  it.each(['short', 'extended'] as const)('joins the parts at the %s level (OMNIKEY 3x21 chains at the short level)', async (level) => {
    const { pipe, slot } = await connected(
      { 0x6f: parts({ specific: 1, data: '0102' }, { specific: 3, data: '0304' }, { specific: 3 }, { specific: 2, data: '9000' }) },
      { features: automatic[level] },
    );
    expect(hex(await slot.transmit(SELECT))).toBe('010203049000');
    expect(pipe.sent.slice(1)).toEqual(['6F000000000003001000', '6F000000000004001000', '6F000000000005001000']);
  });

  it('splits a status word over two parts', async () => {
    const { slot } = await connected({ 0x6f: parts({ specific: 1, data: '90' }, { specific: 2, data: '00' }) });
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it.each([
    { name: 'B25 02 first', list: [{ specific: 2, data: '9000' }], code: 'READER_MALFORMED_MESSAGE', sent: 1 },
    { name: 'B25 03 first', list: [{ specific: 3, data: '9000' }], code: 'READER_MALFORMED_MESSAGE', sent: 1 },
    { name: 'B25 10 first', list: [{ specific: 0x10 }], code: 'READER_MALFORMED_MESSAGE', sent: 1 },
    { name: 'B25 10 with data', list: [{ specific: 0x10, data: '9000' }], code: 'READER_MALFORMED_MESSAGE', sent: 1 },
    { name: 'B25 7F first', list: [{ specific: 0x7f, data: '9000' }], code: 'READER_MALFORMED_MESSAGE', sent: 1 },
    { name: 'B25 10 while receiving', list: [{ specific: 1, data: '01' }, { specific: 0x10 }], code: 'READER_MALFORMED_MESSAGE', sent: 2 },
    { name: 'B25 7F while receiving', list: [{ specific: 1, data: '01' }, { specific: 0x7f }], code: 'READER_MALFORMED_MESSAGE', sent: 2 },
    {
      name: 'B25 01 again',
      list: [
        { specific: 1, data: '01' },
        { specific: 1, data: '9000' },
      ],
      code: 'READER_MALFORMED_MESSAGE',
      sent: 2,
    },
    { name: 'B25, B31 03 for ever empty', list: [{ specific: 1, data: '01' }, { specific: 3 }], code: 'READER_BUDGET_EXCEEDED', sent: 3 },
    { name: 'B31 empty from the first part', list: [{ specific: 1 }, { specific: 3 }], code: 'READER_BUDGET_EXCEEDED', sent: 2 },
    {
      name: 'B25 total beyond 65538',
      list: [
        { specific: 1, data: new Uint8Array(20_000) },
        { specific: 3, data: new Uint8Array(20_000) },
      ],
      code: 'READER_BUDGET_EXCEEDED',
      sent: 4,
    },
    {
      name: 'one byte a part for ever',
      list: [
        { specific: 1, data: '01' },
        { specific: 3, data: '01' },
      ],
      code: 'READER_BUDGET_EXCEEDED',
      sent: 2_048,
    },
    { name: 'B27 one byte in the end', list: [{ specific: 1, data: '90' }, { specific: 2 }], code: 'READER_MALFORMED_MESSAGE', sent: 2 },
  ])('$name: $code', async ({ list, code, sent }) => {
    const { pipe, slot } = await connected({ 0x6f: parts(...list) });
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code });
    expect(pipe.sent.filter((message) => message.startsWith('6F'))).toHaveLength(sent);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it('takes the longest response, 65538 bytes, in one message and in parts', async () => {
    const whole = new Uint8Array(65_538);
    const one = await connected({ 0x6f: parts({ specific: 0, data: whole }) }, { features: automatic.extended, messageLength: 65_554 });
    expect(await one.slot.transmit(SELECT)).toHaveLength(65_538);
    const two = await connected({ 0x6f: parts({ specific: 1, data: whole.slice(0, 65_000) }, { specific: 2, data: whole.slice(65_000) }) });
    expect(await two.slot.transmit(SELECT)).toHaveLength(65_538);
  });

  test.prop([fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 2, maxLength: 6 })], { numRuns: 30 })(
    'gives back any response in any parts',
    async (list) => {
      const last = list.length - 1;
      const { slot } = await connected({
        0x6f: parts(...list.map((data, index) => ({ specific: index === 0 ? 1 : index === last ? 2 : 3, data: data.slice() }))),
      });
      expect(hex(await slot.transmit(SELECT))).toBe(list.map((part) => hex(part)).join(''));
    },
  );
});
