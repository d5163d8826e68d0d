/**
 * A store that lives as long as the object: for the command line, for tests, and where a browser has no IndexedDB and a person was told so.
 * Nobody else can reach it, so its log is always the writer. Opening a log on it again finds what was appended before.
 */
import type { AuditEntry } from './audit-entry.ts';
import { AuditError } from './audit-error.ts';
import type { AuditStore, HeadCopy } from './audit-store.ts';
import { EMPTY_HEAD } from './chain.ts';
import { readHead, type LogHead } from './entry-schema.ts';
import { newHashKey } from './hash-key.ts';

/** The contents, open to tests that damage them. */
export interface MemoryContents {
  readonly rows: Map<number, unknown>;
  head: unknown;
  headCopy: HeadCopy;
}

/** An empty store, or one over contents given. */
export function openMemoryStore(contents: MemoryContents = { rows: new Map(), head: undefined, headCopy: { state: 'missing' } }): AuditStore {
  const { rows } = contents;
  let key: Promise<CryptoKey> | undefined;
  return {
    lockName: undefined,
    readEnd: () => Promise.resolve({ head: contents.head, lastRow: lastOf(rows), rowCount: rows.size, dataLoss: false, complete: true }),
    readRows: (from, count) => Promise.resolve(sortedRows(rows, from, count)),
    append: (expected, entries) => append(contents, expected, entries),
    readHeadCopy: () => Promise.resolve(contents.headCopy),
    writeHeadCopy: (head) => {
      contents.headCopy = { state: 'kept', head };
      return Promise.resolve(true);
    },
    hashKey: () => (key ??= newHashKey()),
    requestPersistence: () => undefined,
    report: () => Promise.resolve({ persisted: false, quota: undefined, usage: undefined }),
    closed: new Promise(() => undefined), // nothing closes memory
    close: () => undefined,
  };
}

/** The row with the highest key. */
function lastOf(rows: ReadonlyMap<number, unknown>): unknown {
  let highest = -Infinity;
  for (const key of rows.keys()) highest = Math.max(highest, key);
  return rows.get(highest);
}

function sortedRows(rows: ReadonlyMap<number, unknown>, from: number, count: number): unknown[] {
  const keys = [...rows.keys()].filter((key) => key >= from && key < from + count).sort((left, right) => left - right);
  return keys.map((key) => rows.get(key));
}

async function append(contents: MemoryContents, expected: LogHead, entries: readonly AuditEntry[]): Promise<void> {
  await Promise.resolve(); // a store never answers within the call
  const stored = contents.head === undefined ? EMPTY_HEAD : readHead(contents.head);
  const last = entries.at(-1);
  if (last === undefined) return;
  if (stored?.size !== expected.size || stored.headHash !== expected.headHash) {
    throw new AuditError({ code: 'LOG_CORRUPT', message: 'The stored head is not the one expected' });
  }
  for (const entry of entries) contents.rows.set(entry.sequence, entry);
  contents.head = { size: last.sequence + 1, headHash: last.hash };
}
