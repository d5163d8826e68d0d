/** A purpose decides what a card is asked for: product.md §3, §6, §15. */
import { describe, expect, it } from 'vitest';
import { presetNames, presets, type Purpose } from './purpose.ts';
import { fullEntry, image, openTestCounter, secret, type TestCounter } from './test/counter.ts';
import { CARD_INFO_AID, LICENCE_AID, WatchedCard } from './test/watched-card.ts';

async function check(purpose: Purpose): Promise<{ counter: TestCounter; onReader: WatchedCard }> {
  const card = await image('standard');
  const onReader = new WatchedCard(card);
  const counter = await openTestCounter({ image: card, onReader, order: () => ({ purpose }) });
  await counter.session.reopenReader();
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  await counter.until('result');
  return { counter, onReader };
}

const read = (onReader: WatchedCard, aid: string): readonly string[] =>
  onReader.seen.filter((seen) => seen.kind === 'read' && seen.aid === aid && seen.response.endsWith('9000')).map(({ file }) => file);

describe('what is read', () => {
  it.each(presetNames)('%s: what it names, and no VERIFY for anything else', async (name) => {
    const purpose = presets[name];
    const { counter, onReader } = await check(purpose);
    const { state } = counter.session;
    if (state.name !== 'result') throw new Error(state.name);
    const { licence, personalDetails, reasons, order } = state.result;
    expect(order.purpose).toBe(purpose);
    expect('notRead' in licence ? licence.notRead : 'read').toBe(purpose.reads.licence ? 'read' : 'NOT_ASKED');
    expect('notRead' in personalDetails ? personalDetails.notRead : 'read').toBe(purpose.reads.personalDetails ? 'read' : 'NOT_ASKED');
    expect(onReader.verifies('0006').length).toBe(purpose.reads.licence ? 1 : 0);
    expect(onReader.verifies('0015').length).toBe(purpose.reads.personalDetails ? 1 : 0);
    expect(read(onReader, LICENCE_AID).includes('001B')).toBe(purpose.reads.licence);
    expect(read(onReader, CARD_INFO_AID).includes('0002')).toBe(purpose.reads.personalDetails);
    expect(reasons).not.toContain('NOT_ASKED');
    await counter.close();
  });

  it('the licence alone: nothing of the person is asked for', async () => {
    const { counter, onReader } = await check({ ...presets.custom, reads: { licence: true, personalDetails: false } });
    expect(counter.session.state).toMatchObject({ name: 'result', result: { personalDetails: { notRead: 'NOT_ASKED' }, reasons: ['NAME_NOT_READ'] } });
    expect(onReader.verifies().map(({ file }) => file)).toEqual(['0006']);
    await counter.close();
  });

  it.each([
    { name: 'a card without a licence', card: 'no-licence' },
    { name: 'a blocked licence PIN', card: 'pin-locked' },
  ])('$name is no matter where only the person is asked for', async ({ card: name }) => {
    const card = await image(name);
    const counter = await openTestCounter({ image: card, order: () => ({ purpose: presets.identityOnly }) });
    await counter.session.reopenReader();
    const entry = await counter.until('entry');
    expect(entry.progress).toMatchObject({ licence: 'skipped', personalDetails: 'open' });
    counter.session.submit({ ...fullEntry(card), licence: 'skip' });
    const { result } = await counter.until('result');
    expect(result.reasons).toEqual(['LICENCE_NOT_CHECKED']);
    await counter.close();
  });
});

it('a secret nobody asked for is wiped at once', async () => {
  const card = await image('standard');
  const counter = await openTestCounter({ image: card, order: () => ({ purpose: presets.identityOnly }) });
  await counter.session.reopenReader();
  await counter.until('entry');
  const pin = secret('1234');
  counter.session.submit({ ...fullEntry(card), licence: { pin } });
  expect(pin.lend((bytes) => [...bytes])).toEqual([0, 0, 0, 0]);
  await counter.close();
});

describe('the order of a check', () => {
  it('is not another one when the check of the same card begins anew', async () => {
    const card = await image('standard');
    let purpose: Purpose = presets.identityOnly;
    const counter = await openTestCounter({ image: card, order: () => ({ purpose }) });
    await counter.session.reopenReader();
    await counter.until('entry');
    purpose = presets.rental;
    // Gone and back while it is read: it has lost its power, and everything starts again.
    counter.reader.faults.set([{ kind: 'cardRemoved', executed: false, backAfterMs: 20, ins: 0xb0, times: 1 }]);
    counter.session.submit({ ...fullEntry(card), licence: 'skip' });
    await counter.until('reading');
    const entry = await counter.until('entry');
    expect(entry.notice).toBe('VERIFIED_STATE_LOST');
    expect(counter.session.order.purpose.preset).toBe('identityOnly');
    expect(entry.progress.licence).toBe('skipped');
    await counter.close();
  });

  it('is the one that stood when the card came, until it has gone', async () => {
    const card = await image('standard');
    let purpose: Purpose = presets.identityOnly;
    const counter = await openTestCounter({ image: card, order: () => ({ purpose }) });
    await counter.session.reopenReader();
    await counter.until('entry');
    purpose = presets.rental;
    expect(counter.session.order.purpose.preset).toBe('identityOnly');
    counter.reader.removeCard();
    await counter.until('waitingForCard');
    expect(counter.session.order.purpose.preset).toBe('rental');
    await counter.close();
  });
});
