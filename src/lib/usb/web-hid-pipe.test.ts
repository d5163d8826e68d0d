import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HidPipe } from './hid-pipe.ts';
import { FakeHid, FakeHidDevice } from './test/fake-hid.ts';
import { openWebHidPipe } from './web-hid-pipe.ts';

const report = (first: number): Uint8Array<ArrayBuffer> => new Uint8Array(64).fill(first, 0, 1);
const openly = (bytes: Uint8Array<ArrayBuffer>) => ({ bytes, secret: false });

async function opened(): Promise<{ hid: FakeHid; device: FakeHidDevice; pipe: HidPipe }> {
  const device = new FakeHidDevice();
  const hid = new FakeHid(device);
  return { hid, device, pipe: await openWebHidPipe(hid, device) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('open', () => {
  it('describes the device', async () => {
    const { pipe, device } = await opened();
    expect(pipe.description).toEqual({ vendorId: 0x1209, productId: 2, productName: 'Bridge' });
    expect(device.opened).toBe(true);
  });

  it.each([
    ['NotAllowedError', 'ACCESS_DENIED'],
    ['SecurityError', 'ACCESS_DENIED'],
    ['NotFoundError', 'DEVICE_LOST'],
    ['InvalidStateError', 'INTERFACE_BUSY'],
    ['UnknownError', 'TRANSFER_FAILED'],
  ])('%s is %s, and it can be tried again', async (name, code) => {
    const device = new FakeHidDevice();
    device.failures.set('open', [name]);
    const hid = new FakeHid(device);
    await expect(openWebHidPipe(hid, device)).rejects.toMatchObject({ code, facts: { call: 'open', exception: name } });
    expect([device.listenerCount, hid.listenerCount]).toEqual([0, 0]);
    await openWebHidPipe(hid, device);
  });

  it('an open without an end has one', async () => {
    const device = new FakeHidDevice();
    device.failures.set('open', ['hang']);
    const opening = expect(openWebHidPipe(new FakeHid(device), device)).rejects.toMatchObject({ code: 'TRANSFER_TIMED_OUT' });
    await vi.advanceTimersByTimeAsync(5_000);
    await opening;
  });

  it('one page has one pipe to a device', async () => {
    const { hid, device, pipe } = await opened();
    await expect(openWebHidPipe(hid, device)).rejects.toMatchObject({ code: 'INTERFACE_BUSY' });
    await pipe.close();
    await openWebHidPipe(hid, device);
  });
});

describe('reports', () => {
  it('go out under ID 0', async () => {
    const { device, pipe } = await opened();
    await pipe.sendReport(openly(report(7)));
    expect(device.sent).toEqual([{ reportId: 0, bytes: report(7) }]);
  });

  it.each([0, 63, 65])('of %i bytes do not go out', async (length) => {
    const { device, pipe } = await opened();
    await expect(pipe.sendReport(openly(new Uint8Array(length)))).rejects.toMatchObject({ code: 'TRANSFER_FAILED' });
    expect(device.sent).toEqual([]);
  });

  it('come in order, early or late; those with another ID do not', async () => {
    const { device, pipe } = await opened();
    device.report(report(1));
    device.report(report(9), 3);
    device.report(report(2));
    expect(await pipe.receiveReport(10)).toEqual(report(1));
    expect(await pipe.receiveReport(10)).toEqual(report(2));
    const waiting = pipe.receiveReport(10);
    device.report(report(3));
    expect(await waiting).toEqual(report(3));
  });

  it('a soft time-out loses nothing', async () => {
    const { device, pipe } = await opened();
    const waiting = expect(pipe.receiveReport(50)).rejects.toMatchObject({ code: 'TRANSFER_TIMED_OUT' });
    await vi.advanceTimersByTimeAsync(50);
    await waiting;
    device.report(report(4));
    expect(await pipe.receiveReport(50)).toEqual(report(4));
  });

  it('never-ending reports are dropped and told once; then it goes on', async () => {
    const { device, pipe } = await opened();
    for (let count = 0; count < 2_049; count++) device.report(report(1));
    device.report(report(2));
    await expect(pipe.receiveReport(10)).rejects.toMatchObject({ code: 'BABBLE' });
    device.report(report(3));
    expect(await pipe.receiveReport(10)).toEqual(report(3));
  });

  it('2048 are kept', async () => {
    const { device, pipe } = await opened();
    for (let count = 0; count < 2_048; count++) device.report(report(count % 256));
    expect(await pipe.receiveReport(10)).toEqual(report(0));
    expect(await pipe.receiveReport(10)).toEqual(report(1));
  });

  test.prop([fc.uint8Array({ maxLength: 80 })])('are copied as they came, whatever their length', async (bytes) => {
    const { device, pipe } = await opened();
    const sent = Uint8Array.from(bytes);
    device.report(sent);
    expect(await pipe.receiveReport(10)).toEqual(sent);
    await pipe.close();
  });
});

describe('the end', () => {
  it('an unplug ends what waits, and everything after, with DEVICE_LOST', async () => {
    const { hid, device, pipe } = await opened();
    const waiting = expect(pipe.receiveReport(1_000)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    hid.unplug(device);
    await waiting;
    await pipe.closed;
    await expect(pipe.sendReport(openly(report(1)))).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await expect(pipe.receiveReport(10)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await pipe.close();
    expect([device.listenerCount, hid.listenerCount]).toEqual([0, 0]);
  });

  it('the unplug of another device does not', async () => {
    const { hid, device, pipe } = await opened();
    const other = new FakeHidDevice();
    hid.plugIn(other);
    hid.unplug(other);
    device.report(report(1));
    expect(await pipe.receiveReport(10)).toEqual(report(1));
  });

  it('close ends it once, whatever the browser says', async () => {
    const { hid, device, pipe } = await opened();
    device.failures.set('close', ['NetworkError']);
    await Promise.all([pipe.close(), pipe.close()]);
    await pipe.closed;
    await expect(pipe.receiveReport(10)).rejects.toMatchObject({ code: 'PIPE_CLOSED' });
    expect([device.listenerCount, hid.listenerCount]).toEqual([0, 0]);
  });

  it.each([
    { name: 'a failed write', failure: 'NotAllowedError', unplug: false, closed: false, code: 'TRANSFER_FAILED' },
    { name: 'a failed write, then the disconnect event', failure: 'NotAllowedError', unplug: true, closed: false, code: 'DEVICE_LOST' },
    { name: 'permission withdrawn: closed by nobody here', failure: 'NotAllowedError', unplug: false, closed: true, code: 'DEVICE_LOST' },
    { name: 'no answer', failure: 'hang', unplug: false, closed: false, code: 'TRANSFER_TIMED_OUT' },
  ])('$name is $code', async ({ failure, unplug, closed, code }) => {
    const { hid, device, pipe } = await opened();
    device.failures.set('sendReport', [failure]);
    const sending = expect(pipe.sendReport(openly(report(1)))).rejects.toMatchObject({ code });
    await vi.advanceTimersByTimeAsync(1);
    if (unplug) hid.unplug(device);
    if (closed) device.opened = false;
    await vi.advanceTimersByTimeAsync(5_000);
    await sending;
  });
});
