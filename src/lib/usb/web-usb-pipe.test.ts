/** "Measured in real Chromium" (browser-and-readers.md §15) row by row, as far as the host has a duty there. */
import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatBytes, hex, unhex, type Bytes, type Outgoing } from '#bytes';
import { openWebUsbPipe } from './open-web-usb-pipe.ts';
import { compositeReader, vendorReader } from './test/devices.ts';
import { FakeUsb, type FakeUsbDevice } from './test/fake-usb.ts';
import type { ControlRequest, UsbPipe } from './usb-pipe.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Bench {
  readonly usb: FakeUsb;
  readonly device: FakeUsbDevice;
  readonly pipe: UsbPipe;
}

async function bench(device: FakeUsbDevice = vendorReader()): Promise<Bench> {
  const usb = new FakeUsb(device);
  return { usb, device, pipe: await openWebUsbPipe(usb, device) };
}

const filled = (length: number, value = 0xa5): Bytes => new Uint8Array(length).fill(value);
const outgoing = (bytes: Bytes, secret = false): Outgoing => ({ bytes, secret });
const lengths = (device: FakeUsbDevice): number[] => device.sent.map(({ bytes }) => bytes.length);
const code = (expected: string): unknown => expect.objectContaining({ name: 'UsbError', code: expected });
const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** The outcomes after every timer has run: a fault's code, or `'done'`. */
async function codesOf(...work: Promise<unknown>[]): Promise<string[]> {
  const codes = work.map((each) =>
    each.then(
      () => 'done',
      (fault: unknown) => String((fault as { code?: unknown }).code),
    ),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  return Promise.all(codes);
}

describe('bulk IN', () => {
  it('64 bytes and a ZLP into 512 are 64 bytes', async () => {
    const { device, pipe } = await bench();
    const reading = pipe.bulkIn(512, 1000);
    device.arrive(1, filled(64), filled(0));
    expect(await reading).toEqual(filled(64));
  });

  it('64 bytes without a ZLP stay pending; the time-out keeps them, the next short packet brings all together', async () => {
    const { device, pipe } = await bench();
    const late = pipe.bulkIn(512, 1000);
    device.arrive(1, filled(64));
    expect(await codesOf(late)).toEqual(['TRANSFER_TIMED_OUT']);
    expect(pipe.bulkInIsPending).toBe(true);
    const next = pipe.bulkIn(64, 1000);
    device.arrive(1, unhex('0102'));
    expect(await next).toEqual(concatBytes(filled(64), unhex('0102')));
    expect(pipe.bulkInIsPending).toBe(false);
    expect(device.mostPending).toBe(1);
  });

  it('keeps data that arrived between a time-out and the next call', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['TRANSFER_TIMED_OUT']);
    device.arrive(1, unhex('80'));
    await soon();
    expect(pipe.bulkInIsPending).toBe(true);
    expect(hex(await pipe.bulkIn(64, 50))).toBe('80');
  });

  it('a bare zero-length packet is zero bytes', async () => {
    const { device, pipe } = await bench();
    device.arrive(1, filled(0));
    expect(await pipe.bulkIn(64, 50)).toEqual(filled(0));
  });

  it('100 bytes into 10: BABBLE; the next read works', async () => {
    const { device, pipe } = await bench();
    device.arrive(1, filled(64), filled(36));
    expect(await codesOf(pipe.bulkIn(10, 50))).toEqual(['BABBLE']);
    expect(await pipe.bulkIn(64, 50)).toEqual(filled(36));
  });

  it('a stall is cleared once and told', async () => {
    const { device, pipe } = await bench();
    device.stall('in', 1);
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['ENDPOINT_STALLED']);
    expect(device.calls.filter((call) => call.startsWith('clearHalt'))).toEqual(['clearHalt in 1']);
    device.arrive(1, unhex('81'));
    expect(hex(await pipe.bulkIn(64, 50))).toBe('81');
  });

  it('a stall of a kept transfer is told to the next reader', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['TRANSFER_TIMED_OUT']);
    device.stall('in', 1);
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['ENDPOINT_STALLED']);
  });

  it('serves concurrent readers in order with one transfer at a time', async () => {
    const { device, pipe } = await bench();
    const both = Promise.all([pipe.bulkIn(64, 1000), pipe.bulkIn(64, 1000)]);
    device.arrive(1, unhex('01'), unhex('02'));
    expect((await both).map(hex)).toEqual(['01', '02']);
    expect(device.mostPending).toBe(1);
  });

  it.each([0, -1, 1.5, Number.NaN, 0x10_0001])('refuses the length %s without a transfer', async (length) => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.bulkIn(length, 50))).toEqual(['TRANSFER_FAILED']);
    expect(device.mostPending).toBe(0);
  });

  it('a time-out longer than a timer can run does not fire at once', async () => {
    const { device, pipe } = await bench();
    const reading = pipe.bulkIn(64, 2 ** 40);
    await vi.advanceTimersByTimeAsync(60_000);
    device.arrive(1, unhex('01'));
    expect(hex(await reading)).toBe('01');
  });

  test.prop([fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 63 }), fc.boolean()), { minLength: 1, maxLength: 12 })])(
    'loses nothing and turns nothing round, whatever times out between',
    async (messages) => {
      vi.useFakeTimers();
      const { device, pipe } = await bench();
      const received: string[] = [];
      for (const [message, isLate] of messages) {
        if (!isLate) device.arrive(1, new Uint8Array(message));
        const outcome = await codesAndBytes(pipe.bulkIn(64, 50));
        if (isLate) {
          expect(outcome).toBe('TRANSFER_TIMED_OUT');
          device.arrive(1, new Uint8Array(message));
          received.push(await codesAndBytes(pipe.bulkIn(64, 50)));
        } else {
          received.push(outcome);
        }
      }
      expect(received).toEqual(messages.map(([message]) => hex(message)));
      expect(device.mostPending).toBe(1);
    },
  );
});

describe('bulk OUT', () => {
  it.each([
    { length: 63, zlp: true, sent: [63] },
    { length: 64, zlp: true, sent: [64, 0] },
    { length: 128, zlp: true, sent: [128, 0] },
    { length: 65, zlp: true, sent: [65] },
    { length: 64, zlp: false, sent: [64] },
    { length: 0, zlp: true, sent: [0] },
  ])('$length bytes, ZLP $zlp → $sent', async ({ length, zlp, sent }) => {
    const { device, pipe } = await bench();
    await pipe.bulkOut(outgoing(filled(length)), { endWithZeroLengthPacket: zlp });
    expect(lengths(device)).toEqual(sent);
  });

  it('asks for no ZLP by itself', async () => {
    const { device, pipe } = await bench();
    await pipe.bulkOut(outgoing(filled(64)));
    expect(lengths(device)).toEqual([64]);
  });

  it('keeps a message and its ZLP together', async () => {
    const { device, pipe } = await bench();
    await Promise.all([pipe.bulkOut(outgoing(filled(64)), { endWithZeroLengthPacket: true }), pipe.bulkOut(outgoing(filled(10)))]);
    expect(lengths(device)).toEqual([64, 0, 10]);
  });

  it('a stall is told although bytesWritten is the full length, and cleared', async () => {
    const { device, pipe } = await bench();
    device.stall('out', 1);
    expect(await codesOf(pipe.bulkOut(outgoing(filled(64)), { endWithZeroLengthPacket: true }))).toEqual(['ENDPOINT_STALLED']);
    expect(lengths(device)).toEqual([]);
    expect(device.calls.filter((call) => call.startsWith('clearHalt'))).toEqual(['clearHalt out 1']);
    await pipe.bulkOut(outgoing(filled(3)));
    expect(lengths(device)).toEqual([3]);
  });

  it('bytes the device does not take: time-out, and a message that had not begun is never sent', async () => {
    const { device, pipe } = await bench();
    device.holdOut = true;
    expect(await codesOf(pipe.bulkOut(outgoing(filled(10))), pipe.bulkOut(outgoing(filled(11), true)))).toEqual(['TRANSFER_TIMED_OUT', 'TRANSFER_TIMED_OUT']);
    device.holdOut = false;
    device.releaseOut();
    await soon();
    await pipe.bulkOut(outgoing(filled(12)));
    expect(lengths(device)).toEqual([10, 12]);
  });

  it('more than 1 MiB is refused', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.bulkOut(outgoing(filled(0x10_0001))))).toEqual(['TRANSFER_FAILED']);
    expect(lengths(device)).toEqual([]);
  });

  it('a fault shows no byte of what was sent', async () => {
    const { device, pipe } = await bench();
    device.fail('transferOut', 'NetworkError');
    const fault: unknown = await advanced(pipe.bulkOut(outgoing(unhex('00200081043132333435'), true)).catch((caught: unknown) => caught));
    expect(fault).toEqual(code('TRANSFER_FAILED'));
    expect(JSON.stringify(fault) + String(fault)).not.toMatch(/31.?32.?33|49,50|1234/u);
  });
});

describe('interrupt IN', () => {
  it('waits as long as it takes', async () => {
    const { device, pipe } = await bench();
    const waiting = pipe.interruptIn();
    await vi.advanceTimersByTimeAsync(3_600_000);
    device.arrive(3, unhex('5003'));
    expect(hex(await waiting)).toBe('5003');
  });

  it('does not disturb bulk IN', async () => {
    const { device, pipe } = await bench();
    const waiting = pipe.interruptIn();
    device.arrive(1, unhex('81'));
    expect(hex(await pipe.bulkIn(64, 50))).toBe('81');
    device.arrive(3, unhex('5002'));
    expect(hex(await waiting)).toBe('5002');
  });

  it('survives a stall', async () => {
    const { device, pipe } = await bench();
    const waiting = pipe.interruptIn();
    await soon();
    device.stall('in', 3);
    await vi.advanceTimersByTimeAsync(200);
    device.arrive(3, unhex('5003'));
    expect(hex(await waiting)).toBe('5003');
  });

  it('gives up after three failures in a row (ccid.md B35: 64 bytes into an 8-byte packet)', async () => {
    const { device, pipe } = await bench();
    const waiting = pipe.interruptIn();
    device.arrive(3, filled(64), filled(64), filled(64));
    expect(await codesOf(waiting)).toEqual(['BABBLE']);
  });

  it('ends with the pipe', async () => {
    const { pipe } = await bench();
    const waiting = pipe.interruptIn();
    await soon();
    void pipe.close();
    expect(await codesOf(waiting)).toEqual(['PIPE_CLOSED']);
  });

  it('is refused where there is no such endpoint', async () => {
    const { pipe } = await bench(compositeReader());
    expect(await codesOf(pipe.interruptIn())).toEqual(['TRANSFER_FAILED']);
  });
});

describe('control', () => {
  const dataRates: ControlRequest = { type: 'class', recipient: 'interface', request: 3, value: 0, index: 0 };
  const abort: ControlRequest = { type: 'class', recipient: 'interface', request: 1, value: 0x0500, index: 0 };

  it('IN and OUT', async () => {
    const { device, pipe } = await bench();
    device.controlAnswers.push(unhex('80250000'));
    expect(hex(await pipe.controlIn(dataRates, 4))).toBe('80250000');
    await pipe.controlOut(abort, filled(0));
    expect(device.controlOuts).toEqual([{ setup: { requestType: 'class', recipient: 'interface', request: 1, value: 0x0500, index: 0 }, bytes: filled(0) }]);
  });

  it('a stall is told and not cleared: it ends by itself', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.controlIn(dataRates, 4))).toEqual(['ENDPOINT_STALLED']);
    expect(device.calls.filter((call) => call.startsWith('clearHalt'))).toEqual([]);
  });

  it('class request to a protected interface: CONTROL_REFUSED, at once', async () => {
    const { pipe } = await bench(compositeReader());
    await expect(pipe.controlIn(dataRates, 4)).rejects.toEqual(code('CONTROL_REFUSED'));
    await expect(pipe.controlOut(abort, filled(0))).rejects.toEqual(code('CONTROL_REFUSED'));
  });

  it('an interface that does not exist is a fault of this request only', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.controlIn({ ...dataRates, index: 9 }, 4))).toEqual(['TRANSFER_FAILED']);
    device.controlAnswers.push(unhex('01'));
    expect(hex(await pipe.controlIn(dataRates, 4))).toBe('01');
  });

  it('no answer: TRANSFER_TIMED_OUT', async () => {
    const { device, pipe } = await bench();
    device.fail('controlTransferIn', 'hang');
    expect(await codesOf(pipe.controlIn(dataRates, 4))).toEqual(['TRANSFER_TIMED_OUT']);
  });

  it('wLength has sixteen bits', async () => {
    const { pipe } = await bench();
    expect(await codesOf(pipe.controlIn(dataRates, 0x1_0000))).toEqual(['TRANSFER_FAILED']);
  });
});

describe('transfer errors', () => {
  it.each(['NetworkError', 'TimeoutError', 'DataError', 'InvalidStateError'])('%s without an unplug: TRANSFER_FAILED, and the pipe lives', async (name) => {
    const { device, pipe } = await bench();
    device.fail('transferIn', name);
    expect(await codesOf(pipe.bulkIn(64, 1000))).toEqual(['TRANSFER_FAILED']);
    device.arrive(1, unhex('01'));
    expect(hex(await pipe.bulkIn(64, 1000))).toBe('01');
  });

  it('ten in a row: the handle is dead (sleep), lost without an event', async () => {
    const { device, pipe } = await bench();
    for (let failed = 1; failed <= 9; failed++) {
      device.fail('transferOut', 'NetworkError');
      expect(await codesOf(pipe.bulkOut(outgoing(filled(1))))).toEqual(['TRANSFER_FAILED']);
    }
    device.fail('transferOut', 'NetworkError');
    expect(await codesOf(pipe.bulkOut(outgoing(filled(1))), pipe.closed)).toEqual(['DEVICE_LOST', 'done']);
  });

  it('one that succeeds between them: the handle is alive', async () => {
    const { device, pipe } = await bench();
    for (let times = 1; times <= 3; times++) {
      for (let failed = 1; failed <= 9; failed++) {
        device.fail('transferOut', 'NetworkError');
        expect(await codesOf(pipe.bulkOut(outgoing(filled(1))))).toEqual(['TRANSFER_FAILED']);
      }
      await advanced(pipe.bulkOut(outgoing(filled(1))));
    }
  });

  it('names the call and the exception for the log', async () => {
    const { device, pipe } = await bench();
    device.fail('transferOut', 'NetworkError');
    const fault: unknown = await advanced(pipe.bulkOut(outgoing(filled(1))).catch((caught: unknown) => caught));
    expect(fault).toMatchObject({ facts: { call: 'transfer', exception: 'NetworkError' }, cause: { name: 'NetworkError' } });
  });

  it('the claim is gone (NotFoundError): of no more use', async () => {
    const { device, pipe } = await bench();
    await device.releaseInterface(0);
    expect(await codesOf(pipe.bulkIn(64, 1000), pipe.closed)).toEqual(['DEVICE_LOST', 'done']);
    expect(device.opened).toBe(false);
  });

  it('the permission is withdrawn (forget): lost', async () => {
    const { device, pipe } = await bench();
    const reading = pipe.bulkIn(64, 10_000);
    await soon();
    await device.forget();
    expect(await codesOf(reading, pipe.closed)).toEqual(['DEVICE_LOST', 'done']);
  });
});

describe('unplug', () => {
  it('measured: NetworkError first, the event later: everything ends once with DEVICE_LOST', async () => {
    const { usb, device, pipe } = await bench();
    const pending: Promise<unknown>[] = [pipe.bulkIn(64, 10_000), pipe.bulkIn(64, 10_000), pipe.interruptIn()];
    await soon();
    device.vanish();
    expect(device.opened).toBe(true);
    await vi.advanceTimersByTimeAsync(60);
    pending.push(pipe.bulkOut(outgoing(filled(1))));
    usb.tellUnplugged(device);
    expect(await codesOf(...pending)).toEqual(['DEVICE_LOST', 'DEVICE_LOST', 'DEVICE_LOST', 'DEVICE_LOST']);
    await pipe.closed;
    expect(usb.listenerCount).toBe(0);
  });

  it('the event alone ends a transfer that the browser never answers', async () => {
    const { usb, device, pipe } = await bench();
    const reading = expect(pipe.bulkIn(64, 10_000)).rejects.toEqual(code('DEVICE_LOST'));
    await soon();
    usb.tellUnplugged(device);
    await reading;
  });

  it('the event of another device is none of ours', async () => {
    const { usb, device, pipe } = await bench();
    const other = compositeReader();
    usb.plugIn(other);
    usb.tellUnplugged(other);
    device.arrive(1, unhex('01'));
    expect(hex(await pipe.bulkIn(64, 50))).toBe('01');
  });

  it('afterwards every call is DEVICE_LOST and touches nothing', async () => {
    const { usb, device, pipe } = await bench();
    device.vanish();
    usb.tellUnplugged(device);
    await soon();
    const calls = device.calls.length;
    const request: ControlRequest = { type: 'vendor', recipient: 'device', request: 1, value: 0, index: 0 };
    expect(
      await codesOf(
        pipe.bulkIn(64, 50),
        pipe.bulkOut(outgoing(filled(1))),
        pipe.interruptIn(),
        pipe.controlIn(request, 1),
        pipe.controlOut(request, filled(0)),
        pipe.reset(),
      ),
    ).toEqual(Array<string>(6).fill('DEVICE_LOST'));
    expect(device.calls).toHaveLength(calls);
    expect(device.sent).toEqual([]);
    await pipe.close();
  });
});

describe('reset', () => {
  it('keeps the claim; a kept transfer it kills is nobody’s fault', async () => {
    const { device, pipe } = await bench();
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['TRANSFER_TIMED_OUT']);
    await pipe.reset();
    const reading = pipe.bulkIn(64, 1000);
    await vi.advanceTimersByTimeAsync(200);
    device.arrive(1, unhex('81'));
    expect(hex(await reading)).toBe('81');
    expect(device.claimed).toEqual([0]);
  });

  it('Windows: RESET_FAILED, and the pipe lives', async () => {
    const { device, pipe } = await bench();
    device.fail('reset', 'NetworkError');
    expect(await codesOf(pipe.reset())).toEqual(['RESET_FAILED']);
    device.arrive(1, unhex('01'));
    expect(hex(await pipe.bulkIn(64, 50))).toBe('01');
  });

  it('one that hangs ends in time, and a close after it', async () => {
    const { device, pipe } = await bench();
    device.fail('reset', 'hang');
    expect(await codesOf(pipe.reset(), pipe.close())).toEqual(['PIPE_CLOSED', 'done']);
  });

  it('a close meanwhile waits for it instead of being refused', async () => {
    const { device, pipe } = await bench();
    device.fail('reset', 'hang');
    const reset = codesOf(
      pipe.reset(),
      soon().then(() => pipe.close()),
    );
    setTimeout(() => device.releaseHung(), 500);
    expect(await reset).toEqual(['PIPE_CLOSED', 'done']);
    expect(device.opened).toBe(false);
  });
});

describe('close', () => {
  it('ends what is pending once with PIPE_CLOSED, releases, closes; twice is once', async () => {
    const { usb, device, pipe } = await bench();
    device.holdOut = true;
    const pending = [pipe.bulkIn(64, 10_000), pipe.interruptIn(), pipe.bulkOut(outgoing(filled(5)))];
    await soon();
    expect(await codesOf(...pending, pipe.close(), pipe.close(), pipe.closed)).toEqual(['PIPE_CLOSED', 'PIPE_CLOSED', 'PIPE_CLOSED', 'done', 'done', 'done']);
    expect(device.calls.slice(-2)).toEqual(['releaseInterface 0', 'close']);
    expect(device.pendingCount).toBe(0);
    expect(device.claimed).toEqual([]);
    expect(usb.listenerCount).toBe(0);
  });

  it('with a kept transfer nobody waits for: no unhandled rejection', async () => {
    const { pipe } = await bench();
    expect(await codesOf(pipe.bulkIn(64, 50))).toEqual(['TRANSFER_TIMED_OUT']);
    await pipe.close();
    expect(await codesOf(pipe.bulkIn(64, 50), pipe.bulkOut(outgoing(filled(1))))).toEqual(['PIPE_CLOSED', 'PIPE_CLOSED']);
  });

  it.each(['releaseInterface', 'close'])('never throws: %s fails', async (call) => {
    const { device, pipe } = await bench();
    device.fail(call, 'NetworkError');
    expect(await codesOf(pipe.close())).toEqual(['done']);
  });

  it.each(['releaseInterface', 'close'])('never hangs: %s does', async (call) => {
    const { device, pipe } = await bench();
    device.fail(call, 'hang');
    expect(await codesOf(pipe.close())).toEqual(['done']);
  });

  it('a queued secret message is not sent after the close', async () => {
    const { device, pipe } = await bench();
    device.holdOut = true;
    const first = pipe.bulkOut(outgoing(filled(5)));
    const secret = pipe.bulkOut(outgoing(filled(6), true));
    await soon();
    expect(await codesOf(first, secret, pipe.close())).toEqual(['PIPE_CLOSED', 'PIPE_CLOSED', 'done']);
    device.releaseOut();
    await soon();
    expect(lengths(device)).toEqual([5]);
  });

  it('leaves no timer behind', async () => {
    const { device, pipe } = await bench();
    const reading = pipe.bulkIn(64, 60_000);
    device.arrive(1, unhex('01'));
    await reading;
    await pipe.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

async function codesAndBytes(work: Promise<Bytes>): Promise<string> {
  const outcome = work.then(hex, (fault: unknown) => String((fault as { code?: unknown }).code));
  await vi.advanceTimersByTimeAsync(100);
  return outcome;
}

async function advanced<T>(work: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(1_000);
  return work;
}
