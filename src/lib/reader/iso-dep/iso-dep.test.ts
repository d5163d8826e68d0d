/** The scripts of iso-dep.md §7, and what surrounds them: marks, wiping, order, presence, deselection. */
import { hex, unhex, type Outgoing } from '#bytes';
import { describe, expect, it } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { openIsoDep } from './iso-dep.ts';
import { waitingTimeMs, type IsoDepParameters } from './parameters.ts';
import { ScriptedPort, type Script } from './test/scripted-port.ts';

const usual: IsoDepParameters = { fsc: 256, fwtMs: waitingTimeMs(8), cid: 0 };
const openly = (apdu: string): Outgoing => ({ bytes: unhex(apdu), secret: false });
const SELECT = '00A4040C0AD392F000260100000001';
const C = '00B0000005';
const opened = (script: Script, parameters: Partial<IsoDepParameters> = {}) => {
  const port = new ScriptedPort(script);
  return { port, card: openIsoDep(port, { ...usual, ...parameters }) };
};

/** FSC 16 makes parts of 13 bytes, so that a command of 16 goes out in two. */
const A13 = '00A4040C0AD392F00026010000';
const B3 = '000100';

describe('scripts', () => {
  it.each<{ name: string; script: Script; commands: string[]; responses: string[]; parameters?: Partial<IsoDepParameters> }>([
    {
      name: 'D1 one exchange, then the next',
      commands: [SELECT, C],
      script: [
        [`02${SELECT}`, '029000'],
        [`03${C}`, '036A82'],
      ],
      responses: ['9000', '6A82'],
    },
    {
      name: 'D2 card chains, 2 parts',
      commands: [C, C],
      script: [
        [`02${C}`, '120102'],
        ['A3', '039000'],
        [`02${C}`, '029000'],
      ],
      responses: ['01029000', '9000'],
    },
    {
      name: 'D3 card chains, 3 parts',
      commands: [C, C],
      script: [
        [`02${C}`, '1201'],
        ['A3', '1302'],
        ['A2', '029000'],
        [`03${C}`, '039000'],
      ],
      responses: ['01029000', '9000'],
    },
    {
      name: 'D4 host chains',
      parameters: { fsc: 16 },
      commands: [A13 + B3, C],
      script: [
        [`12${A13}`, 'A2'],
        [`03${B3}`, '039000'],
        [`02${C}`, '029000'],
      ],
      responses: ['9000', '9000'],
    },
    {
      name: 'D5 WTX',
      commands: [C],
      script: [
        [`02${C}`, 'F20A'],
        ['F20A', '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'D6 WTX with power bits',
      commands: [C],
      script: [
        [`02${C}`, 'F2CA'],
        ['F20A', '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'D7 answer lost',
      commands: [C],
      script: [
        [`02${C}`, '..'],
        ['B2', '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'D8 command lost',
      commands: [C],
      script: [
        [`02${C}`, '..'],
        ['B2', 'A3'],
        [`02${C}`, '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'D9 part lost while the card chains',
      commands: [C],
      script: [
        [`02${C}`, '1201'],
        ['A3', '!!'],
        ['A3', '039000'],
      ],
      responses: ['019000'],
    },
    {
      name: 'D10 acknowledgement lost while the host chains',
      parameters: { fsc: 16 },
      commands: [A13 + B3],
      script: [
        [`12${A13}`, '..'],
        ['B2', 'A2'],
        [`03${B3}`, '039000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'D11 WTX inside card chaining',
      commands: [C],
      script: [
        [`02${C}`, '1201'],
        ['A3', 'F205'],
        ['F205', '039000'],
      ],
      responses: ['019000'],
    },
    {
      name: 'D13 with CID 2',
      parameters: { cid: 2 },
      commands: [C, C],
      script: [
        [`0A02${C}`, '1A0201'],
        ['AB02', 'FA020A'],
        ['FA020A', '0B029000'],
        [`0A02${C}`, '0A029000'],
      ],
      responses: ['019000', '9000'],
    },
    {
      name: 'D16 split, FSC 16',
      parameters: { fsc: 16 },
      commands: ['00A4040C0AD392F00026010000000100'],
      script: [
        ['12 00A4040C0AD392F00026010000', 'A2'],
        ['03 000100', '039000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'a command that fills its frame is not chained (§2, INF = FSC - 3)',
      parameters: { fsc: 16 },
      commands: [A13],
      script: [[`02${A13}`, '029000']],
      responses: ['9000'],
    },
    {
      name: 'a part of the command lost in the middle: asked twice, since R(ACK) 0 was the answer before (§5 rule 4)',
      parameters: { fsc: 16 },
      commands: [A13 + B3],
      script: [
        [`12${A13}`, 'A2'],
        [`03${B3}`, '..'],
        ['B3', 'A2'],
        ['B3', 'A2'],
        [`03${B3}`, '039000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'an old R(ACK) delivered once more is not believed (§8.3)',
      parameters: { fsc: 16 },
      commands: [A13 + B3],
      script: [
        [`12${A13}`, 'A2'],
        [`03${B3}`, 'A2'],
        ['B3', 'A2'],
        ['B3', '039000'],
      ],
      responses: ['9000'],
    },
    {
      name: '§8.3 the I-block before once more (§5 rule 6)',
      commands: [C, C],
      script: [
        [`02${C}`, '029000'],
        [`03${C}`, '029000'],
        ['B3', '036282'],
      ],
      responses: ['9000', '6282'],
    },
    {
      name: '§8.3 the part before once more, while the card chains (§5 rule 8)',
      commands: [C],
      script: [
        [`02${C}`, '1201'],
        ['A3', '1201'],
        ['A3', '039000'],
      ],
      responses: ['019000'],
    },
    {
      name: '§8.6 S(DESELECT) unasked, R(NAK) from a card (§5 rules 5, 10)',
      commands: [C],
      script: [
        [`02${C}`, 'C2'],
        ['B2', 'B2'],
        ['B2', '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'a status word in two halves',
      commands: [C],
      script: [
        [`02${C}`, '1290'],
        ['A3', '0300'],
      ],
      responses: ['9000'],
    },
    {
      name: 'parts that were cut behind their PCB come whole when they are asked for again',
      commands: [C],
      script: [
        [`02${C}`, '12'],
        ['B2', '1201'],
        ['A3', '13'],
        ['A3', '1302'],
        ['A2', '02'],
        ['A2', '029000'],
      ],
      responses: ['01029000'],
    },
    {
      name: 'S(WTX) lost on the way is asked for again',
      commands: [C],
      script: [
        [`02${C}`, '..'],
        ['B2', 'F20A'],
        ['F20A', '!!'],
        ['B2', 'F20A'],
        ['F20A', '..'],
        ['B2', '029000'],
      ],
      responses: ['9000'],
    },
    {
      name: 'S(WTX) in place of R(ACK)',
      parameters: { fsc: 16 },
      commands: [A13 + B3],
      script: [
        [`12${A13}`, 'F201'],
        ['F201', 'A2'],
        [`03${B3}`, '039000'],
      ],
      responses: ['9000'],
    },
  ])('$name (iso-dep.md)', async ({ script, commands, responses, parameters }) => {
    const { port, card } = opened(script, parameters);
    for (const [index, command] of commands.entries()) expect(hex(await card.transmit(openly(command)))).toBe(responses[index]);
    expect(port.isFinished).toBe(true);
  });

  it('D12 presence after D1, and the next command as if nothing had been', async () => {
    const { port, card } = opened([
      [`02${C}`, '029000'],
      ['B3', 'A2'],
      [`03${C}`, '039000'],
    ]);
    await card.transmit(openly(C));
    expect(await card.isPresent()).toBe(true);
    expect(hex(await card.transmit(openly(C)))).toBe('9000');
    expect(port.isFinished).toBe(true);
  });

  it('D12 an R(ACK) of the presence check, delivered late, is not taken for "not received"', async () => {
    const { port, card } = opened([
      ['B2', '..'],
      ['B2', 'A3'],
      [`02${C}`, 'A3'],
      ['B2', '029000'],
    ]);
    expect(await card.isPresent()).toBe(true);
    expect(hex(await card.transmit(openly(C)))).toBe('9000');
    expect(port.isFinished).toBe(true);
  });

  it.each([
    { name: 'D14', cid: 0, sent: 'C2', received: ['C2'] },
    { name: 'D14, answer lost', cid: 0, sent: 'C2', received: ['..', '!!', 'C2'] },
    { name: 'D14, never an answer: three times, no fault', cid: 0, sent: 'C2', received: ['..', '029000', '..'] },
    { name: 'D13', cid: 2, sent: 'CA02', received: ['CA02'] },
  ])('$name deselect (iso-dep.md §5 rule 11)', async ({ cid, sent, received }) => {
    const { port, card } = opened(
      received.map((answer) => [sent, answer] as const),
      { cid },
    );
    await card.deselect();
    await card.deselect();
    expect(port.isFinished).toBe(true);
    expect(await card.isPresent()).toBe(false);
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(port.isFinished).toBe(true);
  });
});

describe('a card that is lost', () => {
  const away = ['..', '..', '..'] as const;
  it.each([
    { name: 'D15 silent after an answer', received: away, code: 'CARD_REMOVED' },
    { name: 'damaged again and again: at the edge of the field', received: ['!!', '..', '!!'], code: 'CARD_REMOVED' },
    { name: 'other blocks for ever', received: ['..', '00', '00'], code: 'READER_MALFORMED_MESSAGE' },
    { name: '§8.3 wrong number for ever', received: ['029000', '029000', '029000'], code: 'READER_MALFORMED_MESSAGE' },
  ])('$name: $code, and nothing more is sent (iso-dep.md §5)', async ({ received, code }) => {
    const sent = [`03${C}`, 'B3', 'B3'];
    const { port, card } = opened([[`02${C}`, '029000'], ...received.map((answer, index) => [sent[index] ?? '', answer] as const)]);
    await card.transmit(openly(C));
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code });
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(await card.isPresent()).toBe(false);
    expect(port.isFinished).toBe(true);
  });

  it('is mute when it has never said a word', async () => {
    const { port, card } = opened([`02${C}`, 'B2', 'B2'].map((sent) => [sent, '..'] as const));
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_MUTE' });
    await card.deselect(); // not waited for a second time
    expect(port.isFinished).toBe(true);
  });

  it('is told to rest after it broke the protocol', async () => {
    const { port, card } = opened([
      [`02${C}`, 'F200'],
      ['C2', 'C2'],
    ]);
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    await card.deselect();
    expect(port.isFinished).toBe(true);
  });

  it.each(['READER_LOST', 'READER_REPORTED_ERROR'] as const)('%s of the reader comes through, and the card counts as lost', async (code) => {
    const { port, card } = opened([[`02${C}`, new ReaderError({ code, message: 'test' })]]);
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code });
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await card.deselect();
    expect(port.isFinished).toBe(true);
  });

  it('by the presence check: three times asked, each with the shortest time', async () => {
    const { port, card } = opened(
      [`B2`, 'B2', 'B2'].map((sent) => [sent, '..'] as const),
      { fwtMs: waitingTimeMs(14) },
    );
    expect(await card.isPresent()).toBe(false);
    expect(port.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([400, 400, 400]);
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it('by a presence check in which the reader fails', async () => {
    const { card } = opened([['B2', new ReaderError({ code: 'READER_LOST', message: 'test' })]]);
    await expect(card.isPresent()).rejects.toMatchObject({ code: 'READER_LOST' });
    await expect(card.transmit(openly(C))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it('is not lost by a command that is too long for any card', async () => {
    const { card } = opened([[`02${C}`, '029000']]);
    await expect(card.transmit({ bytes: new Uint8Array(65_545), secret: false })).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(hex(await card.transmit(openly(C)))).toBe('9000');
  });
});

describe('time-outs (open-points.md 19, iso-dep.md §5 rule 9)', () => {
  it('S(WTX) holds for the next block only', async () => {
    const { port, card } = opened(
      [
        [`02${C}`, 'F204'],
        ['F204', 'F201'],
        ['F201', 'F23B'],
        ['F23B', '..'],
        ['B2', '029000'],
      ],
      { fwtMs: waitingTimeMs(11) },
    );
    await card.transmit(openly(C));
    // 618.6 ms; four times that; once; 59 times, capped; then as before; 50 ms more each.
    expect(port.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([669, 2525, 669, 5000, 669]);
  });

  it('gives a card whose FWI is unknown the longest time', async () => {
    const { port, card } = opened([[`02${C}`, '029000']], { fwtMs: waitingTimeMs(14) });
    await card.transmit(openly(C));
    expect(port.sent[0]?.timeoutMs).toBe(5000);
  });
});

describe('secrets', () => {
  const VERIFY = '00200080083132333435363738';

  it('are marked on each of their blocks and wiped when the card has them; R- and S-blocks carry none', async () => {
    const { port, card } = opened(
      [
        ['12 00200080093132333435363738', 'A2'],
        ['03 39', 'F201'],
        ['F201', '..'],
        ['B3', '1363'],
        ['A2', '02C2'],
      ],
      { fsc: 16 },
    );
    expect(hex(await card.transmit({ bytes: unhex('0020008009313233343536373839'), secret: true }))).toBe('63C2');
    expect(port.sent.map(({ secret }) => secret)).toEqual([true, true, false, false, false]);
    expect(port.sent.filter(({ secret }) => secret).every(({ lent }) => lent.every((byte) => byte === 0))).toBe(true);
  });

  it('are sent again only when the card has twice said that it has not got them', async () => {
    const { port, card } = opened([
      [`02${VERIFY}`, '..'],
      ['B2', 'A3'],
      ['B2', 'A3'],
      [`02${VERIFY}`, '029000'],
    ]);
    expect(hex(await card.transmit({ bytes: unhex(VERIFY), secret: true }))).toBe('9000');
    expect(port.sent.map(({ secret }) => secret)).toEqual([true, false, false, true]);
    expect(port.sent.filter(({ secret }) => secret).every(({ lent }) => lent.every((byte) => byte === 0))).toBe(true);
  });

  it('are not sent again when the second answer is the response', async () => {
    const { port, card } = opened([
      [`02${VERIFY}`, '..'],
      ['B2', 'A3'],
      ['B2', '0263C2'],
    ]);
    expect(hex(await card.transmit({ bytes: unhex(VERIFY), secret: true }))).toBe('63C2');
    expect(port.isFinished).toBe(true);
  });

  it.each([
    { name: 'the R(ACK) of a presence check', start: [['B2', 'A3']], answers: ['..', 'A3'] },
    { name: 'the R(ACK) of a presence check, with damage in between', start: [['B2', 'A3']], answers: ['!!', 'A3'] },
    { name: 'the R(ACK) of a presence check, with nonsense in between', start: [['B2', 'A3']], answers: ['00', 'A3'] },
    { name: 'an R(ACK) nobody asked for', start: [], answers: ['A3', 'A3'] },
  ] as const)('are not sent again on a denial that may be $name once more', async ({ start, answers }) => {
    const sent = [`02${VERIFY}`, 'B2'];
    const { port, card } = opened([...start, ...answers.map((answer, index) => [sent[index] ?? '', answer] as const)]);
    if (start.length > 0) await card.isPresent();
    await expect(card.transmit({ bytes: unhex(VERIFY), secret: true })).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(port.isFinished).toBe(true);
  });

  it('are sent again once at most', async () => {
    const { port, card } = opened([
      [`02${VERIFY}`, '..'],
      ['B2', 'A3'],
      ['B2', 'A3'],
      [`02${VERIFY}`, '..'],
      ['B2', 'A3'],
    ]);
    await expect(card.transmit({ bytes: unhex(VERIFY), secret: true })).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(port.isFinished).toBe(true);
  });

  it.each([
    { name: 'the card is silent', received: ['..', '..', '..'] as const },
    { name: 'the reader fails', received: [new ReaderError({ code: 'READER_LOST', message: 'test' })] as const },
    { name: 'the card breaks the protocol', received: ['A2'] as const },
  ])('are wiped when $name, and in no error', async ({ received }) => {
    const sent = [`02${VERIFY}`, 'B2', 'B2'];
    const { port, card } = opened(received.map((answer, index) => [sent[index] ?? '', answer] as const));
    const error = await card.transmit({ bytes: unhex(VERIFY), secret: true }).then(String, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReaderError);
    expect(JSON.stringify([String(error), (error as ReaderError).facts])).not.toMatch(/3132|31,32/);
    expect(port.sent[0]?.lent.every((byte) => byte === 0)).toBe(true);
  });

  it('leave the bytes of the caller alone: their owner wipes them', async () => {
    const { card } = opened([[`02${VERIFY}`, '029000']]);
    const command: Outgoing = { bytes: unhex(VERIFY), secret: true };
    await card.transmit(command);
    expect(hex(command.bytes)).toBe(VERIFY);
  });
});

it('one thing at a time: commands, presence and deselection wait for each other', async () => {
  const { port, card } = opened([
    [`02${C}`, '1201'],
    ['A3', '039000'],
    ['B2', 'A3'],
    [`02${C}`, '026A82'],
    ['C2', 'C2'],
  ]);
  const [first, present, second] = await Promise.all([card.transmit(openly(C)), card.isPresent(), card.transmit(openly(C)), card.deselect()]);
  expect([hex(first), present, hex(second)]).toEqual(['019000', true, '6A82']);
  expect(port.isFinished).toBe(true);
});
