/** In a page of real Chromium: the time to append one audit entry against a bare `idb` put of the same entry, both flushed before they count. */
import { openDB } from 'idb';
import { openAuditLog } from '#audit';
import { recordAt } from '../../src/lib/audit/test-records.ts';
import { compare, type Comparison } from './compare.ts';

const RUNS = 200;

export async function measureAppending(): Promise<Comparison> {
  const log = await openAuditLog({ mode: 'practice' });
  const bare = await openDB('bare', 1, { upgrade: (database) => void database.createObjectStore('entries', { keyPath: 'sequence' }) });
  const record = recordAt(Date.now(), { licenceNumberHash: 'B'.repeat(64), reader: '076B:3A21 extendedApdu' });
  let entry = await log.append(record);
  const ours = async (): Promise<void> => {
    entry = await log.append(record);
  };
  const baseline = async (): Promise<void> => {
    const transaction = bare.transaction('entries', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(entry), transaction.done]);
  };
  // The log writes a copy of its head after it has acknowledged: that must not slow the next put.
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));
  const comparison = await compare({ ours, baseline, settle }, RUNS, () => performance.now());
  if ((await log.verify()).outcome !== 'intact') throw new Error('The log is not intact');
  await log.close();
  bare.close();
  return comparison;
}
