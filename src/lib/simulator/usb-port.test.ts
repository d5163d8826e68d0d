/** A virtual reader as a host controller sees it. Bytes are hexadecimal, as everywhere in these tests. */
import { describe, expect, it } from 'vitest';
import { hex, unhex, type Bytes } from '#bytes';
import { rcS300Profile, usbPortOf, virtualReader, type InTransfer, type UsbPort, type VirtualReader } from './index.ts';
import { bytesOf, failureOf, image, settles } from './test/host.ts';

const GET_SLOT_STATUS = '65000000000001000000';
const standard = { requestType: 'standard', recipient: 'device', request: 6, index: 0 } as const;

function begun(port: UsbPort, endpointNumber: number, length = 64): InTransfer {
  const transfer = port.beginIn(endpointNumber, length);
  if (transfer === undefined) throw new Error('no such endpoint');
  return transfer;
}

async function readFrom(port: UsbPort, endpointNumber: number): Promise<string> {
  return hex(bytesOf((await begun(port, endpointNumber).result).data));
}

/** The reader of practice mode: bulk OUT 1, bulk IN 2, interrupt IN 3. */
function plugged(): { reader: VirtualReader; port: UsbPort; send: (message: string) => void } {
  const reader = virtualReader();
  const port = usbPortOf(reader);
  port.setConfiguration();
  return { reader, port, send: (message) => port.sendPacket(1, unhex(message)) };
}

describe('descriptors', () => {
  it('are those that GET_DESCRIPTOR gives', () => {
    const { port } = plugged();
    expect(port.controlIn({ ...standard, value: 0x0100 })).toEqual(port.deviceDescriptor);
    expect(port.controlIn({ ...standard, value: 0x0200 })).toEqual(port.configurationDescriptor);
    expect(port.controlIn({ ...standard, value: 0x0f00 })).toBeUndefined();
  });

  it('name the endpoints and their packets', () => {
    const port = usbPortOf(virtualReader({ profile: rcS300Profile({ strategy: 'T1' }) }));
    expect([0x81, 0x01, 0x83, 0x82, 0x02, 0x04].map((address) => port.packetLengthOf(address))).toEqual([64, 64, 8, 64, 64, undefined]);
  });
});

describe('transfers', () => {
  it('a message and its answer, nothing claimed, class 0x0B too', async () => {
    for (const profile of ['practice', 'protectedClass'] as const) {
      const port = usbPortOf(virtualReader({ profile }));
      port.setConfiguration();
      port.sendPacket(1, unhex(GET_SLOT_STATUS));
      expect(await readFrom(port, 2)).toBe('81000000000001020000');
    }
  });

  it('a message packet by packet', async () => {
    const { reader, port, send } = plugged();
    send(`6F400000000005000000${'00'.repeat(54)}`);
    send('00'.repeat(10));
    expect(await readFrom(port, 2)).toMatch(/^80/u);
    reader.assertNoUnexpectedInput();
  });

  it('one that was taken back gets nothing, and the next one all', async () => {
    const { port, send } = plugged();
    const first = begun(port, 2);
    const failure = failureOf(first.result);
    expect(first.cancel()).toBe(true);
    expect(await failure).toMatch(/^AbortError/u);
    expect(first.cancel()).toBe(false);
    send(GET_SLOT_STATUS);
    expect(await readFrom(port, 2)).toBe('81000000000001020000');
  });

  it('one that has ended cannot be taken back', async () => {
    const { port, send } = plugged();
    const transfer = begun(port, 2);
    send(GET_SLOT_STATUS);
    await transfer.result;
    expect(transfer.cancel()).toBe(false);
  });

  it('an endpoint that is not there has none', () => {
    expect(plugged().port.beginIn(5, 64)).toBeUndefined();
  });
});

describe('the configuration is set', () => {
  it('a card that is there is told, whenever it came', async () => {
    const reader = virtualReader({ card: await image() });
    const port = usbPortOf(reader);
    port.setConfiguration();
    expect(await readFrom(port, 3)).toBe('5003');
    const pending = begun(port, 3);
    expect(await settles(pending.result)).toBe('pending');
  });

  it('again, as after a port reset: what waited is gone, a pending transfer fails', async () => {
    const { port, send } = plugged();
    send(GET_SLOT_STATUS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const pending = begun(port, 3);
    port.setConfiguration();
    expect(await failureOf(pending.result)).toMatch(/^NetworkError/u);
    expect(await settles(begun(port, 2).result)).toBe('pending');
  });
});

it('tells when the cable goes out and in', async () => {
  const { reader, port } = plugged();
  const told: boolean[] = [];
  port.watch((isPlugged) => told.push(isPlugged));
  reader.unplug();
  expect(port.plugged).toBe(false);
  reader.plugIn();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(told).toEqual([false, true]);
});

it('gives the descriptors of its reader', () => {
  const bytes: Bytes = usbPortOf(virtualReader()).deviceDescriptor;
  expect(bytes.length).toBe(18);
});
