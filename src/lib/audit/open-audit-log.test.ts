/** The log over the store in memory: what holds whatever the store. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditLog } from './audit-entry.ts';
import { AuditError } from './audit-error.ts';
import type { AuditStore } from './audit-store.ts';
import { checkChain } from './chain.ts';
import { checkExport } from './exported-log.ts';
import { openMemoryStore, type MemoryContents } from './memory-store.ts';
import { openAuditLog } from './open-audit-log.ts';
import { BOOT_ID, chainOf, recordAt } from './test-records.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

function contentsOf(size: number): MemoryContents {
  const { entries, head } = chainOf(size);
  return { rows: new Map(entries.map((entry) => [entry.sequence, entry])), head: size === 0 ? undefined : head, headCopy: { state: 'missing' } };
}

function openOver(contents: MemoryContents): Promise<AuditLog> {
  return openAuditLog({ mode: 'practice', store: openMemoryStore(contents), bootId: BOOT_ID, appBuild: '0.1.0+abc1234' });
}

describe('openAuditLog', () => {
  it('starts empty, as the writer', async () => {
    const log = await openAuditLog({ mode: 'practice', store: openMemoryStore() });
    expect(log.role).toBe('writer');
    expect(log.fault).toBeUndefined();
    expect(await log.size()).toBe(0);
    expect(await log.list({ limit: 10 })).toEqual([]);
    expect(await log.open(0)).toBeUndefined();
    expect(await log.verify()).toEqual({ outcome: 'intact', size: 0, headHash: '0'.repeat(64) });
  });

  it('appends, lists newest first, opens one', async () => {
    const log = await openOver(contentsOf(0));
    for (const at of [10, 20, 30]) await log.append(recordAt(at));
    expect((await log.list({ limit: 2 })).map(({ at }) => at)).toEqual([30, 20]);
    expect((await log.list({ before: 1, limit: 2 })).map(({ at }) => at)).toEqual([10]);
    expect(await log.list({ before: 0, limit: 2 })).toEqual([]);
    expect((await log.open(1))?.at).toBe(20);
    expect(await log.open(3)).toBeUndefined();
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 3 });
  });

  it('keeps the order of appends that were not waited for', async () => {
    const log = await openOver(contentsOf(0));
    const entries = await Promise.all(Array.from({ length: 250 }, (_, at) => log.append(recordAt(at))));
    expect(entries.map(({ sequence, at }) => [sequence, at])).toEqual(Array.from({ length: 250 }, (_, at) => [at, at]));
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 250 });
  });

  it('gives each start another random boot id of 16 bytes', async () => {
    const contents = contentsOf(0);
    const entries: AuditEntry[] = [];
    for (const at of [1, 2]) {
      const log = await openAuditLog({ mode: 'practice', store: openMemoryStore(contents) });
      entries.push(await log.append(recordAt(at)));
      await log.close();
    }
    expect(entries[0]?.bootId).toMatch(/^[0-9A-F]{32}$/u);
    expect(entries[1]?.bootId).not.toBe(entries[0]?.bootId);
  });

  it('marks a clock that stepped back, across a new start too', async () => {
    const contents = contentsOf(0);
    await (await openOver(contents)).append(recordAt(100));
    const log = await openOver(contents);
    expect((await log.append(recordAt(99))).clock).toBe('steppedBack');
    expect((await log.append(recordAt(99))).clock).toBe('running');
    expect(await log.verify()).toMatchObject({ outcome: 'intact' });
  });

  it.each([0, 1001, 1.5, NaN, -1])('refuses a page of %d entries', async (limit) => {
    await expect((await openOver(contentsOf(1))).list({ limit })).rejects.toThrow(RangeError);
  });

  it.each([-1, 0.5, NaN])('refuses a page before %d', async (before) => {
    await expect((await openOver(contentsOf(1))).list({ before, limit: 1 })).rejects.toThrow(RangeError);
  });

  it('refuses a record of the other mode, and one that holds a number, and goes on', async () => {
    const log = await openOver(contentsOf(0));
    await expect(log.append(recordAt(1, { mode: 'service' }))).rejects.toThrow(withCode('RECORD_REFUSED'));
    await expect(log.append(recordAt(1, { reasons: ['123456789012'] }))).rejects.toThrow(withCode('RECORD_REFUSED'));
    expect((await log.append(recordAt(1))).sequence).toBe(0);
  });

  it('refuses everything once closed', async () => {
    const log = await openOver(contentsOf(1));
    const appended = log.append(recordAt(5));
    await log.close();
    expect((await appended).sequence).toBe(1);
    const tries = [log.append(recordAt(1)), log.list({ limit: 1 }), log.open(0), log.size(), log.verify(), log.exportJson(), log.keyedHash('x'), log.storage()];
    for (const tried of tries) await expect(tried).rejects.toThrow(withCode('LOG_UNAVAILABLE'));
    await log.close();
  });

  it('hashes under a key of this store: the same twice, another elsewhere', async () => {
    const contents = contentsOf(0);
    const store = openMemoryStore(contents);
    const log = await openAuditLog({ mode: 'practice', store });
    const hash = await log.keyedHash('000000000000');
    expect(hash).toMatch(/^[0-9A-F]{64}$/u);
    expect(await log.keyedHash('000000000000')).toBe(hash);
    expect(await log.keyedHash('000000000001')).not.toBe(hash);
    expect(await (await openOver(contentsOf(0))).keyedHash('000000000000')).not.toBe(hash);
    const key = await store.hashKey();
    expect(key.extractable).toBe(false);
    expect((await log.append(recordAt(1, { licenceNumberHash: hash }))).licenceNumberHash).toBe(hash);
  });

  it('exports what it holds', async () => {
    const log = await openOver(contentsOf(3));
    const json = await log.exportJson();
    expect(JSON.parse(json)).toMatchObject({ format: 'madoguchi-audit-log/1', mode: 'practice', exportedBy: '0.1.0+abc1234', head: { size: 3 } });
    expect(checkExport(json)).toEqual(await log.verify());
  });

  it('copies the head to the second place before it closes', async () => {
    const contents = contentsOf(0);
    const log = await openOver(contents);
    expect((await log.storage()).headCopy).toBe('missing');
    const { hash } = await log.append(recordAt(1));
    await log.close();
    expect(contents.headCopy).toEqual({ state: 'kept', head: { size: 1, headHash: hash } });
  });
});

const five = chainOf(5);
const damages: readonly { name: string; damage: (contents: MemoryContents) => void; fault: AuditLog['fault']; check: object }[] = [
  { name: 'a row that is junk', damage: ({ rows }) => rows.set(4, 'junk'), fault: 'LOG_CORRUPT', check: { firstBad: 4, why: 'ENTRY_UNREADABLE' } },
  { name: 'the last row gone', damage: ({ rows }) => rows.delete(4), fault: 'LOG_CORRUPT', check: { firstBad: 4, why: 'ENTRY_MISSING' } },
  { name: 'a row in the middle gone', damage: ({ rows }) => rows.delete(2), fault: 'LOG_CORRUPT', check: { firstBad: 2, why: 'ENTRY_MISSING' } },
  { name: 'the first row gone', damage: ({ rows }) => rows.delete(0), fault: 'LOG_CORRUPT', check: { firstBad: 0, why: 'ENTRY_MISSING' } },
  {
    name: 'all rows gone',
    damage: ({ rows }) => {
      rows.clear();
    },
    fault: 'LOG_CORRUPT',
    check: { firstBad: 0, why: 'ENTRY_MISSING' },
  },
  { name: 'a row too many', damage: ({ rows }) => rows.set(5, chainOf(6).entries[5]), fault: 'LOG_CORRUPT', check: { firstBad: 5, why: 'HEAD_DIFFERS' } },
  { name: 'a junk row behind the end', damage: ({ rows }) => rows.set(9, null), fault: 'LOG_CORRUPT', check: { firstBad: 5, why: 'HEAD_DIFFERS' } },
  {
    name: 'the last row altered',
    damage: ({ rows }) => rows.set(4, { ...five.entries[4], at: 1 }),
    fault: 'LOG_CORRUPT',
    check: { firstBad: 4, why: 'ENTRY_ALTERED' },
  },
  { name: 'a junk head', damage: (contents) => (contents.head = 7), fault: 'LOG_CORRUPT', check: { firstBad: 4, why: 'HEAD_DIFFERS' } },
  { name: 'no head', damage: (contents) => (contents.head = undefined), fault: 'LOG_CORRUPT', check: { firstBad: 0, why: 'HEAD_DIFFERS' } },
  { name: 'an older head', damage: (contents) => (contents.head = chainOf(3).head), fault: 'LOG_CORRUPT', check: { firstBad: 3, why: 'HEAD_DIFFERS' } },
  { name: 'a head ahead', damage: (contents) => (contents.head = chainOf(7).head), fault: 'LOG_CORRUPT', check: { firstBad: 5, why: 'ENTRY_MISSING' } },
  {
    name: 'rows and head rolled back, the copy not',
    damage: (contents) => {
      contents.headCopy = { state: 'kept', head: five.head };
      contents.rows.delete(4);
      contents.head = chainOf(4).head;
    },
    fault: 'LOG_CORRUPT',
    check: { firstBad: 4, why: 'ENTRY_MISSING' },
  },
  {
    name: 'a copy of another log',
    damage: (contents) => (contents.headCopy = { state: 'kept', head: { size: 3, headHash: 'E'.repeat(64) } }),
    fault: 'LOG_CORRUPT',
    check: { firstBad: 2, why: 'HEAD_DIFFERS' },
  },
  {
    name: 'rows and head gone, the copy not',
    damage: (contents) => {
      contents.headCopy = { state: 'kept', head: five.head };
      contents.rows.clear();
      contents.head = undefined;
    },
    fault: 'LOG_LOST',
    check: { firstBad: 0, why: 'ENTRY_MISSING' },
  },
  {
    name: 'rows and head gone, the copy unreadable',
    damage: (contents) => {
      contents.headCopy = { state: 'unreadable' };
      contents.rows.clear();
      contents.head = undefined;
    },
    fault: 'LOG_LOST',
    check: { firstBad: 0, why: 'ENTRY_MISSING' },
  },
];

describe('a damaged log', () => {
  it.each(damages)('$name: opens, tells, and writes nothing', async ({ damage, fault, check }) => {
    const contents = contentsOf(5);
    damage(contents);
    const before = structuredClone(contents);
    const log = await openOver(contents);
    expect(log.fault).toBe(fault);
    await expect(log.append(recordAt(9999))).rejects.toThrow(withCode(fault ?? ''));
    expect(await log.verify()).toEqual({ outcome: 'broken', ...check });
    expect(checkExport(await log.exportJson()).outcome).toMatch(/^(?:broken|intact)$/u);
    await log.close();
    expect(contents).toEqual(before);
  });

  it.each([
    { name: 'missing', copy: { state: 'missing' } },
    { name: 'unreadable', copy: { state: 'unreadable' } },
    { name: 'older, of the same log', copy: { state: 'kept', head: chainOf(2).head } },
  ] as const)('a copy that is $name stops nothing, and is written anew', async ({ copy }) => {
    const contents = { ...contentsOf(5), headCopy: copy };
    const log = await openOver(contents);
    expect(log.fault).toBeUndefined();
    expect(await log.verify()).toMatchObject({ outcome: 'intact', size: 5 });
    await log.close();
    expect(contents.headCopy).toEqual({ state: 'kept', head: five.head });
  });

  it('gives the other entries when one in the middle is unreadable', async () => {
    const contents = contentsOf(5);
    contents.rows.set(2, { junk: true });
    const log = await openOver(contents);
    expect(log.fault).toBeUndefined(); // the start looks at the end only; verify looks at all
    expect(await log.verify()).toEqual({ outcome: 'broken', firstBad: 2, why: 'ENTRY_UNREADABLE' });
    await expect(log.list({ limit: 5 })).rejects.toThrow(withCode('LOG_CORRUPT'));
    await expect(log.open(2)).rejects.toThrow(withCode('LOG_CORRUPT'));
    expect((await log.list({ limit: 2 })).map(({ sequence }) => sequence)).toEqual([4, 3]);
    expect(await log.open(1)).toEqual(five.entries[1]);
    expect(checkExport(await log.exportJson())).toEqual({ outcome: 'broken', firstBad: 2, why: 'ENTRY_UNREADABLE' });
  });

  it('says so when an entry in the middle is missing, and skips nothing', async () => {
    const contents = contentsOf(5);
    const log = await openOver(contents);
    contents.rows.delete(2);
    await expect(log.list({ limit: 5 })).rejects.toThrow(withCode('LOG_CORRUPT'));
    await expect(log.open(2)).rejects.toThrow(withCode('LOG_CORRUPT'));
  });

  it('does not show an altered entry as if it were one', async () => {
    const contents = contentsOf(5);
    contents.rows.set(2, { ...five.entries[2], reasons: [] });
    await expect((await openOver(contents)).open(2)).rejects.toThrow(withCode('LOG_CORRUPT'));
  });

  it('says LOG_CORRUPT when the head cannot be read', async () => {
    const contents = contentsOf(5);
    contents.head = 'junk';
    const log = await openOver(contents);
    await expect(log.size()).rejects.toThrow(withCode('LOG_CORRUPT'));
    expect(checkExport(await log.exportJson())).toEqual({ outcome: 'broken', firstBad: 4, why: 'HEAD_DIFFERS' });
  });

  it('goes on from what is stored when somebody wrote in between', async () => {
    const contents = contentsOf(0);
    const [one, two] = [await openOver(contents), await openOver(contents)];
    await one.append(recordAt(1));
    await expect(two.append(recordAt(2))).rejects.toThrow(withCode('LOG_CORRUPT'));
    expect((await two.append(recordAt(2))).sequence).toBe(1);
    expect(await two.verify()).toMatchObject({ outcome: 'intact', size: 2 });
  });
});

/** A store whose transactions fail when told to: before writing, or after it without an answer. */
function unreliable(contents: MemoryContents, plan: { next: 'works' | 'aborts' | 'diesAfterCommit' }): AuditStore {
  const store = openMemoryStore(contents);
  return {
    ...store,
    append: async (expected, entries) => {
      const { next } = plan;
      plan.next = 'works';
      if (next !== 'aborts') await store.append(expected, entries);
      if (next !== 'works') throw new AuditError({ code: 'LOG_APPEND_FAILED', message: 'planned' });
    },
  };
}

describe('a store that fails', () => {
  const step = fc.constantFrom('works', 'works', 'aborts', 'diesAfterCommit', 'reopen');

  // 20 runs of up to 30 steps: some 200 to 300 appends and new starts.
  test.prop([fc.array(fc.tuple(step, fc.nat(50)), { minLength: 5, maxLength: 30 })], { numRuns: 20 })(
    'loses nothing it acknowledged, and leaves no gap',
    async (steps) => {
      const contents = contentsOf(0);
      const acknowledged: AuditEntry[] = [];
      const plan: Parameters<typeof unreliable>[1] = { next: 'works' };
      const open = (): Promise<AuditLog> => openAuditLog({ mode: 'practice', store: unreliable(contents, plan) });
      let log = await open();
      for (const [kind, at] of steps) {
        if (kind === 'reopen') {
          await log.close();
          log = await open();
          continue;
        }
        plan.next = kind;
        const appended = log.append(recordAt(at));
        if (kind === 'works') acknowledged.push(await appended);
        else await expect(appended).rejects.toThrow(withCode('LOG_APPEND_FAILED'));
      }
      expect(await log.verify()).toMatchObject({ outcome: 'intact' });
      expect(checkChain([...contents.rows.values()], contents.head ?? { size: 0, headHash: '0'.repeat(64) })).toMatchObject({ outcome: 'intact' });
      for (const entry of acknowledged) expect(await log.open(entry.sequence)).toEqual(entry);
    },
  );

  it('fails every append of one transaction together, and only those', async () => {
    const contents = contentsOf(0);
    const plan: Parameters<typeof unreliable>[1] = { next: 'works' };
    const log = await openAuditLog({ mode: 'practice', store: unreliable(contents, plan) });
    await log.append(recordAt(0));
    plan.next = 'aborts';
    const results = await Promise.allSettled([log.append(recordAt(1)), log.append(recordAt(2)), log.append(recordAt(3))]);
    const fulfilled = results.filter((result) => result.status === 'fulfilled');
    expect(fulfilled.length).toBeLessThan(3);
    expect(await log.size()).toBe(1 + fulfilled.length);
    expect(await log.verify()).toMatchObject({ outcome: 'intact' });
  });
});
