import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { bitRatesOffered, isRaised, type BitRates } from './bit-rates.ts';
import { RateMemory } from './rate-memory.ts';

const both = (rate: BitRates['toCard']): BitRates => ({ toCard: rate, fromCard: rate });

describe('the best rates', () => {
  it.each([
    { name: 'what both offer', capability: 0x77, reader: { highest: 424, sameBothWays: false }, rates: both(424) },
    { name: 'each way its own', capability: 0x13, reader: { highest: 848, sameBothWays: false }, rates: { toCard: 424, fromCard: 212 } },
    { name: 'one for both ways, for the card wants it so', capability: 0x93, reader: { highest: 848, sameBothWays: false }, rates: both(212) },
    { name: 'one for both ways, for the reader has no other', capability: 0x13, reader: { highest: 848, sameBothWays: true }, rates: both(212) },
    { name: 'no card offers more than 106', capability: 0x00, reader: { highest: 848, sameBothWays: false }, rates: both(106) },
  ] as const)('$name', ({ capability, reader, rates }) => {
    expect(new RateMemory(reader).best(bitRatesOffered(capability))).toEqual(rates);
  });
});

describe('what failed', () => {
  const all = bitRatesOffered(0x77);

  it('is not tried again, nor is anything faster; what is slower is', () => {
    const memory = new RateMemory();
    expect(memory.best(all)).toEqual(both(848));
    memory.failed(both(424));
    expect(memory.best(all)).toEqual(both(212));
    memory.failed(both(848));
    expect(memory.best(all)).toEqual(both(212));
    memory.failed({ toCard: 106, fromCard: 212 });
    expect(memory.best(all)).toEqual(both(106));
    memory.failed(both(106));
    expect(memory.best(all)).toEqual(both(106));
  });

  it('a reader that does not know rates stays at 106', () => {
    const memory = new RateMemory();
    memory.distrust();
    expect(memory.best(all)).toEqual(both(106));
  });

  test.prop([fc.integer({ min: 0, max: 0xff })])('any offer comes to 106 kbit/s after three failures at most', (capability) => {
    const memory = new RateMemory();
    const offer = bitRatesOffered(capability);
    for (let failures = 0; failures < 3; failures++) memory.failed(memory.best(offer));
    expect(isRaised(memory.best(offer))).toBe(false);
  });
});
