/**
 * The browser's readers: on USB, behind HID bridges, and those of the operating system where there is the Web Smart Card API. The only
 * file of the house that names `navigator.usb`, `navigator.hid` and `navigator.smartCard`.
 */
import type { PermittedDevice, ReaderDevices } from './browser-devices-port.ts';
import { hidDevicesOf } from './hid-devices.ts';
import { mayClaimProtectedClasses } from './protected-classes.ts';
import { smartCardDevicesOf } from './smart-card-devices.ts';
import { UsbError } from './usb-error.ts';
import { usbDevicesOf } from './usb-devices.ts';
import type { WebHid } from './web-hid.ts';
import type { WebSmartCard } from './web-smart-card.ts';
import type { WebUsb } from './web-usb.ts';

/**
 * The readers of this browser.
 * @throws UsbError `WEBUSB_UNSUPPORTED` when the browser has no WebUSB or the page is not in a secure context
 */
export function browserReaderDevices(): ReaderDevices {
  if (typeof navigator === 'undefined' || !('usb' in navigator)) {
    throw new UsbError({ code: 'WEBUSB_UNSUPPORTED', message: 'navigator.usb is missing' });
  }
  // A worker has WebUSB and no document.
  const protectedClasses = typeof document !== 'undefined' && mayClaimProtectedClasses(document);
  return readerDevicesOf(navigator.usb, browserHid(), browserSmartCard(), protectedClasses);
}

/**
 * The same over any such objects. Without `hid`, choosing a bridge throws UsbError `WEBHID_UNSUPPORTED`.
 * @param protectedClasses readers of class 0x0B can be claimed here, so the chooser lists them too
 */
export function readerDevicesOf(usb: WebUsb, hid?: WebHid, smartCard?: WebSmartCard, protectedClasses = false): ReaderDevices {
  const onUsb = usbDevicesOf(usb, protectedClasses);
  const onHid = hid === undefined ? undefined : hidDevicesOf(hid);
  const ofSystem = smartCard === undefined ? undefined : smartCardDevicesOf(smartCard);
  return {
    choose: async (which) => {
      if (which !== 'hidBridge') return onUsb.choose(which);
      if (onHid === undefined) throw new UsbError({ code: 'WEBHID_UNSUPPORTED', message: 'no HID here' });
      return onHid.choose();
    },
    known: async () => {
      const readers: PermittedDevice[] = await onUsb.known();
      return [...readers, ...((await onHid?.known()) ?? []), ...((await ofSystem?.known()) ?? [])];
    },
    onPluggedIn: (listener) => {
      const stops = [onUsb.onPluggedIn(listener), onHid?.onPluggedIn(listener), ofSystem?.onPluggedIn(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    onUnplugged: (listener) => {
      const stops = [onUsb.onUnplugged(listener), onHid?.onUnplugged(listener), ofSystem?.onUnplugged(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
  };
}

/** Absent on Android and in browsers without WebHID. */
function browserHid(): WebHid | undefined {
  // TypeScript's DOM knows no WebHID: the shapes in web-hid.ts are the specification's.
  return 'hid' in navigator ? (navigator.hid as WebHid) : undefined;
}

/** ChromeOS, in Isolated Web Apps with the permissions policy `smart-card`. */
function browserSmartCard(): WebSmartCard | undefined {
  // As above: the shapes in web-smart-card.ts are the specification's.
  return 'smartCard' in navigator ? (navigator.smartCard as WebSmartCard) : undefined;
}
