/**
 * Bit rates from end to end over doubles of the whole device (issue 3, item 7): the best that card and reader both offer, and back to
 * 106 kbit/s when the card does not keep what it offers. Whatever happens, the card sees a PIN once.
 */
import { describe, expect, it } from 'vitest';
import { rcS300Profile, rcS380Profile, VirtualCard, withBitRates, type CardRadio, type RateIndex, type ReaderProfile } from '#simulator';
import { fullEntry, image, openTestCounter } from './test/counter.ts';

const readers: readonly { name: string; profile: ReaderProfile; highest: RateIndex }[] = [
  { name: 'RC-S300, T1', profile: rcS300Profile({ strategy: 'T1' }), highest: 3 },
  { name: 'RC-S300, T1, up to 212', profile: rcS300Profile({ strategy: 'T1', highestRate: 1 }), highest: 1 },
  { name: 'RC-S300, T2', profile: rcS300Profile({ strategy: 'T2' }), highest: 3 },
  { name: 'RC-S300, T3', profile: rcS300Profile({ strategy: 'T3' }), highest: 3 },
  { name: 'RC-S300, T4', profile: rcS300Profile({ strategy: 'T4' }), highest: 3 },
  { name: 'RC-S300, T5', profile: rcS300Profile({ strategy: 'T5' }), highest: 3 },
  { name: 'RC-S300, T5, up to 424', profile: rcS300Profile({ strategy: 'T5', highestRate: 2 }), highest: 2 },
  { name: 'RC-S380', profile: rcS380Profile(), highest: 2 },
  { name: 'RC-S380, up to 212', profile: rcS380Profile({ highestRate: 1 }), highest: 1 },
];

async function timeOfReading(profile: ReaderProfile, offered: RateIndex, radio: CardRadio = {}): Promise<number> {
  const card = withBitRates(await image('standard'), offered);
  const onReader = new VirtualCard(card, { radio });
  const counter = await openTestCounter({ image: card, profile, onReader });
  try {
    await counter.session.reopenReader();
    await counter.until('entry');
    counter.session.submit(fullEntry(card));
    const { result } = await counter.until('result');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'both' });
    expect(
      onReader
        .snapshot()
        .credentials.map(({ verifyCount }) => verifyCount)
        .every((count) => count <= 1),
    ).toBe(true);
    counter.reader.assertNoUnexpectedInput();
    return counter.reader.modelledMs;
  } finally {
    await counter.close();
  }
}

describe.each(readers)('$name', ({ profile, highest }) => {
  it('reads faster with every rate that both offer, and no faster than they do', { timeout: 30_000 }, async () => {
    const times: number[] = [];
    for (const offered of [0, 1, 2, 3] as const) times.push(await timeOfReading(profile, offered));
    for (let rate = 1; rate <= 3; rate++) {
      const before = Number(times[rate - 1]);
      if (rate <= highest) expect(times[rate]).toBeLessThan(before * 0.85);
      else expect(Math.abs(Number(times[rate]) - before)).toBeLessThan(25); // asked for once, refused
    }
  });
});

/** Readers where the host negotiates; one that forgets its settings is found out with the first card, which is read at 106 kbit/s. */
const negotiating = [
  ...readers.filter(({ name }) => !name.includes('T3') && !name.includes('T4')),
  { name: 'RC-S380 that forgets its settings', profile: rcS380Profile({ forgetsSettings: true }) },
];

describe.each(negotiating)('falling back: $name', ({ profile }) => {
  it.each<{ name: string; radio: CardRadio }>([
    { name: 'garbles at every raised rate', radio: { carriesUpTo: 0 } },
    { name: 'is silent at every raised rate', radio: { carriesUpTo: 0, above: 'silence' } },
    { name: 'garbles above 212', radio: { carriesUpTo: 1 } },
    { name: 'does not answer ATTRIB for a raised rate', radio: { attribUpTo: 0 } },
  ])('a card that $name is read all the same', { timeout: 30_000 }, async ({ radio }) => {
    await timeOfReading(profile, 3, radio);
  });
});
