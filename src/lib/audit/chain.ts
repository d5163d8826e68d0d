/**
 * The hash chain, pure: the next entry, and where a chain breaks. Each entry names the hash of the one before it.
 * The chain finds an entry that was altered, removed, moved or added, and with the head the loss of the last ones. It does not find somebody who
 * writes all entries from some point on anew and the head with them: that takes a head held outside the device.
 * An entry altered *and* hashed anew is found at the next one, as a broken link.
 */
import type { AuditEntry, AuditRecord, ChainCheck } from './audit-entry.ts';
import { hashOf } from './canonical-bytes.ts';
import { readEntry, readHead, type LogHead } from './entry-schema.ts';

/** `previousHash` of the first entry. */
export const NO_HASH = '0'.repeat(64);
export const EMPTY_HEAD: LogHead = { size: 0, headHash: NO_HASH };

/** The head of a log that ends with `last`. */
export function headOf(last: AuditEntry | undefined): LogHead {
  return last === undefined ? EMPTY_HEAD : { size: last.sequence + 1, headHash: last.hash };
}

/** A record with what the log adds to it before its place is known. */
export type ChainedRecord = AuditRecord & Pick<AuditEntry, 'licenceNumberKeyId'>;

/** The entry that follows `last` (`undefined` for the first one). */
export function nextEntry(last: AuditEntry | undefined, record: ChainedRecord, bootId: string): AuditEntry {
  const { size, headHash } = headOf(last);
  const entry = { ...record, version: 1, sequence: size, bootId, clock: clockAfter(last, record.at), previousHash: headHash } as const;
  return { ...entry, hash: hashOf(entry) };
}

/** A row as an entry whose hash fits, or `undefined`. */
export function soundEntry(row: unknown): AuditEntry | undefined {
  const entry = readEntry(row);
  return entry !== undefined && entry.hash === hashOf(entry) ? entry : undefined;
}

export interface ChainChecker {
  /** Takes the next row. False once something is wrong: further rows change nothing. */
  take(row: unknown): boolean;
  /** `storedHead` as it was read, of whatever form. */
  finish(storedHead: unknown): ChainCheck;
}

/** Checks rows one after the other, so that a long log need not be in memory at once. */
export function chainChecker(): ChainChecker {
  let last: AuditEntry | undefined;
  let broken: ChainCheck | undefined;
  const take = (row: unknown): boolean => {
    if (broken !== undefined) return false;
    const found = checkRow(row, last);
    if (typeof found === 'string') broken = { outcome: 'broken', firstBad: headOf(last).size, why: found };
    else last = found;
    return broken === undefined;
  };
  return { take, finish: (storedHead) => broken ?? checkHead(last, storedHead) };
}

/** Names the first entry that does not fit, counted from 0, and why. */
export function checkChain(rows: readonly unknown[], storedHead: unknown): ChainCheck {
  const checker = chainChecker();
  rows.every((row) => checker.take(row));
  return checker.finish(storedHead);
}

type RowFault = 'ENTRY_UNREADABLE' | 'ENTRY_ALTERED' | 'ENTRY_MISSING' | 'LINK_BROKEN';

/** The entry, or what is wrong with it at this place. Its own hash is looked at first: only a sound entry can say where it belongs. */
function checkRow(row: unknown, last: AuditEntry | undefined): AuditEntry | RowFault {
  const entry = readEntry(row);
  const { size, headHash } = headOf(last);
  if (entry === undefined) return 'ENTRY_UNREADABLE';
  if (entry.hash !== hashOf(entry)) return 'ENTRY_ALTERED';
  if (entry.sequence !== size) return 'ENTRY_MISSING';
  if (entry.previousHash !== headHash) return 'LINK_BROKEN';
  return entry.clock === clockAfter(last, entry.at) ? entry : 'ENTRY_ALTERED';
}

function checkHead(last: AuditEntry | undefined, storedHead: unknown): ChainCheck {
  const { size, headHash } = headOf(last);
  const head = readHead(storedHead);
  if (head?.size === size && head.headHash === headHash) return { outcome: 'intact', size, headHash };
  if (head !== undefined && head.size > size) return { outcome: 'broken', firstBad: size, why: 'ENTRY_MISSING' };
  // The head stands for fewer entries, for another last one, or cannot be read: the first entry it does not stand for.
  const firstBad = head !== undefined && head.size < size ? head.size : Math.max(size - 1, 0);
  return { outcome: 'broken', firstBad, why: 'HEAD_DIFFERS' };
}

function clockAfter(last: AuditEntry | undefined, at: number): AuditEntry['clock'] {
  return last !== undefined && at < last.at ? 'steppedBack' : 'running';
}
