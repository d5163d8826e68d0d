/**
 * Sony's readers from end to end, over doubles of the whole device: the `standard` card through every way their firmware may turn out to
 * be (spec/browser-and-readers.md §6.8, §7; open-points.md rows 1 to 13).
 */
import { afterEach, describe, expect, it, onTestFinished, vi, type TestContext } from 'vitest';
import { unhex } from '#bytes';
import { openReader, type Reader } from '#reader';
import { rcS300Profile, rcS380Profile, virtualReader, type VirtualReader, type VirtualReaderOptions, type VirtualUsb } from '#simulator';
import { readerDevicesOf } from '#usb';
import { fullEntry, image, impatient, openTestCounter } from './test/counter.ts';

const readers = [
  { name: 'RC-S300, T1', profile: rcS300Profile({ strategy: 'T1' }), strategy: 'T1' },
  { name: 'RC-S300, T1 without an ATR', profile: rcS300Profile({ strategy: 'T1', tellsAtr: false }), strategy: 'T1' },
  { name: 'RC-S300, T1 at 106 kbit/s only', profile: rcS300Profile({ strategy: 'T1', highestRate: 0 }), strategy: 'T1' },
  { name: 'RC-S300, T2', profile: rcS300Profile({ strategy: 'T2' }), strategy: 'T2' },
  { name: 'RC-S300, T3', profile: rcS300Profile({ strategy: 'T3' }), strategy: 'T3' },
  { name: 'RC-S300, T3 with a word behind', profile: rcS300Profile({ strategy: 'T3', appendsStatusWord: true }), strategy: 'T3' },
  { name: 'RC-S300, T4', profile: rcS300Profile({ strategy: 'T4' }), strategy: 'T4' },
  { name: 'RC-S300, T5', profile: rcS300Profile({ strategy: 'T5' }), strategy: 'T5' },
  { name: 'RC-S300, T4, silent to the rest', profile: rcS300Profile({ strategy: 'T4', silentWhenUnknown: true }), strategy: 'T4' },
  { name: 'RC-S300, T5, silent to the rest', profile: rcS300Profile({ strategy: 'T5', silentWhenUnknown: true }), strategy: 'T5' },
  { name: 'RC-S380', profile: rcS380Profile(), strategy: undefined },
  { name: 'RC-S380 with leftovers', profile: rcS380Profile({ leftovers: ['0000FF00FF00', '0000FFFFFF0300FDD72B00FE00'] }), strategy: undefined },
] as const;

const SELECT_CARD_INFO = { bytes: unhex('00A4040C0AD3921000310001010408'), secret: false };

type AtTheEnd = TestContext['onTestFinished'];

async function readerOver(options: VirtualReaderOptions, atTheEnd: AtTheEnd): Promise<{ virtual: VirtualReader; reader: Reader }> {
  const virtual = virtualReader(options);
  return { virtual, reader: await openedOn(virtual.usb, atTheEnd) };
}

async function openedOn(usb: VirtualUsb, atTheEnd: AtTheEnd): Promise<Reader> {
  const [device] = await readerDevicesOf(usb).known();
  if (device === undefined) throw new Error('no device');
  const reader = await openReader(await device.open(), { timeouts: impatient });
  atTheEnd(() => reader.close());
  return reader;
}

describe('the standard card', () => {
  it.concurrent.for(readers)('is read and judged: $name', async ({ profile }, { onTestFinished: atTheEnd }) => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card, profile });
    atTheEnd(() => counter.close());
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    counter.reader.assertNoUnexpectedInput();
  });

  it.concurrent.for(readers)('comes, is connected, lies there, goes and comes back: $name', async ({ profile, strategy }, { onTestFinished: atTheEnd }) => {
    const card = await image('standard');
    const { virtual, reader } = await readerOver({ profile }, atTheEnd);
    const [slot] = reader.slots;
    expect(await slot.presence()).toBe('absent');
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    expect(reader.description.strategy).toBeUndefined();
    const placed = virtual.insertCard(card);
    expect(await slot.presence()).toBe('inactive');
    await slot.connect();
    expect(reader.description.strategy).toBe(strategy);
    expect(reader.description.firmware).toBe(strategy === undefined ? '1.11' : '0100010200000000000000000000FFFF0000');
    expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
    expect(await slot.presence()).toBe('active');
    expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
    virtual.removeCard();
    expect(await slot.presence()).toBe('absent');
    await expect(slot.transmit(SELECT_CARD_INFO)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    virtual.insertCard(placed);
    expect(await slot.presence()).toBe('inactive');
    await slot.connect();
    expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
    await slot.disconnect();
    expect(await slot.presence()).toBe('inactive');
    await reader.close();
    expect(placed.snapshot().powered).toBe(false);
    virtual.assertNoUnexpectedInput();
  });
});

it('no strategy reaches the card: said so, with what each gave, and no command but one SELECT was ever sent', async () => {
  const { virtual, reader } = await readerOver({ profile: rcS300Profile({ strategy: 'none' }), card: await image('standard') }, onTestFinished);
  await expect(reader.slots[0].connect()).rejects.toMatchObject({
    code: 'READER_UNSUPPORTED',
    facts: { T1: 'READER_REPORTED_ERROR', T2: 'READER_REPORTED_ERROR', T3: 'READER_REPORTED_ERROR', T4: 'READER_REPORTED_ERROR', T5: 'READER_REPORTED_ERROR' },
  });
  expect(virtual.cardLog).toEqual([]);
});

describe('what others leave behind or take away', () => {
  it.concurrent.for(readers)(
    'a page that was loaded anew begins anew, whatever the one before left: $name',
    async ({ profile }, { onTestFinished: atTheEnd }) => {
      const { virtual, reader } = await readerOver({ profile, card: await image('standard') }, atTheEnd);
      await reader.slots[0].connect();
      await reader.slots[0].transmit(SELECT_CARD_INFO);
      virtual.usb.leave();
      const [slot] = (await openedOn(virtual.openPage(), atTheEnd)).slots;
      expect(await slot.presence()).toBe('inactive');
      await slot.connect();
      expect(virtual.card?.snapshot().credentials.every(({ verified }) => !verified)).toBe(true);
      expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
    },
  );

  it.concurrent.for(readers)('a card that was exchanged between two questions is another one: $name', async ({ profile }, { onTestFinished: atTheEnd }) => {
    const { virtual, reader } = await readerOver({ profile, card: await image('standard') }, atTheEnd);
    const [slot] = reader.slots;
    await slot.connect();
    virtual.removeCard();
    virtual.insertCard(await image('standard'));
    expect(await slot.presence()).toBe('inactive');
    await expect(slot.transmit(SELECT_CARD_INFO)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await slot.connect();
    expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
  });

  const escapes = [1, 3, 5, 7, 10];
  it.concurrent.for([
    { strategy: 'T1', trailing: false },
    { strategy: 'T2', trailing: true },
    { strategy: 'T5', trailing: false },
  ] as const)(
    'another client takes the session of $strategy at any moment, trailing $trailing: a code, and afterwards all is well (open-points.md, 3)',
    async (way, { onTestFinished: atTheEnd }) => {
      const { virtual, reader } = await readerOver({ profile: rcS300Profile({ strategy: way.strategy }), card: await image('standard') }, atTheEnd);
      const [slot] = reader.slots;
      for (const from of escapes) {
        virtual.faults.set([{ kind: 'otherClient', from, trailing: way.trailing }]);
        for (const step of [() => slot.connect(), () => slot.transmit(SELECT_CARD_INFO), () => slot.presence(), () => slot.transmit(SELECT_CARD_INFO)]) {
          const code = await step().then(
            () => 'well',
            (error: unknown) => (error as { code?: string }).code,
          );
          expect(['well', 'CARD_REMOVED', 'CARD_NOT_CONNECTED', 'SLOT_BUSY']).toContain(code);
        }
        virtual.faults.clear();
        await slot.connect();
        expect(await slot.transmit(SELECT_CARD_INFO)).toEqual(unhex('9000'));
        await slot.disconnect();
      }
    },
  );

  it('another client that stays is named as such', async () => {
    const { virtual, reader } = await readerOver({ profile: rcS300Profile({ strategy: 'T1' }), card: await image('standard') }, onTestFinished);
    virtual.faults.set([{ kind: 'otherClient', times: 'endless' }]);
    await expect(reader.slots[0].connect()).rejects.toMatchObject({ code: 'SLOT_BUSY' });
    await expect(reader.slots[0].presence()).rejects.toMatchObject({ code: 'SLOT_BUSY' });
  });
});

describe('keep-alive (open-points.md, 2)', () => {
  afterEach(() => void vi.useRealTimers());

  /** Lets the faked time run until `work` has ended. */
  async function passing<Value>(work: Promise<Value>): Promise<Value> {
    let ended = false;
    const settled = work.finally(() => {
      ended = true;
    });
    settled.catch(() => undefined);
    const hasEnded = (): boolean => ended;
    while (!hasEnded()) await vi.advanceTimersByTimeAsync(5);
    return settled;
  }

  it.each(['T1', 'T2', 'T5'] as const)('%s: a connected card lies there for a while and is still the same', async (strategy) => {
    const card = await image('standard');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { virtual, reader } = await passing(readerOver({ profile: rcS300Profile({ strategy }), card }, () => undefined));
    const [slot] = reader.slots;
    await passing(slot.connect());
    await passing(slot.transmit(SELECT_CARD_INFO));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(virtual.card?.snapshot().selectedAid).toBeDefined();
    expect(await passing(slot.presence())).toBe('active');
    expect(await passing(slot.transmit(SELECT_CARD_INFO))).toEqual(unhex('9000'));
    await passing(reader.close());
  });

  it('one that is not answered: the card has lost its state, and nothing more is sent to it', async () => {
    const card = await image('standard');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { virtual, reader } = await passing(readerOver({ profile: rcS300Profile({ strategy: 'T1' }), card }, () => undefined));
    const [slot] = reader.slots;
    await passing(slot.connect());
    virtual.faults.set([{ kind: 'silence', on: ['escape'] }]);
    await vi.advanceTimersByTimeAsync(5_000);
    const before = virtual.cardLog.length;
    await expect(passing(slot.transmit(SELECT_CARD_INFO))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(virtual.cardLog.length).toBe(before);
    expect(await passing(slot.presence())).toBe('inactive');
    await passing(reader.close());
  });
});
