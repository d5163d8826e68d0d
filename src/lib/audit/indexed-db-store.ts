/**
 * The store of a browser: IndexedDB 3.0 through idb. `durability: 'strict'` (flushed before `complete`; by the standard a hint, kept by Chromium).
 * Inside a transaction nothing is awaited but its own requests; keys are made before it. An `abort` without any `error` is a failure like others.
 * A connection closes itself when a newer version of the page wants to upgrade; an upgrade that has to wait is LOG_BLOCKED.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { AuditEntry } from './audit-entry.ts';
import { AuditError } from './audit-error.ts';
import type { AuditStore, StoredEnd } from './audit-store.ts';
import { EMPTY_HEAD } from './chain.ts';
import { readHead, type LogHead } from './entry-schema.ts';
import { isHashKey, newHashKey } from './hash-key.ts';
import { readHeadFile, writeHeadFile } from './head-copy.ts';

/** Raised with every change of the object stores below. */
const DATABASE_VERSION = 1;

/** Values are `unknown`: other hands may have been at them. */
interface AuditSchema extends DBSchema {
  /** In-line key `sequence`. */
  entries: { key: number; value: unknown };
  /** `head`: LogHead, written with the entries. `dataLoss`: true once the browser deleted a damaged database. */
  marks: { key: 'head' | 'dataLoss'; value: unknown };
  keys: { key: 'licenceNumber'; value: unknown };
}
type Database = IDBPDatabase<AuditSchema>;

/**
 * Opens or creates the database `madoguchi-audit-<name>`. `version` is the newest one but in tests of an upgrade.
 * A database with an object store missing opens, to be read and exported.
 * @throws AuditError `LOG_UNAVAILABLE`, `LOG_BLOCKED`, `LOG_VERSION_NEWER`
 */
export async function openIndexedDbStore(name: string, version = DATABASE_VERSION): Promise<AuditStore> {
  const databaseName = `madoguchi-audit-${name}`;
  const fileName = `${databaseName}.head.json`;
  let noteClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (noteClosed = resolve));
  const database = await openDatabase(databaseName, version, noteClosed);
  return {
    lockName: databaseName,
    readEnd: () => reading(() => readEnd(database)),
    readRows: (from, count) => reading(() => readRows(database, from, count)),
    append: (expected, entries) => append(database, expected, entries),
    readHeadCopy: () => readHeadFile(fileName),
    writeHeadCopy: (head) => writeHeadFile(fileName, head),
    hashKey: () => reading(() => hashKey(database)),
    requestPersistence: () => {
      // The answer is asked for in report(); some browsers ask a person first, and nothing waits for that.
      if (typeof navigator !== 'undefined' && 'storage' in navigator) navigator.storage.persist().catch(() => false);
    },
    report: () => reading(report),
    closed,
    close: () => {
      database.close();
      noteClosed();
    },
  };
}

function openDatabase(name: string, version: number, noteClosed: () => void): Promise<Database> {
  return new Promise((resolve, reject) => {
    let refused = false;
    const open = async (): Promise<void> => {
      const opening = openDB<AuditSchema>(name, version, {
        upgrade: (...[upgraded, oldVersion, , transaction, event]) => {
          if (oldVersion < 1) createStores(upgraded, transaction, event);
        },
        blocked: () => {
          refused = true;
          reject(new AuditError({ code: 'LOG_BLOCKED', message: 'Another tab holds an older version of the log open' }));
        },
        // Another page waits for this one: running transactions still finish, new ones are refused.
        blocking: () => {
          void opening.then((blocking) => {
            blocking.close();
            noteClosed();
          });
        },
        terminated: noteClosed,
      });
      const database = await opening;
      if (refused) database.close();
      else resolve(database);
    };
    open().catch((cause: unknown) => {
      reject(openFault(cause));
    });
  });
}

/** IndexedDB 3.0 §5.1: a VersionError says that the stored version is higher than the one asked for. */
function openFault(cause: unknown): AuditError {
  const newer = cause instanceof Error && cause.name === 'VersionError';
  return newer
    ? new AuditError({ code: 'LOG_VERSION_NEWER', message: 'The database is of a newer version', cause })
    : unavailable('The database did not open', cause);
}

function has(database: Database, name: StoreNames<AuditSchema>): boolean {
  return database.objectStoreNames.contains(name);
}

function createStores(
  database: Database,
  transaction: IDBPTransaction<AuditSchema, ('entries' | 'marks' | 'keys')[], 'versionchange'>,
  event: IDBVersionChangeEvent,
): void {
  database.createObjectStore('entries', { keyPath: 'sequence' });
  database.createObjectStore('marks');
  database.createObjectStore('keys');
  // Chromium's own attribute, said once only: kept, so that the next start knows it too.
  if ('dataLoss' in event && event.dataLoss === 'total') void transaction.objectStore('marks').put(true, 'dataLoss');
}

async function readEnd(database: Database): Promise<StoredEnd> {
  if (!has(database, 'entries') || !has(database, 'marks')) return readPartOfEnd(database);
  const transaction = database.transaction(['entries', 'marks'], 'readonly');
  const entries = transaction.objectStore('entries');
  const marks = transaction.objectStore('marks');
  const [cursor, rowCount, head, dataLoss] = await Promise.all([entries.openCursor(null, 'prev'), entries.count(), marks.get('head'), marks.get('dataLoss')]);
  return { head, lastRow: cursor?.value, rowCount, dataLoss: dataLoss !== undefined, complete: has(database, 'keys') };
}

/** What is there when an object store is missing. */
async function readPartOfEnd(database: Database): Promise<StoredEnd> {
  const nothing: StoredEnd = { head: undefined, lastRow: undefined, rowCount: 0, dataLoss: false, complete: false };
  if (has(database, 'entries')) {
    const entries = database.transaction('entries', 'readonly').store;
    const [cursor, rowCount] = await Promise.all([entries.openCursor(null, 'prev'), entries.count()]);
    return { ...nothing, lastRow: cursor?.value, rowCount };
  }
  return has(database, 'marks') ? { ...nothing, head: await database.get('marks', 'head') } : nothing;
}

/** IDBKeyRange refuses a range that holds nothing (IndexedDB 3.0 §4.7: DataError), so no rows wanted is answered here. */
async function readRows(database: Database, from: number, count: number): Promise<unknown[]> {
  return count < 1 || !has(database, 'entries') ? [] : database.getAll('entries', IDBKeyRange.bound(from, from + count, false, true));
}

async function append(database: Database, expected: LogHead, entries: readonly AuditEntry[]): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  const seen = { headFits: true };
  try {
    const transaction = database.transaction(['entries', 'marks'], 'readwrite', { durability: 'strict' });
    const rows = transaction.objectStore('entries');
    const marks = transaction.objectStore('marks');
    const writeIfExpected = async (): Promise<void> => {
      seen.headFits = sameHead(await marks.get('head'), expected);
      if (!seen.headFits) {
        transaction.abort();
        return;
      }
      const head: LogHead = { size: last.sequence + 1, headHash: last.hash };
      await Promise.all([...entries.map((entry) => rows.add(entry)), marks.put(head, 'head')]);
    };
    await Promise.all([writeIfExpected(), transaction.done]);
  } catch (cause) {
    if (!seen.headFits) throw new AuditError({ code: 'LOG_CORRUPT', message: 'The stored head is not the one expected', cause });
    throw new AuditError({ code: 'LOG_APPEND_FAILED', message: 'The transaction did not complete', cause });
  }
}

function sameHead(stored: unknown, expected: LogHead): boolean {
  const head = stored === undefined ? EMPTY_HEAD : readHead(stored);
  return head?.size === expected.size && head.headHash === expected.headHash;
}

/** The key made first wins when two tabs make one at the same time. */
async function hashKey(database: Database): Promise<CryptoKey> {
  if (!has(database, 'keys')) throw keyUnusable();
  const stored = await database.get('keys', 'licenceNumber');
  if (stored !== undefined) return usableKey(stored);
  const made = await newHashKey();
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' });
  const meanwhile = await transaction.store.get('licenceNumber');
  if (meanwhile === undefined) await transaction.store.put(made, 'licenceNumber');
  await transaction.done;
  return meanwhile === undefined ? made : usableKey(meanwhile);
}

function usableKey(stored: unknown): CryptoKey {
  if (!isHashKey(stored)) throw keyUnusable();
  return stored;
}

function keyUnusable(): AuditError {
  return new AuditError({ code: 'LOG_KEY_UNUSABLE', message: 'The key of the licence number hashes is not there' });
}

async function report(): ReturnType<AuditStore['report']> {
  const [persisted, { quota, usage }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
  return { persisted, quota, usage };
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw unavailable('The database did not answer', cause);
  }
}

function unavailable(message: string, cause: unknown): AuditError {
  return new AuditError({ code: 'LOG_UNAVAILABLE', message, cause });
}
