/** Coming and going of cards: ccid.md §4.3, quirks 22, 23, 28, and the rows B35, B40. */
import { describe, expect, it } from 'vitest';
import { opened, SELECT, wait, type Opened, type OpenOptions } from '../test/open.ts';
import type { Answers } from '../test/pipe-double.ts';
import { reply, slotStatus, status } from '../test/replies.ts';
import type { CardPresence } from '../slot.ts';
import { PresenceWatch } from './presence-watch.ts';
import { ccidTimeouts } from './timeouts.ts';

/** Longer than a coalescing time, a poll and a reply of the hasty time-outs together. */
const A_WHILE_MS = 90;

interface Watched extends Opened {
  readonly told: string[];
  readonly stop: () => void;
  card: number;
}

async function watched(options: OpenOptions = {}, answers: Answers = {}): Promise<Watched> {
  const state = { card: status.absent as number };
  const all = await opened({ 0x65: (command) => [slotStatus(command, state.card)], ...answers }, options);
  const told: string[] = [];
  const stop = all.slot.watchPresence((presence) => told.push(presence));
  await wait(A_WHILE_MS);
  return {
    ...all,
    told,
    stop,
    get card() {
      return state.card;
    },
    set card(value) {
      state.card = value;
    },
  };
}

const statusRequests = ({ pipe }: Opened): number => pipe.sent.filter((message) => message.startsWith('65')).length;

describe('with an interrupt endpoint', () => {
  it('looks at an empty slot now and then all the same: the first answer, or a notice, may have been lost', async () => {
    const told: CardPresence[] = [];
    let presence: CardPresence = 'absent';
    let asked = 0;
    const watch = new PresenceWatch(
      () => {
        asked += 1;
        watch.observe({ presence, powerLost: false });
        return Promise.resolve();
      },
      false,
      { ...ccidTimeouts, coalesceMs: 1, lookAnywayMs: 10 },
    );
    watch.add((now) => told.push(now));
    await wait(60);
    expect(asked).toBeGreaterThan(1);
    presence = 'inactive';
    await wait(60);
    expect(told).toEqual(['inactive']);
    const whenThere = asked;
    await wait(60);
    // A card that is there is heard of by what is done with it.
    expect(asked).toBe(whenThere);
    watch.end();
  });

  it('confirms a notice with GetSlotStatus and tells it once', async () => {
    const scene = await watched();
    expect(scene.told).toEqual([]);
    expect(statusRequests(scene)).toBe(1); // the question at the beginning, and no polling
    scene.card = status.inactive;
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive']);
    scene.card = status.absent;
    scene.pipe.interrupt('5002');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive', 'absent']);
    expect(scene.pipe.interruptReadIsPending).toBe(true);
    await scene.reader.close();
  });

  it('tells a card taken and another put down between two questions; one that kept its power was not away', async () => {
    const scene = await watched();
    scene.card = status.inactive;
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    scene.pipe.interrupt('5002');
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive', 'absent', 'inactive']);
    scene.card = status.active;
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    scene.pipe.interrupt('5002');
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive', 'absent', 'inactive']);
    await scene.reader.close();
  });

  it('asks again when the question about a notice was not answered: the notice does not come twice', async () => {
    let isDeaf = false;
    let card: number = status.inactive;
    const scene = await watched({}, { 0x65: (command) => (isDeaf ? [] : [slotStatus(command, card)]) });
    isDeaf = true;
    card = status.absent;
    scene.pipe.interrupt('5002');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual([]);
    isDeaf = false;
    await wait(2 * A_WHILE_MS);
    expect(scene.told).toEqual(['absent']);
    await scene.reader.close();
  });

  it('does not believe the notice alone', async () => {
    const scene = await watched();
    scene.pipe.interrupt('5003'); // "present": the status says absent
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual([]);
    await scene.reader.close();
  });

  it('notices a card when only the present bit says so', async () => {
    const scene = await watched();
    scene.card = status.inactive;
    scene.pipe.interrupt('5001');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive']);
    await scene.reader.close();
  });

  it('B35 a storm costs few questions', async () => {
    const scene = await watched();
    for (let count = 0; count < 500; count++) scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS * 3);
    expect(statusRequests(scene)).toBeLessThan(30);
    expect(scene.told).toEqual([]);
    await scene.reader.close();
  });

  it.each(['', '50', '5000000080', '0003', '51', 'FF'.repeat(64)])('B35 the message "%s" is no notice and no fault', async (message) => {
    const scene = await watched();
    const before = statusRequests(scene);
    scene.pipe.interrupt(message);
    await wait(A_WHILE_MS);
    expect(statusRequests(scene)).toBe(before);
    expect(await scene.slot.presence()).toBe('absent');
    await scene.reader.close();
  });

  it('a card that lost its power was taken and put back, or exchanged (quirk 28)', async () => {
    const scene = await watched({}, {});
    scene.card = status.active;
    await scene.slot.connect();
    expect(scene.told).toEqual(['active']);
    scene.card = status.inactive;
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['active', 'absent', 'inactive']);
    await expect(scene.slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await scene.reader.close();
  });

  it('works while an APDU is under way: the answer comes after it', async () => {
    const scene = await watched({ timeouts: { longestReplyMs: 400, replyMs: 300 } }, { 0x6f: () => [] });
    scene.card = status.active;
    await scene.slot.connect();
    const pending = scene.slot.transmit(SELECT);
    scene.card = status.absent;
    scene.pipe.interrupt('5002');
    await wait(50);
    expect(scene.told).toEqual(['active']);
    const sent = scene.pipe.sent.at(-1) ?? '';
    const command = Uint8Array.from({ length: 10 }, (_, index) => Number.parseInt(sent.slice(index * 2, index * 2 + 2), 16));
    scene.pipe.push(reply(command, { status: status.failedAbsent, error: 0xfe }));
    await expect(pending).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['active', 'absent']);
    await scene.reader.close();
  });

  it('powering a card on and off by ourselves is no change', async () => {
    const scene = await watched();
    scene.card = status.inactive;
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    await scene.slot.connect();
    await scene.slot.disconnect();
    scene.pipe.interrupt('5003');
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive']);
    await scene.reader.close();
  });
});

describe('without an interrupt endpoint', () => {
  it('polls, and stops with the last listener (B40)', async () => {
    const scene = await watched({ interrupt: false });
    expect(statusRequests(scene)).toBeGreaterThan(1);
    scene.card = status.inactive;
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive']);
    scene.stop();
    scene.stop();
    await wait(A_WHILE_MS);
    const before = statusRequests(scene);
    await wait(A_WHILE_MS);
    expect(statusRequests(scene)).toBe(before);
    const stop = scene.slot.watchPresence((presence) => scene.told.push(presence));
    scene.card = status.absent;
    await wait(A_WHILE_MS);
    expect(scene.told).toEqual(['inactive', 'absent']);
    stop();
    await scene.reader.close();
  });

  it('B40 stopped before it started: no question', async () => {
    const { pipe, slot, reader } = await opened({}, { interrupt: false });
    slot.watchPresence(() => undefined)();
    await wait(A_WHILE_MS);
    expect(pipe.sent).toEqual([]);
    await reader.close();
  });

  it('goes on polling when a reader misses an answer', async () => {
    let silent = true;
    const scene = await watched(
      { interrupt: false },
      { 0x65: (command, count) => (count > 1 && silent ? [] : [slotStatus(command, count === 1 ? status.absent : status.inactive)]) },
    );
    silent = false;
    await wait(A_WHILE_MS * 2);
    expect(scene.told).toEqual(['inactive']);
    await scene.reader.close();
  });

  it('ends with the reader', async () => {
    const scene = await watched({ interrupt: false });
    scene.pipe.unplug();
    await scene.reader.lost;
    const before = scene.pipe.sent.length;
    await wait(A_WHILE_MS);
    expect(scene.pipe.sent).toHaveLength(before);
    expect(scene.told).toEqual([]);
  });
});
