/** The link clock knows no machine: what a whole read may take is held as exactly as anything else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { measureLink, type LinkTime } from './link.ts';
import { airTime, shortestSequence } from './shortest-read.ts';

let times: readonly LinkTime[] = [];
beforeAll(async () => {
  times = await measureLink();
}, 60_000);

const name = ({ reader, form, rate }: LinkTime): string => `${reader} ${form} ${String(rate)}`;
const beyond = (limit: (time: LinkTime) => boolean): readonly string[] => times.filter((time) => !limit(time)).map(name);

describe('a whole read of the standard card', () => {
  it('takes at most 25 commands with short Le', () => {
    // T=0 has its own: GET RESPONSE and the same READ BINARY with the Le of 6Cxx.
    expect(beyond(({ reader, form, apdus }) => form !== 'short' || apdus <= (reader === 'ccid-tpdu-t0' ? 29 : 25))).toEqual([]);
  });

  it('takes at most 14 with extended Le, wherever the reader carries it', () => {
    const without = ['rcs300-t2', 'rcs300-t3', 'hid-bridge', 'ccid-tpdu-t0'];
    expect(beyond(({ reader, form, apdus }) => form !== 'extended' || without.includes(reader) || apdus <= 14)).toEqual([]);
  });

  it('takes at most 1.05 of the time of the shortest legal sequence at the same rate', () => {
    expect(beyond(({ modelledMs, shortestMs }) => shortestMs === undefined || modelledMs <= shortestMs * 1.05)).toEqual([]);
  });

  it('is never faster than that sequence', () => {
    expect(beyond(({ modelledMs, shortestMs }) => shortestMs === undefined || modelledMs >= shortestMs - 1e-6)).toEqual([]);
  });

  it('takes at 424 kbit/s at most 0.35 of the time at 106', () => {
    const at106 = new Map(times.filter(({ rate }) => rate === 106).map(({ reader, form, modelledMs }) => [`${reader} ${form}`, modelledMs]));
    expect(beyond(({ reader, form, rate, modelledMs }) => rate === 106 || modelledMs <= 0.35 * (at106.get(`${reader} ${form}`) ?? 0))).toEqual([]);
  });

  it('is priced as the table of ccid.md §16.3 is', () => {
    const six = Array.from({ length: 6 }, (_, index) => ({ what: 'READ', command: 5, answer: Math.min(251, 1500 - index * 251) + 2 }));
    expect([1, 2, 4, 8].map((speed) => Math.round(airTime(six, speed, 'reader')))).toEqual([156, 81, 43, 24]);
    expect(shortestSequence('short')).toHaveLength(24);
    expect(shortestSequence('extended')).toHaveLength(13);
  });
});
