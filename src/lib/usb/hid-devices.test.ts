import { describe, expect, it } from 'vitest';
import { readerDevicesOf } from './browser-devices.ts';
import type { PermittedDevice } from './browser-devices-port.ts';
import { vendorReader } from './test/devices.ts';
import { collection, FakeHid, FakeHidDevice } from './test/fake-hid.ts';
import { FakeUsb } from './test/fake-usb.ts';

const devicesOf = (hid: FakeHid, usb = new FakeUsb()): ReturnType<typeof readerDevicesOf> => readerDevicesOf(usb, hid);

describe('choose a bridge', () => {
  it('asks for vendor usage pages only', async () => {
    const hid = new FakeHid();
    hid.choice = [new FakeHidDevice()];
    expect(await devicesOf(hid).choose('hidBridge')).toMatchObject({ vendorId: 0x1209, productId: 2, productName: 'Bridge' });
    const pages = hid.filters[0]?.map(({ usagePage }) => usagePage) ?? [];
    expect([pages.length, Math.min(...pages), Math.max(...pages)]).toEqual([256, 0xff00, 0xffff]);
  });

  it('is undefined when the person closes the chooser: an empty list', async () => {
    expect(await devicesOf(new FakeHid()).choose('hidBridge')).toBeUndefined();
  });

  it('takes the right one where the browser gives one device per collection', async () => {
    const hid = new FakeHid();
    hid.choice = [new FakeHidDevice([collection(0xff00, 32)]), new FakeHidDevice([collection(0xffa0)])];
    const usb = new FakeUsb();
    const chosen = await devicesOf(hid, usb).choose('hidBridge');
    const pipe = await chosen?.open();
    expect([hid.choice[0]?.opened, hid.choice[1]?.opened]).toEqual([false, true]);
    await pipe?.close();
    expect(usb.requests).toEqual([]);
  });

  it.each([
    { name: 'a keyboard', collections: [{ ...collection(), usagePage: 1, usage: 6 }] },
    { name: 'a FIDO token (usage page F1D0)', collections: [collection(0xf1d0)] },
    { name: 'reports of 63 bytes', collections: [collection(0xff00, 63)] },
    { name: 'reports of 65 bytes', collections: [collection(0xff00, 65)] },
    { name: 'a report ID', collections: [collection(0xff00, 64, 1)] },
    { name: 'no output report', collections: [{ ...collection(), outputReports: [] }] },
    { name: 'no input reports at all', collections: [{ usagePage: 0xff00, outputReports: collection().outputReports ?? [] }] },
    {
      name: 'two input reports',
      collections: [{ ...collection(), inputReports: [...(collection().inputReports ?? []), ...(collection().inputReports ?? [])] }],
    },
    { name: 'items without a size', collections: [{ ...collection(), inputReports: [{ reportId: 0, items: [{ reportCount: 64 }] }] }] },
    { name: 'no collection', collections: [] },
  ])('refuses another form: $name', async ({ collections }) => {
    const device = new FakeHidDevice(collections);
    const hid = new FakeHid(device);
    hid.choice = [device];
    await expect(devicesOf(hid).choose('hidBridge')).rejects.toMatchObject({ code: 'NO_USABLE_INTERFACE' });
    expect(await devicesOf(hid).known()).toEqual([]);
  });

  it('a report may be described in several items', async () => {
    const report = {
      reportId: 0,
      items: [
        { reportSize: 8, reportCount: 60 },
        { reportSize: 16, reportCount: 2 },
      ],
    };
    const hid = new FakeHid(new FakeHidDevice([{ ...collection(), inputReports: [report], outputReports: [report] }]));
    expect(await devicesOf(hid).known()).toHaveLength(1);
  });

  it.each(['SecurityError', 'NotAllowedError'])('a refused page (%s) is a coded fault', async (name) => {
    const hid = new FakeHid();
    hid.choice = new DOMException('no', name);
    await expect(devicesOf(hid).choose('hidBridge')).rejects.toMatchObject({ code: 'WEBHID_UNSUPPORTED', facts: { exception: name } });
  });

  it('a browser without WebHID says so, and its USB readers are none the worse', async () => {
    const devices = readerDevicesOf(new FakeUsb(vendorReader()));
    await expect(devices.choose('hidBridge')).rejects.toMatchObject({ code: 'WEBHID_UNSUPPORTED' });
    expect(await devices.known()).toHaveLength(1);
  });
});

describe('known and plugged in', () => {
  it('USB readers first, then bridges, under different keys', async () => {
    const bridge = new FakeHidDevice();
    const devices = devicesOf(new FakeHid(bridge), new FakeUsb(vendorReader()));
    const [first, second] = await devices.known();
    expect([first?.productId, second?.productId]).toEqual([0x511a, 2]);
    expect(first?.key).not.toBe(second?.key);
    expect((await devices.known())[1]?.key).toBe(second?.key);
  });

  it('a page that may not list HID devices still lists USB readers', async () => {
    const hid = new FakeHid(new FakeHidDevice());
    hid.listFailure = new DOMException('no', 'SecurityError');
    expect(await devicesOf(hid, new FakeUsb(vendorReader())).known()).toHaveLength(1);
  });

  it('tells both kinds, and stops', async () => {
    const hid = new FakeHid();
    const usb = new FakeUsb();
    const told: PermittedDevice[] = [];
    const stop = devicesOf(hid, usb).onPluggedIn((device) => told.push(device));
    hid.plugIn(new FakeHidDevice([collection(0x0c)]));
    expect(told).toEqual([]);
    hid.plugIn(new FakeHidDevice());
    usb.plugIn(vendorReader());
    expect(told.map(({ productId }) => productId)).toEqual([2, 0x511a]);
    stop();
    hid.plugIn(new FakeHidDevice());
    expect(told).toHaveLength(2);
    expect([hid.listenerCount, usb.listenerCount]).toEqual([0, 0]);
  });
});
