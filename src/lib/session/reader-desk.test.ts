import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fault, ReaderName } from '#simulator';
import { VirtualTime } from '#virtual-time';
import { platformTimers } from './platform-timers.ts';
import { image, openTestCounter } from './test/counter.ts';

let time: VirtualTime;

beforeEach(() => {
  time = VirtualTime.install();
});

afterEach(() => time.uninstall());

/** The first question about presence fails; the card has lain there all the time, so that no change will ever tell of it. */
it.each<{ profile: ReaderName; fault: Fault }>([
  { profile: 'ccid', fault: { kind: 'babble', from: 2, times: 2 } },
  { profile: 'ccid', fault: { kind: 'stallOut', from: 2 } },
  { profile: 'ccid', fault: { kind: 'transferOutFails', from: 2 } },
  { profile: 'rcs300-t1', fault: { kind: 'otherClient', times: 3 } },
])('finds the card that lies on the reader although the first question failed: $profile, $fault.kind', async ({ profile, fault }) => {
  const card = await image('standard');
  await time.run(async () => {
    const counter = await openTestCounter({ image: card, profile, clock: platformTimers });
    counter.reader.faults.set([fault]);
    await counter.session.reopenReader();
    await counter.until('entry');
    await counter.close();
    expect(counter.reader.faults.hitsOf(fault.kind)).toBeGreaterThan(0);
  });
});

it('asks no more once the reader is let go', async () => {
  const card = await image('standard');
  await time.run(async () => {
    const counter = await openTestCounter({ image: card, profile: 'ccid', clock: platformTimers });
    counter.reader.faults.set([{ kind: 'status', status: 0x40, error: 0xfe, on: ['getSlotStatus'], from: 2, times: 'endless' }]);
    await counter.session.reopenReader();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await counter.close();
    const asked = counter.reader.messageLog.length;
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    expect(counter.reader.messageLog.length).toBe(asked);
  });
});
