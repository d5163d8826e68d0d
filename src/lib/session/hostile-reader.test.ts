/** Readers that break, confuse or lie, at the whole counter: spec/ccid.md §14 (B-rows), browser-and-readers §15. */
import { afterAll, describe, expect, it } from 'vitest';
import { hostileCases, type CardImage, type HostileCase } from '#simulator';
import type { ReceptionState } from './state.ts';
import { fullEntry, image, noticed, openTestCounter, settled, type TestCounter, type TestCounterOptions } from './test/counter.ts';
import { WatchedCard } from './test/watched-card.ts';

const isNode = typeof window === 'undefined';

const opened: TestCounter[] = [];
afterAll(async () => {
  for (const counter of opened.splice(0)) await counter.close();
});

interface Scene {
  readonly counter: TestCounter;
  readonly card: CardImage;
  readonly onReader: WatchedCard;
}

async function scene(options: Partial<TestCounterOptions> = {}): Promise<Scene> {
  const card = await image('standard');
  const onReader = new WatchedCard(card);
  const counter = await openTestCounter({ image: card, onReader, ...options });
  opened.push(counter);
  return { counter, card, onReader };
}

/** The case begins with the first SELECT of an EF after the PIN was accepted. */
function armAfterVerify({ counter, onReader }: Scene, hostile: HostileCase): void {
  let isArmed = false;
  onReader.onCommand = () => {
    if (isArmed || onReader.verifies().length === 0) return;
    isArmed = true;
    counter.reader.arm(hostile);
  };
}

function codeOf(state: ReceptionState): string | undefined {
  return state.name === 'cardFault' || state.name === 'noReader' ? state.fault?.code : undefined;
}

/** Whatever came before: with an honest reader and the card put down anew, a check comes out right. */
async function expectRecovered({ counter, card, onReader }: Scene): Promise<void> {
  const { session, reader } = counter;
  reader.faults.clear();
  onReader.onCommand = () => undefined;
  session.cancel();
  reader.removeCard();
  reader.unplug();
  await noticed();
  await noticed();
  reader.plugIn();
  reader.insertCard(onReader);
  for (let rounds = 0; rounds < 6 && session.state.name !== 'entry'; rounds++) {
    const state = await settled(counter);
    if (state.name === 'noReader') await session.reopenReader();
    else if (state.name === 'result' || state.name === 'cardFault') session.finish();
    else if (state.name !== 'entry') reader.insertCard(onReader);
  }
  await counter.until('entry');
  session.submit(fullEntry(card));
  const { result } = await counter.until('result');
  expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
}

async function expectIntact({ counter, onReader }: Scene): Promise<void> {
  expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
  expect(onReader.verifies('0006').length).toBeLessThanOrEqual(1);
  expect(onReader.verifies('0015').length).toBeLessThanOrEqual(1);
  expect(onReader.snapshot().credentials.every(({ limit, remaining }) => remaining === limit)).toBe(true);
}

// Mostly waiting: several at a time.
describe('while a licence is read', () => {
  it.concurrent.each(hostileCases.map((hostile) => [`${hostile.id} ${hostile.name}`, hostile] as const))('%s', async (_name, hostile) => {
    const place = await scene();
    const { counter, card } = place;
    await counter.session.reopenReader();
    await counter.until('entry');
    armAfterVerify(place, hostile);
    counter.session.submit(fullEntry(card));
    const state = await settled(counter);
    await expectIntact(place);
    expect(codeOf(state)).not.toBe('UNEXPECTED_FAULT');
    if (state.name === 'result') expect(state.result.lamps.genuine.state).toBe('genuine');
    else expect(['cardFault', 'noReader', 'cardAway', 'entry']).toContain(state.name);
    if (state.name === 'cardFault' || state.name === 'noReader') expect(codeOf(state)).toMatch(/^[A-Z_]+$/u);
    if (hostile.outcome === 'survive') expect(state.name).toBe('result');
    await expectRecovered(place);
  });
});

describe('while a card is looked at', () => {
  it.concurrent.each(hostileCases.map((hostile) => [`${hostile.id} ${hostile.name}`, hostile] as const))('%s', async (_name, hostile) => {
    const place = await scene({ cardAway: true });
    const { counter, onReader } = place;
    await counter.session.reopenReader();
    await counter.until('waitingForCard');
    counter.reader.arm(hostile);
    counter.reader.insertCard(onReader);
    const state = await settled(counter);
    await expectIntact(place);
    expect(onReader.verifies()).toEqual([]);
    expect(codeOf(state)).not.toBe('UNEXPECTED_FAULT');
    expect(['entry', 'cardFault', 'noReader', 'waitingForCard']).toContain(state.name);
    if (state.name === 'cardFault' || state.name === 'noReader') expect(codeOf(state)).toMatch(/^[A-Z_]+$/u);
    if (hostile.outcome === 'survive') expect(state.name).toBe('entry');
    await expectRecovered(place);
  });
});

/** A whole check, opening included, exchanges this much. */
const MESSAGES = 50;
const IN_BYTES = 4000;

describe('unplugged', () => {
  const messages = Array.from({ length: MESSAGES }, (_, index) => index + 1).filter((nth) => isNode || nth % 8 === 1);
  const bytes = Array.from({ length: 40 }, (_, index) => 1 + index * Math.floor(IN_BYTES / 40)).filter((_, index) => isNode || index % 8 === 0);

  it.concurrent.each([
    ...messages.map((nth) => ({ where: `at message ${String(nth)}`, fault: { kind: 'unplugAtMessage', from: nth } as const })),
    ...bytes.map((byte) => ({ where: `before byte ${String(byte)}`, fault: { kind: 'unplugAtInByte', byte } as const })),
  ])('$where: said so, and a check comes out right once it is back', async ({ fault }) => {
    const place = await scene();
    const { counter, card, onReader } = place;
    counter.reader.faults.set([fault]);
    await counter.session.reopenReader();
    if ((await settled(counter)).name === 'entry') {
      counter.session.submit(fullEntry(card));
      await settled(counter);
    }
    const state = counter.session.state;
    if (counter.reader.plugged) {
      // The check was shorter than that.
      expect(state).toMatchObject({ name: 'result', result: { lamps: { genuine: { state: 'genuine' } } } });
      return;
    }
    if (state.name === 'result') {
      expect(state).toMatchObject({ reader: undefined });
      counter.session.finish();
    } else {
      expect(state.name).toBe('noReader');
      expect(codeOf(state)).toMatch(/^(READER|DEVICE)_LOST$/u);
    }
    const spent = onReader.verifies().length;
    expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
    counter.reader.plugIn();
    await settled(counter);
    await counter.until('entry');
    expect(onReader.verifies()).toHaveLength(spent);
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
  });

  it('during VERIFY: what it cost is not known', async () => {
    const { counter, card, onReader } = await scene();
    await counter.session.reopenReader();
    await counter.until('entry');
    onReader.onCommand = (command) => {
      if (command[1] === 0x20 && command.length > 4) counter.reader.faults.set([{ kind: 'unplugAtInByte', byte: 1 }]);
    };
    counter.session.submit(fullEntry(card));
    const state = await settled(counter);
    expect(state).toMatchObject({ name: 'noReader', fault: { code: 'READER_LOST', tryUsed: 'unknown' } });
    expect(onReader.verifies()).toHaveLength(1);
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'error', reasons: ['READER_LOST'] });
  });
});

describe('B35 interrupts', () => {
  it('a storm of them changes nothing', async () => {
    const { counter, card, onReader } = await scene();
    await counter.session.reopenReader();
    await counter.until('entry');
    let storms = 0;
    onReader.onCommand = () => {
      for (let nth = 0; nth < 25; nth++)
        counter.reader.sendInterrupt(['5003', '5002', '50', '', '51000001', '5000000080', `50${'FF'.repeat(63)}`][nth % 7] ?? '');
      storms++;
    };
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine.state).toBe('genuine');
    expect(storms * 25).toBeGreaterThan(500);
  });
});

describe('B41 opening', () => {
  it.each([
    { name: 'open is denied once', fault: { kind: 'openFails', failure: 'accessDenied' } as const },
    { name: 'open fails once', fault: { kind: 'openFails', failure: 'transferFailed' } as const },
    { name: 'the claim fails once', fault: { kind: 'claimFails' } as const },
    { name: 'the claim fails twice', fault: { kind: 'claimFails', times: 2 } as const },
  ])('$name: said so, and open at a later try', async ({ fault }) => {
    const { counter } = await scene();
    counter.reader.faults.set([fault]);
    await counter.session.reopenReader();
    const first = counter.session.state;
    if (first.name === 'noReader') {
      expect(codeOf(first)).toMatch(/^[A-Z_]+$/u);
      expect(codeOf(first)).not.toBe('UNEXPECTED_FAULT');
    }
    for (let tries = 0; counter.session.state.name === 'noReader' && tries < 3; tries++) await counter.session.reopenReader();
    await counter.until('entry');
  });

  it('a reader that never answers is given up, and works once it is plugged in again', async () => {
    const { counter } = await scene();
    counter.reader.faults.set([{ kind: 'silence', times: 'untilReset' }]);
    await counter.session.reopenReader();
    const state = await settled(counter);
    if (state.name === 'noReader') expect(codeOf(state)).toMatch(/^READER_/u);
    counter.reader.unplug();
    await noticed();
    counter.reader.plugIn();
    await settled(counter);
    if (counter.session.state.name === 'noReader') await counter.session.reopenReader();
    await counter.until('entry');
  });
});

describe('B42 two pages', () => {
  it('the second is told that the reader is taken, and gets it when the first lets go', async () => {
    const first = await scene();
    await first.counter.session.reopenReader();
    await first.counter.until('entry');
    const second = await scene({ over: first.counter.reader });
    await second.counter.session.reopenReader();
    expect(second.counter.session.state.name).toBe('noReader');
    expect(codeOf(second.counter.session.state)).toBe('INTERFACE_BUSY');
    expect(first.counter.session.state.name).toBe('entry');
    await first.counter.close();
    await second.counter.session.reopenReader();
    await second.counter.until('entry');
    second.counter.session.submit(fullEntry(second.card));
    expect((await second.counter.until('result')).result.lamps.genuine.state).toBe('genuine');
  });
});

describe('B43 after the end', () => {
  it('a closed session does nothing and keeps nothing', async () => {
    const { counter, card, onReader } = await scene();
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    await counter.session.close();
    const seen = onReader.seen.length;
    expect(counter.session.state).toEqual({ name: 'noReader', busy: false });
    counter.session.submit(fullEntry(card));
    counter.session.confirmLastTry();
    counter.session.finish();
    counter.session.cancel();
    await counter.session.reopenReader();
    await counter.session.close();
    await noticed();
    expect(counter.session.state).toEqual({ name: 'noReader', busy: false });
    expect(onReader.seen).toHaveLength(seen);
    expect(onReader.snapshot().powered).toBe(false);
  });
});

it.each(['shortApdu', 'polled', 'shortApduInParts', 'smallMessages'] as const)('a reader of another kind (%s) reads as well', async (profile) => {
  const { counter, card } = await scene({ profile });
  await counter.session.reopenReader();
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  expect((await counter.until('result')).result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
  counter.reader.assertNoUnexpectedInput();
});
