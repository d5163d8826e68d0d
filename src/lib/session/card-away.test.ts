/** The card leaves: for a blink, for good, for another one, in every state; and a person who cancels in each of them. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CardImage } from '#simulator';
import type { Entry } from './card-session.ts';
import { fullEntry, image, noticed, openTestCounter, secret, type TestCounter } from './test/counter.ts';
import { WatchedCard } from './test/watched-card.ts';

const READ_BINARY = 0xb0;
const VERIFY = 0x20;

let open: TestCounter | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

interface Scene {
  readonly counter: TestCounter;
  readonly card: CardImage;
  readonly onReader: WatchedCard;
}

async function atEntry(name = 'standard'): Promise<Scene> {
  const card = await image(name);
  const onReader = new WatchedCard(card);
  const counter = await openTestCounter({ image: card, onReader });
  open = counter;
  await counter.session.reopenReader();
  await counter.until('entry');
  return { counter, card, onReader };
}

const filesVerified = (card: WatchedCard): string[] => card.verifies().map(({ file }) => file);

/** Keeps the bytes of what is typed, to see them wiped. */
function watchedEntry(card: CardImage): { readonly entry: Entry; wiped(): boolean } {
  const entry = fullEntry(card);
  const typed: Uint8Array[] = [];
  if (typeof entry.licence === 'object') entry.licence.pin.lend((bytes) => typed.push(bytes));
  if (typeof entry.personalDetails === 'object' && 'numberB' in entry.personalDetails) entry.personalDetails.numberB.lend((bytes) => typed.push(bytes));
  return { entry, wiped: () => typed.length > 0 && typed.every((bytes) => bytes.every((byte) => byte === 0)) };
}

describe('a blink', () => {
  it.each([
    { where: 'in the middle of WEF02', fault: { ins: READ_BINARY, from: 3 } },
    { where: 'in the middle of WEF02, the command done', fault: { ins: READ_BINARY, from: 3, executed: true } },
    { where: 'in WEF03', fault: { ins: READ_BINARY, from: 9 } },
    { where: 'at SELECT of the application, before the PIN', fault: { ins: 0xa4, from: 1 } },
    { where: 'at the count, before the PIN', fault: { ins: VERIFY, from: 1 } },
    { where: 'at SELECT of card-info', fault: { ins: 0xa4, from: 2 } },
    { where: 'at SELECT of card-info, the command done', fault: { ins: 0xa4, from: 2, executed: true } },
    { where: 'at SELECT of the key of card-info', fault: { ins: 0xa4, from: 3 } },
    { where: 'at the count, before 照合番号B', fault: { ins: VERIFY, from: 3 } },
    { where: 'in the middle of EF 0004', fault: { ins: READ_BINARY, from: 15 } },
  ])('$where: goes on without a second VERIFY', async ({ fault }) => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ...fault }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    counter.timers.pass(250);
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(filesVerified(onReader)).toEqual(['0006', '0015']);
    expect(counter.states.map(({ name }) => name)).not.toContain('cardFault');
    counter.reader.assertNoUnexpectedInput();
  });

  it('after blink after blink the card is told to lie badly', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ins: READ_BINARY, times: 'endless' }]);
    counter.session.submit(fullEntry(card));
    for (let blinks = 0; counter.session.state.name !== 'cardFault' && blinks < 50; blinks++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      counter.timers.pass(250);
    }
    expect(counter.session.state).toMatchObject({ name: 'cardFault', fault: { code: 'CARD_REMOVED', tryUsed: 'no' } });
    expect(filesVerified(onReader)).toEqual(['0006']);
  });

  it('during VERIFY is not passed over: the try may be spent', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: true, ins: VERIFY, from: 2 }]);
    const { entry, wiped } = watchedEntry(card);
    counter.session.submit(entry);
    const { fault } = await counter.until('cardFault');
    expect(fault).toMatchObject({ code: 'CARD_REMOVED', tryUsed: 'unknown' });
    expect(filesVerified(onReader)).toEqual(['0006']);
    expect(wiped()).toBe(true);
  });

  it('during VERIFY of the value for an unset PIN does not send it again', async () => {
    const { counter, card, onReader } = await atEntry('pin-unset');
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: true, ins: VERIFY, from: 2 }]);
    counter.session.submit(fullEntry(card));
    const { fault } = await counter.until('cardFault');
    expect(fault).toMatchObject({ code: 'CARD_REMOVED', tryUsed: 'unknown' });
    expect(onReader.verifies().map(({ value }) => value)).toEqual(['****']);
  });
});

describe('taken away in the middle of WEF02', () => {
  it('and put back: everything starts again, nothing is resent', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 }]);
    const { entry, wiped } = watchedEntry(card);
    counter.session.submit(entry);
    await counter.until('cardAway');
    await noticed();
    counter.timers.pass(250);
    await noticed();
    expect(counter.session.state.name).toBe('cardAway');
    counter.reader.insertCard(onReader);
    const again = await counter.until('entry');
    expect(again.notice).toBe('VERIFIED_STATE_LOST');
    expect(again.progress).toMatchObject({ licence: 'open', licencePinHeld: false, personalHeld: false });
    expect(wiped()).toBe(true);
    expect(filesVerified(onReader)).toEqual(['0006']);
    expect(counter.states.map(({ name }) => name)).toContain('inspecting');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(filesVerified(onReader)).toEqual(['0006', '0006', '0015']);
  });

  it('and back so fast that nobody saw it: the reader has cut its power, so it starts again', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3, backAfterMs: 1 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    await new Promise((resolve) => setTimeout(resolve, 3));
    counter.timers.pass(250);
    expect((await counter.until('entry')).notice).toBe('VERIFIED_STATE_LOST');
    expect(filesVerified(onReader)).toEqual(['0006']);
  });

  it('and another card put down instead: it is a card of its own', async () => {
    const { counter, card, onReader } = await atEntry();
    const other = new WatchedCard(await image('truck'));
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    await noticed();
    counter.reader.insertCard(other);
    expect((await counter.until('entry')).notice).toBe('VERIFIED_STATE_LOST');
    expect(filesVerified(onReader)).toEqual(['0006']);
    expect(other.verifies()).toEqual([]);
  });

  it('and a card that is none of ours instead', async () => {
    const { counter, card } = await atEntry();
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    await noticed();
    const stranger = new WatchedCard({ ...card, applications: [] });
    counter.reader.insertCard(stranger);
    expect((await counter.until('cardFault')).fault.code).toBe('NOT_MY_NUMBER_CARD');
    expect(stranger.verifies()).toEqual([]);
  });

  it('and gone for good as it starts again: it is logged, and the next card knows nothing of it', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('entry');
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    await noticed();
    counter.reader.insertCard(new WatchedCard({ ...card, applications: [] }));
    await counter.until('cardFault');
    await noticed();
    expect((await counter.log.list({ limit: 1 }))[0]).toMatchObject({ event: 'error', reasons: expect.arrayContaining(['NOT_MY_NUMBER_CARD', 'WRONG_PIN']) });
    counter.reader.removeCard();
    counter.session.finish();
    await counter.until('waitingForCard');
    counter.reader.insertCard(onReader);
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    const [checked, ...earlier] = await counter.log.list({ limit: 5 });
    expect(checked?.event).toBe('check');
    expect(checked?.reasons).not.toContain('WRONG_PIN');
    expect(earlier).toHaveLength(1);
  });

  it('and gone as it is looked at again: it is logged, and the next card knows nothing of it', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('entry');
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    onReader.powerOn();
    onReader.onCommand = (command) => {
      // SELECT of the EF: refused, it says that nothing is verified any more.
      if (command[1] !== 0xa4) return;
      onReader.onCommand = () => undefined;
      counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, from: 1 }]);
    };
    counter.timers.pass(250);
    await counter.until('waitingForCard');
    await noticed();
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'cancelled', reasons: expect.arrayContaining(['CARD_REMOVED', 'WRONG_PIN']) });
    counter.reader.insertCard(onReader);
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    expect((await counter.log.list({ limit: 1 }))[0]?.reasons).not.toContain('WRONG_PIN');
  });

  it('and it cannot be powered again: it is logged, and the next card knows nothing of it', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('entry');
    counter.reader.faults.set([
      { kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 },
      { kind: 'status', status: 0x41, error: 0xfe, on: ['iccPowerOn'], times: 'endless' },
    ]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    await noticed();
    counter.reader.insertCard(onReader);
    const { fault } = await counter.until('cardFault');
    await noticed();
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'error', reasons: expect.arrayContaining([fault.code, 'WRONG_PIN']) });
    counter.reader.faults.set([]);
    counter.reader.removeCard();
    counter.session.finish();
    await counter.until('waitingForCard');
    counter.reader.insertCard(onReader);
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    expect((await counter.log.list({ limit: 1 }))[0]?.reasons).not.toContain('WRONG_PIN');
  });

  it('and the card keeps its power but not what was verified: starts again', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    onReader.powerOn();
    counter.timers.pass(250);
    expect((await counter.until('entry')).notice).toBe('VERIFIED_STATE_LOST');
    expect(filesVerified(onReader)).toEqual(['0006']);
  });

  it('and a file that begins otherwise afterwards: starts again', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ins: READ_BINARY, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    onReader.lie = (command) => (command[1] === READ_BINARY && command[2] === 0x9b ? `${'C2'.repeat(200)}9000` : undefined);
    counter.timers.pass(250);
    expect((await counter.until('entry')).notice).toBe('VERIFIED_STATE_LOST');
    expect(filesVerified(onReader)).toEqual(['0006']);
  });
});

describe('taken away during VERIFY', () => {
  it.each([true, false])('(done by the card: %s): unknown, and the next card is asked for its count first', async (executed) => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'cardRemoved', executed, ins: VERIFY, from: 2 }]);
    const { entry, wiped } = watchedEntry({ ...card, enter: { ...card.enter, licencePin: '9999' } });
    counter.session.submit(entry);
    const { fault } = await counter.until('cardFault');
    expect(fault).toMatchObject({ code: 'CARD_REMOVED', tryUsed: 'unknown' });
    expect(wiped()).toBe(true);
    counter.session.finish();
    await counter.until('waitingForCard', 'returnCard');
    await noticed();
    const before = onReader.seen.length;
    counter.reader.insertCard(onReader);
    const again = await counter.until('entry');
    expect(again.card.licence).toMatchObject({ tries: { outcome: 'tries', triesLeft: executed ? 9 : 10 } });
    expect(onReader.seen.slice(before).every(({ kind }) => kind !== 'verify')).toBe(true);
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'error', reasons: ['CARD_REMOVED'] });
  });

  it('a mute card during VERIFY: the same', async () => {
    const { counter, card, onReader } = await atEntry();
    counter.reader.faults.set([{ kind: 'cardMute', executed: true, ins: VERIFY, from: 2 }]);
    counter.session.submit(fullEntry(card));
    expect((await counter.until('cardFault')).fault).toMatchObject({ code: 'CARD_MUTE', tryUsed: 'unknown' });
    expect(filesVerified(onReader)).toEqual(['0006']);
  });
});

describe('taken away in other states', () => {
  it('entry: waits for the next card, nothing kept', async () => {
    const { counter } = await atEntry();
    counter.reader.removeCard();
    expect((await counter.until('waitingForCard')).notice).toBeUndefined();
    expect(await counter.log.verify()).toMatchObject({ outcome: 'intact', size: 0 });
  });

  it('entry after a wrong PIN: the log knows of it', async () => {
    const { counter, card } = await atEntry();
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('entry');
    counter.reader.removeCard();
    await counter.until('waitingForCard');
    await noticed();
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'cancelled', reasons: ['CARD_REMOVED', 'WRONG_PIN'] });
  });

  it('confirmLastTry: wiped, nothing sent', async () => {
    const { counter, card, onReader } = await atEntry('one-try-left');
    const { entry, wiped } = watchedEntry(card);
    counter.session.submit(entry);
    await counter.until('confirmLastTry');
    counter.reader.removeCard();
    await counter.until('waitingForCard');
    expect(wiped()).toBe(true);
    counter.session.confirmLastTry();
    await noticed();
    expect(onReader.verifies()).toEqual([]);
  });

  it('inspecting: nothing happened', async () => {
    const card = await image('standard');
    const onReader = new WatchedCard(card);
    const counter = await openTestCounter({ image: card, onReader });
    open = counter;
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: true, from: 4 }]);
    await counter.session.reopenReader();
    await counter.until('inspecting');
    await counter.until('waitingForCard');
    await noticed();
    counter.reader.insertCard(onReader);
    await counter.until('entry');
  });

  it('inspecting, by a card that bounces as it is put down: it is looked at once more, without a fault', async () => {
    const card = await image('standard');
    const onReader = new WatchedCard(card);
    const counter = await openTestCounter({ image: card, onReader });
    open = counter;
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, from: 2 }]);
    await counter.session.reopenReader();
    expect((await counter.until('entry')).card.licence).toMatchObject({ state: 'pinNeeded', tries: { triesLeft: 10 } });
    expect(counter.states.map(({ name }) => name)).not.toContain('cardFault');
    expect(onReader.verifies()).toEqual([]);
  });

  it('inspecting, by a card that never lies still: it is said after the second look', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card });
    open = counter;
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, from: 2, times: 'endless' }]);
    await counter.session.reopenReader();
    await expect(counter.until('entry')).rejects.toThrow(/cardFault CARD_REMOVED/u);
  });

  it('inspecting, and back again and again: the last one counts', async () => {
    const { counter, onReader } = await atEntry();
    for (let round = 0; round < 4; round++) {
      counter.reader.removeCard();
      await new Promise((resolve) => setTimeout(resolve, round * 4));
      counter.reader.insertCard(onReader);
      await new Promise((resolve) => setTimeout(resolve, round * 7));
    }
    await noticed();
    const { card } = await counter.until('entry');
    expect(card.licence.state).toBe('pinNeeded');
    expect(card.personalDetails.state).toBe('readable');
  });

  it('result: it stays, and says that the card is gone', async () => {
    const { counter, card } = await atEntry();
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    counter.reader.removeCard();
    await noticed();
    expect(counter.session.state).toMatchObject({ name: 'result', cardPresent: false });
    counter.session.finish();
    await counter.until('waitingForCard');
  });

  it('result, and another card put down: it waits until the result is finished', async () => {
    const { counter, card } = await atEntry();
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    counter.reader.removeCard();
    await noticed();
    counter.reader.insertCard(await image('truck'));
    await noticed();
    expect(counter.session.state).toMatchObject({ name: 'result', cardPresent: true });
    counter.session.finish();
    await counter.until('returnCard');
    counter.reader.removeCard();
    await counter.until('waitingForCard');
  });
});

describe('cancel', () => {
  it.each(['entry', 'confirmLastTry', 'result', 'cardFault', 'cardAway'] as const)('in %s: wiped, and the card is to be taken', async (name) => {
    const { counter, card, onReader } = await atEntry(name === 'confirmLastTry' ? 'one-try-left' : 'standard');
    const { entry, wiped } = watchedEntry(card);
    if (name === 'cardFault') counter.reader.faults.set([{ kind: 'cardMute', executed: false, ins: VERIFY, from: 2 }]);
    if (name === 'cardAway') counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, ins: READ_BINARY, from: 3 }]);
    if (name !== 'entry') counter.session.submit(entry);
    await counter.until(name);
    await noticed();
    counter.session.cancel();
    if (name === 'cardAway') expect((await counter.until('waitingForCard')).notice).toBe('CANCELLED');
    else await counter.until('returnCard');
    if (name !== 'entry') expect(wiped()).toBe(true);
    const verifies = onReader.verifies().length;
    counter.session.confirmLastTry();
    counter.session.submit(fullEntry(card));
    await noticed();
    expect(onReader.verifies()).toHaveLength(verifies);
  });

  it.each(Array.from({ length: 22 }, (_, index) => index))('during a reading, while command %i is under way: it is heard out, then all ends', async (nth) => {
    const { counter, card, onReader } = await atEntry();
    const before = onReader.seen.length;
    const { entry, wiped } = watchedEntry(card);
    onReader.onCommand = (_command, index) => {
      if (index === before + nth) counter.session.cancel();
    };
    counter.session.submit(entry);
    await counter.until('returnCard', 'result');
    await noticed();
    if (counter.session.state.name === 'result') throw new Error('cancelled, and a result all the same');
    expect(wiped()).toBe(true);
    // The command under way was answered, and at most what belongs to it followed.
    expect(onReader.seen.length).toBeGreaterThan(before + nth);
    expect(onReader.seen.length).toBeLessThanOrEqual(before + nth + 2);
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'cancelled', reasons: ['CANCELLED'] });
  });

  it('while a wrong PIN is on its way: the answer is logged, and it ends all the same', async () => {
    const { counter, card, onReader } = await atEntry();
    onReader.onCommand = (command) => {
      if (command[1] === VERIFY && command.length > 4) counter.session.cancel();
    };
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('returnCard');
    await noticed();
    const [logged] = await counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'cancelled', reasons: ['CANCELLED', 'WRONG_PIN'] });
  });

  it('before anything is there: nothing happens', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card, cardAway: true });
    open = counter;
    counter.session.cancel();
    expect(counter.session.state.name).toBe('noReader');
    await counter.session.reopenReader();
    counter.session.cancel();
    expect(counter.session.state).toMatchObject({ name: 'waitingForCard' });
    expect(await counter.log.verify()).toMatchObject({ size: 0 });
  });
});
