/** The log over a real IndexedDB, real Web Locks and the real origin private file system. */
import { fc, test } from '@fast-check/vitest';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry, AuditLog } from './audit-entry.ts';
import { openIndexedDbStore } from './indexed-db-store.ts';
import { openAuditLog } from './open-audit-log.ts';
import { chainOf, recordAt } from './test-records.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const opened: AuditLog[] = [];
let number = 0;
let name = '';

/** Each test has a log of its own. */
function freshName(): string {
  number += 1;
  name = `test-${String(number)}-${crypto.randomUUID()}`;
  return name;
}

async function open(logName = name): Promise<AuditLog> {
  const log = await openAuditLog({ mode: 'practice', store: await openIndexedDbStore(logName), appBuild: '0.1.0' });
  opened.push(log);
  return log;
}

async function logOf(size: number): Promise<AuditLog> {
  freshName();
  const log = await open();
  for (let at = 0; at < size; at++) await log.append(recordAt(1000 + at));
  return log;
}

/** Other hands in the database while no log is open. */
async function tamper(change: (database: Awaited<ReturnType<typeof openDB>>) => Promise<unknown>): Promise<void> {
  const database = await openDB(`madoguchi-audit-${name}`);
  await change(database);
  database.close();
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const log of opened.splice(0)) await log.close();
  await deleteDB(`madoguchi-audit-${name}`);
  const files = await navigator.storage.getDirectory();
  await files.removeEntry(`madoguchi-audit-${name}.head.json`).catch(() => undefined);
});

describe('durability', () => {
  it('asks for strict in every transaction that writes', async () => {
    const transactions: IDBTransaction[] = [];
    const begin = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...rest) {
      const transaction = begin.apply(this, rest);
      transactions.push(transaction);
      return transaction;
    });
    const log = await logOf(3);
    await log.keyedHash('x');
    const writing = transactions.filter(({ mode }) => mode === 'readwrite');
    expect(writing).toHaveLength(4); // three entries, one key
    expect(writing.map(({ durability }) => durability)).toEqual(Array(4).fill('strict'));
  });

  it('acknowledges after `complete`, not before', async () => {
    const log = await logOf(0);
    const order: string[] = [];
    const begin = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...rest) {
      const transaction = begin.apply(this, rest);
      if (transaction.mode === 'readwrite') transaction.addEventListener('complete', () => order.push('complete'));
      return transaction;
    });
    await log.append(recordAt(1)).then(() => order.push('acknowledged'));
    expect(order).toEqual(['complete', 'acknowledged']);
  });

  it('writes entry and head in one transaction, and gathers what waits', async () => {
    const log = await logOf(1);
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await Promise.all(Array.from({ length: 50 }, (_, at) => log.append(recordAt(2000 + at))));
    const writing = begin.mock.calls.filter(([, mode]) => mode === 'readwrite');
    expect(writing.length).toBeLessThanOrEqual(2);
    expect(writing[0]?.[0]).toEqual(['entries', 'marks']);
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 51 });
  });
});

describe('the edges of a log', () => {
  it('an empty log lists nothing, verifies and exports', async () => {
    const log = await logOf(0);
    expect(await log.list({ limit: 50 })).toEqual([]);
    expect(await log.list({ limit: 1, before: 0 })).toEqual([]);
    expect(await log.list({ limit: 1000, before: 7 })).toEqual([]);
    expect(await log.size()).toBe(0);
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 0 });
    expect(JSON.parse(await log.exportJson())).toMatchObject({ entries: [] });
  });

  it('nothing lies before the first entry', async () => {
    const log = await logOf(2);
    expect(await log.list({ limit: 50, before: 0 })).toEqual([]);
    expect((await log.list({ limit: 50, before: 1 })).map(({ sequence }) => sequence)).toEqual([0]);
    expect((await log.list({ limit: 50, before: Number.MAX_SAFE_INTEGER })).map(({ sequence }) => sequence)).toEqual([1, 0]);
  });

  it.each([-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER, 2 ** 53, 2])('there is no entry %s', async (sequence) => {
    const log = await logOf(2);
    expect(await log.open(sequence)).toBeUndefined();
  });
});

describe('a transaction that aborts', () => {
  it('after its last request, with an `abort` and no `error`: nothing is written, the next append works', async () => {
    const log = await logOf(2);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, ...rest) {
      const request = put.apply(this, rest);
      request.addEventListener('success', () => {
        this.transaction.abort();
      });
      return request;
    });
    await expect(log.append(recordAt(3000))).rejects.toThrow(withCode('LOG_APPEND_FAILED'));
    expect(await log.size()).toBe(2);
    expect((await log.append(recordAt(3001))).sequence).toBe(2);
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 3 });
  });

  it('because the disk is full: the same', async () => {
    const log = await logOf(2);
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(log.append(recordAt(3000))).rejects.toThrow(withCode('LOG_APPEND_FAILED'));
    expect((await log.append(recordAt(3001))).sequence).toBe(2);
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 3 });
  });
});

describe('several tabs', () => {
  it('has one writer; the other reads, is told, and refuses to write', async () => {
    const writer = await logOf(1);
    const reader = await open();
    expect([writer.role, reader.role]).toEqual(['writer', 'reader']);
    await expect(reader.append(recordAt(1))).rejects.toThrow(withCode('LOG_READ_ONLY'));
    const told = new Promise<void>((resolve) => reader.onChange(resolve));
    await writer.append(recordAt(2000));
    await told;
    expect(await reader.size()).toBe(2);
    expect(await reader.verify()).toMatchObject({ outcome: 'intact', size: 2 });
  });

  it('tells nobody who stopped listening', async () => {
    const writer = await logOf(0);
    const reader = await open();
    const silent = vi.fn();
    reader.onChange(silent)();
    const told = new Promise<void>((resolve) => reader.onChange(resolve));
    await writer.append(recordAt(1));
    await told;
    expect(silent).not.toHaveBeenCalled();
  });

  it('hands the pen over when the writer closes', async () => {
    const writer = await logOf(2);
    const reader = await open();
    const last = writer.append(recordAt(2000));
    await writer.close();
    await vi.waitUntil(() => reader.role === 'writer');
    expect((await last).sequence).toBe(2);
    expect((await reader.append(recordAt(2001))).sequence).toBe(3);
    expect(await reader.verify()).toMatchObject({ outcome: 'intact', size: 4 });
  });

  it('passes over a reader that closed before its turn', async () => {
    const writer = await logOf(1);
    const gone = await open();
    const next = await open();
    await gone.close();
    const told = new Promise<void>((resolve) => next.onChange(resolve));
    await writer.close();
    await told;
    expect(next.role).toBe('writer');
  });

  it('becomes a reader when the lock is taken away', async () => {
    const writer = await logOf(1);
    const told = new Promise<void>((resolve) => writer.onChange(resolve));
    await navigator.locks.request(`madoguchi-audit-${name}`, { steal: true }, async () => {
      await told;
      expect(writer.role).toBe('reader');
      await expect(writer.append(recordAt(2000))).rejects.toThrow(withCode('LOG_READ_ONLY'));
    });
  });

  it('closes for a newer version of the page, which then opens', async () => {
    const log = await logOf(1);
    const newer = await openDB(`madoguchi-audit-${name}`, 9);
    await expect(log.append(recordAt(2000))).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    newer.close();
    await expect(openIndexedDbStore(name)).rejects.toThrow(withCode('LOG_VERSION_NEWER'));
  });

  it('says LOG_BLOCKED when another tab does not let go', async () => {
    await (await logOf(1)).close();
    const old = await openDB(`madoguchi-audit-${name}`, 1, { blocking: () => undefined });
    await expect(openIndexedDbStore(name, 2)).rejects.toThrow(withCode('LOG_BLOCKED'));
    old.close();
  });
});

describe('a new start', () => {
  it('finds entries, key and copy again', async () => {
    const log = await logOf(3);
    const hash = await log.keyedHash('000000000000');
    const list = await log.list({ limit: 10 });
    await log.close();
    const again = await open();
    expect(again.fault).toBeUndefined();
    expect(await again.list({ limit: 10 })).toEqual(list);
    expect(await again.keyedHash('000000000000')).toBe(hash);
    expect(await again.storage()).toMatchObject({ headCopy: 'kept', persisted: await navigator.storage.persisted() });
    expect((await again.storage()).quota).toBeGreaterThan(0);
  });

  it('keeps a key that no script can take out', async () => {
    await (await logOf(1)).keyedHash('x');
    await tamper(async (database) => {
      const key: unknown = await database.get('keys', 'licenceNumber');
      expect(key).toBeInstanceOf(CryptoKey);
      expect(key).toMatchObject({ extractable: false, usages: ['sign'], algorithm: { name: 'HMAC', hash: { name: 'SHA-256' }, length: 256 } });
    });
  });

  it('keeps service and practice apart', async () => {
    freshName();
    const practice = await openAuditLog({ mode: 'practice' });
    const service = await openAuditLog({ mode: 'service' });
    opened.push(practice, service);
    expect([practice.role, service.role]).toEqual(['writer', 'writer']);
    await practice.append(recordAt(1));
    expect([await practice.size(), await service.size()]).toEqual([1, 0]);
    await Promise.all([practice.close(), service.close()]);
    const files = await navigator.storage.getDirectory();
    for (const mode of ['practice', 'service']) {
      await deleteDB(`madoguchi-audit-${mode}`);
      await files.removeEntry(`madoguchi-audit-${mode}.head.json`).catch(() => undefined);
    }
  });

  test.prop([fc.array(fc.constantFrom('append', 'append', 'append', 'burst', 'reopen'), { minLength: 50, maxLength: 50 })], { numRuns: 4 })(
    'loses nothing of 200 appends and new starts',
    async (steps) => {
      let log = await logOf(0);
      const acknowledged: AuditEntry[] = [];
      for (const [at, step] of steps.entries()) {
        if (step === 'reopen') {
          await log.close();
          log = await open();
        } else {
          acknowledged.push(...(await Promise.all(Array.from({ length: step === 'burst' ? 5 : 1 }, () => log.append(recordAt(at))))));
        }
      }
      await log.close();
      log = await open();
      expect(log.fault).toBeUndefined();
      expect(await log.verify()).toMatchObject({ outcome: 'intact', size: acknowledged.length });
      expect(acknowledged.length === 0 ? [] : (await log.list({ limit: 1000 })).reverse()).toEqual(acknowledged);
    },
  );
});

describe('a database with stores missing', () => {
  /** The database made anew with some of its stores, and three rows and a head where there is a place for them. */
  async function rebuildWith(stores: readonly string[]): Promise<void> {
    const { entries, head } = chainOf(3);
    const database = await openDB(`madoguchi-audit-${name}`, 1, {
      upgrade: (made) => {
        for (const store of stores) made.createObjectStore(store, store === 'entries' ? { keyPath: 'sequence' } : {});
      },
    });
    if (stores.includes('entries')) for (const entry of entries) await database.put('entries', entry);
    if (stores.includes('marks')) await database.put('marks', head, 'head');
    database.close();
  }

  it.each([
    { stores: [], rows: 0 },
    { stores: ['entries'], rows: 3 },
    { stores: ['marks', 'keys'], rows: 0 },
    { stores: ['entries', 'keys'], rows: 3 },
    { stores: ['entries', 'marks'], rows: 3 },
  ])('only $stores: LOG_CORRUPT, and what is there comes out', async ({ stores, rows }) => {
    freshName();
    await rebuildWith(stores);
    const log = await open();
    expect(log.fault).toBe('LOG_CORRUPT');
    await expect(log.append(recordAt(9000))).rejects.toThrow(withCode('LOG_CORRUPT'));
    expect(await log.verify()).toMatchObject({ outcome: 'broken' });
    expect(JSON.parse(await log.exportJson())).toMatchObject({ entries: chainOf(rows).entries });
  });

  it('no place for the key: LOG_KEY_UNUSABLE', async () => {
    freshName();
    await rebuildWith(['entries', 'marks']);
    await expect((await open()).keyedHash('x')).rejects.toThrow(withCode('LOG_KEY_UNUSABLE'));
  });

  it.each(['junk', 7, { algorithm: { name: 'HMAC' }, usages: ['sign'] }, null])(
    'junk %j in place of the key: LOG_KEY_UNUSABLE, never a new key',
    async (junk) => {
      await (await logOf(1)).close();
      await tamper((database) => database.put('keys', junk, 'licenceNumber'));
      const log = await open();
      await expect(log.keyedHash('x')).rejects.toThrow(withCode('LOG_KEY_UNUSABLE'));
      await tamper(async (database) => {
        expect(await database.get('keys', 'licenceNumber')).toEqual(junk);
      });
    },
  );
});

describe('a key that changed', () => {
  it('is seen in the entries: hashes under another key bear another identifier', async () => {
    const log = await logOf(0);
    const append = async (to: AuditLog): Promise<AuditEntry> => to.append(recordAt(1, { licenceNumberHash: await to.keyedHash('000000000000') }));
    const [first, second] = [await append(log), await append(log)];
    await log.close();
    await tamper((database) => database.clear('keys'));
    const third = await append(await open());
    expect(first.licenceNumberKeyId).toMatch(/^[0-9A-F]{16}$/u);
    expect(second.licenceNumberKeyId).toBe(first.licenceNumberKeyId);
    expect(third.licenceNumberHash).not.toBe(first.licenceNumberHash);
    expect(third.licenceNumberKeyId).not.toBe(first.licenceNumberKeyId);
    expect((await opened.at(-1)?.append(recordAt(2)))?.licenceNumberKeyId).toBeUndefined();
  });
});

describe('a database changed by other hands', () => {
  const cases: readonly { name: string; change: Parameters<typeof tamper>[0]; fault: AuditLog['fault']; check: object }[] = [
    {
      name: 'last row altered',
      change: (db) => db.put('entries', { ...chainOf(3).entries[2], at: 5 }),
      fault: 'LOG_CORRUPT',
      check: { firstBad: 2, why: 'ENTRY_ALTERED' },
    },
    { name: 'last row junk', change: (db) => db.put('entries', { sequence: 2 }), fault: 'LOG_CORRUPT', check: { firstBad: 2, why: 'ENTRY_UNREADABLE' } },
    { name: 'first row deleted', change: (db) => db.delete('entries', 0), fault: 'LOG_CORRUPT', check: { firstBad: 0, why: 'ENTRY_MISSING' } },
    {
      name: 'row with a text as its key',
      change: (db) => db.put('entries', { sequence: 'x' }),
      fault: 'LOG_CORRUPT',
      check: { firstBad: 3, why: 'HEAD_DIFFERS' },
    },
    { name: 'row before the first', change: (db) => db.put('entries', { sequence: -1 }), fault: 'LOG_CORRUPT', check: { firstBad: 3, why: 'HEAD_DIFFERS' } },
    { name: 'row between two', change: (db) => db.put('entries', { sequence: 0.5 }), fault: 'LOG_CORRUPT', check: { firstBad: 1, why: 'ENTRY_UNREADABLE' } },
    { name: 'head junk', change: (db) => db.put('marks', 'junk', 'head'), fault: 'LOG_CORRUPT', check: { firstBad: 2, why: 'HEAD_DIFFERS' } },
    { name: 'head deleted', change: (db) => db.delete('marks', 'head'), fault: 'LOG_CORRUPT', check: { firstBad: 0, why: 'HEAD_DIFFERS' } },
    { name: 'rows cleared', change: (db) => db.clear('entries'), fault: 'LOG_CORRUPT', check: { firstBad: 0, why: 'ENTRY_MISSING' } },
    {
      name: 'rows and head rolled back',
      change: async (db) => {
        const second = (await db.get('entries', 1)) as AuditEntry; // the log wrote it
        await db.delete('entries', 2);
        await db.put('marks', { size: 2, headHash: second.hash }, 'head');
      },
      fault: 'LOG_CORRUPT',
      check: { firstBad: 2, why: 'ENTRY_MISSING' },
    },
    {
      name: 'rows and head cleared',
      change: async (db) => {
        await db.clear('entries');
        await db.clear('marks');
      },
      fault: 'LOG_LOST',
      check: { firstBad: 0, why: 'ENTRY_MISSING' },
    },
  ];

  it.each(cases)('$name: opens, tells, writes nothing', async ({ change, fault, check }) => {
    await (await logOf(3)).close();
    await tamper(change);
    const log = await open();
    expect(log.fault).toBe(fault);
    await expect(log.append(recordAt(9000))).rejects.toThrow(withCode(fault ?? ''));
    expect(await log.verify()).toEqual({ outcome: 'broken', ...check });
  });

  it('the whole database deleted: LOG_LOST', async () => {
    await (await logOf(3)).close();
    await deleteDB(`madoguchi-audit-${name}`);
    const log = await open();
    expect(log.fault).toBe('LOG_LOST');
    await expect(log.append(recordAt(9000))).rejects.toThrow(withCode('LOG_LOST'));
    expect(await log.verify()).toEqual({ outcome: 'broken', firstBad: 0, why: 'ENTRY_MISSING' });
  });

  it('the browser says that it deleted a damaged database: LOG_LOST, at later starts too', async () => {
    freshName();
    const original = Object.getOwnPropertyDescriptor(IDBVersionChangeEvent.prototype, 'dataLoss');
    Object.defineProperty(IDBVersionChangeEvent.prototype, 'dataLoss', { configurable: true, get: () => 'total' });
    try {
      const log = await open();
      expect(log.fault).toBe('LOG_LOST');
      await log.close();
    } finally {
      if (original === undefined) Reflect.deleteProperty(IDBVersionChangeEvent.prototype, 'dataLoss');
      else Object.defineProperty(IDBVersionChangeEvent.prototype, 'dataLoss', original);
    }
    expect((await open()).fault).toBe('LOG_LOST');
  });
});
