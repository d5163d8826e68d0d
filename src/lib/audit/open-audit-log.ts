/**
 * The log as reception sees it: one writer among all tabs, entries chained and acknowledged when they are safe.
 * Appends wait in a line; what gathers while a transaction runs goes into the next one together (group commit), all or none.
 * After a failed transaction the end is read again before the next one: what is stored is the truth, not what was meant.
 */
import { hex } from '#bytes';
import type { AuditEntry, AuditLog, AuditRecord, ChainCheck, StorageReport } from './audit-entry.ts';
import { AuditError, type AuditErrorCode } from './audit-error.ts';
import type { AuditStore } from './audit-store.ts';
import { headOf, nextEntry } from './chain.ts';
import { checkedRecord } from './entry-schema.ts';
import { CounterKey } from './counter-key.ts';
import { HeadCopyKeeper } from './head-copy-keeper.ts';
import { openIndexedDbStore } from './indexed-db-store.ts';
import { checkStart, type StartCheck } from './start-check.ts';
import { exportStored, readOne, readPage, readSize, verifyStored } from './stored-log.ts';
import { browserLocks, takeWriterLock, type Locks, type WriterLock } from './writer-lock.ts';

/** Entries in one transaction at most. */
const MAX_BATCH = 100;

export interface AuditLogOptions {
  /** Service and practice lie in separate databases; a record of the other mode is refused. */
  readonly mode: 'service' | 'practice';
  /** Default: IndexedDB. */
  readonly store?: AuditStore;
  /** 16 bytes, hex. Default: random. */
  readonly bootId?: string;
  /** Named in exports. */
  readonly appBuild?: string;
  /** Default: this browser's. Not asked when nobody else can reach the store. */
  readonly locks?: Locks;
}

/**
 * Opens the log of this counter. A log that contradicts itself opens too, to be looked at: see `fault`.
 * @throws AuditError `LOG_UNAVAILABLE`, `LOG_BLOCKED`, `LOG_VERSION_NEWER`
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const store = options.store ?? (await openIndexedDbStore(options.mode));
  try {
    const log = new StoredAuditLog(store, options);
    await log.start(options.locks);
    return log;
  } catch (error) {
    store.close();
    throw error;
  }
}

interface Waiting {
  readonly record: AuditRecord;
  readonly resolve: (entry: AuditEntry) => void;
  readonly reject: (error: unknown) => void;
}

class StoredAuditLog implements AuditLog {
  readonly #store: AuditStore;
  readonly #options: AuditLogOptions;
  readonly #bootId: string;
  readonly #copy: HeadCopyKeeper;
  readonly #listeners = new Set<() => void>();
  readonly #line: Waiting[] = [];
  #role: AuditLog['role'] = 'reader';
  #fault: AuditLog['fault'];
  /** Where the log ends, as far as it is known or being read; `undefined` = to be read again. */
  #end: Promise<StartCheck> | undefined;
  readonly #key: CounterKey;
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #lock: WriterLock | undefined;
  #channel: BroadcastChannel | undefined;

  constructor(store: AuditStore, options: AuditLogOptions) {
    this.#store = store;
    this.#options = options;
    this.#bootId = options.bootId ?? hex(crypto.getRandomValues(new Uint8Array(16)));
    this.#copy = new HeadCopyKeeper(store);
    this.#key = new CounterKey(store);
  }

  async start(locks: Locks | undefined): Promise<void> {
    const { lockName } = this.#store;
    if (lockName === undefined) {
      this.#role = 'writer';
    } else {
      this.#channel = new BroadcastChannel(lockName);
      this.#channel.onmessage = () => {
        this.#tell();
      };
      void this.#store.closed.then(() => this.close());
      this.#lock = await takeWriterLock(locks ?? browserLocks(), lockName, (held) => {
        this.#changeRole(held);
      });
    }
    this.#store.requestPersistence();
    await (this.#end ??= this.#look());
  }

  get role(): AuditLog['role'] {
    return this.#role;
  }

  get fault(): AuditLog['fault'] {
    return this.#fault;
  }

  async append(record: AuditRecord): Promise<AuditEntry> {
    this.#assertOpen();
    if (this.#role === 'reader') throw fault('LOG_READ_ONLY', 'Another tab is the writer');
    const checked = checkedRecord(record);
    if (checked.mode !== this.#options.mode) throw fault('RECORD_REFUSED', 'Service and practice have separate logs');
    return new Promise((resolve, reject) => {
      this.#line.push({ record: checked, resolve, reject });
      this.#writing ??= this.#writeLine();
    });
  }

  async list(options: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]> {
    this.#assertOpen();
    return readPage(this.#store, options);
  }

  async open(sequence: number): Promise<AuditEntry | undefined> {
    this.#assertOpen();
    return readOne(this.#store, sequence);
  }

  async size(): Promise<number> {
    this.#assertOpen();
    return readSize(this.#store);
  }

  async verify(): Promise<ChainCheck> {
    this.#assertOpen();
    return verifyStored(this.#store);
  }

  async exportJson(): Promise<string> {
    this.#assertOpen();
    return exportStored(this.#store, { mode: this.#options.mode, exportedBy: this.#options.appBuild ?? null });
  }

  async keyedHash(text: string): Promise<string> {
    this.#assertOpen();
    return this.#key.hash(text);
  }

  async storage(): Promise<StorageReport> {
    this.#assertOpen();
    return { ...(await this.#store.report()), headCopy: this.#copy.state };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Waits for what is being written. The next writer starts after that. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#copy.settled();
    this.#store.close();
    this.#channel?.close();
    this.#lock?.release();
    this.#listeners.clear();
  }

  async #writeLine(): Promise<void> {
    for (let batch = this.#line.splice(0, MAX_BATCH); batch.length > 0; batch = this.#line.splice(0, MAX_BATCH)) {
      try {
        const entries = await this.#write(batch.map(({ record }) => record));
        batch.forEach(({ resolve, reject }, index) => {
          const entry = entries[index];
          if (entry === undefined) reject(fault('LOG_APPEND_FAILED', 'No entry was made'));
          else resolve(entry);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(records: readonly AuditRecord[]): Promise<AuditEntry[]> {
    const check = await (this.#end ??= this.#look());
    if (check.fault !== undefined) throw fault(check.fault, 'The log contradicts itself: nothing is written');
    let last = check.last;
    const stamped = await Promise.all(records.map((record) => this.#key.stamp(record)));
    const entries = stamped.map((record) => (last = nextEntry(last, record, this.#bootId)));
    this.#end = undefined; // until the transaction is complete, nobody knows where the log ends
    await this.#store.append(headOf(check.last), entries);
    this.#end = Promise.resolve({ fault: undefined, last });
    this.#copy.keep(headOf(last));
    this.#channel?.postMessage(headOf(last).size);
    return entries;
  }

  async #look(): Promise<StartCheck> {
    try {
      const check = await this.#readEnd();
      this.#fault = check.fault;
      if (check.fault === undefined && check.last !== undefined && this.#role === 'writer') this.#copy.keep(headOf(check.last));
      return check;
    } catch (error) {
      this.#end = undefined;
      throw error;
    }
  }

  /** The copy first: read later it could be of entries appended meanwhile by another tab. */
  async #readEnd(): Promise<StartCheck> {
    const copy = await this.#copy.read();
    const end = await this.#store.readEnd();
    const [copiedRow] = copy.state === 'kept' && copy.head.size > 0 ? await this.#store.readRows(copy.head.size - 1, 1) : [];
    return checkStart(end, copy, copiedRow);
  }

  #changeRole(held: boolean): void {
    this.#role = held ? 'writer' : 'reader';
    this.#end = this.#look(); // the other writer has gone on from where this tab last looked
    this.#end.then(
      () => {
        this.#tell();
      },
      () => {
        this.#tell(); // the next append looks again, and says why it cannot
      },
    );
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw fault('LOG_UNAVAILABLE', 'The log is closed');
  }
}

function fault(code: AuditErrorCode, message: string): AuditError {
  return new AuditError({ code, message });
}
