/** The card leaves: for a blink, for good, for another one, in every state. */
import { describe, expect, it } from 'vitest';
import { fullEntry, image, openTestCounter } from './test/counter.ts';
import { WatchedCard } from './test/watched-card.ts';

describe('a blink', () => {
  it('of presence in the middle of WEF02 goes on without a second VERIFY', async () => {
    const card = await image('standard');
    const onReader = new WatchedCard(card);
    const counter = await openTestCounter({ image: card, onReader });
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.reader.faults.set([{ kind: 'presenceFlicker', executed: false, ins: 0xb0, from: 3 }]);
    counter.session.submit(fullEntry(card));
    await counter.until('cardAway');
    counter.timers.pass(250);
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(onReader.verifies().map(({ file }) => file)).toEqual(['0006', '0015']);
    counter.reader.assertNoUnexpectedInput();
    await counter.close();
  });
});
