/**
 * Sony's readers from end to end, over doubles of the whole device: the `standard` card through every way their firmware may turn out to
 * be (spec/browser-and-readers.md §6.8, §7; open-points.md rows 1 to 13).
 */
import { afterAll, describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { openReader, type Reader } from '#reader';
import { rcS300Profile, rcS380Profile, virtualReader, type VirtualReader, type VirtualReaderOptions } from '#simulator';
import { readerDevicesOf } from '#usb';
import { fullEntry, image, impatient, openTestCounter, type TestCounter } from './test/counter.ts';

const opened: (TestCounter | Reader)[] = [];
afterAll(async () => {
  for (const one of opened.splice(0)) await one.close();
});

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

async function readerOver(options: VirtualReaderOptions): Promise<{ virtual: VirtualReader; reader: Reader }> {
  const virtual = virtualReader(options);
  const [device] = await readerDevicesOf(virtual.usb).known();
  if (device === undefined) throw new Error('no device');
  const reader = await openReader(await device.open(), { timeouts: impatient });
  opened.push(reader);
  return { virtual, reader };
}

describe('the standard card', () => {
  it.each(readers)('is read and judged: $name', async ({ profile }) => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card, profile });
    opened.push({ ...counter, close: () => counter.close() });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    counter.reader.assertNoUnexpectedInput();
  });

  it.each(readers)('comes, is connected, lies there, goes and comes back: $name', async ({ profile, strategy }) => {
    const card = await image('standard');
    const { virtual, reader } = await readerOver({ profile });
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
  const { virtual, reader } = await readerOver({ profile: rcS300Profile({ strategy: 'none' }), card: await image('standard') });
  await expect(reader.slots[0].connect()).rejects.toMatchObject({
    code: 'READER_UNSUPPORTED',
    facts: { T1: 'READER_REPORTED_ERROR', T2: 'READER_REPORTED_ERROR', T3: 'READER_REPORTED_ERROR', T4: 'READER_REPORTED_ERROR', T5: 'READER_REPORTED_ERROR' },
  });
  expect(virtual.cardLog).toEqual([]);
});
