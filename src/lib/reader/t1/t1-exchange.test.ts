/**
 * T=1 conversations, block by block, in the manner of ISO/IEC 7816-3 annex A: what the host sends, what the card answers.
 * ccid.md §9 (rules), §15 (golden blocks), §14 B28 and B29 (cards that misbehave for ever).
 */
import { hex, unhex, type Outgoing } from '#bytes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedLink, type ScriptStep } from '../test/block-link.ts';
import { crc, lrc } from './check-code.ts';
import { T1Exchange, type T1Settings } from './t1-exchange.ts';

const settings: T1Settings = {
  checkCode: lrc,
  cardInformationLength: 32,
  longestInformation: 254,
  hostInformationLength: 254,
  readerAnnouncesLength: true,
  budgetMs: 60_000,
};
const openly = (bytes: string): Outgoing => ({ bytes: unhex(bytes), secret: false });
const secretly = (bytes: string): Outgoing => ({ bytes: unhex(bytes), secret: true });

/** NAD 00, the PCB and INF given, LEN and LRC put in. */
function block(pcb: string, information = ''): string {
  const bytes = unhex(information);
  const body = [0, ...unhex(pcb), bytes.length, ...bytes];
  let sum = 0;
  for (const byte of body) sum ^= byte;
  return hex(Uint8Array.from([...body, sum]));
}

/** The same block with an LRC that is off by one. */
function damaged(pcb: string, information = ''): string {
  const bytes = unhex(block(pcb, information));
  return hex(bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)));
}

const RESYNCH: readonly ScriptStep[] = [
  [block('C0'), block('E0')],
  ['00C101FE3E', '00E101FE1E'],
];
const command = '00A40000';

describe('T=1 conversations', () => {
  it.each<{ name: string; steps: ScriptStep[]; source: string; takes?: number; apdu?: string; response?: string }>([
    { name: 'one block each way', steps: [[block('00', command), block('00', '9000')]], source: 'rule 2.1' },
    {
      name: 'the card asks for time: bBWI of that block and of no other',
      steps: [
        [block('00', command), '00C30109CB'],
        ['00E30109EB×9', block('00', '9000')],
      ],
      source: 'rule 3, ccid.md §15',
    },
    {
      name: 'more time twice',
      steps: [
        [block('00', command), block('C3', '01')],
        [`${block('E3', '01')}×1`, block('C3', 'FF')],
        [`${block('E3', 'FF')}×255`, block('00', '9000')],
      ],
      source: 'rule 3',
    },
    {
      name: 'time, and then a damaged block: the R-block has no bBWI',
      steps: [
        [block('00', command), block('C3', '02')],
        [`${block('E3', '02')}×2`, damaged('00', '9000')],
        [block('81'), block('00', '9000')],
      ],
      source: 'rules 3 and 7.3',
    },
    {
      name: 'the card announces IFS in the middle of our chain',
      takes: 2,
      steps: [
        [block('20', '00A4'), block('C1', '03')],
        [block('E1', '03'), block('90')],
        [block('40', '0000'), block('00', '9000')],
      ],
      source: 'rule 4',
    },
    {
      name: 'the card announces a shorter IFS and asks again: the block is cut anew',
      takes: 4,
      steps: [
        [block('00', command), block('C1', '02')],
        [block('E1', '02'), block('82')],
        [block('20', '00A4'), block('90')],
        [block('40', '0000'), block('00', '9000')],
      ],
      source: 'rule 4',
    },
    {
      name: 'chain from the host',
      takes: 2,
      apdu: '00A4040C02',
      steps: [
        [block('20', '00A4'), block('90')],
        [block('60', '040C'), block('80')],
        [block('00', '02'), block('00', '9000')],
      ],
      source: 'rules 2.2 and 5',
    },
    {
      name: 'chain from the card',
      response: '0102039000',
      steps: [
        [block('00', command), block('20', '0102')],
        [block('90'), block('60', '03')],
        [block('80'), block('00', '9000')],
      ],
      source: 'rules 2.2 and 5',
    },
    {
      name: 'chains both ways',
      takes: 3,
      response: 'AA9000',
      steps: [
        [block('20', '00A400'), block('90')],
        [block('40', '00'), block('20', 'AA')],
        [block('90'), block('40', '9000')],
      ],
      source: 'rules 2 and 5',
    },
    {
      name: 'our block came damaged: R with our number, the block again',
      steps: [
        [block('00', command), block('81')],
        [block('00', command), block('00', '9000')],
      ],
      source: 'rule 7.1',
    },
    {
      name: 'the answer came damaged: R(EDC), the answer again',
      steps: [
        [block('00', command), damaged('00', '9000')],
        [block('81'), block('00', '9000')],
      ],
      source: 'rule 7.1',
    },
    {
      name: 'parity error (FD): R(EDC)',
      steps: [
        [block('00', command), 'parity'],
        [block('81'), block('00', '9000')],
      ],
      source: 'ccid.md §5',
    },
    {
      name: 'block waiting time over (FE, card there): R(other), the answer comes',
      steps: [
        [block('00', command), 'mute'],
        [block('82'), block('00', '9000')],
      ],
      source: 'rule 7.1, ccid.md §9 point 6',
    },
    {
      name: 'our block was lost: R(other), the card asks for it',
      steps: [
        [block('00', command), 'mute'],
        [block('82'), block('80')],
        [block('00', command), block('00', '9000')],
      ],
      source: 'rule 7.1',
    },
    {
      name: 'our R-block came damaged too: the same R again, whatever the card says of it',
      steps: [
        [block('00', command), damaged('00', '9000')],
        [block('81'), block('91')],
        [block('81'), block('00', '9000')],
      ],
      source: 'rule 7.2',
    },
    {
      name: 'the same R again, though the second trouble is of another kind',
      steps: [
        [block('00', command), damaged('00', '9000')],
        [block('81'), 'mute'],
        [block('81'), block('00', '9000')],
      ],
      source: 'rule 7.2, ccid.md §9 point 5',
    },
    {
      name: 'R of our chain came damaged: R, and the card repeats its R',
      takes: 2,
      steps: [
        [block('20', '00A4'), damaged('90')],
        [block('81'), block('90')],
        [block('40', '0000'), block('00', '9000')],
      ],
      source: 'rules 5 and 7.2',
    },
    {
      name: 'a block of our chain came damaged',
      takes: 2,
      steps: [
        [block('20', '00A4'), block('90')],
        [block('40', '0000'), block('91')],
        [block('40', '0000'), block('00', '9000')],
      ],
      source: 'rules 5 and 7.1',
    },
    {
      name: 'a block of the card’s chain came damaged: the acknowledgement again',
      response: '01029000',
      steps: [
        [block('00', command), block('20', '0102')],
        [block('90'), damaged('40', '9000')],
        [block('90'), block('40', '9000')],
      ],
      source: 'rule 7.2',
    },
    {
      name: 'B29 duplicate I-block: not taken twice',
      response: '01029000',
      steps: [
        [block('00', command), block('20', '0102')],
        [block('90'), block('20', '0102')],
        [block('90'), block('40', '9000')],
      ],
      source: 'ccid.md §9 point 3',
    },
    {
      name: 'wrong N(S): R(other)',
      steps: [
        [block('00', command), block('40', '9000')],
        [block('82'), block('00', '9000')],
      ],
      source: 'ccid.md §9 points 3 and 5',
    },
    {
      name: 'B29 wrong NAD, reserved R bit, unknown S type: R(other) each time, the last time heard',
      steps: [
        [block('00', command), '010002900093'],
        [block('82'), '00A000A0'],
        [block('82'), '00C400C4'],
        [block('82'), block('00', '9000')],
      ],
      source: 'ccid.md §9 point 5',
    },
    {
      name: 'an S-response nobody asked for: R(other)',
      steps: [
        [block('00', command), '00E101FE1E'],
        [block('82'), block('00', '9000')],
      ],
      source: 'ccid.md §9 point 5',
    },
    {
      name: 'a RESYNCH request of the card is none: R(other)',
      steps: [
        [block('00', command), block('C0')],
        [block('82'), block('00', '9000')],
      ],
      source: 'rule 6.1',
    },
    {
      name: 'an answer before the end of our chain: R(other), the card finds back',
      takes: 2,
      steps: [
        [block('20', '00A4'), block('00', '9000')],
        [block('82'), block('90')],
        [block('40', '0000'), block('00', '9000')],
      ],
      source: 'rule 5',
    },
  ])('$name ($source)', async ({ steps, takes = 32, apdu = command, response = '9000' }) => {
    const link = new ScriptedLink(steps.map(([, answer]) => answer));
    const card = new T1Exchange({ ...settings, cardInformationLength: takes });
    expect(hex(await card.transmit(link, openly(apdu)))).toBe(response);
    expect(link.sent).toEqual(steps.map(([sent]) => sent));
    expect(link.leftOver).toBe(0);
    expect(link.resets).toBe(0);
  });

  it('counts on from command to command (rule 2.1; the block of ccid.md §15)', async () => {
    const link = new ScriptedLink([block('00', '9000'), '0040029000D2', block('00', '9000')]);
    const card = new T1Exchange(settings);
    for (let commands = 0; commands < 3; commands++) expect(hex(await card.transmit(link, openly(command)))).toBe('9000');
    expect(link.sent).toEqual([block('00', command), block('40', command), block('00', command)]);
  });

  it('repeats with a CRC as long as the card’s blocks (ccid.md §9, not as libccid)', async () => {
    const link = new ScriptedLink([], 'mute');
    const card = new T1Exchange({ ...settings, checkCode: crc });
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(link.sent[1]).toHaveLength(10);
    expect(link.sent[2]).toBe(link.sent[1]);
  });
});

describe('IFS of the host', () => {
  const announcing = { ...settings, readerAnnouncesLength: false };

  it.each([
    { hostInformationLength: 254, bestReadLength: 252 },
    { hostInformationLength: 32, bestReadLength: 254 },
  ])('with IFSD $hostInformationLength one read had best be $bestReadLength bytes; extended APDUs pass in any case', (expected) => {
    const card = new T1Exchange({ ...announcing, hostInformationLength: expected.hostInformationLength });
    expect(card).toMatchObject({ carriesExtended: true, bestReadLength: expected.bestReadLength });
  });

  it('announces IFSD: 00 C1 01 FE 3E, answered 00 E1 01 FE 1E (ccid.md §15)', async () => {
    const link = new ScriptedLink(['00E101FE1E']);
    await new T1Exchange(announcing).start(link);
    expect(link.sent).toEqual(['00C101FE3E']);
  });

  it('is not sent when the reader does it (0x400)', async () => {
    const link = new ScriptedLink([]);
    await new T1Exchange(settings).start(link);
    expect(link.sent).toEqual([]);
  });

  it.each([
    { name: 'mute once', answers: ['mute', '00E101FE1E'] },
    { name: 'damaged twice', answers: [damaged('E1', 'FE'), damaged('E1', 'FE'), '00E101FE1E'] },
    { name: 'another value', answers: [block('E1', '20'), '00E101FE1E'] },
    { name: 'an R-block', answers: [block('82'), '00E101FE1E'] },
  ])('asks again, three times at most: $name', async ({ answers }) => {
    const link = new ScriptedLink(answers);
    await new T1Exchange(announcing).start(link);
    expect(new Set(link.sent)).toEqual(new Set(['00C101FE3E']));
    expect(link.leftOver).toBe(0);
  });

  it.each([
    { name: 'mute', answer: 'mute', code: 'CARD_MUTE' },
    { name: 'another value', answer: block('E1', '20'), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'an I-block', answer: block('00', '9000'), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B28 nothing', answer: '', code: 'READER_MALFORMED_MESSAGE' },
    { name: 'parity', answer: 'parity', code: 'READER_REPORTED_ERROR' },
  ])('three times in vain: $name', async ({ answer, code }) => {
    const link = new ScriptedLink([], answer);
    await expect(new T1Exchange(announcing).start(link)).rejects.toMatchObject({ name: 'ReaderError', code });
    expect(link.sent).toHaveLength(3);
  });
});

describe('RESYNCH', () => {
  const four = (answer: string): ScriptStep[] => [
    [block('00', command), answer],
    [block('82'), answer],
    [block('82'), answer],
    [block('82'), answer],
  ];

  it('begins the command again from its first block, lengths as in the ATR, IFS anew (rule 6, ccid.md §9 point 5)', async () => {
    const steps: ScriptStep[] = [
      [block('20', '00A4'), block('C1', '20')],
      [block('E1', '20'), 'mute'],
      [block('82'), 'mute'],
      [block('82'), 'mute'],
      [block('82'), 'mute'],
      ...RESYNCH,
      [block('20', '00A4'), block('90')],
      [block('40', '0000'), block('00', '9000')],
    ];
    const link = new ScriptedLink(steps.map(([, answer]) => answer));
    const card = new T1Exchange({ ...settings, cardInformationLength: 2 });
    expect(hex(await card.transmit(link, openly(command)))).toBe('9000');
    expect(link.sent).toEqual(steps.map(([sent]) => sent));
  });

  it('sets both counters to zero', async () => {
    const steps: ScriptStep[] = [
      [block('00', command), block('00', '9000')],
      [block('40', command), 'mute'],
      [block('92'), 'mute'],
      [block('92'), 'mute'],
      [block('92'), 'mute'],
      ...RESYNCH,
      [block('00', command), block('00', '6A82')],
    ];
    const link = new ScriptedLink(steps.map(([, answer]) => answer));
    const card = new T1Exchange(settings);
    await card.transmit(link, openly(command));
    expect(hex(await card.transmit(link, openly(command)))).toBe('6A82');
    expect(link.sent).toEqual(steps.map(([sent]) => sent));
  });

  it.each([
    { name: 'mute', answer: 'mute', code: 'CARD_MUTE' },
    { name: 'B28 one byte', answer: '00', code: 'READER_MALFORMED_MESSAGE' },
  ])('a secret command is not begun again: the fault goes up, and the card can be asked for its counter ($name)', async ({ answer, code }) => {
    const secret = '002000800431323334';
    const [, ...complaints] = four(answer);
    const steps: ScriptStep[] = [[`!${block('00', secret)}`, answer], ...complaints, ...RESYNCH, [block('00', command), block('00', '63C2')]];
    const link = new ScriptedLink(steps.map(([, reply]) => reply));
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, secretly(secret))).rejects.toMatchObject({ code });
    expect(link.sent).toHaveLength(6);
    expect(hex(await card.transmit(link, openly(command)))).toBe('63C2');
    expect(link.sent).toEqual(steps.map(([sent]) => sent));
  });

  it('a secret block is repeated when the card says it did not get it, and every copy is wiped', async () => {
    const secret = '002000800431323334';
    const link = new ScriptedLink([block('81'), block('00', '9000')]);
    await new T1Exchange(settings).transmit(link, secretly(secret));
    expect(link.sent).toEqual([`!${block('00', secret)}`, `!${block('00', secret)}`]);
    expect(link.secretBlocks.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  it.each([
    { name: 'three RESYNCH in vain', answer: 'mute', code: 'CARD_MUTE' },
    { name: 'damaged blocks for ever', answer: damaged('00', '9000'), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'parity for ever', answer: 'parity', code: 'READER_REPORTED_ERROR' },
  ])('then a warm reset, and the card counts as not connected: $name (ccid.md §9 point 5)', async ({ answer, code }) => {
    const link = new ScriptedLink([], answer);
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code });
    expect(link.sent.slice(4)).toEqual([block('C0'), block('C0'), block('C0')]);
    expect(link.resets).toBe(1);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(link.sent).toHaveLength(7);
  });

  it('B29 endless RESYNCH: three for one command, then the reset', async () => {
    const answers = Array.from({ length: 3 }, () => ['mute', 'mute', 'mute', 'mute', block('E0'), '00E101FE1E']).flat();
    const link = new ScriptedLink(answers, 'mute');
    await expect(new T1Exchange(settings).transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(link.sent.filter((sent) => sent === block('C0'))).toHaveLength(3);
    expect(link.sent).toHaveLength(3 * 6 + 4);
    expect(link.resets).toBe(1);
  });

  it.each(['removed', 'silent', 'overrun'])('comes before the next command after a fault that is not the line’s: %s', async (fault) => {
    const link = new ScriptedLink([fault, block('E0'), '00E101FE1E', block('00', '9000')]);
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ name: 'ReaderError' });
    expect(link.sent).toEqual([block('00', command)]);
    expect(hex(await card.transmit(link, openly(command)))).toBe('9000');
    expect(link.sent.slice(1)).toEqual([block('C0'), '00C101FE3E', block('00', command)]);
  });

  it('a command is not sent at all when RESYNCH before it fails', async () => {
    const link = new ScriptedLink(['removed'], 'mute');
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(card.transmit(link, secretly('002000800431323334'))).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(link.sent.slice(1)).toEqual([block('C0'), block('C0'), block('C0')]);
  });
});

describe('RESYNCH in doubt', () => {
  it('IFS after it fails: the card is reset and counts as not connected', async () => {
    const link = new ScriptedLink(['removed', block('E0'), block('E0'), block('E0'), block('E0')]);
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    expect(link.sent.slice(1)).toEqual([block('C0'), '00C101FE3E', '00C101FE3E', '00C101FE3E']);
    expect(link.resets).toBe(1);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it.each([
    { name: 'at RESYNCH', answers: ['removed', 'removed'] },
    { name: 'between RESYNCH and IFS', answers: ['removed', block('E0'), 'removed'] },
  ])('a fault that is not the line’s, $name: not connected, since an old answer could pass for the next RESYNCH’s', async ({ answers }) => {
    const link = new ScriptedLink(answers);
    const card = new T1Exchange(settings);
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(card.transmit(link, openly(command))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(link.leftOver).toBe(0);
  });
});

describe('limits', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    { name: 'B29 endless WTX', answers: [], whenOver: block('C3', '01'), code: 'READER_BUDGET_EXCEEDED', most: 201 },
    { name: 'IFS without end', answers: [], whenOver: block('C1', '20'), code: 'READER_BUDGET_EXCEEDED', most: 9 },
    { name: 'B29 endless empty M blocks', answers: [block('20'), block('60')], whenOver: block('20'), code: 'READER_BUDGET_EXCEEDED', most: 2 },
    { name: 'S(ABORT) instead of an answer', answers: [block('C2'), block('90')], whenOver: undefined, code: 'READER_MALFORMED_MESSAGE', most: 2 },
    { name: 'S(ABORT), then mute', answers: [block('C2')], whenOver: 'mute', code: 'READER_MALFORMED_MESSAGE', most: 2 },
    { name: 'a response of one byte', answers: [block('00', '90')], whenOver: undefined, code: 'READER_MALFORMED_MESSAGE', most: 1 },
    { name: 'a response of nothing', answers: [block('00')], whenOver: undefined, code: 'READER_MALFORMED_MESSAGE', most: 1 },
  ])('$name', async ({ answers, whenOver, code, most }) => {
    const link = new ScriptedLink(answers, whenOver);
    await expect(new T1Exchange(settings).transmit(link, openly(command))).rejects.toMatchObject({ code });
    expect(link.sent.length).toBeLessThanOrEqual(most);
  });

  it('S(ABORT) gets its answer', async () => {
    const link = new ScriptedLink([block('C2'), block('90')]);
    await expect(new T1Exchange(settings).transmit(link, openly(command))).rejects.toMatchObject({ facts: { block: 'abort' } });
    expect(link.sent).toEqual([block('00', command), block('E2')]);
  });

  it('B29 endless M blocks end at 64 KiB', async () => {
    const full = 'AA'.repeat(254);
    const answers = Array.from({ length: 300 }, (_, index) => block(index % 2 === 0 ? '20' : '60', full));
    const link = new ScriptedLink(answers);
    await expect(new T1Exchange(settings).transmit(link, openly(command))).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
    expect(link.sent).toHaveLength(259); // 258 × 254 = 65532 bytes fit, the next block does not
  });

  it('the longest response APDU is taken', async () => {
    const whole = [...Array.from({ length: 258 }, () => 'AA'.repeat(254)), 'BBBBBBBB9000'];
    const answers = whole.map((part, index) => block(index === 258 ? '00' : index % 2 === 0 ? '20' : '60', part));
    expect(await new T1Exchange(settings).transmit(new ScriptedLink(answers), openly(command))).toHaveLength(65_538);
  });

  it('a card that dawdles for ever ends with the budget of the command', async () => {
    const link = new ScriptedLink([], block('C3', '01'));
    const dawdling = Object.create(link, {
      xfrBlock: {
        value: async (sent: Parameters<ScriptedLink['xfrBlock']>[0]) => {
          vi.advanceTimersByTime(1_000);
          return link.xfrBlock(sent);
        },
      },
    }) as ScriptedLink; // the same link, slower
    await expect(new T1Exchange({ ...settings, budgetMs: 20_000 }).transmit(dawdling, openly(command))).rejects.toMatchObject({
      code: 'READER_BUDGET_EXCEEDED',
    });
    expect(link.sent.length).toBeLessThanOrEqual(21);
  });

  it('sends no more than a message of the reader holds, whatever the card says', async () => {
    const link = new ScriptedLink([block('C1', 'FE'), block('90'), block('00', '9000')]);
    const card = new T1Exchange({ ...settings, cardInformationLength: 254, longestInformation: 3 });
    await card.transmit(link, openly('00A4040C025A'));
    expect(link.sent.filter((sent) => !sent.startsWith('00E1')).map((sent) => sent.slice(4, 6))).toEqual(['03', '03']);
  });
});
