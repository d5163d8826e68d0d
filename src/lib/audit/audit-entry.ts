/**
 * One line of the vault: what was decided, by which anchors, when. No name, no address, no licence number in clear.
 * The canonical bytes of an entry are fixed in canonical-bytes.ts; changing them needs a new `version`.
 */

/** Outcome of one data set as the log keeps it. */
export interface AuditedVerdict {
  readonly verdict: 'genuine' | 'notGenuine' | 'notChecked' | 'notRead';
  readonly reasons: readonly string[];
  /** SHA-256 of the anchors used, hex. */
  readonly anchorFingerprints: readonly string[];
}

/** What reception hands over. */
export interface AuditRecord {
  readonly event: 'check' | 'start' | 'error' | 'cancelled';
  /** UTC milliseconds, from reception's clock. */
  readonly at: number;
  readonly mode: 'service' | 'practice';
  readonly licence: AuditedVerdict;
  readonly personalDetails: AuditedVerdict;
  /** Reasons of the whole check (EXPIRED, HISTORY_ONLY, …) or the fault code. Codes only: `A-Z`, digits, `_`. */
  readonly reasons: readonly string[];
  /** HMAC-SHA-256 of the licence record number under a key of this counter, hex; absent when there is no number. */
  readonly licenceNumberHash?: string;
  /** `"0.1.0+abc1234"` */
  readonly appBuild: string;
  /** Reader by VID:PID and level, never by serial number: `"076B:3A21 extendedApdu"`. */
  readonly reader?: string;
}

export interface AuditEntry extends AuditRecord {
  readonly version: 1;
  /** 0, 1, 2 … without gap. */
  readonly sequence: number;
  /** Random per page start, hex. */
  readonly bootId: string;
  /** `steppedBack` when the clock is earlier than the previous entry's. Set by the log. */
  readonly clock: 'running' | 'steppedBack';
  /**
   * Which key `licenceNumberHash` was made under: hashes compare only under the same one. Eight bytes, hex, see hash-key.ts.
   * Set by the log beside every `licenceNumberHash`.
   */
  readonly licenceNumberKeyId?: string;
  /** Hash of the entry before, hex; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 over 00 ‖ canonical bytes (the leaf hash of RFC 6962 §2.1), hex. */
  readonly hash: string;
}

export type ChainCheck =
  | { readonly outcome: 'intact'; readonly size: number; readonly headHash: string }
  /** `firstBad` is the sequence of the first entry that does not fit. */
  | {
      readonly outcome: 'broken';
      readonly firstBad: number;
      readonly why: 'ENTRY_ALTERED' | 'ENTRY_MISSING' | 'LINK_BROKEN' | 'HEAD_DIFFERS' | 'ENTRY_UNREADABLE';
    };

/** How well this browser keeps what it was given. Bytes; `undefined` = it does not say. */
export interface StorageReport {
  /** False = the browser may delete everything when the disk is short. */
  readonly persisted: boolean;
  readonly quota: number | undefined;
  readonly usage: number | undefined;
  /** The copy of the head outside the database: without it a database deleted as a whole goes unnoticed. */
  readonly headCopy: 'kept' | 'missing' | 'unavailable';
}

/** The vault's door. Service and practice have separate logs. */
export interface AuditLog {
  /** `writer` in the one tab that holds the lock, `reader` elsewhere. */
  readonly role: 'writer' | 'reader';
  /**
   * Why nothing is appended until an operator decides, found at the start (and again when this tab becomes the writer):
   * what is stored contradicts its head, or is gone. `undefined` = sound as far as the start looks; `verify` looks at every entry.
   */
  readonly fault: 'LOG_CORRUPT' | 'LOG_LOST' | undefined;
  /**
   * Acknowledged only when the transaction is complete and flushed.
   * @throws AuditError `RECORD_REFUSED`, `LOG_READ_ONLY`, `LOG_CORRUPT`, `LOG_LOST`, `LOG_APPEND_FAILED`, `LOG_UNAVAILABLE` (closed)
   */
  append(record: AuditRecord): Promise<AuditEntry>;
  /**
   * Newest first, from the entry before `before`. `limit` 1–1000.
   * @throws AuditError `LOG_CORRUPT` when a row in between is missing or is not an entry: nothing is skipped. `open` still gives the others.
   */
  list(options: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
  /** `undefined` when there is no such entry. @throws AuditError `LOG_CORRUPT` when the row is not an entry or its hash does not fit. */
  open(sequence: number): Promise<AuditEntry | undefined>;
  size(): Promise<number>;
  verify(): Promise<ChainCheck>;
  /** One JSON document, `madoguchi-audit-log/1`: entries, head, build. A row that is not an entry stands as `null`, so the rest can still be taken out. */
  exportJson(): Promise<string>;
  /** HMAC-SHA-256 under this counter's non-extractable key, hex. @throws AuditError `LOG_KEY_UNUSABLE` */
  keyedHash(text: string): Promise<string>;
  storage(): Promise<StorageReport>;
  /** Called when another tab appended, and when `role` changed. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
