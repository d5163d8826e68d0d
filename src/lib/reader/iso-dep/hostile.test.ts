/** iso-dep.md §8: hostile or broken cards. Each run ends with a code, within limits, and nothing is sent afterwards. */
import { hex, unhex, type Outgoing } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openIsoDep } from './iso-dep.ts';
import { waitingTimeMs, type IsoDepParameters } from './parameters.ts';
import { EndlessPort, ScriptedPort } from './test/scripted-port.ts';

const parameters: IsoDepParameters = { fsc: 16, fwtMs: waitingTimeMs(8), cid: 0 };
const short: Outgoing = { bytes: unhex('00B0000005'), secret: false };
/** Three parts at FSC 16. */
const long: Outgoing = { bytes: new Uint8Array(30), secret: false };

/** Answers chained I-blocks with the right number and `information` for ever. */
const chainsForEver = (information: (count: number) => string) => (block: string, count: number) =>
  `${block.startsWith('A3') ? '13' : '12'}${information(count)}`;

describe('one answer for ever', () => {
  it.each([
    { name: '§8.1 empty answer', answer: '' },
    { name: '§8.1 PCB 00', answer: '00' },
    { name: '§8.1 PCB FF', answer: 'FF' },
    { name: '§8.1 PCB E2', answer: 'E2' },
    { name: '§8.1 PCB D2', answer: 'D2' },
    { name: '§8.1 PCB 42', answer: '42' },
    { name: '§8.1 I-block with NAD', answer: '06009000' },
    { name: '§8.1 CID that was not assigned', answer: '0A029000' },
    { name: '§8.2 longer than FSD', answer: `02${'00'.repeat(254)}` },
    { name: '§8.2 290 bytes', answer: `02${'00'.repeat(289)}` },
    { name: '§8.3 wrong block number', answer: '039000' },
    { name: '§8.5 WTX without INF', answer: 'F2' },
    { name: '§8.5 WTX with two bytes', answer: 'F20101' },
    { name: '§8.6 S(DESELECT) unasked', answer: 'C2' },
    { name: '§8.6 S(IFS)-like C1', answer: 'C101' },
    { name: '§8.6 S(IFS)-like E1', answer: 'E101' },
    { name: 'R(NAK) from a card', answer: 'B2' },
    { name: '§8.7 final response of 0 bytes', answer: '02' },
    { name: '§8.4 a first part without INF', answer: '12' },
  ])('$name: asked twice, then READER_MALFORMED_MESSAGE (iso-dep.md)', async ({ answer }) => {
    const port = new EndlessPort(() => answer);
    const card = openIsoDep(port, parameters);
    await expect(card.transmit(short)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent).toEqual(['0200B0000005', 'B2', 'B2']);
    await expect(card.transmit(short)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(port.sent).toHaveLength(3);
  });

  it.each([
    { name: '§8.3 R(ACK) = bn with nothing to send', command: short, answer: 'A2' },
    { name: '§8.5 WTXM 0', command: short, answer: 'F200' },
    { name: '§8.5 WTXM 60', command: short, answer: 'F23C' },
    { name: '§8.5 WTXM 63', command: short, answer: 'F2FF' },
    { name: '§5 rule 3: I-block while the host chains', command: long, answer: '029000' },
    { name: '§8.7 final response of 1 byte', command: short, answer: '0290' },
  ])('$name: READER_MALFORMED_MESSAGE at once (iso-dep.md)', async ({ command, answer }) => {
    const port = new EndlessPort(() => answer);
    await expect(openIsoDep(port, parameters).transmit(command)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent).toHaveLength(1);
  });

  it.each([
    { name: 'in one block', command: short, first: '0200B0000005' },
    { name: 'in the first of several', command: long, first: `12${'00'.repeat(13)}` },
  ])('§8.3 R(ACK) with the other number for ever, command $name: sent three times, each time after it was denied twice', async ({ command, first }) => {
    const port = new EndlessPort(() => 'A3');
    await expect(openIsoDep(port, parameters).transmit(command)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent).toEqual([first, 'B2', 'B2', first, 'B2', 'B2', first, 'B2', 'B2']);
  });

  it('§8.3 R(ACK) = bn for every part, and after the last', async () => {
    const port = new EndlessPort((block) => (block.startsWith('13') || block.startsWith('03') ? 'A3' : 'A2'));
    await expect(openIsoDep(port, parameters).transmit(long)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent.map((block) => block.slice(0, 2))).toEqual(['12', '13', '02']);
  });

  it('R(ACK) while the card is chaining is never taken for "not received": the command is not sent again', async () => {
    const port = new EndlessPort((_, count) => (count === 1 ? '1201' : 'A2'));
    await expect(openIsoDep(port, parameters).transmit(short)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent).toEqual(['0200B0000005', 'A3', 'A3', 'A3']);
  });
});

describe('without end', () => {
  it('§8.4 empty parts after a full one: asked for again twice, then READER_MALFORMED_MESSAGE (iso-dep.md)', async () => {
    const port = new EndlessPort(chainsForEver((count) => (count === 1 ? '00' : '')));
    await expect(openIsoDep(port, parameters).transmit(short)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(port.sent).toEqual(['0200B0000005', 'A3', 'A3', 'A3']);
  });

  it.each([
    { name: '§8.4 total above 65538', port: () => new EndlessPort(chainsForEver(() => '5A'.repeat(253))), blocks: 260 },
    { name: '§8.4 one byte a part', port: () => new EndlessPort(chainsForEver(() => '5A')), blocks: 6_000 },
    { name: '§8.5 WTX', port: () => new EndlessPort(() => 'F201'), blocks: 2_001 },
    {
      name: '§8.5 WTX and silence by turns',
      port: () => new EndlessPort((block) => (block.startsWith('F2') ? '..' : 'F201')),
      blocks: 4_001,
    },
  ])('$name: READER_BUDGET_EXCEEDED after $blocks blocks (iso-dep.md)', async ({ port: open, blocks }) => {
    const port = open();
    await expect(openIsoDep(port, parameters).transmit(short)).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
    expect(port.sent).toHaveLength(blocks);
  });

  it('takes 65538 bytes, the longest response there is', async () => {
    const port = new EndlessPort((block, count) => (count < 260 ? chainsForEver(() => '5A'.repeat(253))(block, count) : `03${'5A'.repeat(11)}`));
    const response = await openIsoDep(port, parameters).transmit(short);
    expect(response).toHaveLength(65_538);
  });

  it('§6 stops when the time for one command is spent, whatever the card says', async () => {
    let blocks = 0;
    const port = {
      exchange: async () => {
        blocks++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { outcome: 'block', bytes: unhex('F201') } as const;
      },
    };
    await expect(openIsoDep(port, parameters, 30).transmit(short)).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
    expect(blocks).toBeLessThan(50);
  });
});

describe('late, gone, another', () => {
  it('§8.10 the answer to the block before arrives for the current one, and so on', async () => {
    const port = new ScriptedPort([
      ['0200B0000005', '..'],
      ['B2', '029000'], // the late one; the one R(NAK) asked for is still on its way
      ['0300B0000005', '029000'],
      ['B3', '036A82'],
      ['0200B0000005', '036A82'],
      ['B2', '026282'],
    ]);
    const card = openIsoDep(port, parameters);
    const responses = [await card.transmit(short), await card.transmit(short), await card.transmit(short)];
    expect(responses.map((response) => hex(response))).toEqual(['9000', '6A82', '6282']);
    expect(port.isFinished).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6])('§8.11 card removed at step %i: CARD_REMOVED or CARD_MUTE after three silences', async (step) => {
    const answers = ['A2', 'A3', '1201', '1301', 'F201', '029000'];
    const port = new EndlessPort((_, count) => (count < step ? (answers[count - 1] ?? '..') : '..'));
    await expect(openIsoDep(port, parameters).transmit(long)).rejects.toMatchObject({ code: step === 1 ? 'CARD_MUTE' : 'CARD_REMOVED' });
    expect(port.sent).toHaveLength(step + 2);
  });

  it('§8.11 another card that was activated by nobody stays silent: lost, and the next object starts at 0', async () => {
    const script = [
      ['0200B0000005', '029000'],
      ['0300B0000005', '..'],
      ['B3', '..'],
      ['B3', '..'],
      ['0200B0000005', '029000'],
    ] as const;
    const port = new ScriptedPort(script);
    const card = openIsoDep(port, parameters);
    await card.transmit(short);
    await expect(card.transmit(short)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await openIsoDep(port, parameters).transmit(short);
    expect(port.isFinished).toBe(true);
  });
});
