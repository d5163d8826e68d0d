import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
const remembered = new Map<string, Promise<unknown>>();

beforeEach(() => {
  remembered.clear();
  time = VirtualTime.install({ remembered });
});

afterEach(() => time.uninstall());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('lets an hour pass at once, for every clock', async () => {
  const [monotonic, calendar] = await time.run(async () => {
    const began = [performance.now(), Date.now()] as const;
    await pause(3_600_000);
    return [performance.now() - began[0], Date.now() - began[1]];
  });
  expect([monotonic, calendar]).toEqual([3_600_000, 3_600_000]);
});

it('fires timers in the order in which they are due, the earlier set first where two are due together', async () => {
  const fired: string[] = [];
  await time.run(async () => {
    setTimeout(() => fired.push('20'), 20);
    setTimeout(() => fired.push('10, first'), 10);
    setTimeout(() => fired.push('10, second'), 10);
    clearTimeout(setTimeout(() => fired.push('never'), 5));
    await pause(30);
  });
  expect(fired).toEqual(['10, first', '10, second', '20']);
});

it('lets promises come to rest before time goes on', async () => {
  const seen: string[] = [];
  await time.run(async () => {
    setTimeout(() => seen.push('timer'), 1);
    for (let step = 0; step < 100; step++) await Promise.resolve();
    seen.push('promises');
    await pause(2);
  });
  expect(seen).toEqual(['promises', 'timer']);
});

it('waits for WebCrypto before time goes on, and answers in the order of the calls', async () => {
  const seen: string[] = [];
  await time.run(async () => {
    setTimeout(() => seen.push('timer'), 1);
    const large = crypto.subtle.digest('SHA-256', new Uint8Array(4_000_000)).then(() => seen.push('large'));
    const small = crypto.subtle.digest('SHA-256', new Uint8Array(1)).then(() => seen.push('small'));
    await Promise.all([large, small, pause(2)]);
  });
  expect(seen).toEqual(['large', 'small', 'timer']);
});

it('makes a pure WebCrypto call once, and another question anew', async () => {
  const digestOf = (byte: number): Promise<ArrayBuffer> => time.run(() => crypto.subtle.digest('SHA-256', Uint8Array.of(byte)));
  const first = new Uint8Array(await digestOf(1));
  expect(new Uint8Array(await digestOf(1))).toEqual(first);
  expect(remembered.size).toBe(1);
  expect(new Uint8Array(await digestOf(2))).not.toEqual(first);
  expect(remembered.size).toBe(2);
});

it('takes a chain of timers of 0 for time that passes', async () => {
  const fired: string[] = [];
  await time.run(async () => {
    setTimeout(() => fired.push('limit'), 50);
    while (fired.length === 0) await pause(0);
  });
  expect(fired).toEqual(['limit']);
});

it('says so when nothing can happen any more', async () => {
  await expect(time.run(() => new Promise(() => undefined))).rejects.toThrow('Nothing can happen any more');
});

it('passes on what the work throws', async () => {
  const failing = async (): Promise<void> => {
    await pause(1);
    throw new Error('of the work');
  };
  await expect(time.run(failing)).rejects.toThrow('of the work');
});

it('begins anew each time: the same clock, the same chance, no timers of the run before', async () => {
  const fired: string[] = [];
  const work = async (): Promise<readonly number[]> => {
    setTimeout(() => fired.push('left behind'), 100);
    await pause(7);
    return [performance.now(), Date.now(), Math.random(), Math.random()];
  };
  const first = await time.run(work);
  expect(await time.run(work)).toEqual(first);
  expect(fired).toEqual([]);
});
