/** A session that is closed while it is still getting at its reader lets go of it: the next one, of the same page, opens it at once. */
import { describe, expect, it } from 'vitest';
import { openAuditLog, openMemoryStore } from '#audit';
import { rcS300Profile, virtualReader, type VirtualReader } from '#simulator';
import { readerDevicesOf, type ReaderDevices } from '#usb';
import type { CardSession } from './card-session.ts';
import { ReaderDesk } from './reader-desk.ts';
import { openReception } from './reception.ts';
import { impatient, TEST_INSTANT, TestTimers } from './test/counter.ts';

const quiet = { presence: () => undefined, foundSeveral: () => undefined, lost: () => undefined, puzzled: () => undefined };
const quietDesk = (): ReaderDesk => new ReaderDesk(quiet, { timeouts: impatient });

async function sessionOver(devices: ReaderDevices): Promise<CardSession> {
  return openReception({
    devices,
    log: await openAuditLog({ mode: 'practice', store: openMemoryStore() }),
    anchors: () => [],
    mode: 'practice',
    appBuild: '0.0.0+test',
    now: () => TEST_INSTANT,
    timers: new TestTimers(),
    readerOptions: { timeouts: impatient },
  });
}

async function isOpen(reader: VirtualReader): Promise<boolean> {
  return (await reader.usb.getDevices()).some(({ opened }) => opened);
}

describe('left while opening', () => {
  it.each([
    { while: 'the browser opens the device', faults: [] },
    { while: 'the reader does not answer', faults: [{ kind: 'silence', times: 'endless' }] },
    { while: 'the reader thinks', faults: [{ kind: 'lateReply', delayMs: 60, times: 'endless' }] },
  ] as const)('while $while: the device is free when leaving is done', async ({ faults }) => {
    const reader = virtualReader({ profile: rcS300Profile({ strategy: 'T1' }) });
    const devices = readerDevicesOf(reader.usb);
    const [device] = await devices.known();
    if (device === undefined) throw new Error('no device');
    reader.faults.set(faults);
    const left = quietDesk();
    const opening = left.open(device).then(
      () => 'opened',
      () => 'given up',
    );
    if (faults.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await left.leave();
    expect(await isOpen(reader)).toBe(false);
    expect(await opening).toBe('given up');
    expect(left.reader).toBeUndefined();
    reader.faults.set([]);
    const next = quietDesk();
    await next.open(device);
    await next.leave();
  });
});

describe('closed while the browser is asked for its devices', () => {
  it('does not open one afterwards', async () => {
    const reader = virtualReader();
    const devices = readerDevicesOf(reader.usb);
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const session = await sessionOver({ ...devices, known: () => asked.then(() => devices.known()) });
    const opening = session.reopenReader();
    await session.close();
    answer();
    await opening;
    expect(await isOpen(reader)).toBe(false);
    expect(reader.messageLog).toEqual([]);
  });
});
