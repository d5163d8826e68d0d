/** The RC-S300 from `openReader` down to bytes, over a reader scripted by hand: recipe §6.7, strategies §6.8 of browser-and-readers.md. */
import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import type { Reader, Slot } from '../slot.ts';
import {
  cardSays,
  DONE,
  escapeReader,
  escapeReply,
  exchangeOf,
  NO_CARD,
  REFUSED,
  type EscapeAnswer,
  type EscapeReader,
  type EscapeScript,
} from '../test/escape-reader.ts';
import { openly } from '../test/open.ts';
import { hasty, reply, slotStatus } from '../test/replies.ts';
import type { RcS300Strategy } from './open-rcs300.ts';

const [END, START, OFF, ON] = ['FF50000002820000', 'FF50000002810000', 'FF50000002830000', 'FF50000002840000'];
const BEGIN = [END, START, OFF, ON];
const LAYER_4 = 'FF50000210FF6E03010108FF6E030801008F02010400';
const LAYER_3 = 'FF500002048F02010300';
const PUPI = 'FFCA0000';
const SELECT = '00A4040C0AD3921000310001010408';
/** iso-dep.md §3.4 [vendor]: FSCI 7, FWI 8, bit rates F7. */
const ATR = '3B8880011C2D9411F7718500BE';
const ATQB = '50112233441C2D9411F77185';
const withAtr = `C0030090008F01015F510D${ATR}9000`;
/** 400 ms: FWI 8 and its margin are below the shortest time that is set. */
const T400 = '801A0600';
const T5000 = '404B4C00';
/** Unknown FWI while probing: 1 s at most. */
const T1000 = '40420F00';
const SPEEDS = ['FF50000006FF6E0305011B00', 'FF50000006FF6E0305011200', 'FF50000006FF6E0305010900'];

interface Opened extends EscapeReader {
  readonly reader: Reader;
  readonly slot: Slot;
}

async function opened(script: EscapeScript, strategy: RcS300Strategy = 'auto', others: Parameters<typeof escapeReader>[1] = {}): Promise<Opened> {
  const device = escapeReader(script, others);
  const reader = await openReader(device.pipe, { timeouts: hasty, rcS300Strategy: strategy });
  device.sent.length = 0;
  return { ...device, reader, slot: reader.slots[0] };
}

/** What T1's card says to a block: 9000 to I-blocks, the other number to R(NAK). */
function blockAnswer(payload: string): EscapeAnswer {
  if (!payload.startsWith('FF500001')) return undefined;
  const block = payload.slice(44, -6);
  if (block.startsWith('02') || block.startsWith('03')) return cardSays(`${block.slice(0, 2)}9000`);
  if (block === 'B2' || block === 'B3') return cardSays(block === 'B2' ? 'A3' : 'A2');
  return cardSays(block);
}

const t1: EscapeScript = (payload) => (payload === LAYER_4 ? withAtr : SPEEDS.includes(payload) ? REFUSED : blockAnswer(payload));

describe('opening (steps 2 and 3)', () => {
  it('firmware, then END for a session that a reload has left behind', async () => {
    const { pipe, sent, firmware } = escapeReader();
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(sent).toEqual(['FF560000', END]);
    expect(pipe.sent[0]).toBe('6B040000000000000000FF560000');
    expect(reader.description).toMatchObject({ vendorId: 0x054c, productId: 0x0dc8, level: 'shortApdu', slotCount: 1, firmware });
    expect(reader.description.strategy).toBeUndefined();
    expect(reader.slots[0].carriesExtended).toBe(false);
    await reader.close();
    expect(pipe.closeCount).toBe(1);
  });

  it.each([
    { name: 'seventeen bytes', answer: `${'01'.repeat(17)}9000` },
    { name: 'refused', answer: '6A81' },
    { name: 'failed', answer: (c: Bytes) => [escapeReply(c, '', { status: 0x40, error: 7 })] },
    { name: 'busy for long', answer: (c: Bytes) => [escapeReply(c, '', { status: 0x40, error: 0xe0 })] },
  ])('nothing depends on the firmware: $name (open-points.md, 1)', async ({ answer }) => {
    const { pipe } = escapeReader((payload, _count, command) => (payload !== 'FF560000' ? undefined : typeof answer === 'string' ? answer : answer(command)));
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(reader.description.firmware).toBeUndefined();
    await reader.close();
  });

  it.each([
    { name: 'one lost answer is made up for', lost: 1, opens: true },
    { name: 'two are no reader', lost: 2, opens: false },
  ])('$name', async ({ lost, opens }) => {
    const { pipe } = escapeReader((payload, count) => (payload === 'FF560000' && count <= lost ? [] : undefined));
    const opening = openReader(pipe, { timeouts: hasty });
    if (opens) await (await opening).close();
    else await expect(opening).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    expect(pipe.closeCount).toBe(1);
  });
});

describe('T1', () => {
  it('asks for speed, probes with SELECT of card-info alone, keeps the card that has answered and tells what it was', async () => {
    const { reader, slot, sent, pipe } = await opened(t1);
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    const select = exchangeOf('001C', T400, `02${SELECT}`);
    const deselect = exchangeOf('001C', T400, 'C2');
    expect(sent).toEqual([...BEGIN, LAYER_4, ...SPEEDS, select]);
    expect(reader.description.strategy).toBe('T1');
    sent.length = 0;
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    expect(await slot.presence()).toBe('active');
    expect(sent).toEqual([exchangeOf('001C', T400, '0300B0000000'), exchangeOf('001C', T400, 'B2')]);
    sent.length = 0;
    await slot.disconnect();
    expect(sent).toEqual([deselect, OFF, END]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_4]); // speed was refused, and is not asked for again
    await reader.close();
    expect(pipe.problems).toEqual([]);
  });

  it('a card that a look has just activated is not activated again', async () => {
    const { reader, slot, sent } = await opened(t1);
    expect(await slot.presence()).toBe('inactive');
    expect(sent).toEqual([...BEGIN, LAYER_4]);
    sent.length = 0;
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(sent).toEqual([...SPEEDS, exchangeOf('001C', T400, `02${SELECT}`)]);
    await reader.close();
  });

  it('one that has gone and come back since it was found does not answer, is activated anew, and no rate is blamed', async () => {
    let isFound = false;
    const { reader, slot, sent } = await opened((payload, ...rest) => {
      if (payload === OFF) isFound = false;
      if (payload === SPEEDS[0]) return DONE;
      return isFound && payload.startsWith('FF500001') ? NO_CARD : t1(payload, ...rest);
    }, 'T1');
    expect(await slot.presence()).toBe('inactive');
    isFound = true;
    sent.length = 0;
    await slot.connect();
    const select = exchangeOf('001C', T400, `02${SELECT}`);
    expect(sent).toEqual([SPEEDS[0], select, ...BEGIN, LAYER_4, SPEEDS[0], select]);
    await reader.close();
  });

  it('a rate that does not carry the first block: 106 kbit/s for this card, the next lower rate for the next (issue 7)', async () => {
    let isFast = false;
    const { reader, slot, sent } = await opened((payload, ...rest) => {
      if (payload === LAYER_4 || payload === OFF) isFast = false;
      if (payload === SPEEDS[1]) isFast = true;
      if (payload === SPEEDS[1] || payload === SPEEDS[2]) return DONE;
      return isFast && payload.startsWith('FF500001') ? 'C003026F019000' : t1(payload, ...rest);
    }, 'T1');
    await slot.connect();
    const select = exchangeOf('001C', T400, `02${SELECT}`);
    expect(sent).toEqual([...BEGIN, LAYER_4, SPEEDS[0], SPEEDS[1], select, ...BEGIN, LAYER_4, select]);
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_4, SPEEDS[2]]);
    await reader.close();
  });

  it('damage later on: not gone back from, but the next activation is slower; a card that was taken away changes nothing', async () => {
    let says: string | undefined;
    const { reader, slot, sent } = await opened((payload, ...rest) => {
      if (payload === SPEEDS[1] || payload === SPEEDS[2]) return DONE;
      return says !== undefined && payload.startsWith('FF500001') ? says : t1(payload, ...rest);
    }, 'T1');
    const speedsAskedFor = async (): Promise<readonly string[]> => {
      says = undefined;
      sent.length = 0;
      await slot.connect();
      await slot.transmit(openly('00B0000000'));
      return sent.filter((payload) => SPEEDS.includes(payload));
    };
    expect(await speedsAskedFor()).toEqual([SPEEDS[0], SPEEDS[1]]);
    says = NO_CARD;
    sent.length = 0;
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(sent).not.toContain(LAYER_4);
    expect(await speedsAskedFor()).toEqual([SPEEDS[1]]);
    says = 'C003026F019000';
    sent.length = 0;
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(sent).not.toContain(LAYER_4);
    expect(await speedsAskedFor()).toEqual([SPEEDS[2]]);
    await reader.close();
  });

  it('a secret is never the first thing said at a raised rate: the card is activated anew for it, and hears it once', async () => {
    const { reader, slot, sent, pipe } = await opened((payload, ...rest) => (payload === SPEEDS[0] ? DONE : t1(payload, ...rest)), 'T1');
    await slot.connect();
    await slot.connect();
    sent.length = 0;
    pipe.sent.length = 0;
    expect(await slot.transmit({ bytes: unhex('002000800431323334'), secret: true })).toEqual(unhex('9000'));
    expect(sent.slice(0, 5)).toEqual([...BEGIN, LAYER_4]);
    expect(pipe.sent.filter((message) => message.startsWith('secret')).length).toBe(1);
    await reader.close();
  });

  it('without an ATR frames are short and waits long (iso-dep.md §2)', async () => {
    const { reader, slot, sent } = await opened((payload) => (payload === LAYER_4 ? DONE : blockAckAnswer(payload)), 'T1');
    expect((await slot.connect()).atr.length).toBe(0);
    expect(sent.slice(5, 7)).toEqual([exchangeOf('001C', T1000, `12${SELECT.slice(0, 26)}`), exchangeOf('001C', T5000, `03${SELECT.slice(26)}`)]);
    await reader.close();
  });

  it('no card: asks again in the same session, and begins anew only behind a card', async () => {
    let answer = NO_CARD;
    const { reader, slot, sent } = await opened((payload) => (payload === LAYER_4 ? answer : undefined), 'T1');
    expect(await slot.presence()).toBe('absent');
    expect(await slot.presence()).toBe('absent');
    expect(sent).toEqual([...BEGIN, LAYER_4, LAYER_4]);
    answer = withAtr;
    sent.length = 0;
    expect(await slot.presence()).toBe('inactive');
    expect(await slot.presence()).toBe('inactive');
    expect(sent).toEqual([LAYER_4, ...BEGIN, LAYER_4]);
    answer = NO_CARD;
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    await reader.close();
  });
});

/** A card of FSC 16: acknowledges parts. */
function blockAckAnswer(payload: string): EscapeAnswer {
  const block = payload.slice(44, -6);
  return payload.startsWith('FF500001') && block.startsWith('12') ? cardSays('A2') : blockAnswer(payload);
}

describe('what is remembered (§6.8)', () => {
  const t5Only: EscapeScript = (payload) => {
    if (payload === LAYER_4) return REFUSED;
    if (payload === LAYER_3) return DONE;
    if (payload === SELECT) return '6D00';
    if (payload === exchangeOf('001C', '204E0000', '050000')) return cardSays(ATQB);
    return payload === exchangeOf('001C', '204E0000', '1D1122334400080100') ? cardSays('00') : blockAnswer(payload);
  };
  const told = `${'7A'.repeat(18)}9000`;

  it('the strategy that answered is tried first on the next reader of the kind, and is proved again; another firmware is another kind', async () => {
    const first = await opened((payload, ...rest) => (payload === 'FF560000' ? told : t5Only(payload, ...rest)));
    await first.slot.connect();
    expect(first.sent.indexOf(LAYER_4)).toBeLessThan(first.sent.indexOf(LAYER_3));
    await first.reader.close();
    const second = await opened((payload, ...rest) => (payload === 'FF560000' ? told : t5Only(payload, ...rest)));
    expect(second.reader.description.strategy).toBeUndefined();
    await second.slot.connect();
    expect(second.reader.description.strategy).toBe('T5');
    expect(second.sent).not.toContain(LAYER_4);
    await second.reader.close();
    const other = await opened(t5Only);
    await other.slot.connect();
    expect(other.sent).toContain(LAYER_4);
    await other.reader.close();
  });

  it('a hint that does not hold is passed over', async () => {
    const { reader, slot } = await opened((payload, ...rest) => (payload === 'FF560000' ? told : payload === LAYER_3 ? REFUSED : t1(payload, ...rest)));
    await slot.connect();
    expect(reader.description.strategy).toBe('T1');
    await reader.close();
  });
});

describe('a reader that does not know the speed object', () => {
  it.each([
    { name: 'is silent', answer: [] },
    { name: 'says rubbish', answer: '00' },
    { name: 'says "no card"', answer: NO_CARD },
  ])('$name: the card is activated anew at 106 kbit/s, and speed is not asked for again (issue 7)', async ({ answer }) => {
    const { reader, slot, sent } = await opened((payload) => (SPEEDS.includes(payload) ? answer : t1(payload, 1, new Uint8Array(0))), 'T1');
    await slot.connect();
    expect(sent.slice(-7)).toEqual([SPEEDS[0], ...BEGIN, LAYER_4, exchangeOf('001C', T400, `02${SELECT}`)]);
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_4]);
    await reader.close();
  });
});

describe('the other strategies, each behind the ones that fail before it', () => {
  it('T2: bare APDUs with flags 000C, 5 s, presence by PUPI', async () => {
    const bare = (timer: string, apdu: string): string => exchangeOf('000C', timer, apdu);
    let pupi = '112233449000';
    const { reader, slot, sent } = await opened((payload) => {
      if (payload === LAYER_4) return withAtr;
      if (payload === PUPI) return pupi;
      if (SPEEDS.includes(payload)) return REFUSED;
      return payload === bare(T1000, SELECT) || payload === bare(T5000, '00B0000000') ? cardSays('9000') : payload.startsWith('FF500001') ? REFUSED : undefined;
    });
    await slot.connect();
    expect(reader.description.strategy).toBe('T2');
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    expect(sent.at(-1)).toBe(bare(T5000, '00B0000000'));
    expect(await slot.presence()).toBe('active');
    pupi = '112233559000';
    expect(await slot.presence()).toBe('inactive');
    await reader.close();
  });

  it.each([
    { name: 'the response alone', behind: '' },
    { name: 'the word of the reader behind it', behind: '9000' },
  ])('T3: the APDU is the escape, after END and without RF commands; $name (open-points.md, 5)', async ({ behind }) => {
    const { reader, slot, sent } = await opened((payload) => {
      if (payload === LAYER_4) return NO_CARD;
      if (payload === PUPI) return '6300';
      if (payload === SELECT) return `9000${behind}`;
      return payload === '00B0000002' ? `AABB9000${behind}` : payload === LAYER_3 ? REFUSED : undefined;
    });
    await slot.connect();
    expect(reader.description.strategy).toBe('T3');
    expect(sent.slice(-4)).toEqual([END, SELECT, PUPI, SELECT]);
    sent.length = 0;
    expect(await slot.transmit(openly('00B0000002'))).toEqual(unhex('AABB9000'));
    expect(await slot.presence()).toBe('active'); // a reader that tells no PUPI is believed
    await slot.disconnect();
    expect(sent).toEqual(['00B0000002', PUPI, SELECT, END].filter((payload) => payload !== PUPI));
    await reader.close();
  });

  it.each([
    { name: 'no card', answer: NO_CARD, code: 'CARD_ABSENT' },
    { name: 'conditions not satisfied', answer: '6985', code: 'CARD_ABSENT' },
    { name: 'three bytes', answer: '009000', code: 'READER_UNSUPPORTED' },
    { name: 'four bytes of something else', answer: '90006A81', code: 'READER_UNSUPPORTED' },
    { name: 'another client', answer: 'C00301698A9000', code: 'SLOT_BUSY' },
  ])('T3 answers SELECT with $name', async ({ answer, code }) => {
    const { reader, slot } = await opened((payload) => (payload === SELECT ? answer : undefined), 'T3');
    await expect(slot.connect()).rejects.toMatchObject({ code });
    await reader.close();
  });

  it('T4: IccPowerOn by hand, then the CCID engine on the vendor interface', async () => {
    const { reader, slot, pipe } = await opened(
      (payload) => (payload === LAYER_4 || payload === LAYER_3 ? REFUSED : payload === SELECT ? '6D00' : undefined),
      'auto',
      { 0x62: (c) => [reply(c, { data: ATR })], 0x65: (c) => [slotStatus(c, 0)], 0x63: (c) => [slotStatus(c)], 0x6f: (c) => [reply(c, { data: '9000' })] },
    );
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(reader.description.strategy).toBe('T4');
    expect(pipe.sent.find((message) => message.startsWith('62'))).toMatch(/^620000000000..010000$/u);
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    expect(await slot.presence()).toBe('active');
    await reader.close();
    expect(pipe.resetCount).toBe(0);
  });

  it('T4 that says nothing at all costs one silence, and T5 is tried behind it: its late answer meets nobody', async () => {
    const late: Bytes[] = [];
    const { reader, slot, sent, pipe } = await opened(
      (payload) => {
        if (payload === LAYER_4) return REFUSED;
        if (payload === SELECT) return '6D00';
        if (payload === LAYER_3) {
          for (const answer of late.splice(0)) pipe.push(answer);
          return DONE;
        }
        if (payload === exchangeOf('001C', '204E0000', '050000')) return cardSays(ATQB);
        if (payload === exchangeOf('001C', '204E0000', '1D1122334400080100')) return cardSays('00');
        return blockAnswer(payload);
      },
      'auto',
      {
        0x62: (c) => {
          late.push(reply(c, { data: ATR }));
          return [];
        },
      },
    );
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(reader.description.strategy).toBe('T5');
    // This card offers rates and does not understand an ATTRIB that asks for one: the second try is at 106 kbit/s.
    expect(sent.slice(-7)).toEqual([
      ...BEGIN.slice(1),
      LAYER_3,
      exchangeOf('001C', '204E0000', '050000'),
      exchangeOf('001C', '204E0000', '1D1122334400080100'),
      exchangeOf('001C', T400, `02${SELECT}`),
    ]);
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    await reader.close();
  });

  it('an answer to T1 that is no block is not taken for one: 9000 bare (§6.8)', async () => {
    const { reader, slot } = await opened((payload) => {
      if (payload === LAYER_4) return withAtr;
      if (payload === PUPI) return '112233449000';
      return payload.startsWith('FF500001') ? cardSays('9000') : undefined;
    });
    await slot.connect();
    expect(reader.description.strategy).toBe('T2');
    await reader.close();
  });

  it.each(['6A81', '6D00', '6985', '6E00'])('%s to a bare APDU proves nothing', async (word) => {
    const { reader, slot } = await opened((payload) => {
      if (payload === LAYER_4) return withAtr;
      if (payload === SELECT) return word;
      return payload.startsWith('FF500001') ? (payload.includes('9002000C') ? cardSays(word) : REFUSED) : payload === LAYER_3 ? REFUSED : undefined;
    });
    await expect(slot.connect()).rejects.toMatchObject({ code: 'READER_UNSUPPORTED', facts: { T2: 'answer of 2 bytes' } });
    expect(reader.description.strategy).toBeUndefined();
    await reader.close();
  });

  it('a strategy that is set is the only one', async () => {
    const { reader, slot, sent } = await opened(t1, 'T5');
    await expect(slot.connect()).rejects.toMatchObject({ name: 'ReaderError' });
    expect(sent).not.toContain(LAYER_4);
    expect(sent).not.toContain(SELECT);
    await reader.close();
  });
});

describe('a VERIFY under way', () => {
  const VERIFY = { bytes: unhex('002000800431323334'), secret: true } as const;

  it.each([
    { name: 'busy', answer: (c: Bytes) => [escapeReply(c, '', { status: 0x40, error: 0xe0 })], code: 'SLOT_BUSY' },
    { name: 'another client, inside', answer: (c: Bytes) => [escapeReply(c, 'C00301698A9000')], code: 'CARD_REMOVED' },
    { name: 'another client, trailing', answer: (c: Bytes) => [escapeReply(c, '698A')], code: 'CARD_REMOVED' },
    { name: 'outside a session', answer: (c: Bytes) => [escapeReply(c, 'C0030163019000')], code: 'CARD_REMOVED' },
    { name: 'refused', answer: (c: Bytes) => [escapeReply(c, REFUSED)], code: 'READER_REPORTED_ERROR' },
    { name: 'rubbish', answer: (c: Bytes) => [escapeReply(c, 'C0')], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'silence', answer: () => [], code: 'READER_TIMED_OUT' },
    { name: 'unplugged', answer: () => ['DEVICE_LOST' as const], code: 'READER_LOST' },
  ])('$name: goes out once, and the card is not activated again by itself', async ({ answer, code }) => {
    let isArmed = false;
    const { reader, slot, sent, pipe } = await opened(
      (payload, count, command) => (isArmed && payload.startsWith('FF500001') ? answer(command) : t1(payload, count, command)),
      'T1',
    );
    await slot.connect();
    isArmed = true;
    sent.length = 0;
    await expect(slot.transmit({ bytes: VERIFY.bytes.slice(), secret: true })).rejects.toMatchObject({ code });
    expect(pipe.sent.filter((message) => message.startsWith('secret')).length).toBe(1);
    expect(sent).not.toContain(LAYER_4);
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({
      code: code === 'READER_LOST' ? /READER_LOST|CARD_NOT_CONNECTED/u : 'CARD_NOT_CONNECTED',
    });
    await reader.close();
  });

  const others: readonly { strategy: RcS300Strategy; script: EscapeScript; isVerify: (payload: string) => boolean }[] = [
    {
      strategy: 'T2',
      script: (payload) => (payload === LAYER_4 ? withAtr : payload === PUPI ? '6300' : payload.startsWith('FF500001') ? cardSays('9000') : REFUSED),
      isVerify: (payload) => payload.includes('9582000900200080'),
    },
    {
      strategy: 'T3',
      script: (payload) => (payload === PUPI ? '6300' : payload === SELECT ? '9000' : undefined),
      isVerify: (payload) => payload.startsWith('0020'),
    },
  ];

  it.each(
    others.flatMap((way) => [
      { ...way, name: 'busy', answer: (c: Bytes) => [escapeReply(c, '', { status: 0x40, error: 0xe0 })], code: 'SLOT_BUSY' },
      { ...way, name: 'no answer of the card', answer: (c: Bytes) => [escapeReply(c, NO_CARD)], code: 'CARD_REMOVED' },
      { ...way, name: 'another client', answer: (c: Bytes) => [escapeReply(c, '698A')], code: 'CARD_REMOVED' },
      { ...way, name: 'one byte', answer: (c: Bytes) => [escapeReply(c, '90')], code: 'READER_MALFORMED_MESSAGE' },
      { ...way, name: 'silence', answer: () => [], code: 'READER_TIMED_OUT' },
    ]),
  )('$strategy, $name: goes out once', async ({ strategy, script, isVerify, answer, code }) => {
    const { reader, slot, pipe } = await opened((payload, count, command) => {
      if (isVerify(payload)) return answer(command);
      return payload.startsWith('FF5000000') || payload === 'FF560000' ? undefined : script(payload, count, command);
    }, strategy);
    await slot.connect();
    await expect(slot.transmit({ bytes: VERIFY.bytes.slice(), secret: true })).rejects.toMatchObject({ code });
    expect(pipe.sent.filter((message) => message.startsWith('secret')).length).toBe(1);
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await reader.close();
  });
});

describe('T5: rates by ATTRIB, the reader behind them', () => {
  const reqb = exchangeOf('001C', '204E0000', '050000');
  const attrib = (p2: string): string => exchangeOf('001C', '204E0000', `1D1122334400${p2}0100`);
  const select = exchangeOf('001C', T400, `02${SELECT}`);
  const t5 =
    (script: EscapeScript = () => undefined): EscapeScript =>
    (payload, ...rest) => {
      const answer = script(payload, ...rest);
      if (answer !== undefined) return answer;
      if (payload === LAYER_3) return DONE;
      if (payload === reqb) return cardSays(ATQB);
      return payload.includes('1D11223344') ? cardSays('00') : blockAnswer(payload);
    };
  const [S848, S424] = SPEEDS;

  it('P2 F8, then the speed object for 848 both ways, then the first block', async () => {
    const { reader, slot, sent } = await opened(
      t5((payload) => (payload === S848 ? DONE : undefined)),
      'T5',
    );
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('F8'), S848, select]);
    await reader.close();
  });

  it('a card that a look has found waiting for ATTRIB gets it', async () => {
    const { reader, slot, sent } = await opened(
      t5((payload) => (payload === S848 ? DONE : undefined)),
      'T5',
    );
    expect(await slot.presence()).toBe('inactive');
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([attrib('F8'), S848, select]);
    await reader.close();
  });

  it('the reader refuses the speed: activated anew at the next lower one, for ATTRIB has told the card already; remembered', async () => {
    const { reader, slot, sent } = await opened(
      t5((payload) => (payload === S848 ? REFUSED : payload === S424 ? DONE : undefined)),
      'T5',
    );
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('F8'), S848, ...BEGIN, LAYER_3, reqb, attrib('A8'), S424, select]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('A8'), S424]);
    await reader.close();
  });

  it.each([
    { name: 'is silent', answer: [] },
    { name: 'says rubbish', answer: '00' },
  ])('a reader that to the speed object $name: 106 kbit/s now and for good', async ({ answer }) => {
    const { reader, slot, sent } = await opened(
      t5((payload) => (SPEEDS.includes(payload) ? answer : undefined)),
      'T5',
    );
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('F8'), S848, ...BEGIN, LAYER_3, reqb, attrib('08'), select]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('08')]);
    await reader.close();
  });

  it('ATTRIB unanswered at the rate: 106 kbit/s, and the next card is asked for less', async () => {
    const { reader, slot, sent } = await opened(
      t5((payload) => (payload === attrib('F8') ? NO_CARD : payload === S424 ? DONE : undefined)),
      'T5',
    );
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('F8'), ...BEGIN, LAYER_3, reqb, attrib('08'), select]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('A8'), S424]);
    await reader.close();
  });

  it('the first block damaged or unanswered: no R(NAK), 106 kbit/s at once, the next card is asked for less', async () => {
    let isFast = false;
    const { reader, slot, sent } = await opened(
      t5((payload) => {
        if (payload === OFF) isFast = false;
        if (payload === S848) isFast = true;
        if (SPEEDS.includes(payload)) return DONE;
        return isFast && payload === select ? 'C003026F019000' : undefined;
      }),
      'T5',
    );
    await slot.connect();
    expect(sent).toEqual([...BEGIN, LAYER_3, reqb, attrib('F8'), S848, select, ...BEGIN, LAYER_3, reqb, attrib('08'), select]);
    sent.length = 0;
    await slot.connect();
    expect(sent.slice(-2)).toEqual([attrib('A8'), S424]);
    await reader.close();
  });
});
