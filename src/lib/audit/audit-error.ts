/** Faults of the vault. After one of these nothing is shown as recorded. */
import { RoomError } from '#bytes';

export type AuditErrorCode =
  /** IndexedDB is not there or refuses to open. */
  | 'LOG_UNAVAILABLE'
  /** Another tab is the writer. */
  | 'LOG_READ_ONLY'
  /** The transaction did not complete: full disk, abort. */
  | 'LOG_APPEND_FAILED'
  /** What is stored contradicts its head: nothing is written until an operator decides. */
  | 'LOG_CORRUPT'
  /** The browser deleted the store and opened it empty. */
  | 'LOG_LOST'
  /** The database was made by a newer version of this page. */
  | 'LOG_VERSION_NEWER'
  /** What lies where the key of the licence number hashes belongs is not that key. */
  | 'LOG_KEY_UNUSABLE'
  /** An upgrade waits for another tab. */
  | 'LOG_BLOCKED'
  /** The record holds something the log must not keep, or a form it does not know. Nothing was written. */
  | 'RECORD_REFUSED';

export class AuditError extends RoomError<AuditErrorCode> {}
