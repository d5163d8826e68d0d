/** Hostile cards: ccid.md B27, B31, B45–B47. Every row ends in a coded fault, within the budget, and nothing is sent that was not asked for. */
import { describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { readingLicence, willing, type CardDouble } from './test/card-double.ts';
import type { ReadOptions, ReadOutcome } from './index.ts';

const options: ReadOptions = { chunkLength: 0xc8, maximumLength: 8192 };
const zeros = (length: number): string => '00'.repeat(length);

async function read(double: CardDouble, changes: Partial<ReadOptions> = {}): Promise<ReadOutcome> {
  const card = await readingLicence(double, { apdus: 402, bytes: 0x4_0000 });
  return card.readSelectedFile({ ...options, ...changes });
}

/** Answers in order; the last one for ever. */
const inOrder = (...answers: string[]): CardDouble => {
  let next = 0;
  return willing(() => answers[Math.min(next++, answers.length - 1)] ?? '');
};

describe('a hostile card, reading', () => {
  it.each([
    { name: 'B45: 61FF for ever, without data', answers: ['61FF'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00C00000C8'] },
    { name: 'B45: 6100 with 0 bytes', answers: ['6100'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00C00000C8'] },
    { name: 'B45: 6110 with data at first, then with 0 bytes', answers: ['006110', '6110'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00C0000010'] },
    { name: 'B45: 6C00 for ever', answers: ['6C00'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00B0000000'] },
    { name: 'B45: 6Cxx that changes its mind', answers: ['6C10', '6C08', '6C10'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00B0000010'] },
    { name: 'B45: 6Cxx to GET RESPONSE for ever', answers: ['6110', '6C08'], code: 'RESPONSE_LOOP', sent: ['00B00000C8', '00C0000010', '00C0000008'] },
    { name: 'B46: more than Le', answers: [`${zeros(201)}9000`], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'B46: more than the Le of 6Cxx', answers: ['6C10', `${zeros(17)}9000`], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8', '00B0000010'] },
    {
      name: 'B47: GET RESPONSE brings more than is missing',
      answers: [`${zeros(199)}6101`, `${zeros(2)}9000`],
      code: 'RESPONSE_MALFORMED',
      sent: ['00B00000C8', '00C0000001'],
    },
    { name: 'B47: 65 536 bytes', answers: [`${zeros(0x1_0000)}9000`], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'B47: longer than any response APDU', answers: [`${zeros(0x1_0001)}9000`], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'B27: nothing at all', answers: [''], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'B27: one status byte', answers: ['90'], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'data with an error word', answers: ['00006A82'], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'data with 6982', answers: ['00006982'], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: 'data with 6Cxx', answers: ['00006C10'], code: 'RESPONSE_MALFORMED', sent: ['00B00000C8'] },
    { name: '6700 to every Le', answers: ['6700'], code: 'UNEXPECTED_STATUS', sent: ['00B00000C8', '00B0000054'] },
    { name: 'no current EF', answers: ['6986'], code: 'UNEXPECTED_STATUS', sent: ['00B00000C8'] },
    { name: 'a word nobody knows', answers: ['0000'], code: 'UNEXPECTED_STATUS', sent: ['00B00000C8'] },
  ])('$name', async ({ answers, code, sent }) => {
    const double = inOrder(...answers);
    await expect(read(double)).rejects.toMatchObject({ code });
    expect(double.log()).toEqual(sent);
  });

  it('keeps the status word, and no data, in the fault', async () => {
    await expect(read(inOrder('6F12'))).rejects.toMatchObject({ code: 'UNEXPECTED_STATUS', facts: { statusWord: 0x6f12 } });
  });

  it('a file without end stops at its limit', async () => {
    const double = inOrder(`${zeros(200)}9000`);
    await expect(read(double)).rejects.toMatchObject({ code: 'CARD_FILE_TOO_LONG' });
    expect(double.log()).toHaveLength(41);
  });

  it('a file without end, one byte at a time, stops at the budget of APDUs', async () => {
    const double = inOrder('009000');
    await expect(read(double)).rejects.toMatchObject({ code: 'CARD_BUDGET_EXCEEDED' });
    expect(double.log()).toHaveLength(400);
  });

  it('61xx of one byte each stops when there is enough', async () => {
    const double = inOrder('0061FF');
    await expect(read(double, { totalLength: () => 200 })).resolves.toMatchObject({ outcome: 'read', bytes: new Uint8Array(200) });
    expect(double.log()).toHaveLength(200);
  });

  it('the byte budget ends a talkative card', async () => {
    const double = inOrder(`${zeros(200)}9000`);
    const card = await readingLicence(double, { apdus: 400, bytes: 1000 });
    await expect(card.readSelectedFile(options)).rejects.toMatchObject({ code: 'CARD_BUDGET_EXCEEDED' });
    expect(card.figures.bytesFromCard + card.figures.bytesToCard).toBeLessThanOrEqual(1000 + 202);
  });

  it.each([
    ['more than the limit', 8193, 'CARD_FILE_TOO_LONG'],
    ['B46: 84FFFFFFFF', 0xffff_ffff, 'CARD_FILE_TOO_LONG'],
    ['negative', -1, 'APDU_INVALID'],
    ['not a number', Number.NaN, 'APDU_INVALID'],
  ])('a header that claims %s', async (_, total, code) => {
    const double = inOrder(`${zeros(200)}9000`);
    await expect(read(double, { totalLength: (received) => (received.length > 0 ? total : undefined) })).rejects.toMatchObject({ code });
    expect(double.log()).toHaveLength(1);
  });
});

describe('a hostile card, other commands', () => {
  it.each([
    ['SELECT answers data nobody asked for', '6F009000', 'RESPONSE_MALFORMED'],
    ['SELECT offers data nobody asked for', '6110', 'RESPONSE_MALFORMED'],
    ['SELECT wants another Le', '6C10', 'UNEXPECTED_STATUS'],
    ['SELECT answers one byte', '90', 'RESPONSE_MALFORMED'],
    ['SELECT answers 6A86', '6A86', 'UNEXPECTED_STATUS'],
  ])('%s', async (_, answer, code) => {
    let isHostile = false;
    const double = willing();
    const slot = {
      ...double.slot,
      transmit: (command: Parameters<typeof double.slot.transmit>[0]) => (isHostile ? Promise.resolve(unhex(answer)) : double.slot.transmit(command)),
    };
    const card = await readingLicence({ ...double, slot });
    isHostile = true;
    await expect(card.selectFile(0x001c)).rejects.toMatchObject({ code });
    isHostile = false;
    // What is selected now, nobody knows.
    await expect(card.readSelectedFile(options)).rejects.toMatchObject({ code: 'COMMAND_NOT_ALLOWED' });
  });

  it('a short identifier that brings more than asked for', async () => {
    const card = await readingLicence(inOrder('6C04', 'C10101009000'));
    await expect(card.readByShortIdentifier(0x1a, 3)).rejects.toMatchObject({ code: 'RESPONSE_MALFORMED' });
  });
});
