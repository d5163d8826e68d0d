import { describe, expect, it } from 'vitest';
import { practiceCards } from '#simulator';
import { RETURN_LOOK_MS } from './return-watch.ts';
import { fullEntry, image, noticed, openTestCounter, secret } from './test/counter.ts';

describe('every bundled card', () => {
  it.each(practiceCards.map(({ name }) => name))('%s ends as its image promises', async (name) => {
    const card = await image(name);
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    const entry = await counter.until('entry');
    const licence = entry.card.licence.state === 'pinNeeded' || entry.card.licence.state === 'noPin' ? fullEntry(card).licence : 'skip';
    counter.session.submit({ ...fullEntry(card), licence });
    if ((await counter.until('confirmLastTry', 'result')).name === 'confirmLastTry') counter.session.confirmLastTry();
    const { result, recording } = await counter.until('result');

    const verdictOf = (part: typeof result.licence | typeof result.personalDetails): string => ('verdict' in part ? part.verdict.verdict : part.notRead);
    const promised = (word: string | undefined): string | undefined => (word === 'genuine-in-training' ? 'genuine' : word);
    if (card.expect.error === undefined) expect(verdictOf(result.licence)).toBe(promised(card.expect.licence));
    else expect(verdictOf(result.licence)).toBe(card.expect.error);
    if (card.expect.personalDetails !== undefined) expect(verdictOf(result.personalDetails)).toBe(promised(card.expect.personalDetails));
    for (const reason of card.expect.reasons ?? []) expect(result.reasons).toContain(reason);
    expect(recording.state).toBe('recorded');
    expect(await counter.log.verify()).toMatchObject({ outcome: 'intact', size: 1 });
    counter.reader.assertNoUnexpectedInput();
    await counter.close();
  });

  it('is never genuine outside practice mode', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card, mode: 'service' });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine.state).toBe('notChecked');
    expect(result.reasons).toContain('TRAINING_ANCHOR');
    await counter.close();
  });
});

describe('choosing a reader', () => {
  it('a bridge, where there is no WebHID: told by its code, and a USB reader can be chosen next', async () => {
    const counter = await openTestCounter({ image: await image('standard'), hid: false });
    await counter.session.chooseReader('hidBridge');
    expect(counter.session.state).toMatchObject({ name: 'noReader', busy: false, fault: { code: 'WEBHID_UNSUPPORTED', tryUsed: 'no' } });
    await counter.session.chooseReader('knownReaders');
    await counter.until('entry');
    await counter.close();
  });
});

describe('what is shown before the next entry', () => {
  it('is the count after the last wrong entry, for each number', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('reading');
    expect((await counter.until('entry')).card.licence).toEqual({ state: 'pinNeeded', tries: { outcome: 'tries', triesLeft: 9 } });
    counter.session.submit({ licence: { pin: secret('1234') }, personalDetails: { numberB: secret('02051520344822') } });
    await counter.until('reading');
    expect((await counter.until('entry')).card.personalDetails).toMatchObject({ numberBTries: { outcome: 'tries', triesLeft: 9 }, pinTries: { triesLeft: 3 } });
    await counter.close();
  });

  it('is a blocked licence PIN, not asked for again, once the last try was wrong', async () => {
    const card = await image('one-try-left');
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('confirmLastTry');
    counter.session.confirmLastTry();
    await counter.until('reading');
    const entry = await counter.until('entry');
    expect(entry.card.licence).toEqual({ state: 'blocked' });
    expect(entry.progress).toMatchObject({ licence: 'skipped', personalDetails: 'open', personalHeld: true });
    counter.session.submit({ licence: 'skip', personalDetails: 'held' });
    const { result } = await counter.until('result');
    expect(result.licence).toEqual({ notRead: 'PIN_BLOCKED' });
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    await counter.close();
  });
});

describe('two slots', () => {
  it('a card in one slot is read while the other is empty, and finished when it is taken', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card, profile: 'ccidTpduTwoSlots' });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine.state).toBe('genuine');
    counter.session.finish();
    await counter.until('returnCard');
    counter.reader.removeCard();
    await counter.until('waitingForCard');
    await counter.close();
  });
});

describe('a reader that never says that the card is gone', () => {
  it('is overruled by a person', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.cancel();
    expect(await counter.until('returnCard')).toMatchObject({ notice: 'CANCELLED' });
    counter.session.finish();
    await counter.until('waitingForCard');
    await counter.close();
  });
});

describe('a card that was taken while the reader was asked and said otherwise', () => {
  it('is missed at the next look, in which nobody has a hand', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.cancel();
    await counter.until('returnCard');
    // bStatus: failed, and the card is active.
    counter.reader.faults.set([{ kind: 'status', status: 0x40, error: 0xfe, on: ['getSlotStatus'], times: 'endless' }]);
    counter.reader.removeCard();
    await noticed();
    counter.timers.pass(RETURN_LOOK_MS);
    await noticed();
    expect(counter.session.state.name).toBe('returnCard');
    counter.reader.faults.clear();
    await noticed();
    expect(counter.session.state.name).toBe('returnCard');
    counter.timers.pass(RETURN_LOOK_MS);
    await counter.until('waitingForCard');
    const asked = counter.reader.messageLog.length;
    counter.timers.pass(3 * RETURN_LOOK_MS);
    await noticed();
    expect(counter.reader.messageLog.slice(asked).length).toBeLessThanOrEqual(1);
    await counter.close();
  });
});

describe('a wrong PIN', () => {
  it('is told with the tries left, asks for the PIN alone, and sends nothing by itself', async () => {
    const card = await image('standard');
    const counter = await openTestCounter({ image: card });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit({ ...fullEntry(card), licence: { pin: secret('9999') } });
    await counter.until('reading');
    const again = await counter.until('entry');
    expect(again.failure).toMatchObject({ credential: 'licencePin', outcome: 'wrong', triesLeft: 9 });
    expect(again.progress).toMatchObject({ licence: 'open', personalDetails: 'open', personalHeld: true, licencePinHeld: false });
    counter.session.submit({ licence: { pin: secret('1234') }, personalDetails: 'held' });
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(result.link.verifyCommands).toBe(3);
    const [entry] = await counter.log.list({ limit: 1 });
    expect(entry?.reasons).toContain('WRONG_PIN');
    await counter.close();
  });
});
