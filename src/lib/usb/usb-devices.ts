/**
 * Readers on WebUSB: chooser, permitted devices, plugging in. WebUSB §4.1: the chooser needs a click; listing and the `connect`
 * event cover permitted devices only.
 */
import type { PermittedDevice } from './browser-devices-port.ts';
import { chooseConfiguration, siblingInterfaces } from './choose-interface.ts';
import { DeviceKeys } from './device-keys.ts';
import { nameOf } from './fault-codes.ts';
import { knownReaders } from './known-readers.ts';
import { openWebUsbPipe } from './open-web-usb-pipe.ts';
import { UsbError } from './usb-error.ts';
import type { UsbPipe } from './usb-pipe.ts';
import type { WebUsb, WebUsbDevice, WebUsbEvent } from './web-usb.ts';

const SMART_CARD_CLASS = 0x0b;
const knownFilters: USBDeviceFilter[] = knownReaders.map(({ vendorId, productId }) => ({ vendorId, productId }));

export interface UsbDevices {
  choose(which: 'knownReaders' | 'anyDevice'): Promise<PermittedDevice<UsbPipe> | undefined>;
  known(): Promise<PermittedDevice<UsbPipe>[]>;
  onPluggedIn(listener: (device: PermittedDevice<UsbPipe>) => void): () => void;
  onUnplugged(listener: () => void): () => void;
}

/**
 * Its calls throw UsbError `WEBUSB_UNSUPPORTED` when the page may not use WebUSB at all.
 * @param protectedClasses readers of class 0x0B belong to what the chooser lists; one with several such interfaces is listed once for each
 */
export function usbDevicesOf(usb: WebUsb, protectedClasses = false): UsbDevices {
  const filters = protectedClasses ? [...knownFilters, { classCode: SMART_CARD_CLASS }] : knownFilters;
  const keys = new DeviceKeys<WebUsbDevice>('usb');
  const permitted = (device: WebUsbDevice): PermittedDevice<UsbPipe> => permittedDevice(usb, device, keys.of(device));
  return {
    choose: async (which) => {
      const device = await chosen(usb, which === 'anyDevice' ? [] : filters);
      return device === undefined ? undefined : permitted(device);
    },
    known: async () => {
      const devices = await usb.getDevices().catch((cause: unknown) => {
        throw notAllowed('getDevices', cause);
      });
      keys.keepOnly(devices);
      return devices.flatMap((device) => (protectedClasses ? permittedInterfaces(usb, device, keys.of(device)) : [permitted(device)]));
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
    onUnplugged: (listener) => {
      const onDisconnect = (): void => {
        listener();
      };
      usb.addEventListener('disconnect', onDisconnect);
      return () => {
        usb.removeEventListener('disconnect', onDisconnect);
      };
    },
  };
}

async function chosen(usb: WebUsb, filters: USBDeviceFilter[]): Promise<WebUsbDevice | undefined> {
  try {
    return await usb.requestDevice({ filters });
  } catch (cause) {
    if (nameOf(cause) === 'NotFoundError') return undefined; // closed without choosing
    throw notAllowed('requestDevice', cause);
  }
}

/** In the order of their numbers. The first has the key of the device: it is what the chooser and the `connect` event give. */
function permittedInterfaces(usb: WebUsb, device: WebUsbDevice, key: string): PermittedDevice<UsbPipe>[] {
  const [first, ...others] = siblingsOf(device);
  if (first === undefined) return [permittedDevice(usb, device, key)];
  const further = others.map((interfaceNumber) => ({
    ...permittedDevice(usb, device, `${key}.${String(interfaceNumber)}`),
    open: () => openWebUsbPipe(usb, device, interfaceNumber),
  }));
  return [permittedDevice(usb, device, key), ...further];
}

function siblingsOf({ configurations, configuration }: WebUsbDevice): readonly number[] {
  const used = chooseConfiguration(configurations, configuration?.configurationValue);
  return used === undefined ? [] : siblingInterfaces(used);
}

function permittedDevice(usb: WebUsb, device: WebUsbDevice, key: string): PermittedDevice<UsbPipe> {
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
