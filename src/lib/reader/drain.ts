/**
 * Reads what a reader has left over until it is silent. A message torn into packets is hundreds of transfers, and one that is left in the
 * queue would be taken for the answer to a later command: sequence numbers of one byte come round.
 */
import { TimeBudget } from './patience.ts';
import { ReaderError } from './reader-error.ts';

/** Silence after which nothing is left over [ms]. */
const DRAIN_MS = 50;
/** The longest message, byte by byte, and what a few more commands were answered. */
const MAXIMUM_LEFTOVERS = 1_024;
/** Leftovers lie there already: a reader that still talks after this does not stop [ms]. */
const LONGEST_MS = 3_000;

/** @throws ReaderError `READER_LOST`, `READER_OUT_OF_STEP` when there is no end to it */
export async function drain(read: (timeoutMs: number) => Promise<unknown>): Promise<void> {
  const budget = new TimeBudget(LONGEST_MS);
  try {
    for (let leftovers = 0; leftovers < MAXIMUM_LEFTOVERS && !budget.isSpent; leftovers++) {
      if (await isSilent(read)) return;
    }
  } finally {
    budget.end();
  }
  throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'Leftovers without end' });
}

async function isSilent(read: (timeoutMs: number) => Promise<unknown>): Promise<boolean> {
  try {
    await read(DRAIN_MS);
    return false;
  } catch (error) {
    if (error instanceof ReaderError && error.code === 'READER_LOST') throw error;
    // Any other transfer that failed was one of the leftovers.
    return error instanceof ReaderError && error.code === 'READER_TIMED_OUT';
  }
}
