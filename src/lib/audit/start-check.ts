/**
 * The look a log takes at itself before anything is written, pure: stored head, last entry, and the copy of the head kept elsewhere must agree.
 * Cheap on purpose (two rows); every entry is looked at by `verify`.
 */
import type { AuditEntry, AuditLog } from './audit-entry.ts';
import type { HeadCopy, StoredEnd } from './audit-store.ts';
import { headOf, soundEntry } from './chain.ts';
import { readHead } from './entry-schema.ts';

/** Where to go on, or why not. */
export type StartCheck = { readonly fault: undefined; readonly last: AuditEntry | undefined } | { readonly fault: NonNullable<AuditLog['fault']> };

/** `copiedRow` = the row at the place the copy names as the last one; `undefined` when the copy names none or there is no such row. */
export function checkStart(end: StoredEnd, copy: HeadCopy, copiedRow: unknown): StartCheck {
  if (!end.complete) return { fault: 'LOG_CORRUPT' };
  if (end.dataLoss || (isEmpty(end) && wasWritten(copy))) return { fault: 'LOG_LOST' };
  if (isEmpty(end)) return { fault: undefined, last: undefined };
  const last = soundEntry(end.lastRow);
  if (last === undefined || !endFits(end, last) || !copyFits(copy, copiedRow)) return { fault: 'LOG_CORRUPT' };
  return { fault: undefined, last };
}

function isEmpty(end: StoredEnd): boolean {
  return end.rowCount === 0 && end.head === undefined;
}

/** A copy is written only after an acknowledged entry, so even one that cannot be read tells that there was one. */
function wasWritten(copy: HeadCopy): boolean {
  return copy.state === 'unreadable' || (copy.state === 'kept' && copy.head.size > 0);
}

function endFits(end: StoredEnd, last: AuditEntry): boolean {
  const head = readHead(end.head);
  const { size, headHash } = headOf(last);
  return head?.size === size && head.headHash === headHash && end.rowCount === size;
}

/** The copy may be older than the head, never of another log. An unreadable one says nothing; it is written anew with the next entry. */
function copyFits(copy: HeadCopy, copiedRow: unknown): boolean {
  if (copy.state !== 'kept' || copy.head.size === 0) return true;
  return soundEntry(copiedRow)?.hash === copy.head.headHash;
}
