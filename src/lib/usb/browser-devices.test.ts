import { describe, expect, it } from 'vitest';
import { browserReaderDevices, readerDevicesOf } from './browser-devices.ts';
import type { PermittedDevice } from './browser-devices-port.ts';
import { knownReaders } from './known-readers.ts';
import { compositeReader, twoInterfaceReader, vendorReader } from './test/devices.ts';
import { FakeUsb } from './test/fake-usb.ts';

describe('choose', () => {
  it('asks for the known readers', async () => {
    const usb = new FakeUsb();
    usb.choice = compositeReader();
    const chosen = await readerDevicesOf(usb).choose('knownReaders');
    expect(chosen).toMatchObject({ vendorId: 0x054c, productId: 0x0dc8, productName: 'Test reader' });
    const { filters } = usb.requests[0] ?? { filters: [] };
    expect(filters).toHaveLength(24);
    expect(filters).toContainEqual({ vendorId: 0x04e6, productId: 0x511a });
  });

  it('asks for any device without a filter', async () => {
    const usb = new FakeUsb();
    await readerDevicesOf(usb).choose('anyDevice');
    expect(usb.requests).toEqual([{ filters: [] }]);
  });

  it('asks for readers of class 0x0B too where they can be claimed', async () => {
    const usb = new FakeUsb();
    await readerDevicesOf(usb, undefined, undefined, true).choose('knownReaders');
    const { filters } = usb.requests[0] ?? { filters: [] };
    expect(filters).toHaveLength(25);
    expect(filters).toContainEqual({ classCode: 0x0b });
  });

  it('is undefined when the person closes the chooser', async () => {
    expect(await readerDevicesOf(new FakeUsb()).choose('knownReaders')).toBeUndefined();
  });

  it.each(['SecurityError', 'InvalidStateError'])('a refused page (%s) is a coded fault', async (name) => {
    const usb = new FakeUsb();
    usb.choice = new DOMException('no', name);
    await expect(readerDevicesOf(usb).choose('anyDevice')).rejects.toMatchObject({ code: 'WEBUSB_UNSUPPORTED', facts: { exception: name } });
  });
});

describe('known', () => {
  it('lists each smart-card interface of one device where they can be claimed, and the device once where not', async () => {
    const usb = new FakeUsb(twoInterfaceReader(0x0b), compositeReader());
    expect(await readerDevicesOf(usb).known()).toHaveLength(2);
    const devices = readerDevicesOf(usb, undefined, undefined, true);
    const listed = await devices.known();
    expect(listed.map(({ productId }) => productId)).toEqual([0x5422, 0x5422, 0x0dc8]);
    expect(new Set(listed.map(({ key }) => key)).size).toBe(3);
    expect((await devices.known()).map(({ key }) => key)).toEqual(listed.map(({ key }) => key));
    usb.choice = usb.permitted[0] ?? usb.choice;
    expect((await devices.choose('knownReaders'))?.key).toBe(listed[0]?.key);
  });

  it('lists permitted devices under stable keys', async () => {
    const usb = new FakeUsb(compositeReader(), vendorReader());
    const devices = readerDevicesOf(usb);
    const [first, second] = await devices.known();
    expect(first?.key).not.toBe(second?.key);
    expect((await devices.known()).map(({ key }) => key)).toEqual([first?.key, second?.key]);
    usb.choice = usb.permitted[1] ?? usb.choice;
    expect((await devices.choose('knownReaders'))?.key).toBe(second?.key);
  });

  it('forgets the key of a device that is gone', async () => {
    const device = vendorReader();
    const usb = new FakeUsb(device);
    const devices = readerDevicesOf(usb);
    const [before] = await devices.known();
    usb.permitted.length = 0;
    expect(await devices.known()).toEqual([]);
    usb.permitted.push(device);
    expect((await devices.known())[0]?.key).not.toBe(before?.key);
  });

  it('a refused page is a coded fault', async () => {
    const usb = new FakeUsb();
    usb.listFailure = new DOMException('no', 'SecurityError');
    await expect(readerDevicesOf(usb).known()).rejects.toMatchObject({ code: 'WEBUSB_UNSUPPORTED' });
  });

  it('unplug and replug: gone, told, listed, opened again', async () => {
    const device = vendorReader();
    const usb = new FakeUsb(device);
    const devices = readerDevicesOf(usb);
    const told: PermittedDevice[] = [];
    const stop = devices.onPluggedIn((each) => told.push(each));
    const [before] = await devices.known();
    const pipe = await before?.open();
    device.vanish();
    usb.tellUnplugged(device);
    await pipe?.closed;
    expect(await devices.known()).toEqual([]);
    await expect(before?.open()).rejects.toMatchObject({ code: 'DEVICE_LOST' });

    usb.plugIn(vendorReader());
    const [after] = await devices.known();
    expect(told.map(({ key }) => key)).toEqual([after?.key]);
    expect(after?.key).not.toBe(before?.key);
    const reopened = await told[0]?.open();
    expect(reopened?.description.productId).toBe(0x511a);
    await reopened?.close();

    stop();
    usb.plugIn(compositeReader());
    expect(told).toHaveLength(1);
    expect(usb.listenerCount).toBe(0);
  });
});

describe('browserReaderDevices', () => {
  // Chromium serves the tests from localhost, a secure context; Node has no WebUSB at all.
  const hasWebUsb = typeof navigator !== 'undefined' && 'usb' in navigator;

  it.skipIf(hasWebUsb)('says that WebUSB is missing', () => {
    expect(() => browserReaderDevices()).toThrow(expect.objectContaining({ code: 'WEBUSB_UNSUPPORTED' }));
  });

  it.runIf(hasWebUsb)('lists what the browser has permitted: nothing', async () => {
    expect(await browserReaderDevices().known()).toEqual([]);
  });

  it.runIf(hasWebUsb)('real chooser without a click is refused with a code', async () => {
    await expect(browserReaderDevices().choose('knownReaders')).rejects.toMatchObject({ code: 'WEBUSB_UNSUPPORTED', cause: { name: 'SecurityError' } });
  });
});

describe('knownReaders', () => {
  const ids = knownReaders.map(({ vendorId, productId }) => `${vendorId.toString(16)}:${productId.toString(16)}`);

  it('names each device once', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(['c4b:300', 'c4b:500', '973:3', '1a74:6354', '1a74:6356', '72f:2200'])('leaves %s out (browser-and-readers.md §8.2, §8.3)', (id) => {
    expect(ids).not.toContain(id);
  });
});
