import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { drain } from './drain.ts';
import { ReaderError, type ReaderErrorCode } from './reader-error.ts';

const fault = (code: ReaderErrorCode): ReaderError => new ReaderError({ code, message: code });

/** Gives the leftovers, then silence. */
function source(leftovers: readonly (string | ReaderError)[]): { read: () => Promise<string>; reads: () => number } {
  let reads = 0;
  const read = (): Promise<string> => {
    const next = leftovers[reads++] ?? fault('READER_TIMED_OUT');
    return typeof next === 'string' ? Promise.resolve(next) : Promise.reject(next);
  };
  return { read, reads: () => reads };
}

describe('drain', () => {
  it.each([
    { name: 'nothing', leftovers: [] },
    { name: 'one message', leftovers: ['a'] },
    { name: 'a message in a thousand pieces', leftovers: Array.from({ length: 1_000 }, () => 'a') },
    { name: 'transfers that failed', leftovers: Array.from({ length: 300 }, () => fault('READER_TRANSFER_FAILED')) },
    { name: 'both', leftovers: ['a', fault('READER_MALFORMED_MESSAGE'), 'b'] },
  ])('reads to the silence: $name', async ({ leftovers }) => {
    const { read, reads } = source(leftovers);
    await drain(read);
    expect(reads()).toBe(leftovers.length + 1);
  });

  it('a reader that is gone is told at once', async () => {
    const { read, reads } = source(['a', fault('READER_LOST'), 'b']);
    await expect(drain(read)).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(reads()).toBe(2);
  });

  it('gives up on a source without end', async () => {
    await expect(drain(() => Promise.resolve('a'))).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
  });

  describe('by the clock', () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    it('gives up on a reader that says something every 40 ms', async () => {
      const drained = drain(() => new Promise((resolve) => setTimeout(resolve, 40)));
      const outcome = expect(drained).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
      await vi.advanceTimersByTimeAsync(3_100);
      await outcome;
    });
  });
});
