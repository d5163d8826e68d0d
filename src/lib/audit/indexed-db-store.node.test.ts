/** The IndexedDB store over fake-indexeddb: its logic without a browser. Durability, locks and the second place need a real one: *.browser.test.ts. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import { chainOf, recordAt } from './test-records.ts';
import { openIndexedDbStore } from './indexed-db-store.ts';
import { openAuditLog } from './open-audit-log.ts';
import type { Locks } from './writer-lock.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const { entries, head } = chainOf(3);
const none = { size: 0, headHash: '0'.repeat(64) };

/** A lock nobody else wants. */
const free: Locks = { request: (_name, _options, callback) => callback({}) };

describe('openIndexedDbStore', () => {
  it('keeps entries and head together', async () => {
    const store = await openIndexedDbStore('together');
    expect(await store.readEnd()).toEqual({ head: undefined, lastRow: undefined, rowCount: 0, dataLoss: false, complete: true });
    await store.append(none, entries);
    expect(await store.readEnd()).toEqual({ head, lastRow: entries[2], rowCount: 3, dataLoss: false, complete: true });
    expect(await store.readRows(1, 1)).toEqual([entries[1]]);
    expect(await store.readRows(0, 100)).toEqual(entries);
    store.close();
  });

  it('writes nothing when the head is another one', async () => {
    const store = await openIndexedDbStore('another-head');
    await store.append(none, entries);
    await expect(store.append(none, entries)).rejects.toThrow(withCode('LOG_CORRUPT'));
    await expect(store.append({ ...head, headHash: 'F'.repeat(64) }, chainOf(4).entries.slice(3))).rejects.toThrow(withCode('LOG_CORRUPT'));
    expect((await store.readEnd()).rowCount).toBe(3);
    store.close();
  });

  it('overwrites no row: an append onto an existing one fails as a whole', async () => {
    const store = await openIndexedDbStore('no-overwrite');
    await store.append(none, entries);
    const raw = await openDB('madoguchi-audit-no-overwrite');
    await raw.put('entries', { sequence: 4, planted: true });
    raw.close();
    await expect(store.append(head, chainOf(5).entries.slice(3))).rejects.toThrow(withCode('LOG_APPEND_FAILED'));
    expect(await store.readEnd()).toMatchObject({ head, rowCount: 4, lastRow: { planted: true } });
    store.close();
  });

  it('remembers that the browser deleted a damaged database', async () => {
    const store = await openIndexedDbStore('loss');
    const raw = await openDB('madoguchi-audit-loss');
    await raw.put('marks', true, 'dataLoss');
    raw.close();
    expect((await store.readEnd()).dataLoss).toBe(true);
    store.close();
  });

  it('refuses a database of a later version', async () => {
    (await openDB('madoguchi-audit-later', 9)).close();
    await expect(openIndexedDbStore('later')).rejects.toThrow(withCode('LOG_VERSION_NEWER'));
  });

  it('says LOG_BLOCKED when an upgrade has to wait', async () => {
    const old = await openDB('madoguchi-audit-blocked', 1, { blocking: () => undefined });
    await expect(openIndexedDbStore('blocked', 2)).rejects.toThrow(withCode('LOG_BLOCKED'));
    old.close();
  });

  it('refuses reads and appends once closed', async () => {
    const store = await openIndexedDbStore('closed');
    store.close();
    await store.closed;
    await expect(store.readEnd()).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    await expect(store.append(none, entries)).rejects.toThrow(withCode('LOG_APPEND_FAILED'));
  });

  it('has no second place outside a browser, and says so', async () => {
    const store = await openIndexedDbStore('no-copy');
    expect(await store.readHeadCopy()).toEqual({ state: 'unavailable' });
    expect(await store.writeHeadCopy(head)).toBe(false);
    store.close();
  });

  it('carries a log across a new start', async () => {
    for (const at of [1, 2, 3]) {
      const log = await openAuditLog({ mode: 'practice', store: await openIndexedDbStore('restart'), locks: free });
      expect(await log.size()).toBe(at - 1);
      await log.append(recordAt(at));
      await log.close();
    }
    const log = await openAuditLog({ mode: 'practice', store: await openIndexedDbStore('restart'), locks: free });
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 3 });
    await log.close();
  });

  it('is not opened where the browser has no locks at all', async () => {
    vi.stubGlobal('navigator', {});
    try {
      await expect(openAuditLog({ mode: 'practice', store: await openIndexedDbStore('no-lock-api') })).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('is not opened where IndexedDB is missing', async () => {
    vi.stubGlobal('indexedDB', undefined);
    try {
      await expect(openAuditLog({ mode: 'practice' })).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('is not opened when locks are refused', async () => {
    const refusing: Locks = { request: () => Promise.reject(new Error('SecurityError')) };
    const store = await openIndexedDbStore('no-locks');
    await expect(openAuditLog({ mode: 'practice', store, locks: refusing })).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    await store.closed;
  });
});
