/**
 * Port: where a log lies. The log above it decides; a store only keeps, and says the truth about having kept.
 * What it returns is `unknown` on purpose: whatever lies on a disk may have been changed by other hands.
 */
import type { AuditEntry, StorageReport } from './audit-entry.ts';
import type { LogHead } from './entry-schema.ts';

/** What a store holds at its end, read in one moment. */
export interface StoredEnd {
  /** `undefined` = no head was ever written. */
  readonly head: unknown;
  /** The row with the highest key; `undefined` = no rows. */
  readonly lastRow: unknown;
  readonly rowCount: number;
  /** The browser said that it deleted a damaged database and opened an empty one. */
  readonly dataLoss: boolean;
  /** False when an object store is missing: it reads as an empty one, and nothing is written. */
  readonly complete: boolean;
}

/** A small copy of the head outside the database. */
export type HeadCopy =
  | { readonly state: 'kept'; readonly head: LogHead }
  | { readonly state: 'missing' }
  /** There is one, but it does not read as a head. */
  | { readonly state: 'unreadable' }
  /** This browser offers no second place. */
  | { readonly state: 'unavailable' };

export interface AuditStore {
  /** Name of the Web Lock its writer holds; `undefined` when nobody else can reach this store. */
  readonly lockName: string | undefined;
  readEnd(): Promise<StoredEnd>;
  /** Rows with `from` ≤ sequence < `from + count`, in order. Gaps are left out. */
  readRows(from: number, count: number): Promise<unknown[]>;
  /**
   * Writes all entries and the head that follows them, or nothing, in one transaction, and only if the stored head is still `expected`.
   * Resolves when the transaction is complete.
   * @throws AuditError `LOG_APPEND_FAILED` when it did not complete, `LOG_CORRUPT` when the stored head is another one.
   */
  append(expected: LogHead, entries: readonly AuditEntry[]): Promise<void>;
  readHeadCopy(): Promise<HeadCopy>;
  /** Never throws: the copy is a second witness, not the log. False when it could not be written. */
  writeHeadCopy(head: LogHead): Promise<boolean>;
  /**
   * The non-extractable HMAC-SHA-256 key of this counter, made at the first call.
   * @throws AuditError `LOG_KEY_UNUSABLE` when something else lies in its place, or it has no place: it is never replaced in silence.
   */
  hashKey(): Promise<CryptoKey>;
  /** Asks the browser to keep the store for good. Answered by a later `report`. */
  requestPersistence(): void;
  report(): Promise<Omit<StorageReport, 'headCopy'>>;
  /** Resolves when the store was closed, by us or by the browser. */
  readonly closed: Promise<void>;
  close(): void;
}
