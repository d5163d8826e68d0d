import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import type { Reader, Slot } from '../slot.ts';
import { configuration } from '../test/descriptors.ts';
import { openly, wait } from '../test/open.ts';
import { PipeDouble, type Answer } from '../test/pipe-double.ts';
import { hasty } from '../test/replies.ts';

const ACK = '0000FF00FF00';
/** ATQB of spec/iso-dep.md §3.2 with FSCI 8, FWI 8, CID supported; PUPI as in §7.4. */
const ATQB = '50112233440000000000' + '8181';
const ATR = '3B888001000000000081810009'; // 3B, T0 88, 80, 01, application data, protocol info, MBLI 0; TCK: 88 ^ 80 ^ 01 ^ 81 ^ 81 = 09

/** LEN, LCS and DCS by hand: sums are 0 modulo 256. */
function frame(data: string): Bytes {
  const bytes = unhex(data);
  const complement = (sum: number): number => (256 - (sum % 256)) % 256;
  const length = [bytes.length % 256, Math.floor(bytes.length / 256)] as const;
  const dcs = complement(bytes.reduce((sum, byte) => sum + byte, 0));
  return Uint8Array.from([0, 0, 0xff, 0xff, 0xff, ...length, complement(length[0] + length[1]), ...bytes, dcs, 0]);
}

type Script = (data: string, count: number) => string | Answer | undefined;

interface Desk {
  readonly pipe: PipeDouble;
  /** Data of the commands that were sent; `ack` for an ACK; a secret one as its length. */
  readonly sent: string[];
}

const usual: Readonly<Record<string, string>> = { D62A01: 'D72B00', D620: 'D7211101', D60600: 'D70700', D60003070F07: 'D70100' };

function device(script: Script): Desk {
  const sent: string[] = [];
  const counts = new Map<string, number>();
  const pipe = new PipeDouble(
    {
      0x00: (message) => {
        if (hex(message) === ACK) {
          sent.push('ack');
          return [];
        }
        const data = hex(message.slice(8, -2));
        expect(hex(frame(data))).toBe(hex(message));
        sent.push(data);
        const count = (counts.get(data) ?? 0) + 1;
        counts.set(data, count);
        const answer = script(data, count) ?? usual[data] ?? (data.startsWith('D602') ? 'D70300' : 'D70580000000');
        return typeof answer === 'string' ? [unhex(ACK), frame(answer)] : answer;
      },
    },
    { configurationDescriptor: configuration(''), interrupt: false, vendorId: 0x054c, productId: 0x06c1 },
  );
  return { pipe, sent };
}

const radio = (data: string): string => `D7050000000008${data}`;
/** REQB, ATTRIB, and then what the test says to a block. */
const withCard =
  (card: Script): Script =>
  (data, count) => {
    if (data === 'D6043601050010') return radio(ATQB);
    if (data === 'D60436011D1122334400080100') return radio('00');
    return data.startsWith('D604') ? card(data.slice(8), count) : undefined;
  };

async function opened(script: Script = () => undefined): Promise<Desk & { readonly reader: Reader; readonly slot: Slot }> {
  const desk = device(script);
  const reader = await openReader(desk.pipe, { timeouts: hasty });
  desk.sent.length = 0;
  return { ...desk, reader, slot: reader.slots[0] };
}

const PROTOCOL = 'D60200140101020103000400050006000708080009010A010B010C010E040F001000110012001306';
const TYPE_B = ['D60003070F07', PROTOCOL] as const;
const TYPE_B_212 = ['D60003080F08', PROTOCOL] as const;
const TYPE_B_424 = ['D60003090F09', PROTOCOL] as const;

describe('opening (browser-and-readers.md §7.3 step 1)', () => {
  it('ACK, drain, SetCommandType, RF off twice, firmware', async () => {
    const { pipe, sent } = device(() => undefined);
    pipe.push(unhex(ACK));
    pipe.push(frame('D705000000000802'));
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(sent).toEqual(['ack', 'D62A01', 'D60600', 'D60600', 'D620']);
    expect(reader.description).toMatchObject({ level: 'shortApdu', slotCount: 1, firmware: '1.11' });
    expect(reader.description.strategy).toBeUndefined();
    await reader.close();
    expect(pipe.closeCount).toBe(1);
    expect(sent.at(-1)).toBe('ack');
  });

  it.each([
    { name: 'silence', answer: [] as Answer, code: 'READER_TIMED_OUT' },
    { name: 'no response behind the ACK', answer: [unhex(ACK)] as Answer, code: 'READER_TIMED_OUT' },
    { name: 'status 7', answer: 'D72B07', code: 'READER_REPORTED_ERROR' },
    { name: 'no status', answer: 'D72B', code: 'READER_MALFORMED_MESSAGE' },
    { name: 'error frame', answer: [unhex('0000FFFFFF')] as Answer, code: 'READER_REPORTED_ERROR' },
    { name: 'wrong DCS', answer: [unhex(ACK), unhex('0000FFFFFF0300FDD72B00FD00')] as Answer, code: 'READER_MALFORMED_MESSAGE' },
    { name: 'rubbish instead of an ACK', answer: [unhex('83')] as Answer, code: 'READER_MALFORMED_MESSAGE' },
    { name: 'foreign frames without end', answer: [unhex(ACK), ...Array.from({ length: 9 }, () => frame('D70100'))] as Answer, code: 'READER_OUT_OF_STEP' },
    { name: 'a stall', answer: ['ENDPOINT_STALLED'] as Answer, code: 'READER_TRANSFER_FAILED' },
    { name: 'unplugged', answer: ['DEVICE_LOST'] as Answer, code: 'READER_LOST' },
  ])('fails with a code and closes: $name', async ({ answer, code }) => {
    const { pipe } = device((data) => (data === 'D62A01' ? answer : undefined));
    await expect(openReader(pipe, { timeouts: hasty })).rejects.toMatchObject({ code });
    expect(pipe.closeCount).toBe(1);
  });

  it('one lost answer is made up for; a firmware it does not tell is not missed', async () => {
    const { pipe, sent } = device((data, count) => {
      if (data === 'D62A01' && count === 1) return [];
      return data === 'D620' ? [unhex('0000FFFFFF')] : undefined;
    });
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(sent.slice(0, 4)).toEqual(['ack', 'D62A01', 'ack', 'ack']);
    expect(reader.description.firmware).toBeUndefined();
    await reader.close();
  });

  it.each([
    { name: '300 transfers of one byte', torn: Array.from({ length: 300 }, () => unhex('83')) },
    { name: '300 transfers that failed', torn: Array.from({ length: 300 }, () => 'BABBLE' as const) },
  ])('$name are read to their end, and a stale answer behind them is not taken for one', async ({ torn }) => {
    const { pipe } = device((data, count) => (data === 'D62A01' && count === 1 ? [...torn, unhex(ACK), frame('D72B07')] : undefined));
    const reader = await openReader(pipe, { timeouts: hasty });
    await reader.close();
  });

  it('nothing is sent to a reader that cannot be read to its end', async () => {
    const { pipe, sent } = device((data) => (data === 'D62A01' ? Array.from({ length: 9_000 }, () => 'BABBLE' as const) : undefined));
    await expect(openReader(pipe, { timeouts: hasty })).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(sent.filter((data) => data !== 'ack')).toEqual(['D62A01']);
  });

  it('a stale ACK and a stale frame are passed over by their codes (open-points.md, 12)', async () => {
    const { pipe } = device((data) => (data === 'D62A01' ? [frame('D705000000000802'), unhex(ACK), unhex(ACK), frame('D70700'), frame('D72B00')] : undefined));
    const reader = await openReader(pipe, { timeouts: hasty });
    await reader.close();
  });
});

describe('cards (§7.3 steps 2 to 6)', () => {
  it('no card: RF settings, REQB for 30 ms, RF off again', async () => {
    const { reader, slot, sent } = await opened();
    expect(await slot.presence()).toBe('absent');
    expect(sent).toEqual([...TYPE_B, 'D6043601050010', 'D60600']);
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    await reader.close();
  });

  it('connects, transmits in I-blocks, looks with R(NAK), deselects; settings once in a field', async () => {
    const { reader, slot, sent } = await opened(withCard((block) => (block.startsWith('02') ? radio('029000') : radio(block === 'B3' ? 'A2' : block))));
    expect(hex((await slot.connect()).atr)).toBe(ATR);
    expect(sent).toEqual(['D60600', ...TYPE_B, 'D6043601050010', 'D60436011D1122334400080100']);
    sent.length = 0;
    expect(await slot.transmit(openly('00A4040C0AD392F000260100000001'))).toEqual(unhex('9000'));
    // FWI 8 is 77.3 ms, so the shortest time-out, 400 ms: (400 + 1) × 10 = 0FAA.
    expect(sent).toEqual(['D604AA0F0200A4040C0AD392F000260100000001']);
    sent.length = 0;
    expect(await slot.presence()).toBe('active');
    expect(sent).toEqual(['D604AA0FB3']);
    sent.length = 0;
    await slot.disconnect();
    expect(sent).toEqual(['D604AA0FC2', 'D60600']);
    await reader.close();
  });

  it('a card that a look has found goes on from there; to another look it answers once more', async () => {
    const { reader, slot, sent } = await opened(withCard(() => radio('029000')));
    expect(await slot.presence()).toBe('inactive');
    expect(await slot.presence()).toBe('inactive');
    await slot.connect();
    expect(sent).toEqual([...TYPE_B, 'D6043601050010', 'D6043601050010', 'D60436011D1122334400080100']);
    await slot.disconnect();
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual(['D60600', ...TYPE_B, 'D6043601050010', 'D60436011D1122334400080100']);
    await reader.close();
  });

  it('a card that falls silent is gone, with its PIN state: not active, and not talked to again', async () => {
    let silent = false;
    const { reader, slot, sent } = await opened(withCard(() => (silent ? 'D70580000000' : radio('029000'))));
    await slot.connect();
    await slot.transmit(openly('00B0000000'));
    silent = true;
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(sent.at(-1)).toBe('D60600');
    expect(await slot.presence()).toBe('inactive');
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await reader.close();
  });

  it('a reader that says nothing in the middle is stopped by an ACK, and its late answer meets nobody (iso-dep.md §8 row 10)', async () => {
    let silent = false;
    const { reader, slot, sent, pipe } = await opened(withCard(() => (silent ? [unhex(ACK)] : radio('029000'))));
    await slot.connect();
    silent = true;
    sent.length = 0;
    const pending = slot.transmit({ bytes: unhex('0020008004' + '31323334'), secret: true });
    await expect(pending).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    expect(sent.filter((data) => data.startsWith('D604')).length).toBe(1);
    expect(pipe.sent.filter((message) => message.startsWith('secret'))).toEqual(['secret, 24 bytes']);
    expect(sent.at(-1)).toBe('ack');
    pipe.push(frame('D7050000000008029000'));
    await wait(5);
    expect(await slot.presence()).toBe('inactive');
    await reader.close();
  });

  it('two cards collide: three times, field off in between, then told', async () => {
    const { reader, slot, sent } = await opened((data) => (data === 'D6043601050010' ? 'D70508000000' : undefined));
    expect(await slot.presence()).toBe('inactive');
    sent.length = 0;
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_RESET_FAILED' });
    expect(sent.filter((data) => data === 'D6043601050010').length).toBe(3);
    expect(sent.filter((data) => data === 'D60600').length).toBe(4);
    await reader.close();
  });

  it.each([
    { name: 'not an ATQB', atqb: '51' + ATQB.slice(2) },
    { name: 'eleven bytes', atqb: ATQB.slice(0, 22) },
    { name: 'no ISO/IEC 14443-4', atqb: `${ATQB.slice(0, 20)}8081` },
  ])('refuses a card: $name', async ({ atqb }) => {
    const { reader, slot } = await opened((data) => (data === 'D6043601050010' ? radio(atqb) : undefined));
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED' });
    await reader.close();
  });

  it.each(['temperature', 'RF off'])('a radio that fails (%s) is a fault of the reader', async (what) => {
    const status = what === 'RF off' ? '00040000' : '40000000';
    const { reader, slot } = await opened(withCard(() => `D705${status}`));
    await slot.connect();
    await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'READER_REPORTED_ERROR' });
    await reader.close();
  });

  it('passes extended APDUs on, in one block while they are short', async () => {
    const { reader, slot } = await opened(withCard((block) => radio(block.startsWith('02') ? '02AABB9000' : '039000')));
    await slot.connect();
    expect(slot).toMatchObject({ carriesExtended: true, bestReadLength: 251 });
    expect(await slot.transmit(openly('00B00000000000'))).toEqual(unhex('AABB9000'));
    expect(await slot.transmit(openly('00D60000000102AABB'))).toEqual(unhex('9000'));
    await reader.close();
  });

  it('sends nothing that is no APDU, and goes on', async () => {
    const { reader, slot } = await opened(withCard(() => radio('029000')));
    await slot.connect();
    await expect(slot.transmit(openly('00D60000FF' + '00'.repeat(257)))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(await slot.transmit(openly('00B0000000'))).toEqual(unhex('9000'));
    await reader.close();
  });
});

it('unplugged in the middle: one fault for everything, told once', async () => {
  const { reader, slot, pipe } = await opened(withCard(() => ['DEVICE_LOST']));
  await slot.connect();
  await expect(slot.transmit(openly('00B0000000'))).rejects.toMatchObject({ code: 'READER_LOST' });
  expect(await reader.lost).toMatchObject({ code: 'READER_LOST' });
  await expect(slot.presence()).rejects.toMatchObject({ code: 'READER_LOST' });
  await reader.close();
  expect(pipe.closeCount).toBe(1);
});

describe('rates (iso-dep.md §9: 212 and 424 kbit/s as nfcpy has them, 848 not known)', () => {
  const REQB = 'D6043601050010';
  const attrib = (p2: string): string => `D60436011D1122334400${p2}0100`;
  const FIRST = 'D604AA0F0200A4040C023F00';
  const SELECT = openly('00A4040C023F00');

  /** A card of `capability`, and what else the reader says to a command. */
  const fast =
    (capability: string, script: Script = () => undefined): Script =>
    (data, count) => {
      const answer = script(data, count);
      if (answer !== undefined) return answer;
      if (data === REQB) return radio(`${ATQB.slice(0, 18)}${capability}${ATQB.slice(20)}`);
      if (data.startsWith('D6000')) return 'D70100';
      if (data.startsWith('D60436011D')) return radio('00');
      return data.startsWith('D604') ? radio(`${data.slice(8, 10)}9000`) : undefined;
    };

  it.each([
    { name: 'all: 424, for the reader knows no more', capability: '77', p2: 'A8', raised: TYPE_B_424 },
    { name: 'up to 212', capability: '11', p2: '58', raised: TYPE_B_212 },
    { name: 'up to 424', capability: '33', p2: 'A8', raised: TYPE_B_424 },
    { name: '424 to it, 212 from it: 212, for the reader has settings for one rate alone', capability: '13', p2: '58', raised: TYPE_B_212 },
    { name: '848 alone', capability: '44', p2: '08', raised: [] },
    { name: 'reserved bit 3: 106', capability: '7F', p2: '08', raised: [] },
  ])('the card offers $name', async ({ capability, p2, raised }) => {
    const { reader, slot, sent } = await opened(fast(capability));
    await slot.connect();
    await slot.transmit(SELECT);
    expect(sent).toEqual(['D60600', ...TYPE_B, REQB, attrib(p2), ...raised, FIRST]);
    await reader.close();
  });

  it('a reader that does not take a rate: activated anew at the next lower one, and not asked again', async () => {
    const { reader, slot, sent } = await opened(fast('77', (data) => (data === TYPE_B_424[0] ? 'D70101' : undefined)));
    await slot.connect();
    expect(sent).toEqual(['D60600', ...TYPE_B, REQB, attrib('A8'), TYPE_B_424[0], 'D60600', ...TYPE_B, REQB, attrib('58'), ...TYPE_B_212]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual(['D60600', ...TYPE_B, REQB, attrib('58'), ...TYPE_B_212]);
    await reader.close();
  });

  it.each([
    { name: 'damaged', status: '04000000' },
    { name: 'missing', status: '80000000' },
  ])('the answer to the first block is $name: 106 kbit/s at once, by a new activation; less for the next card', async ({ status }) => {
    let isFast = false;
    const { reader, slot, sent } = await opened(
      fast('77', (data) => {
        if (data.startsWith('D6000')) isFast = data === TYPE_B_424[0];
        return isFast && data.startsWith('D604AA0F') ? `D705${status}` : undefined;
      }),
    );
    await slot.connect();
    sent.length = 0;
    expect(await slot.transmit(SELECT)).toEqual(unhex('9000'));
    expect(sent).toEqual([FIRST, 'D60600', ...TYPE_B, REQB, attrib('08'), FIRST]);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual(['D60600', ...TYPE_B, REQB, attrib('58'), ...TYPE_B_212]);
    await reader.close();
  });

  it('silence at the rate and at 106 kbit/s is a card that was taken away: no rate is blamed', async () => {
    let isGone = false;
    const { reader, slot, sent } = await opened(fast('77', (data) => (isGone && data.startsWith('D604') ? 'D70580000000' : undefined)));
    await slot.connect();
    isGone = true;
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    isGone = false;
    sent.length = 0;
    await slot.connect();
    expect(sent).toContain(attrib('A8'));
    await reader.close();
  });

  it('after the first response a damaged answer is asked for by R(NAK), with settings anew, and nothing is activated again', async () => {
    let damages = false;
    const { reader, slot, sent } = await opened(
      fast('77', (data) => {
        if (!damages || !data.startsWith('D604AA0F')) return undefined;
        return data.startsWith('D604AA0FB') ? radio('039000') : 'D70504000000';
      }),
    );
    await slot.connect();
    await slot.transmit(SELECT);
    damages = true;
    sent.length = 0;
    expect(await slot.transmit({ bytes: unhex('002000810431323334'), secret: true })).toEqual(unhex('9000'));
    expect(sent.slice(1)).toEqual([...TYPE_B_424, 'D604AA0FB3']);
    await reader.close();
  });

  it('a reader that forgets its settings after each exchange is found out at ATTRIB, with no rate blamed', async () => {
    let isSet = false;
    const forgetful = fast('77', (data) => {
      if (data.startsWith('D602')) isSet = true;
      if (!data.startsWith('D604')) return undefined;
      const isHeard = isSet;
      isSet = false;
      return isHeard ? undefined : 'D70580000000';
    });
    const { reader, slot, sent } = await opened(forgetful);
    await slot.connect();
    expect(sent).toEqual([
      ...['D60600', ...TYPE_B, REQB, attrib('A8')],
      ...['D60600', ...TYPE_B, REQB, attrib('08')],
      ...['D60600', ...TYPE_B, REQB, ...TYPE_B, attrib('08')],
    ]);
    await slot.transmit(SELECT);
    sent.length = 0;
    await slot.connect();
    expect(sent).toEqual(['D60600', ...TYPE_B, REQB, ...TYPE_B, attrib('A8'), ...TYPE_B_424]);
    await reader.close();
  });
});
