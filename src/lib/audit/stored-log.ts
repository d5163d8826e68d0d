/**
 * Reading a stored log: entries, pages, the check of the whole chain, the export. Reads only, so every tab may.
 * A moment is fixed first (head and number of rows in one transaction); entries appended later are not looked at.
 */
import type { AuditEntry, ChainCheck } from './audit-entry.ts';
import { AuditError } from './audit-error.ts';
import type { AuditStore, HeadCopy, StoredEnd } from './audit-store.ts';
import { chainChecker, EMPTY_HEAD, NO_HASH, soundEntry } from './chain.ts';
import { readEntry, readHead } from './entry-schema.ts';
import { writeExport } from './exported-log.ts';

const PAGE = 500;
const MAX_LIST = 1000;

/** Number of entries by the head. @throws AuditError `LOG_CORRUPT` when the head cannot be read. */
export async function readSize(store: AuditStore): Promise<number> {
  const { head } = await store.readEnd();
  const read = head === undefined ? EMPTY_HEAD : readHead(head);
  if (read === undefined) throw corrupt('The head cannot be read', {});
  return read.size;
}

/** @throws AuditError `LOG_CORRUPT` */
export async function readOne(store: AuditStore, sequence: number): Promise<AuditEntry | undefined> {
  if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined; // no place of an entry; a store need not know what to do with NaN
  const [row] = await store.readRows(sequence, 1);
  if (row === undefined) {
    if (sequence < (await readSize(store))) throw corrupt('An entry is missing', { sequence });
    return undefined;
  }
  return entryAt(row, sequence);
}

/** @throws AuditError `LOG_CORRUPT`; RangeError on a limit or place that is none. */
export async function readPage(store: AuditStore, options: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]> {
  const { before: wanted, limit } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIST) throw new RangeError('limit must be 1-1000');
  if (wanted !== undefined && (!Number.isSafeInteger(wanted) || wanted < 0)) throw new RangeError('before must be a sequence');
  const size = await readSize(store);
  const before = wanted === undefined ? size : Math.min(wanted, size);
  const from = Math.max(0, before - limit);
  const rows = await store.readRows(from, before - from);
  if (rows.length !== before - from) throw corrupt('An entry is missing', { from, before });
  return rows.map((row, index) => entryAt(row, from + index)).reverse();
}

/** Looks at every entry, the head, and the copy of the head kept elsewhere. */
export async function verifyStored(store: AuditStore): Promise<ChainCheck> {
  const copy = await store.readHeadCopy(); // before the end: a copy read later could be of entries appended meanwhile
  const end = await store.readEnd();
  const copiedPlace = copy.state === 'kept' ? copy.head.size - 1 : undefined;
  const checker = chainChecker();
  let copiedHash = NO_HASH;
  for await (const row of rowsUpTo(store, end)) {
    if (!checker.take(row)) break;
    const entry = readEntry(row);
    if (entry !== undefined && entry.sequence === copiedPlace) copiedHash = entry.hash;
  }
  const found = checker.finish(end.head ?? EMPTY_HEAD);
  return found.outcome === 'broken' ? found : (contradiction(end, copy, { size: found.size, copiedHash }) ?? found);
}

/** What a chain that is sound in itself does not know. */
function contradiction(end: StoredEnd, copy: HeadCopy, chain: { readonly size: number; readonly copiedHash: string }): ChainCheck | undefined {
  return rowsBeyond(end, chain.size) ?? copyContradicts(copy, chain.size, chain.copiedHash) ?? lossOf(end);
}

/** The whole log as one JSON document. */
export async function exportStored(store: AuditStore, about: { readonly mode: AuditEntry['mode']; readonly exportedBy: string | null }): Promise<string> {
  const end = await store.readEnd();
  const entries: (AuditEntry | null)[] = [];
  for await (const row of rowsUpTo(store, end)) entries.push(readEntry(row) ?? null);
  return writeExport({ ...about, head: end.head === undefined ? EMPTY_HEAD : (readHead(end.head) ?? null), entries });
}

/** Rows the head stands for; all there are when the head cannot be read. */
async function* rowsUpTo(store: AuditStore, end: StoredEnd): AsyncGenerator<unknown, void, undefined> {
  const size = readHead(end.head)?.size ?? Infinity;
  for (let from = 0; from < size; from += PAGE) {
    const rows = await store.readRows(from, Math.min(PAGE, size - from));
    yield* rows;
    if (rows.length === 0) return; // a gap of a whole page: the checker has found it, or there is nothing more
  }
}

function rowsBeyond(end: StoredEnd, size: number): ChainCheck | undefined {
  return end.rowCount > size ? { outcome: 'broken', firstBad: size, why: 'HEAD_DIFFERS' } : undefined;
}

function copyContradicts(copy: HeadCopy, size: number, copiedHash: string): ChainCheck | undefined {
  if (copy.state === 'unreadable' && size === 0) return { outcome: 'broken', firstBad: 0, why: 'ENTRY_MISSING' };
  if (copy.state !== 'kept') return undefined;
  if (copy.head.size > size) return { outcome: 'broken', firstBad: size, why: 'ENTRY_MISSING' };
  return copy.head.headHash === copiedHash ? undefined : { outcome: 'broken', firstBad: Math.max(copy.head.size - 1, 0), why: 'HEAD_DIFFERS' };
}

/** The browser itself said that entries are gone, or the place where they were is gone. */
function lossOf(end: StoredEnd): ChainCheck | undefined {
  return end.dataLoss || !end.complete ? { outcome: 'broken', firstBad: 0, why: 'ENTRY_MISSING' } : undefined;
}

function entryAt(row: unknown, sequence: number): AuditEntry {
  const entry = soundEntry(row);
  if (entry?.sequence !== sequence) throw corrupt('A row is not the entry that belongs there', { sequence });
  return entry;
}

function corrupt(message: string, facts: Readonly<Record<string, number>>): AuditError {
  return new AuditError({ code: 'LOG_CORRUPT', message, facts });
}
