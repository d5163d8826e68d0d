/**
 * The double of USBDevice, row by row of "Measured in real Chromium" (browser-and-readers.md §15). Each test bears the name of its row.
 * Not here: what no double has (a worker's own `navigator`, times on the rig); WebHID's row is in hid/hid-bridge.test.ts.
 */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { readerProfiles, virtualReader } from './index.ts';
import { bytesOf, deviceOf, failureOf, image, read, rehearse, say, settles, type Device } from './test/host.ts';

const refused = (call: string, name: string, text: string): string => `${name}: Failed to execute '${call}' on 'USBDevice': ${text}`;
const status = (sequence: number): string => `65 00000000 00 ${sequence.toString(16).padStart(2, '0')} 000000`;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const transferFailed = refused('transferIn', 'NetworkError', 'A transfer error has occurred.');

async function openRcS300(options: { readonly unrestricted?: boolean } = {}): Promise<Device> {
  const device = await deviceOf(virtualReader({ profile: 'rcS300', ...options }).usb);
  await device.open();
  return device;
}

it('device allowed by the managed policy: getDevices() lists it without a prompt, the protected interface too', async () => {
  const device = await deviceOf(virtualReader({ profile: 'rcS300' }).usb);
  expect(device.configuration?.interfaces.map(({ alternates }) => alternates[0]?.interfaceClass)).toEqual([0x0b, 0xff]);
  expect(device.configuration?.interfaces.map(({ alternates }) => alternates[0]?.endpoints.length)).toEqual([3, 2]);
});

it('open, selectConfiguration(1), claimInterface(1), also repeated: ok', async () => {
  const device = await openRcS300();
  for (let nth = 0; nth < 2; nth++) {
    await device.open();
    await device.selectConfiguration(1);
    await device.claimInterface(1);
  }
  expect(device.configuration?.interfaces[1]?.claimed).toBe(true);
});

it('claimInterface(0), class 0x0B: SecurityError; no flag of an ordinary page changes that', async () => {
  const device = await openRcS300();
  expect(await failureOf(device.claimInterface(0))).toBe(refused('claimInterface', 'SecurityError', 'The requested interface implements a protected class.'));
});

it('Isolated Web App with usb-unrestricted: claimInterface(0) ok, ATR read over class 0x0B', async () => {
  const reader = virtualReader({ profile: readerProfiles.protectedClass, unrestricted: true, card: await image() });
  const device = await deviceOf(reader.usb);
  await device.open();
  await device.claimInterface(0);
  const atr = await say(device, '62 00000000 00 00 010000');
  expect(atr.slice(0, 2)).toBe('80');
  expect(atr.slice(20)).toMatch(/^3B/u);
});

it('transferIn on an unclaimed interface: NotFoundError', async () => {
  const device = await openRcS300();
  expect(await failureOf(device.transferIn(2, 64))).toBe(
    refused('transferIn', 'NotFoundError', 'The specified endpoint is not part of a claimed and selected alternate interface.'),
  );
});

it('class control transfer to an unclaimed interface: InvalidStateError', async () => {
  const device = await openRcS300();
  const setup = { requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 1 } as const;
  expect(await failureOf(device.controlTransferIn(setup, 4))).toBe(
    refused('controlTransferIn', 'InvalidStateError', 'The specified interface has not been claimed.'),
  );
});

it('standard GET_DESCRIPTOR; vendor request to the device: ok, that is, not refused', async () => {
  const device = await openRcS300();
  const descriptor = await device.controlTransferIn({ requestType: 'standard', recipient: 'device', request: 6, value: 0x0100, index: 0 }, 18);
  expect(hex(bytesOf(descriptor.data)).slice(0, 4)).toBe('1201');
  // What the device makes of a request it does not know is its own affair: it stalls.
  const vendor = await device.controlTransferIn({ requestType: 'vendor', recipient: 'device', request: 1, value: 0, index: 0 }, 8);
  expect(vendor.status).toBe('stall');
});

it('second page, same device: open() ok, then claimInterface: NetworkError until the first has let go', async () => {
  const { reader, device } = await rehearse();
  const second = await deviceOf(reader.openPage());
  await second.open();
  expect(await failureOf(second.claimInterface(0))).toBe(refused('claimInterface', 'NetworkError', 'Unable to claim interface.'));
  await device.close();
  await second.claimInterface(0);
  expect(await say(second, status(0))).toBe('81000000000000010000');
});

it('100-byte answer into transferIn(10): babble, 10 bytes; the packet’s rest is lost', async () => {
  const { reader, device } = await rehearse();
  reader.sendBulk('AA'.repeat(64) + 'BB'.repeat(36));
  const first = await device.transferIn(2, 10);
  expect([first.status, bytesOf(first.data).length]).toEqual(['babble', 10]);
  expect(await read(device, 64)).toBe('BB'.repeat(36));
});

describe('64 bytes + ZLP into transferIn(512)', () => {
  it('64 bytes', async () => {
    const { reader, device } = await rehearse();
    reader.sendBulk('AA'.repeat(64));
    expect(await read(device, 512)).toBe('AA'.repeat(64));
  });

  it('without the ZLP pending until a short packet comes, then all together', async () => {
    const { reader, device } = await rehearse();
    reader.faults.set([{ kind: 'rawReply', bytes: 'AA'.repeat(64), times: 1 }, { kind: 'missingZeroLengthPacket' }]);
    await device.transferOut(1, unhex(status(0)));
    const pending = read(device, 512);
    expect(await settles(pending)).toBe('pending');
    reader.sendBulk('BBBBBBBBBB');
    expect(await pending).toBe('AA'.repeat(64) + 'BBBBBBBBBB');
  });
});

describe('stalled IN / stalled OUT', () => {
  it('IN: stall, 0 bytes; clearHalt mends', async () => {
    const { reader, device } = await rehearse();
    reader.faults.set([{ kind: 'stallIn' }]);
    await device.transferOut(1, unhex(status(0)));
    const stalled = await device.transferIn(2, 64);
    expect([stalled.status, stalled.data?.byteLength]).toEqual(['stall', 0]);
    expect((await device.transferIn(2, 64)).status).toBe('stall');
    await device.clearHalt('in', 2);
    expect(await read(device, 64)).toBe('81000000000000010000');
  });

  it('OUT: stall, yet bytesWritten is the full length; clearHalt mends', async () => {
    const { reader, device } = await rehearse();
    reader.faults.set([{ kind: 'stallOut' }]);
    expect(await device.transferOut(1, unhex(status(0)))).toEqual({ status: 'stall', bytesWritten: 10 });
    expect((await device.transferOut(1, unhex(status(0)))).status).toBe('stall');
    await device.clearHalt('out', 1);
    expect(await say(device, status(0))).toBe('81000000000000010000');
    expect(reader.messageLog.length).toBe(1);
  });
});

it('two pending transferIn: filled in order', async () => {
  const { reader, device } = await rehearse();
  const both = Promise.all([read(device, 64), read(device, 64)]);
  reader.sendBulk('01');
  reader.sendBulk('02');
  expect(await both).toEqual(['01', '02']);
});

it('pending transferIn, then releaseInterface(): NetworkError', async () => {
  const { device } = await rehearse();
  const pending = failureOf(device.transferIn(2, 64));
  await device.releaseInterface(0);
  expect(await pending).toBe(transferFailed);
});

it('pending transferIn, then close(): AbortError', async () => {
  const { device } = await rehearse();
  const pending = failureOf(device.transferIn(2, 64));
  await device.close();
  expect(await pending).toBe(refused('transferIn', 'AbortError', 'The transfer was cancelled.'));
});

it('pending transferIn, then unplug: NetworkError, later transfers the same; opened until the disconnect event', async () => {
  const { reader, device } = await rehearse();
  await device.transferIn(3, 8); // the notice of the card that is there
  const pending = [failureOf(device.transferIn(2, 64)), failureOf(device.transferIn(2, 64)), failureOf(device.transferIn(3, 8))];
  const opened: boolean[] = [];
  reader.usb.addEventListener('disconnect', (event) => opened.push(event.device === device && device.opened));
  reader.unplug();
  expect(await Promise.all(pending)).toEqual([transferFailed, transferFailed, transferFailed]);
  expect(device.opened).toBe(true);
  expect(await failureOf(device.transferIn(2, 64))).toBe(transferFailed);
  expect(await failureOf(device.transferOut(1, unhex(status(0))))).toBe(refused('transferOut', 'NetworkError', 'A transfer error has occurred.'));
  await turn();
  expect(opened).toEqual([false]);
});

it('plug in again: connect event, getDevices() lists it, works', async () => {
  const { reader } = await rehearse();
  const connected = new Promise<void>((resolve) => reader.usb.addEventListener('connect', () => resolve()));
  reader.unplug();
  await turn();
  expect(await reader.usb.getDevices()).toEqual([]);
  reader.plugIn();
  await connected;
  const again = await deviceOf(reader.usb);
  await again.open();
  await again.claimInterface(0);
  expect(await say(again, status(9))).toBe('81000000000009010000');
});

it('reset(): ok, the claim survives', async () => {
  const { device, say: tell } = await rehearse();
  await tell('62 00000000 00 01 000000');
  await device.reset();
  expect(device.configuration?.interfaces[0]?.claimed).toBe(true);
  expect(await tell(status(2))).toBe('81000000000002010000');
});

it.each([
  { length: 33_554_433, failure: refused('transferIn', 'DataError', 'The data buffer exceeded supported maximum size of 33554432 bytes') },
  { length: 16_777_216, failure: transferFailed },
])('transfer over 33,554,432 bytes: DataError; 16 MiB: NetworkError; 1 MiB ok ($length)', async ({ length, failure }) => {
  const { device } = await rehearse();
  expect(await failureOf(device.transferIn(2, length))).toBe(failure);
  expect(await settles(device.transferIn(2, 1_048_576))).toBe('pending');
});

it('headless requestDevice(): does not resolve', async () => {
  const { usb } = virtualReader({ permitted: false });
  usb.chooserAnswer = 'never';
  expect(await settles(usb.requestDevice({ filters: [] }))).toBe('pending');
});

describe('sleep and wake: what pended at unplug and at reset, at once', () => {
  it('kept handles: all that pends fails, the next transfer works, the card has no power', async () => {
    const { reader, device, say: tell } = await rehearse();
    await tell('62 00000000 00 01 000000');
    await device.transferIn(3, 8); // the notice of the card that is there
    const pending = [failureOf(device.transferIn(2, 64)), failureOf(device.transferIn(3, 8))];
    reader.sleepAndWake('kept');
    expect(await Promise.all(pending)).toEqual([transferFailed, transferFailed]);
    expect(await tell(status(2))).toBe('81000000000002010000');
  });

  it('dead handles: every transfer fails without an event, until closed and opened anew', async () => {
    const { reader, device, say: tell } = await rehearse();
    const pending = failureOf(device.transferIn(2, 64));
    reader.sleepAndWake('dead');
    expect(await pending).toBe(transferFailed);
    expect(await failureOf(device.transferIn(2, 64))).toBe(transferFailed);
    expect(await failureOf(device.reset())).toBe(refused('reset', 'NetworkError', 'Unable to reset the device.'));
    await turn();
    expect(device.opened).toBe(true);
    await device.close();
    await device.open();
    await device.claimInterface(0);
    expect(await tell(status(3))).toBe('81000000000003010000');
  });
});
