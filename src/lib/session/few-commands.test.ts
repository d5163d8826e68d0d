/** How many commands a check takes, and what becomes of a card, or of something before it, that chokes on the extended form. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CardImage } from '#simulator';
import { fullEntry, image, openTestCounter, type TestCounter } from './test/counter.ts';
import { LICENCE_AID, WatchedCard } from './test/watched-card.ts';

let open: TestCounter | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const withExtendedLe = (card: CardImage): CardImage => ({ ...card, behaviour: { ...card.behaviour, extendedLe: true } });

async function checked(card: CardImage): Promise<{ readonly onReader: WatchedCard; readonly apdus: number; readonly inspection: number }> {
  const onReader = new WatchedCard(card);
  const counter = await openTestCounter({ image: card, onReader });
  open = counter;
  await counter.session.reopenReader();
  await counter.until('entry');
  const inspection = onReader.seen.length;
  counter.session.submit(fullEntry(card));
  const { result } = await counter.until('result');
  expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
  return { onReader, apdus: result.link.apdus, inspection };
}

describe('a check at the counter', () => {
  it('looks in 9 commands, one of them in vain, and reads the standard card in 23', async () => {
    const { apdus, inspection } = await checked(await image('standard'));
    expect({ inspection, reading: apdus - inspection }).toEqual({ inspection: 9, reading: 23 });
  });

  it('looks in 8 and reads in 12 where the card answers extended Le', async () => {
    const { apdus, inspection } = await checked(withExtendedLe(await image('standard')));
    expect({ inspection, reading: apdus - inspection }).toEqual({ inspection: 8, reading: 12 });
  });

  it('after an entry selects and counts again: another card may lie there by then', async () => {
    const { onReader, inspection } = await checked(await image('standard'));
    expect(onReader.seen.slice(inspection, inspection + 3)).toMatchObject([
      { kind: 'selectApplication', aid: LICENCE_AID },
      { kind: 'count', aid: LICENCE_AID, file: '0006' },
      { kind: 'verify', aid: LICENCE_AID, file: '0006' },
    ]);
  });

  it('a card exchanged unseen while somebody typed gets no PIN that was not counted on it', async () => {
    const card = await image('standard');
    const onReader = new WatchedCard(card);
    const counter = await openTestCounter({ image: card, onReader });
    open = counter;
    await counter.session.reopenReader();
    await counter.until('entry');
    // Power lost and back before anybody looked.
    onReader.powerOn();
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    for (const [index, { kind, aid, file }] of onReader.seen.entries()) {
      if (kind === 'verify') expect(onReader.seen[index - 1]).toMatchObject({ kind: 'count', aid, file });
    }
  });
});

describe('a card, or something before it, that falls silent over the extended form', () => {
  it('is looked at again without it, and no card after it is asked', async () => {
    const card = await image('standard');
    const onReader = new WatchedCard(card);
    const counter = await openTestCounter({ image: card, onReader });
    open = counter;
    const extended = (): number => onReader.seen.filter(({ kind, file, response }) => kind === 'read' && file === '001A' && response === '6700').length;
    // The first READ BINARY of all is the extended one. It does not reach the card.
    counter.reader.faults.set([{ kind: 'cardMute', executed: false, ins: 0xb0, from: 1 }]);
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    await counter.until('result');
    counter.session.finish();
    counter.reader.removeCard();
    await counter.until('waitingForCard');
    counter.reader.insertCard(onReader);
    await counter.until('entry');
    expect(extended()).toBe(0);
    expect(counter.states.map(({ name }) => name)).not.toContain('cardFault');
  });
});
