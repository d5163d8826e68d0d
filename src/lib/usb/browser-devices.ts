/**
 * The browser's readers: chooser, permitted devices, plugging in. The only file of the house that names `navigator.usb`.
 * WebUSB §4.1: the chooser needs a click; listing and the `connect` event cover permitted devices only.
 */
import type { PermittedDevice, ReaderDevices } from './browser-devices-port.ts';
import { nameOf } from './fault-codes.ts';
import { knownReaders } from './known-readers.ts';
import { openWebUsbPipe } from './open-web-usb-pipe.ts';
import { UsbError } from './usb-error.ts';
import type { WebUsb, WebUsbDevice, WebUsbEvent } from './web-usb.ts';

/**
 * The readers of this browser.
 * @throws UsbError `WEBUSB_UNSUPPORTED` when the browser has no WebUSB or the page is not in a secure context
 */
export function browserReaderDevices(): ReaderDevices {
  if (typeof navigator === 'undefined' || !('usb' in navigator)) {
    throw new UsbError({ code: 'WEBUSB_UNSUPPORTED', message: 'navigator.usb is missing' });
  }
  return readerDevicesOf(navigator.usb);
}

/** The same over any `USB` object. Its calls throw UsbError `WEBUSB_UNSUPPORTED` when the page may not use WebUSB at all. */
export function readerDevicesOf(usb: WebUsb): ReaderDevices {
  const keys = new DeviceKeys();
  const permitted = (device: WebUsbDevice): PermittedDevice => permittedDevice(usb, device, keys.of(device));
  return {
    choose: async (which) => {
      const device = await chosen(usb, which);
      return device === undefined ? undefined : permitted(device);
    },
    known: async () => {
      const devices = await usb.getDevices().catch((cause: unknown) => {
        throw notAllowed('getDevices', cause);
      });
      keys.keepOnly(devices);
      return devices.map(permitted);
    },
    onPluggedIn: (listener) => {
      const onConnect = ({ device }: WebUsbEvent): void => {
        listener(permitted(device));
      };
      usb.addEventListener('connect', onConnect);
      return () => {
        usb.removeEventListener('connect', onConnect);
      };
    },
  };
}

async function chosen(usb: WebUsb, which: 'knownReaders' | 'anyDevice'): Promise<WebUsbDevice | undefined> {
  const filters = which === 'anyDevice' ? [] : knownReaders.map(({ vendorId, productId }) => ({ vendorId, productId }));
  try {
    return await usb.requestDevice({ filters });
  } catch (cause) {
    if (nameOf(cause) === 'NotFoundError') return undefined; // closed without choosing
    throw notAllowed('requestDevice', cause);
  }
}

function permittedDevice(usb: WebUsb, device: WebUsbDevice, key: string): PermittedDevice {
  return {
    key,
    vendorId: device.vendorId,
    productId: device.productId,
    productName: device.productName ?? '',
    open: () => openWebUsbPipe(usb, device),
  };
}

/** Permissions policy, an insecure context or no click: the page cannot have a device this way. */
function notAllowed(call: string, cause: unknown): UsbError {
  return new UsbError({ code: 'WEBUSB_UNSUPPORTED', message: `${call} rejected`, cause, facts: { call, exception: nameOf(cause) } });
}

/**
 * A key for each plugged-in device. The browser gives the same object for the same device while something holds it, so it is
 * held here until it is gone; after unplug and replug it is another object.
 */
class DeviceKeys {
  readonly #keys = new Map<WebUsbDevice, string>();
  #count = 0;

  of(device: WebUsbDevice): string {
    const known = this.#keys.get(device);
    if (known !== undefined) return known;
    this.#count += 1;
    const key = `usb-${String(this.#count)}`;
    this.#keys.set(device, key);
    return key;
  }

  keepOnly(devices: readonly WebUsbDevice[]): void {
    for (const device of this.#keys.keys()) {
      if (!devices.includes(device)) this.#keys.delete(device);
    }
  }
}
