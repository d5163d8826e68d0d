import { describe, expect, it } from 'vitest';
import { isoDepCapacity, readLengthFilling, readLengthWithin } from './command-capacity.ts';

/** Frames that a read of `length` and its status word take. */
function framesOf(length: number, informationLength: number): number {
  return Math.ceil((length + 2) / informationLength);
}

describe('how long a read should be', () => {
  it('fills one frame over the air: 251 bytes (spec/iso-dep.md §1, row 10)', () => {
    expect(isoDepCapacity).toEqual({ carriesExtended: true, bestReadLength: 251 });
  });

  it.each([
    { informationLength: 254, length: 252 },
    { informationLength: 252, length: 250 },
    { informationLength: 247, length: 245 },
    { informationLength: 130, length: 256 },
    { informationLength: 128, length: 254 },
    { informationLength: 32, length: 254 },
  ])('T=1, IFSD $informationLength: $length bytes', ({ informationLength, length }) => {
    expect(readLengthFilling(informationLength)).toBe(length);
  });

  it('no other read of at most 256 bytes takes fewer frames for each byte, for any IFSD', () => {
    for (let informationLength = 3; informationLength <= 254; informationLength++) {
      const best = readLengthFilling(informationLength);
      const bestCost = (framesOf(best, informationLength) + 0.2) / best;
      for (let other = 1; other <= 256; other++)
        expect(bestCost, `IFSD ${String(informationLength)}`).toBeLessThanOrEqual((framesOf(other, informationLength) + 0.2) / other);
    }
  });

  it.each([1, 2])('stays a length that can be asked for with IFSD %i', (informationLength) => {
    const length = readLengthFilling(informationLength);
    expect(length).toBeGreaterThanOrEqual(1);
    expect(length).toBeLessThanOrEqual(256);
  });

  it.each([
    { maximumLength: 261, best: 251, length: 251 },
    { maximumLength: 200, best: 251, length: 198 },
    { maximumLength: 2, best: 251, length: 1 },
  ])('an answer of $maximumLength bytes at most: $length', ({ maximumLength, best, length }) => {
    expect(readLengthWithin(maximumLength, best)).toBe(length);
  });
});
