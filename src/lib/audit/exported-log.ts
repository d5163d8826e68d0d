/**
 * The exported log, `madoguchi-audit-log/1`: one JSON object { format, mode, exportedBy, head, entries }, written and checked.
 * The check says whether the file is whole in itself. It cannot say that nobody wrote all of it anew: compare the head with one held elsewhere.
 * An entry that was unreadable in the database stands as null and is reported as such. Refused: other formats, unknown fields, too much.
 */
import * as v from 'valibot';
import type { AuditEntry, ChainCheck } from './audit-entry.ts';
import { checkChain } from './chain.ts';
import type { LogHead } from './entry-schema.ts';

export const EXPORT_FORMAT = 'madoguchi-audit-log/1';
/** Characters of a file; about 300,000 entries. */
const MAX_LENGTH = 256 * 1024 * 1024;
const MAX_ENTRIES = 1_000_000;

export interface ExportedLog {
  readonly mode: AuditEntry['mode'];
  /** Build that wrote the file, if it was told. */
  readonly exportedBy: string | null;
  /** `null` when the stored head could not be read. */
  readonly head: LogHead | null;
  readonly entries: readonly (AuditEntry | null)[];
}

/** Rows and head are looked at by the chain check, one by one. */
const ExportForm = v.strictObject({
  format: v.literal(EXPORT_FORMAT),
  mode: v.picklist(['service', 'practice']),
  exportedBy: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  head: v.unknown(),
  entries: v.pipe(v.array(v.unknown()), v.maxLength(MAX_ENTRIES)),
});

export type ExportCheck = ChainCheck | { readonly outcome: 'unreadable'; readonly why: 'EXPORT_TOO_LARGE' | 'EXPORT_NOT_JSON' | 'EXPORT_FORM_UNKNOWN' };

/** One line of JSON. */
export function writeExport(log: ExportedLog): string {
  return JSON.stringify({ format: EXPORT_FORMAT, ...log });
}

/** Checks an exported file. Never throws: whatever the text, the answer is an outcome. */
export function checkExport(json: string): ExportCheck {
  if (json.length > MAX_LENGTH) return { outcome: 'unreadable', why: 'EXPORT_TOO_LARGE' };
  const parsed = parse(json);
  if (parsed === undefined) return { outcome: 'unreadable', why: 'EXPORT_NOT_JSON' };
  const read = v.safeParse(ExportForm, parsed);
  if (!read.success) return { outcome: 'unreadable', why: 'EXPORT_FORM_UNKNOWN' };
  const { mode, head, entries } = read.output;
  const check = checkChain(entries, head);
  const foreign = entries.findIndex((entry) => typeof entry === 'object' && entry !== null && 'mode' in entry && entry.mode !== mode);
  // Service and practice have separate logs: an entry of the other kind is out of place, whatever its hash.
  if (foreign >= 0 && (check.outcome === 'intact' || foreign < check.firstBad)) return { outcome: 'broken', firstBad: foreign, why: 'ENTRY_ALTERED' };
  return check;
}

/** `undefined` is no JSON value, so it can stand for "not JSON". */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
