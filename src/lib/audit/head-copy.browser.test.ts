import { afterEach, describe, expect, it } from 'vitest';
import { readHeadFile, writeHeadFile } from './head-copy.ts';
import { chainOf } from './test-records.ts';

const NAME = 'head-copy-test.json';

async function plant(text: string): Promise<void> {
  const file = await (await navigator.storage.getDirectory()).getFileHandle(NAME, { create: true });
  const writable = await file.createWritable();
  await writable.write(text);
  await writable.close();
}

afterEach(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(NAME, { recursive: true }).catch(() => undefined);
});

describe('the head in the origin private file system', () => {
  it('is missing at first, then what was written last', async () => {
    expect(await readHeadFile(NAME)).toEqual({ state: 'missing' });
    expect(await writeHeadFile(NAME, chainOf(3).head)).toBe(true);
    expect(await writeHeadFile(NAME, chainOf(2).head)).toBe(true);
    expect(await readHeadFile(NAME)).toEqual({ state: 'kept', head: chainOf(2).head });
  });

  it.each([
    { name: 'empty', text: '' },
    { name: 'no JSON', text: '{"size":' },
    { name: 'no head', text: '{"size":3}' },
    { name: 'no object', text: '3' },
    { name: 'longer than a head can be', text: JSON.stringify(chainOf(1).head) + ' '.repeat(1024) },
  ])('is unreadable when $name', async ({ text }) => {
    await plant(text);
    expect(await readHeadFile(NAME)).toEqual({ state: 'unreadable' });
  });

  it('is unreadable when something else stands there', async () => {
    await (await navigator.storage.getDirectory()).getDirectoryHandle(NAME, { create: true });
    expect(await readHeadFile(NAME)).toEqual({ state: 'unreadable' });
    expect(await writeHeadFile(NAME, chainOf(1).head)).toBe(false);
  });
});
