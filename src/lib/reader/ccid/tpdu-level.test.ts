/** TPDU level in CCID messages: ccid.md §8 (who does PPS), §9, §10, §15 (golden vectors), §14 B9, B14; open-points.md 16, 18. */
import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import { configuration, functionalDescriptor } from '../test/descriptors.ts';
import { connected, opened, openly, SELECT, type Opened, type OpenOptions } from '../test/open.ts';
import { PipeDouble, type Answer, type Answers } from '../test/pipe-double.ts';
import { hasty, reply, slotStatus, status, wellBehaved } from '../test/replies.ts';
import { T1CardDouble } from '../test/t1-card.ts';
import type { Exchange } from './message-channel.ts';
import { SlotLink } from './slot-link.ts';

/** dwFeatures at the TPDU level. */
const features = {
  /** SCR3310-NTTCom: parameters from the ATR, automatic PPS, no IFSD. */
  usual: 0x101ba,
  /** Neither 0x40 nor 0x80: the host builds PPS. */
  hostPps: 0x1003a,
  /** 0x40: the reader negotiates. */
  negotiates: 0x10048,
  automaticIfsd: 0x105ba,
} as const;

const atr = {
  /** T=1 only, TA1 13, IFSC 254, BWI 1, CWI 5 (ccid.md §15). */
  t1: '3BF81300008131FE15597562696B657934D4',
  /** T=0 first, then T=1; TA1 96, IFSC 254, BWI 4, CWI 5 (ccid.md §15). */
  both: '3BDB960080B1FE451F830031C064C7FC100001900074',
  t1Minimal: '3B800181',
  t0Minimal: '3B00',
  contactless: '3B8180018080',
} as const;

/** Type and data of each message: what comes between is the header, which has its own tests. */
function brief(sent: readonly string[]): string[] {
  return sent.map((message) => (message.startsWith('secret') ? message : `${message.slice(0, 2)} ${message.slice(14, 16)} ${message.slice(20)}`.trim()));
}

/** XfrBlock answers itself, as a card that takes every PPS and IFS does, and 9000 to all else. */
function easyCard(command: Bytes): Answer {
  const data = command.slice(10);
  if (data[0] === 0xff) return [reply(command, { data })];
  if (data[1] === 0xc1) return [reply(command, { data: withLrc([0, 0xe1, 1, data[3] ?? 0]) })];
  const toggled = ((data[1] ?? 0) & 0x40) + 0;
  return [reply(command, { data: data[0] === 0 && data[2] === data.length - 4 ? withLrc([0, toggled, 2, 0x90, 0]) : '9000' })];
}

function withLrc(body: readonly number[]): Bytes {
  let sum = 0;
  for (const byte of body) sum ^= byte;
  return Uint8Array.from([...body, sum]);
}

function answersWith(answerToReset: string, more: Answers = {}): Answers {
  return { 0x62: (command) => [reply(command, { data: answerToReset })], 0x6f: easyCard, ...more };
}

async function openedOver(answers: Answers, options: OpenOptions = {}): Promise<Opened> {
  return opened(answers, { features: features.usual, ...options });
}

describe('opening', () => {
  it.each([
    { name: 'T=0 and T=1', protocols: 3, carriesExtended: true },
    { name: 'T=0 only', protocols: 1, carriesExtended: false },
  ])('a TPDU reader opens: $name', async ({ protocols, carriesExtended }) => {
    const { reader, slot } = await openedOver({}, { protocols });
    expect(reader.description.level).toBe('tpdu');
    expect(slot.carriesExtended).toBe(carriesExtended);
    await reader.close();
  });
});

describe('negotiation', () => {
  it.each([
    {
      name: 'automatic PPS: SetParameters, then IFS (ccid.md §8.3, §9)',
      answerToReset: atr.t1,
      options: {},
      sent: ['62 00', '61 01 1310001500FE00', '6F 00 00C101FE3E'],
    },
    {
      name: 'IFS by the reader (0x400)',
      answerToReset: atr.t1,
      options: { features: features.automaticIfsd },
      sent: ['62 00', '61 01 1310001500FE00'],
    },
    {
      name: 'PPS by the host: TA1 13',
      answerToReset: atr.t1,
      options: { features: features.hostPps },
      sent: ['62 00', '6F 00 FF1113FD', '61 01 1310001500FE00', '6F 00 00C101FE3E'],
    },
    {
      name: 'no PPS for what holds anyway',
      answerToReset: atr.t1Minimal,
      options: { features: features.hostPps },
      sent: ['62 00', '61 01 1110004D002000', '6F 00 00C101FE3E'],
    },
    {
      name: 'PPS for another protocol than the first (T=1-only reader), speed lowered to what the reader can',
      answerToReset: atr.both,
      options: { features: features.hostPps, protocols: 2 },
      sent: ['62 00', '6F 00 FF11957B', '61 01 9510004500FE00', '6F 00 00C101FE3E'],
    },
    {
      name: 'PPS for the protocol alone',
      answerToReset: '3B80800101',
      options: { features: features.hostPps, protocols: 2 },
      sent: ['62 00', '6F 00 FF01FE', '61 01 1110004D002000', '6F 00 00C101FE3E'],
    },
    {
      name: 'T=0: no IFS',
      answerToReset: atr.t0Minimal,
      options: {},
      sent: ['62 00', '61 00 1100000A00'],
    },
    {
      name: 'T=0 with PPS by the host, TA1 96 lowered to 95',
      answerToReset: atr.both,
      options: { features: features.hostPps },
      sent: ['62 00', '6F 00 FF10957A', '61 00 9500000A00'],
    },
    {
      name: 'a card in specific mode gets no PPS (ISO/IEC 7816-3 §6.3.1)',
      answerToReset: '3B9013110193',
      options: { features: features.hostPps },
      sent: ['62 00', '61 01 1310004D002000', '6F 00 00C101FE3E'],
    },
    {
      name: 'the message holds less than the reader’s IFSD (ccid.md §9 point 1)',
      answerToReset: atr.t1Minimal,
      options: { messageLength: 100 },
      sent: ['62 00', '61 01 1110004D002000', '6F 00 00C1015696'],
    },
    {
      name: '64 is the packet size of a TPDU reader (ccid.md §6.1 rule 7)',
      answerToReset: atr.t1Minimal,
      options: { messageLength: 64 },
      sent: ['62 00', '61 01 1110004D002000', '6F 00 00C101FE3E'],
    },
  ])('$name', async ({ answerToReset, options, sent }) => {
    const { pipe, slot } = await openedOver(answersWith(answerToReset), options);
    expect(hex((await slot.connect()).atr)).toBe(answerToReset);
    expect(brief(pipe.sent)).toEqual(sent);
  });

  it('PPS FF 11 96 78, echoed (ccid.md §15)', async () => {
    // dwMaxDataRate 412903, as 04E6:511A has it
    const descriptor = functionalDescriptor({ features: features.hostPps, protocols: 2 }).replace('80A90300', 'E74C0600');
    const pipe = new PipeDouble({ ...wellBehaved, ...answersWith(atr.both) }, { configurationDescriptor: configuration(descriptor) });
    const reader = await openReader(pipe, { timeouts: hasty });
    pipe.sent.length = 0;
    await reader.slots[0].connect();
    expect(brief(pipe.sent)).toEqual(['62 00', '6F 00 FF119678', '61 01 9610004500FE00', '6F 00 00C101FE3E']);
  });

  it.each([
    { name: 'listed', rates: '84F80000', fiDi: '18' },
    { name: 'one bit/s more', rates: '09F80100', fiDi: '18' },
    { name: 'one bit/s less', rates: '07F80100', fiDi: '18' },
    { name: 'two bit/s off', rates: '0AF80100', fiDi: '11' },
    { name: 'not listed', rates: '002A0000', fiDi: '11' },
  ])('TA1 18 = 129032 bit/s with a list of rates: $name (ccid.md §8.3)', async ({ name, rates, fiDi }) => {
    const list = name === 'listed' ? '08F80100' : rates;
    const { pipe, slot } = await openedOver(answersWith('3BD5180081313A7D8073C8211030'), { rates: 1, control: unhex(list) });
    await slot.connect();
    expect(brief(pipe.sent)[1]?.slice(6, 8)).toBe(fiDi);
  });

  it.each([
    { name: 'T=1', reported: 1, options: { features: features.usual }, asked: true, protocol: 1 },
    { name: 'T=0', reported: 0, options: { features: features.usual }, asked: true, protocol: 0 },
    { name: 'nonsense', reported: 0x80, options: { features: features.usual }, asked: true, protocol: 1 },
    { name: 'nothing (failed)', reported: undefined, options: { features: features.usual }, asked: true, protocol: 1 },
    { name: 'nothing it has chosen', reported: 0, options: { features: 0x101b8 }, asked: false, protocol: 1 },
    { name: 'T=0, but it can only T=1', reported: 0, options: { features: features.usual, protocols: 2 }, asked: true, protocol: 1 },
  ])('an ATR of a contactless reader lists both protocols; the reader reports $name (open-points.md 18)', async ({ reported, options, asked, protocol }) => {
    const parameters = (command: Bytes): Answer => [
      reported === undefined
        ? reply(command, { type: 0x82, status: status.failedActive, error: 0 })
        : reply(command, { type: 0x82, specific: reported, data: reported === 0 ? '1100000A00' : '1110004D002000' }),
    ];
    const { pipe, slot } = await openedOver(answersWith(atr.contactless, { 0x6c: parameters }), options);
    await slot.connect();
    expect(pipe.sent.some((message) => message.startsWith('6C'))).toBe(asked);
    expect(
      brief(pipe.sent)
        .find((message) => message.startsWith('61'))
        ?.slice(3, 5),
    ).toBe(`0${String(protocol)}`);
    expect(slot.carriesExtended).toBe(protocol === 1);
  });

  it.each([
    { name: 'T=1', reported: 1, sent: ['62 00', '6C 00', '6F 00 00C101FE3E', '6F 00 000007 00A4040C023F00'] },
    { name: 'T=0', reported: 0, sent: ['62 00', '6C 00', '6F 00 00A4040C023F00'] },
  ])('automatic negotiation (0x40): no PPS, no SetParameters, but IFS; the reader reports $name (ccid.md §8.3)', async ({ reported, sent }) => {
    const parameters = (command: Bytes): Answer => [reply(command, { type: 0x82, specific: reported, data: '1100000A00' })];
    const { pipe, slot } = await openedOver(answersWith(atr.both, { 0x6c: parameters }), { features: features.negotiates });
    await slot.connect();
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    expect(brief(pipe.sent).map((message) => (message.startsWith('6F 00 000007') ? message.slice(0, -2) : message))).toEqual(
      sent.map((message) => message.replace('000007 ', '000007')),
    );
  });

  it.each([
    { name: 'T=14 only', answerToReset: '3B800E8E', protocols: 3 },
    { name: 'T=0 card, T=1 reader', answerToReset: atr.t0Minimal, protocols: 2 },
    { name: 'specific mode of a protocol the reader lacks', answerToReset: '3B9013110193', protocols: 1 },
    { name: 'specific mode with implicit parameters', answerToReset: '3B9096119186', protocols: 3 },
  ])('refuses the card: $name', async ({ answerToReset, protocols }) => {
    const { pipe, slot } = await openedOver(answersWith(answerToReset), { protocols });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED' });
    expect(brief(pipe.sent)).toEqual(['62 00', '63 00']);
  });
});

describe('the first command at a speed that nothing was exchanged at', () => {
  /** T=0, TA1 13: three times the default. */
  const ATR = '3B1013';
  const [FAST, SLOW] = ['61 00 1300000A00', '61 00 1100000A00'];
  const COMMAND = '6F 00 00A4040C023F00';
  const VERIFY = { bytes: unhex('002000800431323334'), secret: true };

  /** Mute at the raised speed while `broken` says so. */
  async function t0(broken: () => boolean, failure: { status: number; error: number } = { status: status.failedActive, error: 0xfe }): Promise<Opened> {
    let isFast = false;
    const answers = answersWith(ATR, {
      0x61: (command) => {
        isFast = command[10] === 0x13;
        return [reply(command, { type: 0x82, data: command.slice(10) })];
      },
      0x6f: (command) => [isFast && broken() ? reply(command, failure) : reply(command, { data: '9000' })],
    });
    return opened(answers, { features: features.usual });
  }

  it.each([
    { name: 'mute', failure: { status: status.failedActive, error: 0xfe } },
    { name: 'parity', failure: { status: status.failedActive, error: 0xfd } },
    { name: 'hardware error, as AU9560 above 200 kbit/s', failure: { status: status.failedActive, error: 0xfb } },
  ])('fails ($name): reset, the default speed, and the command once more', async ({ failure }) => {
    const { pipe, slot } = await t0(() => true, failure);
    await slot.connect();
    expect(brief(pipe.sent)).toEqual(['62 00', FAST]);
    pipe.sent.length = 0;
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    expect(brief(pipe.sent)).toEqual([COMMAND, '62 00', SLOW, COMMAND]);
  });

  it('the speed is given up after two such cards in a row, not after one with dirty contacts', async () => {
    let isBroken = true;
    const { pipe, slot } = await t0(() => isBroken);
    const speedOfCard = async (): Promise<string | undefined> => {
      pipe.sent.length = 0;
      await slot.connect();
      const [, speed] = brief(pipe.sent);
      await slot.transmit(SELECT);
      return speed;
    };
    expect(await speedOfCard()).toBe(FAST);
    isBroken = false;
    expect(await speedOfCard()).toBe(FAST);
    isBroken = true;
    expect(await speedOfCard()).toBe(FAST);
    expect(await speedOfCard()).toBe(FAST);
    expect(await speedOfCard()).toBe(SLOW);
  });

  it('carries a secret: the card is reset to the default speed before, and hears it once', async () => {
    const { pipe, slot } = await t0(() => true);
    await slot.connect();
    pipe.sent.length = 0;
    await slot.transmit({ ...VERIFY, bytes: VERIFY.bytes.slice() });
    expect(pipe.sent.filter((message) => message.startsWith('secret'))).toHaveLength(1);
    expect(brief(pipe.sent.filter((message) => !message.startsWith('secret')))).toEqual(['62 00', SLOW]);
  });

  it('went well: a failure later on resets nothing by itself', async () => {
    let isBroken = false;
    const { pipe, slot } = await t0(() => isBroken);
    await slot.connect();
    await slot.transmit(SELECT);
    isBroken = true;
    pipe.sent.length = 0;
    await expect(slot.transmit({ ...VERIFY, bytes: VERIFY.bytes.slice() })).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(pipe.sent).toHaveLength(1);
  });

  it('a reader that is gone is no matter of speed', async () => {
    const answers = answersWith(ATR, { 0x6f: () => ['DEVICE_LOST'] });
    const { slot } = await opened(answers, { features: features.usual });
    await slot.connect();
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_LOST' });
  });
});

describe('PPS answers (B9)', () => {
  const fast = ['62 00', '6F 00 FF1113FD'];
  const slow = ['62 00', '61 01 1110001500FE00', '6F 00 00C101FE3E'];

  function ppsAnswer(data: string): Answers {
    return answersWith(atr.t1, { 0x6f: (command) => (command[10] === 0xff ? [reply(command, { data })] : easyCard(command)) });
  }

  it('without PPS1: the default speed holds (ISO/IEC 7816-3 §9.3)', async () => {
    const { pipe, slot } = await openedOver(ppsAnswer('FF01FE'), { features: features.hostPps });
    await slot.connect();
    expect(brief(pipe.sent)).toEqual([...fast, ...slow.slice(1)]);
  });

  it.each([
    { name: '0 bytes', data: '' },
    { name: '1 byte', data: 'FF' },
    { name: '2 bytes', data: 'FF11' },
    { name: 'PCK missing', data: 'FF1113' },
    { name: 'longer', data: 'FF1113FD00' },
    { name: 'other T', data: 'FF1013FC' },
    { name: 'other T, without PPS1', data: 'FF00FF' },
    { name: 'other PPS1', data: 'FF1112FC' },
    { name: 'PPS2 added', data: 'FF311300DD' },
    { name: 'bad PCK', data: 'FF1113FC' },
    { name: 'bad PPSS', data: 'FE1113FC' },
  ])('$name: the card is reset, once, and starts at the default speed', async ({ data }) => {
    const { pipe, slot } = await openedOver(ppsAnswer(data), { features: features.hostPps });
    await slot.connect();
    expect(brief(pipe.sent)).toEqual([...fast, ...slow]);
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('where the protocol hangs on it, the card is refused', async () => {
    const answers = answersWith(atr.both, { 0x6f: (command) => [reply(command, { data: 'FF1095' })] });
    const { pipe, slot } = await openedOver(answers, { features: features.hostPps, protocols: 2 });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED', facts: { length: 3 } });
    expect(brief(pipe.sent)).toEqual(['62 00', '6F 00 FF11957B', '63 00']);
  });

  it.each([
    { name: 'mute to PPS', at: 1 },
    { name: 'mute to IFS at the new speed', at: 2 },
  ])('$name: reset and the default speed', async ({ at }) => {
    const mute = (command: Bytes): Answer => [reply(command, { status: status.failedActive, error: 0xfe })];
    let resets = 0;
    const answers = answersWith(atr.t1, {
      0x62: (command) => {
        resets++;
        return [reply(command, { data: atr.t1 })];
      },
      0x6f: (command) => (resets === 1 && (at === 1 || command[10] !== 0xff) ? mute(command) : easyCard(command)),
    });
    const { pipe, slot } = await openedOver(answers, { features: features.hostPps });
    await slot.connect();
    expect(brief(pipe.sent).slice(-3)).toEqual(slow);
    expect(resets).toBe(2);
  });

  it('a reader that does not follow the PPS (SetParameters refused): reset and the default speed', async () => {
    const answers = answersWith(atr.t1, {
      0x61: (command) => [
        reply(command, command[10] === 0x11 ? { type: 0x82, data: command.slice(10) } : { type: 0x82, status: status.failedActive, error: 10 }),
      ],
    });
    const { pipe, slot } = await openedOver(answers, { features: features.hostPps });
    await slot.connect();
    expect(brief(pipe.sent)).toEqual([...fast, '61 01 1310001500FE00', ...slow]);
  });

  it('and is not asked again for a speed it has refused', async () => {
    const answers = answersWith(atr.t1, {
      0x61: (command) => [
        reply(command, command[10] === 0x11 ? { type: 0x82, data: command.slice(10) } : { type: 0x82, status: status.failedActive, error: 10 }),
      ],
    });
    const { pipe, slot } = await openedOver(answers, { features: features.hostPps });
    await slot.connect();
    pipe.sent.length = 0;
    await slot.connect();
    expect(brief(pipe.sent)).toEqual(slow);
  });

  it('at the default speed there is nothing to fall back to: CARD_MUTE, power off', async () => {
    const mute = (command: Bytes): Answer => [reply(command, { status: status.failedActive, error: 0xfe })];
    const { pipe, slot } = await openedOver(answersWith(atr.t1Minimal, { 0x6f: mute }), { features: features.hostPps });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(brief(pipe.sent).map((message) => message.slice(0, 2))).toEqual(['62', '61', '6F', '6F', '6F', '63']);
  });

  it('the reset is a power-on at the voltage that worked', async () => {
    const answers = ppsAnswer('');
    answers[0x62] = (command) => [command[7] === 1 ? reply(command, { status: status.failedInactive, error: 0xfe }) : reply(command, { data: atr.t1 })];
    const { pipe, slot } = await openedOver(answers, { features: features.hostPps & ~0x08 });
    await slot.connect();
    expect(brief(pipe.sent).filter((message) => message.startsWith('62'))).toEqual(['62 01', '62 03', '62 03']);
  });
});

describe('transmit', () => {
  /** A virtual card behind the messages. */
  function cardAnswers(card: T1CardDouble, spoil: (count: number, command: Bytes) => Answer | undefined = () => undefined): Answers {
    return answersWith(atr.t1Minimal, {
      0x6f: (command, count) => spoil(count, command) ?? [reply(command, { data: card.receive(command.slice(10)) })],
      0x62: (command) => {
        card.reset();
        return [reply(command, { data: atr.t1Minimal })];
      },
      0x65: (command) => [slotStatus(command, status.active)],
    });
  }
  const mute = (command: Bytes): Answer => [reply(command, { status: status.failedActive, error: 0xfe })];
  const newCard = (response = '9000'): T1CardDouble => new T1CardDouble({ run: () => unhex(response) });

  it('T=1: a long command and a long response go in chains', async () => {
    const card = newCard(`${'5A'.repeat(1_000)}9000`);
    const { slot } = await connected(cardAnswers(card), { features: features.usual });
    const apdu = `80 2A 0000 00 012C ${'77'.repeat(300)} 0000`;
    expect(hex(await slot.transmit(openly(apdu)))).toBe(`${'5A'.repeat(1_000)}9000`);
    expect(card.executed.map((executed) => hex(executed))).toEqual([apdu.replace(/ /gu, '')]);
    expect(card.longestReceived.length).toBe(32);
  });

  it('a card that wants CRC gets it, and its second byte counts in the message (ccid.md §9)', async () => {
    const card = new T1CardDouble({ run: () => unhex(`${'5A'.repeat(200)}9000`), usesCrc: true });
    const answers = cardAnswers(card);
    answers[0x62] = (command) => [reply(command, { data: '3B8081410141' })];
    const { pipe, slot } = await opened(answers, { features: features.usual, messageLength: 100 });
    await slot.connect();
    expect(brief(pipe.sent)[1]).toBe('61 01 1111004D002000');
    expect(brief(pipe.sent)[2]).toMatch(/^6F 00 00C10155[0-9A-F]{4}$/u);
    expect(hex(await slot.transmit(SELECT))).toBe(`${'5A'.repeat(200)}9000`);
  });

  it('T=0: TPDUs, the empty VERIFY with P3 = 00 (open-points.md 17)', async () => {
    const { pipe, slot } = await connected(answersWith(atr.t0Minimal, { 0x6f: (command) => [reply(command, { data: '63C3' })] }), { features: features.usual });
    expect(hex(await slot.transmit(openly('00200080')))).toBe('63C3');
    expect(brief(pipe.sent)).toEqual(['6F 00 0020008000']);
    expect(slot).toMatchObject({ carriesExtended: false, bestReadLength: 256 });
  });

  it('T=0: a command that cannot be sent leaves the card connected', async () => {
    const { pipe, slot } = await connected(answersWith(atr.t0Minimal), { features: features.usual });
    await expect(slot.transmit(openly(`00D60000000100${'00'.repeat(256)}`))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(pipe.sent).toEqual([]);
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('parity error (FD) is mended by R(EDC), never by a second command', async () => {
    const card = newCard();
    const { pipe, slot } = await connected(
      cardAnswers(card, (count, command) => {
        if (count !== 2) return undefined;
        card.receive(command.slice(10));
        return [reply(command, { status: status.failedActive, error: 0xfd })];
      }),
      { features: features.usual },
    );
    expect(hex(await slot.transmit({ bytes: unhex('002000800431323334'), secret: true }))).toBe('9000');
    expect(brief(pipe.sent)).toEqual(['secret, 23 bytes', '6F 00 00810081']);
    expect(card.executed).toHaveLength(1);
  });

  it('a secret command lost for good: the fault goes up, and the card that kept its power can be asked', async () => {
    const card = newCard('63C2');
    const { pipe, slot } = await connected(
      cardAnswers(card, (count, command) => (count >= 2 && count <= 5 ? mute(command) : undefined)),
      { features: features.usual },
    );
    await expect(slot.transmit({ bytes: unhex('002000800431323334'), secret: true })).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(brief(pipe.sent)).toEqual(['secret, 23 bytes', '6F 00 00820082', '6F 00 00820082', '6F 00 00820082', '6F 00 00C000C0', '6F 00 00C101FE3E']);
    expect(await slot.presence()).toBe('active');
    expect(hex(await slot.transmit(openly('00200080')))).toBe('63C2');
    expect(card.executed.map((executed) => hex(executed))).toEqual(['00200080']);
  });

  it('when nothing helps the card is reset and must be connected again', async () => {
    const card = newCard();
    const { pipe, slot } = await connected(
      cardAnswers(card, (count, command) => (count >= 2 && count <= 8 ? mute(command) : undefined)),
      { features: features.usual },
    );
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(brief(pipe.sent).slice(4)).toEqual(['6F 00 00C000C0', '6F 00 00C000C0', '6F 00 00C000C0', '62 00']);
    expect(await slot.presence()).toBe('active');
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await slot.connect();
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it.each([
    { name: 'overrun', error: 0xfc },
    { name: 'hardware', error: 0xfb },
    { name: 'procedure byte', error: 0xf4 },
    { name: 'busy', error: 0xe0 },
  ])('other errors of the reader end the exchange: $name', async ({ error }) => {
    const card = newCard();
    const { pipe, slot } = await connected(
      cardAnswers(card, (count, command) => (count === 2 ? [reply(command, { status: status.failedActive, error })] : undefined)),
      { features: features.usual },
    );
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ facts: { error } });
    expect(pipe.sent).toHaveLength(1);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it('S(WTX) goes into bBWI of one XfrBlock (ccid.md §9 point 4)', async () => {
    const card = new T1CardDouble({ run: () => unhex('9000'), timeExtensions: [9] });
    const { pipe, slot } = await connected(cardAnswers(card), { features: features.usual });
    await slot.transmit(SELECT);
    expect(brief(pipe.sent)).toEqual([expect.stringMatching(/^6F 00 /u), '6F 09 00E30109EB']);
    pipe.sent.length = 0;
    await slot.transmit(SELECT);
    expect(brief(pipe.sent).map((message) => message.slice(0, 5))).toEqual(['6F 00', '6F 09']);
  });

  it.each([
    { bBWI: 0, timeoutMs: 100 },
    { bBWI: 1, timeoutMs: 100 },
    { bBWI: 9, timeoutMs: 900 },
    { bBWI: 255, timeoutMs: 2_000 },
  ])('bBWI $bBWI waits $timeoutMs ms for that answer, within the longest wait', async ({ bBWI, timeoutMs }) => {
    const waited: number[] = [];
    const exchange = ((command: { timeoutMs: number }) => {
      waited.push(command.timeoutMs);
      return Promise.resolve({ TAG: 'dataBlock', data: { commandStatus: 'done', data: unhex('9000'), chainParameter: 0 } });
    }) as unknown as Exchange; // only what SlotLink reads
    const link = new SlotLink(exchange, 0, { ...hasty, longestReplyMs: 2_000 }, { blockTimeoutMs: 100, powerSelect: 0 });
    const block = { data: SELECT, levelParameter: 0 };
    await link.xfrBlock({ ...block, blockWaitingTime: bBWI });
    await link.xfrBlock({ ...block, blockWaitingTime: 0 });
    expect(waited).toEqual([timeoutMs, 100]);
  });
});

describe('two slots: 04E6:5120 (ccid.md §15)', () => {
  const descriptor = '36210001010103000000A00F0000E02E000000012A00002940050000FC0000000000000000000000BA00010007010000FFFF00000001';

  async function twoSlots(spoil: (command: Bytes) => Answer | undefined = () => undefined) {
    const cards = [0, 1].map((slot) => new T1CardDouble({ run: (command) => Uint8Array.from([slot, ...command, 0x90, 0]) }));
    const answers: Answers = {
      ...wellBehaved,
      0x62: (command) => [reply(command, { data: atr.t1Minimal })],
      0x6f: (command) => spoil(command) ?? [reply(command, { data: cards[command[5] ?? 9]?.receive(command.slice(10)) ?? '' })],
    };
    const pipe = new PipeDouble(answers, { configurationDescriptor: configuration(descriptor), vendorId: 0x04e6, productId: 0x5120, deviceVersion: '6.27' });
    const reader = await openReader(pipe, { timeouts: hasty });
    pipe.sent.length = 0;
    return { pipe, reader, cards };
  }

  it('each card has its own protocol state, the reader one queue and one bSeq (quirk 18)', async () => {
    const { pipe, reader, cards } = await twoSlots();
    expect(reader.slots).toHaveLength(2);
    await Promise.all(reader.slots.map((slot) => slot.connect()));
    const responses = await Promise.all([1, 2, 3].flatMap((number) => reader.slots.map((slot) => slot.transmit(openly(`00B0000${String(number)}00`)))));
    expect(responses.map((response) => hex(response))).toEqual(
      [1, 2, 3].flatMap((number) => [0, 1].map((slot) => `0${String(slot)}00B0000${String(number)}009000`)),
    );
    expect(cards.map((card) => card.executed.length)).toEqual([3, 3]);
    const sequences = pipe.sent.map((message) => parseInt(message.slice(12, 14), 16));
    expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? -1) + index));
  });

  it('announces 252 of the 270 bytes that 263 means (quirk 17)', async () => {
    const { pipe, reader } = await twoSlots();
    await reader.slots[0].connect();
    expect(brief(pipe.sent).at(-1)).toBe('6F 00 00C101FC3C');
  });

  it('B14 a reply larger than any block spoils one exchange of one slot', async () => {
    let spoiled = 0;
    const { reader, cards } = await twoSlots((command) => {
      if (command[5] !== 1 || command[10 + 1] !== 0x00 || spoiled++ > 0) return undefined;
      cards[1]?.receive(command.slice(10));
      return [reply(command, { data: 'AA'.repeat(5_000) })];
    });
    await Promise.all(reader.slots.map((slot) => slot.connect()));
    const responses = await Promise.all(reader.slots.map((slot) => slot.transmit(openly('00B0000000'))));
    expect(responses.map((response) => hex(response))).toEqual(['0000B00000009000', '0100B00000009000']);
    expect(cards.map((card) => card.executed.length)).toEqual([1, 1]);
  });

  it('B14 a dwLength beyond any reply is a fault of that slot alone', async () => {
    const { reader } = await twoSlots((command) => (command[5] === 1 && command[11] === 0x00 ? [reply(command, { length: 0x20001 })] : undefined));
    await Promise.all(reader.slots.map((slot) => slot.connect()));
    const [first, second] = await Promise.allSettled(reader.slots.map((slot) => slot.transmit(openly('00B0000000'))));
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'READER_MALFORMED_MESSAGE' } });
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(hex(await reader.slots[0].transmit(openly('00B0000100')))).toBe('0000B00001009000');
  });
});
