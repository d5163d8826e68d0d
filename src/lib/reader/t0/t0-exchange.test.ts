/** T=0 TPDUs at the TPDU level: ccid.md §10.1, §10.2; open-points.md 17; the row B24 as far as it reaches the host. */
import { hex, unhex, type Bytes, type Outgoing } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { BlockLink } from '../exchange-level.ts';
import { ScriptedLink } from '../test/block-link.ts';
import { commandTpdu } from './command-tpdu.ts';
import { T0Exchange } from './t0-exchange.ts';

const openly = (bytes: string): Outgoing => ({ bytes: unhex(bytes), secret: false });
const data255 = '5A'.repeat(255);

async function converse(apdu: string, answers: string[]): Promise<{ response: string; sent: string[] }> {
  const link = new ScriptedLink(answers);
  const response = hex(await new T0Exchange(261).transmit(link, openly(apdu)));
  expect(link.leftOver).toBe(0);
  return { response, sent: link.sent };
}

describe('command TPDU', () => {
  it.each([
    { name: 'case 1: P3 = 00', apdu: '0084 0000', tpdu: '0084000000' },
    { name: 'the empty VERIFY is case 1 (open-points.md 17)', apdu: '00200080', tpdu: '0020008000' },
    { name: 'case 2S', apdu: '00B0000010', tpdu: '00B0000010' },
    { name: 'case 2S, Le 256', apdu: '00B0000000', tpdu: '00B0000000' },
    { name: 'case 3S', apdu: '00A4020C02EF01', tpdu: '00A4020C02EF01' },
    { name: 'case 4S loses its Le', apdu: '00A4040003AABBCC00', tpdu: '00A4040003AABBCC' },
    { name: 'case 2E, 16 bytes', apdu: '00B00000000010', tpdu: '00B0000010' },
    { name: 'case 2E, 256 bytes', apdu: '00B00000000100', tpdu: '00B0000000' },
    { name: 'case 2E, more than 256 bytes: the first 256, then 61xx', apdu: '00B00000000800', tpdu: '00B0000000' },
    { name: 'case 2E, 65536 bytes', apdu: '00B00000000000', tpdu: '00B0000000' },
    { name: 'case 3E with 3 bytes', apdu: '00D60000000003AABBCC', tpdu: '00D6000003AABBCC' },
    { name: 'case 3E with 255 bytes', apdu: `00D600000000FF${data255}`, tpdu: `00D60000FF${data255}` },
    { name: 'case 4E with 1 byte', apdu: '00A40400000001AA0000', tpdu: '00A4040001AA' },
  ])('$name (ccid.md §10)', ({ apdu, tpdu }) => {
    expect(hex(commandTpdu(unhex(apdu)).bytes)).toBe(tpdu);
  });

  it.each([
    { name: 'nothing', apdu: '' },
    { name: '3 bytes', apdu: '00A404' },
    { name: 'Lc too large', apdu: '00A4040004AABBCC' },
    { name: 'Lc two bytes too small', apdu: '00A4040001AABBCC' },
    { name: 'extended, 6 bytes', apdu: '00B000000000' },
    { name: 'extended Lc 0', apdu: '00D600000000000000' },
    { name: 'extended Lc too large', apdu: '00D60000000004AABBCC' },
    { name: 'extended with one byte of Le', apdu: '00D60000000003AABBCC00' },
    { name: '256 bytes of data', apdu: `00D60000000100${data255}5A` },
    { name: 'INS 6x', apdu: '0060000000' },
    { name: 'INS 9x', apdu: '0092000000' },
  ])('refused before anything is sent: $name', async ({ apdu }) => {
    const link = new ScriptedLink([]);
    await expect(new T0Exchange(261).transmit(link, openly(apdu))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(link.sent).toEqual([]);
  });

  it('refused: longer than a message', async () => {
    const link = new ScriptedLink([]);
    await expect(new T0Exchange(54).transmit(link, openly(`00D60000FF${data255}`))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(link.sent).toEqual([]);
  });

  const anyApdu = fc
    .tuple(fc.constantFrom(0xa4, 0xb0, 0xd6, 0x20), fc.uint8Array({ maxLength: 255 }), fc.option(fc.integer({ min: 1, max: 256 }), { nil: undefined }))
    .map(([ins, data, ne]) => ({ ins, data, ne, bytes: apduOf(ins, data, ne) }));

  test.prop([anyApdu])('keeps the header and the data, and says in P3 how many bytes go or come', ({ ins, data, ne, bytes }) => {
    const tpdu = commandTpdu(bytes).bytes;
    expect(hex(tpdu.slice(0, 4))).toBe(hex(Uint8Array.of(0, ins, 1, 2)));
    expect(hex(tpdu.slice(5))).toBe(hex(data));
    expect(tpdu[4]).toBe(data.length > 0 ? data.length : (ne ?? 0) % 256);
  });

  test.prop([fc.uint8Array({ maxLength: 300 })])('any bytes give a TPDU or a coded fault', (bytes) => {
    try {
      expect(commandTpdu(Uint8Array.from(bytes)).bytes.length).toBeGreaterThanOrEqual(5);
    } catch (error) {
      expect(error).toMatchObject({ code: 'COMMAND_TOO_LONG' });
    }
  });
});

function apduOf(ins: number, data: Uint8Array, ne: number | undefined): Bytes {
  const body = data.length > 0 ? [data.length, ...data] : [];
  return Uint8Array.from([0, ins, 1, 2, ...body, ...(ne === undefined ? [] : [ne % 256])]);
}

describe('T=0 conversations', () => {
  it.each([
    { name: 'case 1', apdu: '00200080', answers: ['63C3'], response: '63C3', sent: ['0020008000'] },
    { name: 'case 2', apdu: '00B0000002', answers: ['01029000'], response: '01029000', sent: ['00B0000002'] },
    { name: 'case 3', apdu: '00A4020C02EF01', answers: ['9000'], response: '9000', sent: ['00A4020C02EF01'] },
    {
      name: 'case 4, 9000: GET RESPONSE with Le',
      apdu: '00A4040002AABB10',
      answers: ['9000', '6F009000'],
      response: '6F009000',
      sent: ['00A4040002AABB', '00C0000010'],
    },
    { name: 'case 4, Le 256: P3 = 00', apdu: '00A4040002AABB00', answers: ['9000', '6F009000'], response: '6F009000', sent: ['00A4040002AABB', '00C0000000'] },
    {
      name: 'case 4, one length only: asked for that one, once',
      apdu: '00A4040002AABB00',
      answers: ['9000', '6C02', '6F009000'],
      response: '6F009000',
      sent: ['00A4040002AABB', '00C0000000', '00C0000002'],
    },
    {
      name: 'case 4, 6Cxx twice goes up',
      apdu: '00A4040002AABB00',
      answers: ['9000', '6C02', '6C03'],
      response: '6C03',
      sent: ['00A4040002AABB', '00C0000000', '00C0000002'],
    },
    {
      name: 'case 4, 6C00 = 256 bytes',
      apdu: '00A4040002AABB10',
      answers: ['9000', '6C00', `${'AA'.repeat(256)}9000`],
      response: `${'AA'.repeat(16)}9000`,
      sent: ['00A4040002AABB', '00C0000010', '00C0000000'],
    },
    {
      name: 'case 4, a warning stays with the data',
      apdu: '00A4040002AABB10',
      answers: ['6283', '6F009000'],
      response: '6F006283',
      sent: ['00A4040002AABB', '00C0000010'],
    },
    {
      name: 'case 4, an error of GET RESPONSE is the answer',
      apdu: '00A4040002AABB10',
      answers: ['9000', '6985'],
      response: '6985',
      sent: ['00A4040002AABB', '00C0000010'],
    },
    { name: 'case 4, 61xx goes up: the interpreter fetches', apdu: '00A4040002AABB10', answers: ['6110'], response: '6110', sent: ['00A4040002AABB'] },
    { name: 'case 4, an error goes up', apdu: '00A4040002AABB10', answers: ['6A82'], response: '6A82', sent: ['00A4040002AABB'] },
    { name: 'case 2, 61xx goes up', apdu: '00B0000010', answers: ['6110'], response: '6110', sent: ['00B0000010'] },
    { name: 'case 2, 6Cxx goes up', apdu: '00B0000010', answers: ['6C08'], response: '6C08', sent: ['00B0000010'] },
    { name: 'case 1, 6Cxx goes up', apdu: '00200080', answers: ['6C01'], response: '6C01', sent: ['0020008000'] },
    {
      name: 'chaining and secure messaging bits are not for GET RESPONSE',
      apdu: '9CA4040002AABB10',
      answers: ['9000', '9000'],
      response: '9000',
      sent: ['9CA4040002AABB', '80C0000010'],
    },
    { name: 'nor those of the further classes', apdu: '71A4040002AABB10', answers: ['9000', '9000'], response: '9000', sent: ['71A4040002AABB', '41C0000010'] },
    { name: 'logical channel 2 stays', apdu: '02A4040002AABB10', answers: ['9000', '9000'], response: '9000', sent: ['02A4040002AABB', '02C0000010'] },
  ])('$name (ccid.md §10.2)', async ({ apdu, answers, response, sent }) => {
    expect(await converse(apdu, answers)).toEqual({ response, sent });
  });

  it.each([
    { name: 'nothing', apdu: '00B0000002', answer: '' },
    { name: 'B27 one byte', apdu: '00B0000002', answer: '90' },
    { name: 'B24 more data than P3 says', apdu: '00B0000002', answer: '0102039000' },
    { name: 'B24 data after a command that carried some', apdu: '00A4020C02EF01', answer: '6F009000' },
    { name: 'B24 257 bytes', apdu: '00B0000000', answer: `${'AA'.repeat(257)}9000` },
    { name: 'data to case 1', apdu: '00200080', answer: '019000' },
    { name: 'a NULL byte as SW1', apdu: '00B0000002', answer: '6000' },
    { name: 'an INS as SW1', apdu: '00B0000002', answer: 'B000' },
  ])('does not add up: $name', async ({ apdu, answer }) => {
    const link = new ScriptedLink([answer]);
    await expect(new T0Exchange(261).transmit(link, openly(apdu))).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(link.sent).toHaveLength(1);
  });

  it('a response in parts is none: this level does not chain', async () => {
    const link = new ScriptedLink(['9000']);
    const chaining: BlockLink = {
      xfrBlock: async (block) => ({ ...(await link.xfrBlock(block)), chainParameter: 1 }),
      setParameters: () => link.setParameters(),
      reportedProtocol: () => link.reportedProtocol(),
      warmReset: () => link.warmReset(),
    };
    await expect(new T0Exchange(261).transmit(chaining, openly('00B0000002'))).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
  });

  it.each([
    { name: 'mute', answer: 'mute', code: 'CARD_MUTE' },
    { name: 'parity', answer: 'parity', code: 'READER_REPORTED_ERROR' },
    { name: 'overrun', answer: 'overrun', code: 'READER_REPORTED_ERROR' },
    { name: 'one byte', answer: '90', code: 'READER_MALFORMED_MESSAGE' },
    { name: '6Cxx', answer: '6C04', code: undefined },
    { name: '61xx', answer: '6104', code: undefined },
  ])('a secret command is sent once and wiped: $name', async ({ answer, code }) => {
    const link = new ScriptedLink([], answer);
    const work = new T0Exchange(261).transmit(link, { bytes: unhex('002000800431323334'), secret: true });
    if (code === undefined) expect(hex(await work)).toBe(answer);
    else await expect(work).rejects.toMatchObject({ code });
    expect(link.sent).toEqual(['!002000800431323334']);
    expect(link.secretBlocks.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });
});
