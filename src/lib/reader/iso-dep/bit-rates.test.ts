import { describe, expect, it } from 'vitest';
import { bitRatesOffered, fastestRates, type BitRate } from './bit-rates.ts';

const SOURCE = 'ISO/IEC 14443-3 §7.9, bit rate capability';

describe('bitRatesOffered', () => {
  it.each<{ capability: number; toCard: BitRate[]; fromCard: BitRate[]; same: boolean }>([
    { capability: 0x00, toCard: [106], fromCard: [106], same: false },
    { capability: 0xf7, toCard: [106, 212, 424, 848], fromCard: [106, 212, 424, 848], same: true },
    { capability: 0x80, toCard: [106], fromCard: [106], same: true },
    { capability: 0x01, toCard: [106, 212], fromCard: [106], same: false },
    { capability: 0x02, toCard: [106, 424], fromCard: [106], same: false },
    { capability: 0x04, toCard: [106, 848], fromCard: [106], same: false },
    { capability: 0x10, toCard: [106], fromCard: [106, 212], same: false },
    { capability: 0x20, toCard: [106], fromCard: [106, 424], same: false },
    { capability: 0x40, toCard: [106], fromCard: [106, 848], same: false },
    { capability: 0x33, toCard: [106, 212, 424], fromCard: [106, 212, 424], same: false },
    { capability: 0xff, toCard: [106], fromCard: [106], same: false },
    { capability: 0x08, toCard: [106], fromCard: [106], same: false },
  ])(`$capability (${SOURCE}; bit 3 set counts as 00)`, ({ capability, toCard, fromCard, same }) => {
    expect(bitRatesOffered(capability)).toEqual({ toCard, fromCard, sameBothWays: same });
  });
});

describe('fastestRates', () => {
  it.each<{ capability: number; ceiling: BitRate; toCard: BitRate; fromCard: BitRate }>([
    { capability: 0xf7, ceiling: 848, toCard: 848, fromCard: 848 },
    { capability: 0xf7, ceiling: 424, toCard: 424, fromCard: 424 },
    { capability: 0xf7, ceiling: 106, toCard: 106, fromCard: 106 },
    { capability: 0x00, ceiling: 848, toCard: 106, fromCard: 106 },
    { capability: 0x31, ceiling: 848, toCard: 212, fromCard: 424 },
    { capability: 0xb1, ceiling: 848, toCard: 212, fromCard: 212 },
    { capability: 0xa1, ceiling: 848, toCard: 106, fromCard: 106 },
    { capability: 0x04, ceiling: 424, toCard: 106, fromCard: 106 },
  ])(`$capability at most $ceiling: $toCard and $fromCard kbit/s (${SOURCE})`, ({ capability, ceiling, toCard, fromCard }) => {
    expect(fastestRates(bitRatesOffered(capability), ceiling)).toEqual({ toCard, fromCard });
  });
});
