/** The HID bridge report by report (spec/browser-and-readers.md §9.3, spec/open-points.md, 15). Channel 1234 throughout. */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { readerProfiles, virtualReader, type Fault, type VirtualReader } from '../index.ts';
import type { VirtualHidDevice } from '../index.ts';
import { failureOf, image } from '../test/host.ts';

const ATR = '3B888001000005E0B381A1007F';
const pad = (report: string): string => report.padEnd(128, '0');

async function desk(silentAboutDescriptor = false): Promise<{ reader: VirtualReader; device: VirtualHidDevice; reports: string[]; wait: () => Promise<void> }> {
  const reader = virtualReader({ profile: { ...readerProfiles.hidBridge, hid: { silentAboutDescriptor } }, card: await image() });
  const [device] = await reader.hid.getDevices();
  if (device === undefined) throw new Error('no device');
  await device.open();
  const reports: string[] = [];
  device.addEventListener('inputreport', (event) => reports.push(hex(new Uint8Array((event as Event & { data: DataView }).data.buffer))));
  return { reader, device, reports, wait: () => new Promise((resolve) => setTimeout(resolve, 15)) };
}

describe('framing', () => {
  it('IccPowerOn in one report, the ATR in one', async () => {
    const { device, reports, wait, reader } = await desk();
    await device.sendReport(0, unhex(pad('1234050000' + '000A' + '62000000000001000000')));
    await wait();
    expect(reports).toEqual([pad('1234050000' + '0017' + `800D0000000001000000${ATR}`)]);
    reader.assertNoUnexpectedInput();
  });

  it('gives the 54-byte descriptor to Escape FF: 64 bytes in two reports', async () => {
    const { device, reports, wait } = await desk();
    await device.sendReport(0, unhex(pad('1234050000' + '000B' + '6B010000000001000000' + 'FF')));
    await wait();
    expect(reports.length).toBe(2);
    expect(reports[0]?.slice(0, 34)).toBe('1234050000' + '0040' + '83360000000001020000'.replace('0102', '0101'));
    expect(reports[1]?.slice(0, 10)).toBe('1234050001');
    const message = (reports[0] ?? '').slice(14) + (reports[1] ?? '').slice(10);
    expect(message.slice(20, 20 + 108)).toMatch(/^3621/u);
    expect(message.slice(128)).toMatch(/^0*$/u);
  });

  it('may say nothing about it', async () => {
    const { device, reports, wait } = await desk(true);
    await device.sendReport(0, unhex(pad('1234050000' + '000B' + '6B010000000001000000' + 'FF')));
    await wait();
    expect(reports).toEqual([]);
  });

  it('takes a command in two reports', async () => {
    const { device, reports, wait, reader } = await desk();
    await device.sendReport(0, unhex(pad('1234050000' + '000A' + '62000000000001000000')));
    await wait();
    const message = '6F45000000000200000000D6000040' + '00'.repeat(64);
    await device.sendReport(0, unhex(`1234050000004F${message.slice(0, 114)}`));
    await device.sendReport(0, unhex(pad(`1234050001${message.slice(114)}`)));
    await wait();
    expect(reports[1]).toBe(pad('1234050000' + '000C' + '80020000000002000000' + '6D00'));
    reader.assertNoUnexpectedInput();
  });

  it.each([
    { name: '63 bytes', reports: [pad('1234050000000A62').slice(2)] },
    { name: 'another tag', reports: [pad('1234060000000A62')] },
    { name: 'length 0', reports: [pad('12340500000000')] },
    { name: 'length above 271', reports: [pad('12340500000110')] },
    { name: 'sequence 1 first', reports: [pad('1234050001')] },
    { name: 'another channel in the second', reports: [`1234050000004F${'00'.repeat(57)}`, pad('4321050001')] },
    { name: 'padding that is not zero', reports: [`${pad('1234050000000A62000000000001000000').slice(0, 126)}01`] },
  ])('a host that sends $name is recorded', async ({ reports }) => {
    const { device, reader } = await desk();
    for (const report of reports) await device.sendReport(0, unhex(report));
    expect(reader.unexpectedInput.length).toBe(1);
  });
});

describe('HIDDevice', () => {
  it('shows one vendor collection of 64-byte reports', async () => {
    const { device } = await desk();
    expect(device.collections[0]).toMatchObject({ usagePage: 0xff00, inputReports: [{ reportId: 0, items: [{ reportSize: 8, reportCount: 64 }] }] });
  });

  it.each<{ name: string; act: (device: VirtualHidDevice, reader: VirtualReader) => Promise<unknown>; failure: string }>([
    { name: 'opened twice', act: (device) => device.open(), failure: 'InvalidStateError' },
    { name: 'another report ID', act: (device) => device.sendReport(1, new Uint8Array(64)), failure: 'NotAllowedError' },
    {
      name: 'unplugged',
      act: (device, reader) => {
        reader.unplug();
        return device.sendReport(0, new Uint8Array(64));
      },
      failure: 'NotAllowedError',
    },
    {
      name: 'closed',
      act: async (device) => {
        await device.close();
        await device.sendReport(0, new Uint8Array(64));
      },
      failure: 'InvalidStateError',
    },
  ])('$name', async ({ act, failure }) => {
    const { device, reader } = await desk();
    expect(await failureOf(act(device, reader))).toMatch(new RegExp(`^${failure}`, 'u'));
  });

  it('a closed chooser is an empty list', async () => {
    const reader = virtualReader({ profile: 'hid-bridge', permitted: false });
    expect(await reader.hid.getDevices()).toEqual([]);
    reader.hid.chooserAnswer = 'cancel';
    expect(await reader.hid.requestDevice({ filters: [] })).toEqual([]);
    reader.hid.chooserAnswer = 'firstMatch';
    expect(await reader.hid.requestDevice({ filters: [{ usagePage: 0xf1d0 }] })).toEqual([]);
    expect((await reader.hid.requestDevice({ filters: [{ usagePage: 0xff00 }] })).length).toBe(1);
    expect(await reader.usb.getDevices()).toEqual([]);
  });

  it('goes away in the middle of an answer', async () => {
    const { device, reports, reader, wait } = await desk();
    reader.faults.set([{ kind: 'unplugAtInByte', byte: 65 } satisfies Fault]);
    await device.sendReport(0, unhex(pad('1234050000' + '000B' + '6B010000000001000000' + 'FF')));
    await wait();
    expect(reports.length).toBeLessThanOrEqual(1);
    expect(device.opened).toBe(false);
  });
});
