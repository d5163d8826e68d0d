/** Sixty seconds without a hand: product §15, WCAG 2.2.1. */
import { describe, expect, it } from 'vitest';
import { IDLE_LIMIT_MS, IdleWatch } from './idle-watch.ts';
import { fullEntry, image, noticed, openTestCounter, secret, TestTimers, type TestCounter } from './test/counter.ts';

function watch(): { readonly timers: TestTimers; readonly idle: IdleWatch; readonly warnings: (number | undefined)[]; idled: () => number } {
  const timers = new TestTimers();
  const warnings: (number | undefined)[] = [];
  let idled = 0;
  const idle: IdleWatch = new IdleWatch(timers, {
    change: () => warnings.push(idle.warning.secondsLeft),
    idle: () => {
      idled++;
    },
  });
  return { timers, idle, warnings, idled: () => idled };
}

describe('IdleWatch', () => {
  it('ends at 60,000 ms and not at 59,999', () => {
    expect(IDLE_LIMIT_MS).toBe(60_000);
    const { timers, idle, idled } = watch();
    idle.run();
    timers.pass(59_999);
    expect(idled()).toBe(0);
    expect(idle.running).toBe(true);
    timers.pass(1);
    expect(idled()).toBe(1);
    expect(idle.running).toBe(false);
    timers.pass(600_000);
    expect(idled()).toBe(1);
  });

  it('warns from 20 s left, every second, and takes the warning back', () => {
    const { timers, idle, warnings } = watch();
    idle.run();
    timers.pass(39_999);
    expect(warnings).toEqual([]);
    timers.pass(1);
    expect(warnings).toEqual([20]);
    timers.pass(19_999);
    expect(warnings).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
    timers.pass(1);
    expect(warnings.at(-1)).toBeUndefined();
  });

  it('a hand starts the time again; going on does not', () => {
    const { timers, idle, idled, warnings } = watch();
    idle.run();
    timers.pass(59_000);
    idle.run();
    idle.activity();
    expect(warnings.at(-1)).toBeUndefined();
    timers.pass(30_000);
    idle.run();
    timers.pass(29_999);
    expect(idled()).toBe(0);
    timers.pass(1);
    expect(idled()).toBe(1);
  });

  it('a hand after the limit comes too late: the timers of a hidden page sleep', () => {
    const { idle, idled, timers } = watch();
    // A platform that fires no timer at all while the page is hidden.
    let nowMs = 0;
    const asleep = new IdleWatch(
      { setTimeout: () => 0, clearTimeout: () => undefined, nowMs: () => nowMs },
      { change: () => undefined, idle: () => idle.run() },
    );
    asleep.run();
    nowMs = 59_999;
    asleep.activity();
    expect(asleep.running).toBe(true);
    nowMs += 60_000;
    asleep.activity();
    expect(asleep.running).toBe(false);
    // Told exactly once: that is what started the other watch.
    expect(idle.running).toBe(true);
    timers.pass(60_000);
    expect(idled()).toBe(1);
  });

  it('stopped, it counts nothing and warns of nothing', () => {
    const { timers, idle, idled } = watch();
    idle.run();
    timers.pass(50_000);
    idle.stop();
    expect(idle.warning.secondsLeft).toBeUndefined();
    timers.pass(100_000);
    expect(idled()).toBe(0);
  });
});

async function atEntry(name = 'standard'): Promise<TestCounter> {
  const counter = await openTestCounter({ image: await image(name) });
  await counter.session.reopenReader();
  await counter.until('entry');
  return counter;
}

describe('reception', () => {
  it('wipes an entry nobody finishes, and insists on the card', async () => {
    const counter = await atEntry();
    counter.timers.pass(59_999);
    expect(counter.session.state.name).toBe('entry');
    expect(counter.session.idle.secondsLeft).toBe(1);
    counter.timers.pass(1);
    await counter.until('returnCard');
    expect(counter.session.idle.secondsLeft).toBeUndefined();
    counter.timers.pass(600_000);
    expect(counter.session.state.name).toBe('returnCard');
    counter.reader.removeCard();
    expect((await counter.until('waitingForCard')).notice).toBeUndefined();
    await counter.close();
  });

  it('noteActivity puts it off', async () => {
    const counter = await atEntry();
    counter.timers.pass(45_000);
    expect(counter.session.idle.secondsLeft).toBe(15);
    counter.session.noteActivity();
    expect(counter.session.idle.secondsLeft).toBeUndefined();
    counter.timers.pass(59_999);
    expect(counter.session.state.name).toBe('entry');
    counter.timers.pass(1);
    await counter.until('returnCard');
    await counter.close();
  });

  it('wipes what is held for a last try', async () => {
    const counter = await atEntry('one-try-left');
    const card = await image('one-try-left');
    const typed: Uint8Array[] = [];
    const pin = secret(card.enter.licencePin ?? '');
    const numberB = secret(card.enter.numberB);
    for (const held of [pin, numberB]) held.lend((bytes) => typed.push(bytes));
    counter.session.submit({ licence: { pin }, personalDetails: { numberB } });
    await counter.until('confirmLastTry');
    expect(typed.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([true, true]);
    counter.timers.pass(60_000);
    await counter.until('returnCard');
    expect(typed.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true]);
    counter.session.confirmLastTry();
    expect(counter.session.state.name).toBe('returnCard');
    expect(counter.session.link.verifyCommands).toBe(0);
    await counter.close();
  });

  it('wipes a result', async () => {
    const counter = await atEntry();
    const card = await image('standard');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    counter.timers.pass(59_999);
    expect(counter.session.state.name).toBe('result');
    counter.timers.pass(1);
    const state = await counter.until('returnCard');
    expect(state).toEqual({ name: 'returnCard', reader: state.reader, notice: 'TIMED_OUT' });
    await counter.close();
  });

  it('a card left away is given up', async () => {
    const counter = await atEntry();
    const card = await image('standard');
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: 0xb0, from: 3 }]);
    const entry = fullEntry(card);
    const typed: Uint8Array[] = [];
    if (typeof entry.personalDetails === 'object' && 'numberB' in entry.personalDetails) entry.personalDetails.numberB.lend((bytes) => typed.push(bytes));
    counter.session.submit(entry);
    await counter.until('cardAway');
    await noticed();
    counter.timers.pass(60_000);
    expect((await counter.until('waitingForCard')).notice).toBe('TIMED_OUT');
    expect(typed).toHaveLength(1);
    expect(typed.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    await counter.close();
    const [last] = await counter.log.list({ limit: 1 });
    expect(last).toMatchObject({ event: 'cancelled' });
    expect(last?.reasons).toContain('TIMED_OUT');
  });

  it('does not count while nothing is typed or shown', async () => {
    const counter = await openTestCounter({ image: await image('standard'), cardAway: true });
    await counter.session.reopenReader();
    await counter.until('waitingForCard');
    counter.timers.pass(600_000);
    expect(counter.session.state.name).toBe('waitingForCard');
    counter.session.noteActivity();
    counter.timers.pass(600_000);
    expect(counter.session.state).toEqual(expect.not.objectContaining({ notice: 'TIMED_OUT' }));
    await counter.close();
  });
});
