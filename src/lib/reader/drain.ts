/**
 * Reads what a reader has left over until it is silent. A message torn into packets is hundreds of transfers, and one that is left in the
 * queue would be taken for the answer to a later command: sequence numbers of one byte come round.
 */
import { ReaderError } from './reader-error.ts';

/** Silence after which nothing is left over [ms]. */
export const DRAIN_MS = 50;
/** The longest message, byte by byte, and what a few more commands were answered. */
const MAXIMUM_LEFTOVERS = 1_024;

/** @throws ReaderError `READER_LOST`, `READER_OUT_OF_STEP` when there is no end to it */
export async function drain(read: (timeoutMs: number) => Promise<unknown>): Promise<void> {
  for (let leftovers = 0; leftovers < MAXIMUM_LEFTOVERS; leftovers++) {
    try {
      await read(DRAIN_MS);
    } catch (error) {
      if (error instanceof ReaderError && error.code === 'READER_LOST') throw error;
      if (error instanceof ReaderError && error.code === 'READER_TIMED_OUT') return;
      // A transfer that failed was one of the leftovers.
    }
  }
  throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'Leftovers without end', facts: { leftovers: MAXIMUM_LEFTOVERS } });
}
