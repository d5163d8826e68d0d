/** The RC-S300 double against the computed frames of spec/browser-and-readers.md §6.7 and §6.8. Every byte is spelled here; no codec of any room. */
import { hex, unhex } from '#bytes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { virtualReader, type RcS300Options, type VirtualReader } from '../index.ts';
import { rcS300Profile } from '../sony-profiles.ts';
import { bytesOf, deviceOf, image, settles, type Device } from '../test/host.ts';

const SELECT_CARD_INFO = '00A4040C0AD3921000310001010408';
const ATR = '3B888001000005E0B381A1007F';
const header = (type: string, payload: string, sequence: string, tail = '000000'): string =>
  type + (payload.length / 2).toString(16).padStart(2, '0').toUpperCase() + '000000' + '00' + sequence + tail + payload;

interface Desk {
  readonly reader: VirtualReader;
  readonly device: Device;
  /** Sends the payload of an escape; the payload of the answer. */
  readonly escape: (payload: string) => Promise<string>;
  readonly send: (message: string) => Promise<string>;
}

async function desk(options: RcS300Options, withCard = true): Promise<Desk> {
  const reader = virtualReader({ profile: rcS300Profile(options), ...(withCard ? { card: await image() } : {}) });
  const device = await deviceOf(reader.usb);
  await device.open();
  await device.claimInterface(1);
  let sequence = 0;
  const send = async (message: string): Promise<string> => {
    await device.transferOut(2, unhex(message));
    if ((message.length / 2) % 64 === 0) await device.transferOut(2, new Uint8Array(0));
    return hex(bytesOf((await device.transferIn(2, 1024)).data));
  };
  const escape = async (payload: string): Promise<string> => {
    const answer = await send(header('6B', payload, (++sequence).toString(16).padStart(2, '0')));
    expect(answer.slice(0, 2)).toBe('83');
    return answer.slice(20);
  };
  return { reader, device, escape, send };
}

/** START, RF off, RF on: steps 4 to 6. */
async function openSession({ escape }: Desk): Promise<void> {
  for (const payload of ['FF5000000281' + '0000', 'FF5000000283' + '0000', 'FF5000000284' + '0000']) expect(await escape(payload)).toBe('C0030090009000');
}

const SWITCH = 'FF50000210FF6E03010108FF6E030801008F02010400';
const exchange = (flags: string, data: string, timer = '801A0600'): string => {
  const length = (data.length / 2).toString(16).padStart(4, '0').toUpperCase();
  const objects = `9002${flags}5F4604${timer}9582${length}${data}`;
  return `FF50000100${(objects.length / 2).toString(16).padStart(4, '0').toUpperCase()}${objects}000000`;
};
const OK = 'C003009000' + '920100' + '96020000';

afterEach(() => vi.useRealTimers());

describe('frames of §6.7', () => {
  it('firmware: eighteen bytes and 9000, bytes 14 and 15 FFFF (step 2)', async () => {
    const { send } = await desk({ strategy: 'T1' });
    const answer = await send('6B040000000001000000FF560000');
    expect(answer.slice(0, 20)).toBe('83140000000001000000');
    expect(answer.slice(20 + 28, 20 + 32)).toBe('FFFF');
    expect(answer.slice(-4)).toBe('9000');
    expect(answer.length).toBe(20 + 36 + 4);
  });

  it('steps 3 to 9: stale END, session, RF, switch, PUPI', async () => {
    const at = await desk({ strategy: 'T1' });
    expect(await at.send('6B080000000001000000FF50000002820000')).toBe('83070000000001000000C0030090009000');
    expect(await at.send('6B080000000002000000FF50000002810000')).toBe('83070000000002000000C0030090009000');
    expect(await at.send('6B080000000003000000FF50000002830000')).toBe('83070000000003000000C0030090009000');
    expect(await at.send('6B080000000004000000FF50000002840000')).toBe('83070000000004000000C0030090009000');
    expect(await at.send('6B160000000005000000FF50000210FF6E03010108FF6E030801008F02010400')).toBe(`831A0000000005000000C0030090008F01015F510D${ATR}9000`);
    expect(await at.send('6B040000000006000000FFCA0000')).toBe('83060000000006000000A1B2C3D49000');
    at.reader.assertNoUnexpectedInput();
  });

  it('SELECT of JPKI, step 10 byte for byte: the card says 6A82 in I-block 0', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    const answer = await at.send('6B290000000009000000FF50000100001F9002001C5F4604801A06009582001002' + '00A4040C0AD392F000260100000001' + '000000');
    expect(answer).toBe(`83130000000009000000${OK}9703026A829000`);
    // Step 11, R(ACK) 1 has nothing to go on with: no answer.
    const acknowledged = await at.send('6B1A000000000A000000FF5000010000109002001C5F4604801A060095820001A3000000');
    expect(acknowledged.slice(20)).toBe('C0030264019000');
  });

  it('S(WTX) as in step 12', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    at.reader.faults.set([{ kind: 'waitingTime', multiplier: 10, copies: 1 }]);
    expect(await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`))).toBe(`${OK}9702F20A9000`);
    expect(await at.send('6B1B000000000B000000FF5000010000119002001C5F4604404B4C0095820002F20A000000')).toBe(`8313000000000B000000${OK}97030290009000`);
  });

  it('waits for the empty packet behind a full one (open-points.md, 11)', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    const payload = exchange('001C', `12${'00'.repeat(64 - 10 - 7 - 4 - 7 - 4 - 3 - 1)}`);
    const message = header('6B', payload, '77');
    expect(message.length / 2).toBe(64);
    await at.device.transferOut(2, unhex(message));
    const answer = at.device.transferIn(2, 1024);
    expect(await settles(answer)).toBe('pending');
    await at.device.transferOut(2, new Uint8Array(0));
    expect(await settles(answer)).toBe('settled');
  });
});

describe('results (§6.6)', () => {
  it.each([
    { name: 'no card at the switch', payload: SWITCH, result: 'C0030264019000', card: false },
    { name: 'exchange before a switch', payload: exchange('001C', '02'), result: 'C0030163019000', card: true },
    { name: 'Type A: no answer', payload: 'FF500002048F02000400', result: 'C0030264019000', card: true },
    { name: 'no timer', payload: 'FF5000010000039501' + '02' + '000000', result: 'C0030164019000', card: true },
    { name: 'a length past the end', payload: 'FF500001000003957F02000000', result: 'C0030164019000', card: true },
    { name: 'one Le byte only (open-points.md, 10)', payload: 'FF5000010000039501020000', result: 'C0030167009000', card: true },
    { name: 'short Lc', payload: 'FF50000103950102' + '00', result: 'C0030167009000', card: true },
  ])('$name', async ({ payload, result, card }) => {
    const at = await desk({ strategy: 'T1' }, card);
    await openSession(at);
    expect(await at.escape(payload)).toBe(result);
  });

  it('RF outside a session is refused', async () => {
    const { escape } = await desk({ strategy: 'T1' });
    expect(await escape('FF50000002840000')).toBe('C0030163019000');
  });

  it.each([
    { trailing: false, result: 'C00301698A9000' },
    { trailing: true, result: '698A' },
  ])('another client, trailing: $trailing (open-points.md, 3)', async ({ trailing, result }) => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    at.reader.faults.set([{ kind: 'otherClient', trailing }]);
    expect(await at.escape(SWITCH)).toBe(result);
    expect((await at.escape(SWITCH)).slice(0, 10)).toBe('C003009000');
  });

  it('flags stay until the next switch (open-points.md, 9)', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    expect(await at.escape(exchange('000C', `02${SELECT_CARD_INFO}`))).toBe('C003016A819000');
    const bare = exchange('001C', `02${SELECT_CARD_INFO}`).replace('9002001C', '').replace('001E', '001A').replace('001F', '001B');
    expect((await at.escape(bare)).slice(0, 10)).toBe('C003016A81');
    await at.escape(SWITCH);
    expect(await at.escape(bare)).toBe(`${OK}97030290009000`);
  });

  it('a session dies ten seconds after the last message (open-points.md, 2)', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    vi.useFakeTimers();
    expect(await at.escape('FF56000000')).toBe('9000');
    vi.advanceTimersByTime(9_999);
    expect(await at.escape('FF56000000')).toBe('9000');
    expect((await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`))).slice(0, 10)).toBe('C003009000');
    vi.advanceTimersByTime(10_001);
    expect(await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`))).toBe('C0030163019000');
    expect(at.reader.card?.snapshot().powered).toBe(false);
  });
});

describe('strategies (§6.8): each knows its own way alone', () => {
  const REQB = exchange('001C', '050000', '204E0000');
  const ways = {
    T1: async (at: Desk) => {
      await openSession(at);
      await at.escape(SWITCH);
      return at.escape(exchange('001C', `02${SELECT_CARD_INFO}`));
    },
    T2: async (at: Desk) => {
      await openSession(at);
      await at.escape(SWITCH);
      return at.escape(exchange('000C', SELECT_CARD_INFO));
    },
    T3: async (at: Desk) => at.escape(SELECT_CARD_INFO),
    T4: async (at: Desk) => {
      const power = await at.send('62000000000041010000');
      const select = await at.send(header('6F', SELECT_CARD_INFO, '42'));
      return `${power.slice(0, 2)}${power.slice(14)}/${select.slice(14)}`;
    },
    T5: async (at: Desk) => {
      await openSession(at);
      await at.escape('FF500002048F02010300');
      const atqb = await at.escape(REQB);
      const attrib = await at.escape(exchange('001C', '1DA1B2C3D400080100', '204E0000'));
      return `${atqb}/${attrib}/${await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`))}`;
    },
  };
  const successes: Record<keyof typeof ways, string> = {
    T1: `${OK}97030290009000`,
    T2: `${OK}970290009000`,
    T3: '9000',
    T4: `80000000${ATR}/0000009000`,
    T5: `${OK}970C50A1B2C3D4000005E0B381A19000/${OK}9701009000/${OK}97030290009000`,
  };
  const names = Object.keys(ways) as (keyof typeof ways)[];

  it.each([...names, 'none' as const].flatMap((firmware) => names.map((way) => ({ firmware, way }))))('$way on $firmware', async ({ firmware, way }) => {
    const at = await desk({ strategy: firmware });
    const outcome = await ways[way](at);
    if (firmware === way) expect(outcome).toBe(successes[way]);
    else expect(outcome).not.toContain('9000970');
    expect(at.reader.cardLog.length).toBe(firmware === way ? 1 : 0);
  });

  it('T3 may put its own 9000 behind (open-points.md, 5)', async () => {
    const { escape } = await desk({ strategy: 'T3', appendsStatusWord: true });
    expect(await escape(SELECT_CARD_INFO)).toBe('90009000');
  });

  it('may say nothing to what it does not know (open-points.md, 6)', async () => {
    const { device } = await desk({ strategy: 'T1', silentWhenUnknown: true });
    await device.transferOut(2, unhex(header('6B', SELECT_CARD_INFO, '51')));
    expect(await settles(device.transferIn(2, 1024))).toBe('pending');
  });

  it('a second switch activates again: what was selected is gone (open-points.md, 8)', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`));
    expect(at.reader.card?.snapshot().selectedAid).toBeDefined();
    await at.escape(SWITCH);
    expect(at.reader.card?.snapshot().selectedAid).toBeUndefined();
  });

  it('communication speed: 424 kbit/s from the next block on, 848 refused by the card', async () => {
    const at = await desk({ strategy: 'T1' });
    await openSession(at);
    await at.escape(SWITCH);
    const before = at.reader.modelledMs;
    await at.escape(exchange('001C', `02${SELECT_CARD_INFO}`));
    const slow = at.reader.modelledMs - before;
    expect(await at.escape('FF50000006FF6E0305011B00')).toBe('C003016A819000');
    expect(await at.escape('FF50000006FF6E0305011200')).toBe('C0030090009000');
    const middle = at.reader.modelledMs;
    expect(await at.escape(exchange('001C', `03${SELECT_CARD_INFO}`))).toBe(`${OK}97030390009000`);
    expect(at.reader.modelledMs - middle).toBeLessThan(slow);
  });
});
