/** The double against "Measured in real Chromium" (browser-and-readers.md §15) and the refusals of §3.6. Whole messages here, because they were measured. */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { practiceUsb, virtualReader } from './index.ts';
import { bytesOf, deviceOf, failureOf, image, read, rehearse, say } from './test/host.ts';

const refused = (call: string, name: string, text: string): string => `${name}: Failed to execute '${call}' on 'USBDevice': ${text}`;
const GET_CONFIGURATION = { requestType: 'standard', recipient: 'device', request: 6, value: 0x0200, index: 0 } as const;
const STATUS = '65 00000000 00 %% 000000';
const status = (sequence: number): string => STATUS.replace('%%', sequence.toString(16).padStart(2, '0'));
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('permission and state', () => {
  it('lists nothing before the person has chosen, and what was chosen afterwards', async () => {
    const { usb } = virtualReader({ permitted: false });
    expect(await usb.getDevices()).toEqual([]);
    const device = await usb.requestDevice({ filters: [{ vendorId: 0x1db2 }] });
    expect(await usb.getDevices()).toEqual([device]);
    await device.forget();
    expect(await usb.getDevices()).toEqual([]);
  });

  it.each([
    { name: 'another vendor', filters: [{ vendorId: 0x054c }], answer: 'firstMatch' as const },
    { name: 'another class', filters: [{ classCode: 0x0b }], answer: 'firstMatch' as const },
    { name: 'chooser closed', filters: [], answer: 'cancel' as const },
  ])('requestDevice without a device: $name', async ({ filters, answer }) => {
    const { usb } = virtualReader({ permitted: false });
    usb.chooserAnswer = answer;
    expect(await failureOf(usb.requestDevice({ filters }))).toBe("NotFoundError: Failed to execute 'requestDevice' on 'USB': No device selected.");
  });

  it.each([
    {
      call: 'claimInterface',
      act: 'missing',
      failure: refused('claimInterface', 'NotFoundError', 'The interface number provided is not supported by the device in its current configuration.'),
    },
    {
      call: 'selectConfiguration',
      act: 'missing',
      failure: refused('selectConfiguration', 'NotFoundError', 'The configuration value provided is not supported by the device.'),
    },
    {
      call: 'transferOut',
      act: 'unclaimed',
      failure: refused('transferOut', 'NotFoundError', 'The specified endpoint is not part of a claimed and selected alternate interface.'),
    },
  ])('$call, $act → $failure', async ({ call, failure }) => {
    const device = await deviceOf(virtualReader({ profile: 'rcS300' }).usb);
    await device.open();
    const calls: Record<string, () => Promise<unknown>> = {
      claimInterface: () => device.claimInterface(7),
      selectConfiguration: () => device.selectConfiguration(2),
      transferOut: () => device.transferOut(1, new Uint8Array(1)),
    };
    expect(await failureOf(calls[call]!())).toBe(failure);
  });

  it.each(['selectConfiguration', 'claimInterface', 'releaseInterface', 'transferIn', 'reset'] as const)('%s before open → InvalidStateError', async (call) => {
    const device = await deviceOf(virtualReader().usb);
    const calls = {
      selectConfiguration: () => device.selectConfiguration(1),
      claimInterface: () => device.claimInterface(0),
      releaseInterface: () => device.releaseInterface(0),
      transferIn: () => device.transferIn(2, 64),
      reset: () => device.reset(),
    };
    expect(await failureOf(calls[call]())).toBe(refused(call, 'InvalidStateError', 'The device must be opened first.'));
  });

  it('refuses a state call while another is under way', async () => {
    const device = await deviceOf(virtualReader().usb);
    const first = device.open();
    expect(await failureOf(device.open())).toBe(refused('open', 'InvalidStateError', 'An operation that changes the device state is in progress.'));
    await first;
  });

  it('wants a configuration before a claim where the system has set none', async () => {
    const device = await deviceOf(virtualReader({ configured: false }).usb);
    await device.open();
    expect(device.configuration).toBeNull();
    expect(await failureOf(device.claimInterface(0))).toBe(refused('claimInterface', 'InvalidStateError', 'The device must have a configuration selected.'));
    await device.selectConfiguration(1);
    await device.claimInterface(0);
  });

  it('shows the `alternate` before opening already, and a new configuration object each time', async () => {
    const device = await deviceOf(virtualReader().usb);
    expect(device.configuration?.interfaces[0]?.alternate.alternateSetting).toBe(0);
    await device.open();
    expect(device.configuration).not.toBe(device.configuration);
    expect(device.configuration?.configurationValue).toBe(1);
  });
});

describe('a call that changes nothing', () => {
  it('is not refused while another is under way, and does not make others wait', async () => {
    const device = await deviceOf(virtualReader().usb);
    await device.open();
    await device.claimInterface(0);
    const calls = [device.open(), device.open(), device.selectConfiguration(1), device.claimInterface(0), device.claimInterface(0), device.close()];
    expect((await Promise.allSettled(calls)).map((outcome) => outcome.status)).toEqual(Array.from(calls, () => 'fulfilled'));
    expect((await Promise.allSettled([device.close(), device.close(), device.open()])).map((outcome) => outcome.status)).toEqual(
      Array.from({ length: 3 }, () => 'fulfilled'),
    );
  });

  it('one that changes something is', async () => {
    const device = await deviceOf(virtualReader().usb);
    const opening = device.open();
    expect(await failureOf(device.close())).toMatch(/^InvalidStateError.*in progress\.$/u);
    await opening;
  });
});
describe('control requests by recipient', () => {
  const endpointUnclaimed = 'The specified endpoint is not part of a claimed and selected alternate interface.';

  it.each([
    { index: 0x82, text: 'ok' },
    { index: 0x02, text: 'ok' },
    { index: 0x81, text: refused('controlTransferIn', 'NotFoundError', endpointUnclaimed) },
    { index: 0x09, text: refused('controlTransferIn', 'NotFoundError', endpointUnclaimed) },
    { index: 0x00, text: refused('controlTransferIn', 'IndexSizeError', 'The specified endpoint number is out of range.') },
  ])('endpoint $index', async ({ index, text }) => {
    const device = await deviceOf(virtualReader({ profile: 'rcS300T1' }).usb);
    await device.open();
    await device.claimInterface(1);
    const request = device.controlTransferIn({ requestType: 'vendor', recipient: 'endpoint', request: 1, value: 0, index }, 8);
    expect(await failureOf(request)).toBe(text === 'ok' ? 'no failure' : text);
  });

  it.each(['device', 'other'] as const)('a class request to %s is refused whatever its index, when any interface is protected', async (recipient) => {
    const device = await deviceOf(virtualReader({ profile: 'rcS300T1' }).usb);
    await device.open();
    for (const index of [0, 1]) {
      const setup = { requestType: 'class', recipient, request: 2, value: 0, index } as const;
      expect(await failureOf(device.controlTransferIn(setup, 8))).toBe(refused('controlTransferIn', 'SecurityError', 'The transfer was not allowed.'));
    }
  });
});
it.each([
  { name: 'GET_STATUS of the device', recipient: 'device', request: 0, index: 0, answer: '0000' },
  { name: 'GET_STATUS of an interface', recipient: 'interface', request: 0, index: 0, answer: '0000' },
  { name: 'GET_STATUS of an endpoint', recipient: 'endpoint', request: 0, index: 0x82, answer: '0000' },
  { name: 'GET_CONFIGURATION', recipient: 'device', request: 8, index: 0, answer: '01' },
  { name: 'GET_INTERFACE', recipient: 'interface', request: 10, index: 0, answer: '00' },
  { name: 'SYNCH_FRAME stalls', recipient: 'endpoint', request: 12, index: 0x82, answer: '' },
] as const)('answers as every device does: $name', async ({ recipient, request, index, answer }) => {
  const { device } = await rehearse();
  const { status: outcome, data } = await device.controlTransferIn({ requestType: 'standard', recipient, request, value: 0, index }, 8);
  expect([outcome, hex(bytesOf(data))]).toEqual([answer === '' ? 'stall' : 'ok', answer]);
});
describe('two pages', () => {
  it('closes the handle of a page that goes away; the card keeps its power', async () => {
    const { reader, device, say: tell } = await rehearse();
    await tell('62 00000000 00 01 000000');
    const pending = failureOf(device.transferIn(2, 64));
    reader.usb.leave();
    expect(await pending).toBe(refused('transferIn', 'AbortError', 'The transfer was cancelled.'));
    const after = await deviceOf(reader.openPage());
    await after.open();
    await after.claimInterface(0);
    expect(await say(after, status(1))).toBe('81000000000001000000');
  });
});

describe('transfers', () => {
  it('a header-first host finds the ZLP as an empty transfer', async () => {
    const { reader, device } = await rehearse();
    reader.sendBulk('AA'.repeat(64));
    expect((await read(device, 64)).length).toBe(128);
    expect(await read(device, 64)).toBe('');
  });

  it('copies what it is given: the caller may overwrite it at once', async () => {
    const { device } = await rehearse();
    const message = unhex(status(0));
    const sent = device.transferOut(1, message.subarray(0, 10));
    message.fill(0xff);
    await sent;
    expect(await read(device)).toBe('81000000000000010000');
  });
});

describe('unplug and plug in', () => {
  it('stays opened until the disconnect event; transfers fail before and after', async () => {
    const { reader, device } = await rehearse();
    const events: string[] = [];
    reader.usb.addEventListener('disconnect', (event) => events.push(`disconnect ${String(event.device === device)} ${String(device.opened)}`));
    reader.usb.ondisconnect = () => events.push('handler');
    reader.unplug();
    expect(device.opened).toBe(true);
    expect(await failureOf(device.transferOut(1, unhex(status(0))))).toBe(refused('transferOut', 'NetworkError', 'A transfer error has occurred.'));
    await turn();
    expect(events).toEqual(['handler', 'disconnect true false']);
    expect(await failureOf(device.open())).toBe(refused('open', 'NotFoundError', 'The device was disconnected.'));
    expect(await failureOf(device.transferIn(2, 64))).toBe(refused('transferIn', 'NotFoundError', 'The device was disconnected.'));
    expect(await reader.usb.getDevices()).toEqual([]);
  });

  it('comes back with a connect event and works; the card has lost its power', async () => {
    const { reader, say: tell } = await rehearse();
    await tell('62 00000000 00 01 000000');
    const connected = new Promise<void>((resolve) => reader.usb.addEventListener('connect', () => resolve()));
    reader.unplug();
    await turn();
    reader.plugIn();
    await connected;
    const again = await deviceOf(reader.usb);
    await again.open();
    await again.claimInterface(0);
    expect(await say(again, status(9))).toBe('81000000000009010000');
  });

  it('tells every page', async () => {
    const reader = virtualReader();
    const heard: string[] = [];
    for (const page of [reader.usb, reader.openPage(), practiceUsb(virtualReader({ profile: 'rcS300' }), reader)])
      page.addEventListener('disconnect', () => heard.push('page'));
    reader.unplug();
    await turn();
    expect(heard.length).toBe(3);
  });
});

describe('control transfers', () => {
  it('gives the raw configuration descriptor without a claim, with 54 bytes of CCID in it', async () => {
    const device = await deviceOf(virtualReader({ profile: 'rcS300' }).usb);
    await device.open();
    const head = bytesOf((await device.controlTransferIn(GET_CONFIGURATION, 9)).data);
    const total = new DataView(head.buffer).getUint16(2, true);
    const all = bytesOf((await device.controlTransferIn(GET_CONFIGURATION, 0xffff)).data);
    expect(total).toBe(all.length);
    expect(all.length).toBe(9 + 9 + 54 + 21 + 9 + 14);
    // The published 54 bytes, ccid.md §15.
    expect(hex(all)).toContain('36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001');
  });

  it.each([
    { name: 'SET_CONFIGURATION', setup: { requestType: 'standard', recipient: 'device', request: 9, value: 1, index: 0 } as const },
    {
      name: 'a class request to the device that names a protected interface',
      setup: { requestType: 'class', recipient: 'device', request: 3, value: 0, index: 0 } as const,
    },
  ])('refuses $name', async ({ setup }) => {
    const device = await deviceOf(virtualReader({ profile: 'rcS300' }).usb);
    await device.open();
    expect(await failureOf(device.controlTransferIn(setup, 8))).toBe(refused('controlTransferIn', 'SecurityError', 'The transfer was not allowed.'));
  });
});

it('serves the card of each page from one reader (practiceUsb)', async () => {
  const reader = virtualReader({ card: await image() });
  const device = await deviceOf(practiceUsb(reader));
  await device.open();
  await device.claimInterface(0);
  expect(await say(device, status(0))).toBe('81000000000000010000');
});
