/** Several readers at one counter, and several cards in one reader: what is taken, what is offered, and that a check feels nothing of it. */
import { afterEach, expect, it } from 'vitest';
import { readerProfiles, VirtualCard, virtualReader, type VirtualReader } from '#simulator';
import { fullEntry, image, noticed, openTestCounter, settled, type TestCounter, type TestCounterOptions } from './test/counter.ts';

const opened: TestCounter[] = [];
afterEach(async () => {
  for (const counter of opened.splice(0)) await counter.close();
});

async function scene(beside: readonly VirtualReader[], options: Partial<TestCounterOptions> = {}): Promise<TestCounter> {
  const counter = await openTestCounter({ image: await image('standard'), cardAway: true, beside, ...options });
  opened.push(counter);
  return counter;
}

const names = ({ session }: TestCounter): readonly string[] => session.otherReaders.map(({ name }) => name);
const inUse = ({ session: { state } }: TestCounter): string | undefined => ('reader' in state ? state.reader?.name : undefined);

async function replug(reader: VirtualReader): Promise<void> {
  reader.unplug();
  await noticed();
  reader.plugIn();
  await noticed();
}

it('the first that opens is taken, the others are offered by name, alike ones by number', async () => {
  const counter = await scene([virtualReader({ profile: 'rcS380' }), virtualReader({ profile: 'rcS380' })]);
  await counter.session.reopenReader();
  await counter.until('waitingForCard');
  expect(inUse(counter)).toBe('Madoguchi practice reader');
  expect(names(counter)).toEqual(['RC-S380/P (1)', 'RC-S380/P (2)']);
});

it('one that does not open does not keep the next from being taken', async () => {
  const counter = await scene([virtualReader({ profile: 'rcS380' })]);
  counter.reader.faults.set([{ kind: 'claimFails', times: 'endless' }]);
  await counter.session.reopenReader();
  await counter.until('waitingForCard');
  expect(inUse(counter)).toBe('RC-S380/P');
  expect(names(counter)).toEqual(['Madoguchi practice reader']);
});

it('none opens: the first says why', async () => {
  const other = virtualReader({ profile: 'protectedClass' });
  const counter = await scene([other]);
  counter.reader.faults.set([{ kind: 'claimFails', times: 'endless' }]);
  await counter.session.reopenReader();
  expect(counter.session.state).toMatchObject({ name: 'noReader', busy: false, fault: { code: 'INTERFACE_BUSY' } });
  // The other one is not for pages at all: it is not offered again.
  expect(names(counter)).toEqual(['Madoguchi practice reader']);
});

it('a person takes the other one, and the first is let go', async () => {
  const other = virtualReader({ profile: 'shortApdu' });
  const counter = await scene([other]);
  await counter.session.reopenReader();
  const [offered] = counter.session.otherReaders;
  await counter.session.useReader(offered?.key ?? '');
  await counter.until('waitingForCard');
  expect(inUse(counter)).toBe(offered?.name);
  expect(names(counter)).toEqual(['Madoguchi practice reader']);
  const page = await counter.reader.openPage().getDevices();
  await page[0]?.open();
  await page[0]?.claimInterface(0);
  other.insertCard(await image('standard'));
  await counter.until('entry');
});

it('the other one does not open: said so, and the first can be taken again', async () => {
  const other = virtualReader({ profile: 'protectedClass' });
  const counter = await scene([other]);
  await counter.session.reopenReader();
  await counter.session.useReader(counter.session.otherReaders[0]?.key ?? '');
  expect(counter.session.state).toMatchObject({ name: 'noReader', fault: { code: 'PROTECTED_CLASS' } });
  const first = counter.session.otherReaders.find(({ name }) => name === 'Madoguchi practice reader');
  await counter.session.useReader(first?.key ?? '');
  await counter.until('waitingForCard');
});

it('during a check another reader changes nothing, and cannot be taken', async () => {
  const card = await image('standard');
  const other = virtualReader({ profile: 'shortApdu' });
  other.unplug();
  const counter = await scene([other], { cardAway: false });
  await counter.session.reopenReader();
  await counter.until('entry');
  const before = counter.session.state;
  other.plugIn();
  await noticed();
  expect(counter.session.state).toBe(before);
  expect(counter.session.otherReaders).toHaveLength(1);
  await counter.session.useReader(counter.session.otherReaders[0]?.key ?? '');
  expect(counter.session.state).toBe(before);
  counter.session.submit(fullEntry(card));
  other.unplug();
  const { result } = await counter.until('result');
  expect(result.lamps.genuine.state).toBe('genuine');
  await noticed();
  expect(counter.session.otherReaders).toEqual([]);
});

it('after the loss of one, another is offered and not taken; the lost one is, when it is back', async () => {
  const counter = await scene([virtualReader({ profile: 'rcS380' })]);
  await counter.session.reopenReader();
  counter.reader.unplug();
  await noticed();
  expect(counter.session.state).toMatchObject({ name: 'noReader', busy: false, fault: { code: 'READER_LOST' } });
  expect(names(counter)).toEqual(['RC-S380/P']);
  counter.reader.plugIn();
  await noticed();
  expect(inUse(counter)).toBe('Madoguchi practice reader');
});

it('both come back after a sleep, the other one first: the one that was in use is taken', async () => {
  const other = virtualReader({ profile: 'rcS380' });
  const counter = await scene([other]);
  await counter.session.reopenReader();
  counter.reader.unplug();
  other.unplug();
  await noticed();
  other.plugIn();
  await noticed();
  counter.reader.plugIn();
  await noticed();
  counter.timers.pass(2_000);
  await noticed();
  expect(inUse(counter)).toBe('Madoguchi practice reader');
});

it('the other one is plugged in instead of the lost one: taken after a moment', async () => {
  const other = virtualReader({ profile: 'rcS380' });
  other.unplug();
  const counter = await scene([other]);
  await counter.session.reopenReader();
  counter.reader.unplug();
  await noticed();
  other.plugIn();
  await noticed();
  expect(counter.session.state.name).toBe('noReader');
  counter.timers.pass(2_000);
  await settled(counter);
  expect(inUse(counter)).toBe('RC-S380/P');
});

it('one that is plugged in while another is being opened has its turn when that one does not open', async () => {
  const other = virtualReader({ profile: 'rcS380' });
  other.unplug();
  const counter = await scene([other]);
  counter.reader.faults.set([{ kind: 'claimFails', times: 'endless' }]);
  const opening = counter.session.reopenReader();
  expect(counter.session.state).toMatchObject({ name: 'noReader', busy: true });
  other.plugIn();
  await opening;
  await settled(counter);
  expect(inUse(counter)).toBe('RC-S380/P');
});

it('a reader that went during a check and is back says so until the card is looked at', async () => {
  const counter = await scene([virtualReader({ profile: 'rcS380' })], { cardAway: false });
  await counter.session.reopenReader();
  await counter.until('entry');
  await replug(counter.reader);
  expect(await settled(counter)).toMatchObject({ name: 'entry', notice: 'READER_RETURNED' });
  counter.reader.removeCard();
  await noticed();
  await replug(counter.reader);
  const state = await settled(counter);
  expect(state).toMatchObject({ name: 'waitingForCard' });
  expect(state).not.toHaveProperty('notice');
});

it('two cards lie in two slots: a person chooses, and the other is offered afterwards', async () => {
  const card = await image('standard');
  const counter = await scene([], { profile: 'ccidTpduTwoSlots' });
  const inFirst = counter.reader.insertCard(await image('expired'), 0);
  const inSecond = new VirtualCard(card);
  counter.reader.insertCard(inSecond, 1);
  await counter.session.reopenReader();
  const state = await settled(counter);
  expect(state).toMatchObject({ name: 'waitingForCard', lying: [0, 1] });
  expect(inFirst.log).toHaveLength(0);
  counter.session.chooseCard(1);
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  const { result } = await counter.until('result');
  expect(result.lamps.genuine.state).toBe('genuine');
  expect(inFirst.log).toHaveLength(0);
  counter.session.finish();
  await counter.until('returnCard');
  counter.reader.removeCard(1);
  await noticed();
  expect(counter.session.state).toMatchObject({ name: 'waitingForCard', lying: [0] });
  counter.session.chooseCard(1);
  expect(counter.session.state.name).toBe('waitingForCard');
  // A card that arrives is taken, whatever lies there.
  counter.reader.insertCard(inSecond, 1);
  await counter.until('entry');
});

it('one card in two slots is taken, and one that lies there goes out of the offer when it is lifted', async () => {
  const counter = await scene([], { profile: 'ccidTpduTwoSlots' });
  counter.reader.insertCard(await image('standard'), 1);
  await counter.session.reopenReader();
  await counter.until('entry');
  counter.reader.insertCard(await image('expired'), 0);
  await noticed();
  expect(counter.session.state.name).toBe('entry');
  counter.reader.removeCard(1);
  await noticed();
  expect(counter.session.state).toMatchObject({ name: 'waitingForCard', lying: [0] });
  counter.reader.removeCard(0);
  await noticed();
  expect(counter.session.state).not.toHaveProperty('lying');
});

it('contacts and antenna as two interfaces of one device: a person takes the other one, and a card is read there', async () => {
  const [first] = readerProfiles.practice.interfaces;
  const smartCard = { ...first, interfaceClass: 0x0b };
  const dual = {
    ...readerProfiles.practice,
    productName: 'Dual reader',
    interfaces: [smartCard, { ...smartCard, bulkIn: 0x85, bulkOut: 0x04, interruptIn: 0x86 }],
  };
  const counter = await scene([], { profile: dual, unrestricted: true });
  await counter.session.reopenReader();
  await counter.until('waitingForCard');
  expect(names(counter)).toEqual(['Dual reader (2)']);
  await counter.session.useReader(counter.session.otherReaders[0]?.key ?? '');
  await counter.until('waitingForCard');
  expect(names(counter)).toEqual(['Dual reader (1)']);
  const card = await image('standard');
  counter.reader.insertCard(card);
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  expect((await counter.until('result')).result.lamps.genuine.state).toBe('genuine');
});
