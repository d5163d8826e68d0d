/**
 * What may be in a record and in a stored entry, as valibot schemas. They read what came from a database or a file, and they keep the log free
 * of people: every text is a code, a hash, a build or a reader's USB identity, so there is no field a name or a number could slip into.
 * Refused besides: twelve digits in a row anywhere outside a hash (a licence or individual number is 12 digits), unknown fields.
 */
import * as v from 'valibot';
import type { AuditEntry, AuditRecord } from './audit-entry.ts';
import { AuditError } from './audit-error.ts';

const MAX_REASONS = 64;
const MAX_ANCHORS = 32;
const TWELVE_DIGITS = /\d{12}/u;

/** False where twelve digits stand in a row, with or without separators between them. */
const holdsNoNumber = v.check((text: string) => !TWELVE_DIGITS.test(text.replace(/[^0-9A-Za-z]/gu, '')));

const Sha256Hex = v.pipe(v.string(), v.regex(/^[0-9A-F]{64}$/u));
const Natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Code = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Z][0-9A-Z_]*$/u), holdsNoNumber);
const Reasons = v.pipe(v.array(Code), v.maxLength(MAX_REASONS));

const VerdictForm = v.strictObject({
  verdict: v.picklist(['genuine', 'notGenuine', 'notChecked', 'notRead']),
  reasons: Reasons,
  anchorFingerprints: v.pipe(v.array(Sha256Hex), v.maxLength(MAX_ANCHORS)),
});

const recordFields = {
  event: v.picklist(['check', 'start', 'error', 'cancelled']),
  at: Natural,
  mode: v.picklist(['service', 'practice']),
  licence: VerdictForm,
  personalDetails: VerdictForm,
  reasons: Reasons,
  licenceNumberHash: v.exactOptional(Sha256Hex),
  appBuild: v.pipe(v.string(), v.maxLength(64), v.regex(/^\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z]+)*$/u), holdsNoNumber),
  // VID:PID, then a word without digits: no place for a serial number.
  reader: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9A-F]{4}:[0-9A-F]{4}(?: [A-Za-z][A-Za-z-]{0,39})?$/u))),
};

const RecordForm = v.strictObject(recordFields);

const EntryForm = v.strictObject({
  ...recordFields,
  licenceNumberKeyId: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9A-F]{16}$/u))),
  version: v.literal(1),
  sequence: Natural,
  bootId: v.pipe(v.string(), v.regex(/^[0-9A-F]{32}$/u)),
  clock: v.picklist(['running', 'steppedBack']),
  previousHash: Sha256Hex,
  hash: Sha256Hex,
});

const HeadForm = v.strictObject({ size: Natural, headHash: Sha256Hex });

/** Where a log ends. */
export interface LogHead {
  readonly size: number;
  /** Hash of the last entry, hex; 64 zeros when there is none. */
  readonly headHash: string;
}

/**
 * A fresh copy of the record, of the allowed fields only.
 * @throws AuditError `RECORD_REFUSED`; the message names the field, never its value.
 */
export function checkedRecord(record: AuditRecord): AuditRecord {
  const result = v.safeParse(RecordForm, record);
  if (result.success) return result.output;
  throw new AuditError({ code: 'RECORD_REFUSED', message: `Record: ${v.getDotPath(result.issues[0]) ?? 'not an object'} is not allowed in the log` });
}

/** A stored row as an entry, or `undefined` when it is not one. Says nothing about its hash. */
export function readEntry(row: unknown): AuditEntry | undefined {
  const result = v.safeParse(EntryForm, row);
  return result.success ? result.output : undefined;
}

/** A stored head, or `undefined` when it is not one. */
export function readHead(stored: unknown): LogHead | undefined {
  const result = v.safeParse(HeadForm, stored);
  return result.success ? result.output : undefined;
}
