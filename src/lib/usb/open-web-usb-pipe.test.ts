import { hex, unhex } from '#bytes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWebUsbPipe } from './open-web-usb-pipe.ts';
import {
  compositeReader,
  configurationDescriptor,
  functionalDescriptor,
  interfaceDescriptor,
  protectedReader,
  twoInterfaceReader,
  usbConfiguration,
  usbInterface,
  vendorReader,
} from './test/devices.ts';
import { FakeUsb, Hardware, type FakeUsbDevice } from './test/fake-usb.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The outcome after every timer has run. */
async function settled<T>(work: Promise<T>): Promise<{ value: T } | { fault: unknown }> {
  const outcome = work.then(
    (value) => ({ value }),
    (fault: unknown) => ({ fault }),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  return outcome;
}

describe('opening', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [1, 1],
  ])('of several interfaces takes the one of the number %s: %i', async (wanted, claimed) => {
    const device = twoInterfaceReader(0xff);
    const pipe = await openWebUsbPipe(new FakeUsb(device), device, wanted);
    expect(device.calls).toEqual(['open', `claimInterface ${String(claimed)}`]);
    expect(pipe.description.interfaceNumber).toBe(claimed);
  });

  it('an interface that is not there is no usable one, and the device is closed', async () => {
    const device = twoInterfaceReader(0xff);
    await expect(openWebUsbPipe(new FakeUsb(device), device, 7)).rejects.toMatchObject({ code: 'NO_USABLE_INTERFACE' });
    expect(device.calls.at(-1)).toBe('close');
  });

  it('claims the vendor interface of the RC-S300 and describes it', async () => {
    const device = compositeReader();
    const pipe = await openWebUsbPipe(new FakeUsb(device), device);
    expect(device.calls).toEqual(['open', 'claimInterface 1']);
    expect(pipe.description).toMatchObject({
      vendorId: 0x054c,
      productId: 0x0dc8,
      deviceVersion: '6.32',
      productName: 'Test reader',
      interfaceNumber: 1,
      interfaceClass: 0xff,
      bulkInPacketLength: 64,
      bulkOutPacketLength: 64,
    });
    expect(pipe.description).not.toHaveProperty('interruptInPacketLength');
    expect(pipe.description.configurationDescriptor).toHaveLength(116);
  });

  it('knows the interrupt endpoint of a CCID reader over class 0xFF', async () => {
    const device = vendorReader({ productName: null });
    const pipe = await openWebUsbPipe(new FakeUsb(device), device);
    expect(pipe.description).toMatchObject({ interfaceNumber: 0, interruptInPacketLength: 8, productName: '' });
  });

  it('selects a configuration only when none is active', async () => {
    const device = vendorReader({ activeConfiguration: null });
    await openWebUsbPipe(new FakeUsb(device), device);
    expect(device.calls).toEqual(['open', 'selectConfiguration 1', 'claimInterface 0']);
  });

  it('selects another one when the active one has no interface for us', async () => {
    const reader = usbInterface(0, 0xff, [1, 'in', 'bulk'], [1, 'out', 'bulk']);
    const device = vendorReader({
      configurations: [usbConfiguration(1, usbInterface(0, 0x08)), usbConfiguration(2, reader)],
      descriptors: [configurationDescriptor(1), configurationDescriptor(2, interfaceDescriptor(0, 2, 0xff))],
    });
    const pipe = await openWebUsbPipe(new FakeUsb(device), device);
    expect(device.calls).toEqual(['open', 'selectConfiguration 2', 'claimInterface 0']);
    expect(pipe.description.configurationDescriptor[5]).toBe(2);
  });

  it('takes a device that this page has open already', async () => {
    const device = vendorReader();
    await device.open();
    await openWebUsbPipe(new FakeUsb(device), device);
    expect(device.calls).toEqual(['open', 'claimInterface 0']);
  });
});

describe('refusals', () => {
  const rows: { name: string; device: () => FakeUsbDevice; code: string }[] = [
    { name: 'class 0x0B only (measured: SecurityError)', device: () => protectedReader(), code: 'PROTECTED_CLASS' },
    { name: 'no OS permission', device: () => failing('open', 'SecurityError'), code: 'ACCESS_DENIED' },
    { name: 'open: unplugged', device: () => failing('open', 'NotFoundError'), code: 'DEVICE_LOST' },
    { name: 'open: another state call of the page', device: () => failing('open', 'InvalidStateError'), code: 'INTERFACE_BUSY' },
    { name: 'open: something else', device: () => failing('open', 'NetworkError'), code: 'TRANSFER_FAILED' },
    { name: 'open: no DOMException at all', device: () => failing('open', new DOMException('?', 'constructor')), code: 'TRANSFER_FAILED' },
    { name: 'claim: another program, for good', device: () => failing('claimInterface', ...Array<string>(3).fill('NetworkError')), code: 'INTERFACE_BUSY' },
    { name: 'claim hangs', device: () => failing('claimInterface', 'hang'), code: 'CLAIM_TIMED_OUT' },
    {
      name: 'configuration held by a driver',
      device: () => failing('selectConfiguration', 'NetworkError', { activeConfiguration: null }),
      code: 'INTERFACE_BUSY',
    },
    { name: 'descriptor: transfer error', device: () => failing('controlTransferIn', 'NetworkError'), code: 'TRANSFER_FAILED' },
    { name: 'descriptor: no answer', device: () => failing('controlTransferIn', 'hang'), code: 'TRANSFER_TIMED_OUT' },
    { name: 'descriptor: none', device: () => vendorReader({ descriptors: [] }), code: 'DESCRIPTOR_MALFORMED' },
    { name: 'ICCD token', device: () => vendorReader({ configurations: [usbConfiguration(1, usbInterface(0, 0xff))] }), code: 'NO_USABLE_INTERFACE' },
    { name: 'keyboard', device: () => vendorReader({ configurations: [usbConfiguration(1, usbInterface(0, 0x03))] }), code: 'NO_USABLE_INTERFACE' },
    { name: 'no configuration', device: () => vendorReader({ configurations: [], descriptors: [] }), code: 'NO_USABLE_INTERFACE' },
  ];
  it.each(rows)('$name → $code, and leaves the device closed', async ({ device: make, code }) => {
    const device = make();
    const usb = new FakeUsb(device);
    expect(await settled(openWebUsbPipe(usb, device))).toMatchObject({ fault: { code } });
    device.releaseHung();
    await vi.advanceTimersByTimeAsync(100);
    expect(device.opened).toBe(false);
    expect(device.claimed).toEqual([]);
    expect(usb.listenerCount).toBe(0);
  });

  it('keeps the cause and its name, for logs', async () => {
    const device = protectedReader();
    const outcome = await settled(openWebUsbPipe(new FakeUsb(device), device));
    expect(outcome).toMatchObject({ fault: { facts: { call: 'claimInterface', exception: 'SecurityError' }, cause: { name: 'SecurityError' } } });
  });

  // 072F:2200 with the descriptor of browser-and-readers.md §6.1 (dwFeatures 4007E); levels by CCID Rev 1.1 §5.1.
  it.each([
    { name: 'extended', features: '7E000400', level: 'extendedApdu' },
    { name: 'short', features: '7E000200', level: 'shortApdu' },
    { name: 'short and extended', features: '7E000600', level: 'extendedApdu' },
    { name: 'TPDU', features: '7E000100', level: 'tpdu' },
    { name: 'character', features: '7E000000', level: 'character' },
    { name: 'no class descriptor', features: undefined, level: 'unknown' },
  ])('a refused reader is named: $name', async ({ features, level }) => {
    const functional = features === undefined ? new Uint8Array(0) : unhex(hex(functionalDescriptor).replace('7E000400', features));
    const device = protectedReader({ descriptors: [configurationDescriptor(1, interfaceDescriptor(0, 3, 0x0b), functional)] });
    const outcome = await settled(openWebUsbPipe(new FakeUsb(device), device));
    expect(outcome).toMatchObject({ fault: { code: 'PROTECTED_CLASS', facts: { vendorId: 0x072f, productId: 0x2200, name: 'Test reader', level } } });
  });

  it.each([
    { productName: null, name: '072F:2200' },
    { productName: ' \u0000\u202e ', name: '072F:2200' },
    { productName: 'ACR122U \u001b[31mPICC', name: 'ACR122U [31mPICC' },
    { productName: 'A'.repeat(200), name: 'A'.repeat(80) },
  ])('its name is only a name: $name', async ({ productName, name }) => {
    const device = protectedReader({ productName });
    expect(await settled(openWebUsbPipe(new FakeUsb(device), device))).toMatchObject({ fault: { facts: { name } } });
  });

  it('where the browser allows class 0x0B (Isolated Web App), it is used', async () => {
    const device = protectedReader();
    device.allowsProtected = true;
    const pipe = await openWebUsbPipe(new FakeUsb(device), device);
    expect(pipe.description.interfaceClass).toBe(0x0b);
    await pipe.close();
  });

  it('names an unplug during the claim by the disconnect event that follows', async () => {
    const device = failing('claimInterface', 'NetworkError');
    const usb = new FakeUsb(device);
    const outcome = settled(openWebUsbPipe(usb, device));
    await vi.advanceTimersByTimeAsync(0);
    device.vanish();
    usb.tellUnplugged(device);
    expect(await outcome).toMatchObject({ fault: { code: 'DEVICE_LOST' } });
  });

  it.each(['open', 'claimInterface'])('an unplug ends a hanging %s at once', async (call) => {
    const device = failing(call, 'hang');
    const usb = new FakeUsb(device);
    const outcome = expect(openWebUsbPipe(usb, device)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await vi.advanceTimersByTimeAsync(10);
    usb.tellUnplugged(device);
    await outcome;
  });
});

describe('several pages', () => {
  it('measured: the second page opens, its claim is refused; when the first closes, the second gets in', async () => {
    const hardware = new Hardware();
    const [here, there] = [vendorReader({ hardware }), vendorReader({ hardware })];
    const first = await openWebUsbPipe(new FakeUsb(here), here);
    expect(await settled(openWebUsbPipe(new FakeUsb(there), there))).toMatchObject({ fault: { code: 'INTERFACE_BUSY' } });
    expect(there.opened).toBe(false);
    await first.close();
    const second = await openWebUsbPipe(new FakeUsb(there), there);
    expect(second.description.interfaceNumber).toBe(0);
  });

  it('a reload: the claim of the document before goes away a little later', async () => {
    const hardware = new Hardware();
    const [before, after] = [vendorReader({ hardware }), vendorReader({ hardware })];
    await openWebUsbPipe(new FakeUsb(before), before);
    const opening = openWebUsbPipe(new FakeUsb(after), after);
    await vi.advanceTimersByTimeAsync(300);
    await before.close(); // the browser tears the old document down
    expect(await settled(opening)).toMatchObject({ value: { description: { interfaceNumber: 0 } } });
  });

  it('one page, two pipes: the second is refused, and after a close it is not', async () => {
    const device = vendorReader();
    const usb = new FakeUsb(device);
    const first = await openWebUsbPipe(usb, device);
    await expect(openWebUsbPipe(usb, device)).rejects.toMatchObject({ code: 'INTERFACE_BUSY' });
    expect(device.opened).toBe(true);
    const closing = first.close();
    const second = await openWebUsbPipe(usb, device); // waits for the close
    await closing;
    expect(device.calls.slice(-4)).toEqual(['releaseInterface 0', 'close', 'open', 'claimInterface 0']);
    await second.close();
  });

  it('two openings at once never overlap', async () => {
    const device = vendorReader();
    const usb = new FakeUsb(device);
    const outcomes = await Promise.allSettled([openWebUsbPipe(usb, device), openWebUsbPipe(usb, device)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INTERFACE_BUSY' } });
  });

  it('a claim that answers after all is given back, and the device can be opened again', async () => {
    const device = failing('claimInterface', 'hang');
    const usb = new FakeUsb(device);
    expect(await settled(openWebUsbPipe(usb, device))).toMatchObject({ fault: { code: 'CLAIM_TIMED_OUT' } });
    expect(await settled(openWebUsbPipe(usb, device))).toMatchObject({ fault: { code: 'CLAIM_TIMED_OUT' } });
    device.releaseHung();
    await vi.advanceTimersByTimeAsync(0);
    expect(device.opened).toBe(false);
    expect((await openWebUsbPipe(usb, device)).description.interfaceNumber).toBe(0);
  });
});

type Failure = string | DOMException;

function failing(call: string, ...failures: (Failure | { readonly activeConfiguration: null })[]): FakeUsbDevice {
  const isFailure = (each: unknown): each is Failure => typeof each === 'string' || each instanceof DOMException;
  const device = vendorReader(failures.some((each) => !isFailure(each)) ? { activeConfiguration: null } : {});
  device.fail(call, ...failures.filter(isFailure));
  return device;
}
