import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { practiceCards, virtualReader, type VirtualReader } from './index.ts';

async function standard() {
  const card = practiceCards.find(({ name }) => name === 'standard');
  if (card === undefined) throw new Error('no standard card');
  return card.load();
}

async function opened(reader: VirtualReader): Promise<USBDevice> {
  const [device] = await reader.usb.getDevices();
  if (device === undefined) throw new Error('no device');
  await device.open();
  await device.claimInterface(0);
  return device;
}

async function say(device: USBDevice, message: string): Promise<string> {
  await device.transferOut(1, unhex(message));
  const { data } = await device.transferIn(2, 1024);
  return data === undefined ? '' : hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

describe('virtual reader', () => {
  it('answers GetSlotStatus of a present, inactive card (ccid.md §15)', async () => {
    const reader = virtualReader({ card: await standard() });
    const device = await opened(reader);
    expect(await say(device, '65 00000000 00 05 000000')).toBe('81000000000005010000');
    expect(await say(device, '62 00000000 00 06 000000')).toBe('800D0000000006000000' + '3B888001000005E0B381A1007F');
    expect(await say(device, '6F 15000000 00 07 000000 00A4040C10A0000002310600000000000000000000')).toBe('80020000000007000000' + '9000');
    expect(await say(device, '6F 05000000 00 08 000000 00B09A0003')).toBe('80050000000008000000' + 'C101019000');
    reader.assertNoUnexpectedInput();
  });
});
