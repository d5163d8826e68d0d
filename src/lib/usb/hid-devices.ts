/**
 * HID devices that may be a reader behind a bridge (docs/hid-bridge.md): chooser, permitted devices, plugging in. WebHID §4.
 * Taken: a top-level collection on a vendor usage page (FF00–FFFF) with one input and one output report of 64 bytes and no report
 * IDs. Whether a bridge is behind it, only its answer tells.
 */
import type { PermittedDevice } from './browser-devices-port.ts';
import { DeviceKeys } from './device-keys.ts';
import { nameOf } from './fault-codes.ts';
import { REPORT_LENGTH, type HidPipe } from './hid-pipe.ts';
import { UsbError } from './usb-error.ts';
import { openWebHidPipe } from './web-hid-pipe.ts';
import type { WebHid, WebHidCollection, WebHidDevice, WebHidEvent, WebHidReport } from './web-hid.ts';

const FIRST_VENDOR_PAGE = 0xff00;
const LAST_VENDOR_PAGE = 0xffff;

/** A filter names one page; there is none for a range. */
const filters = Array.from({ length: LAST_VENDOR_PAGE - FIRST_VENDOR_PAGE + 1 }, (_, index) => ({ usagePage: FIRST_VENDOR_PAGE + index }));

export interface HidDevices {
  /** Opens the browser's chooser; only from a person's click. `undefined` = closed without choosing. */
  choose(): Promise<PermittedDevice<HidPipe> | undefined>;
  /** Permitted devices of the right form. Empty when the page may not use WebHID: `choose` says so. */
  known(): Promise<PermittedDevice<HidPipe>[]>;
  onPluggedIn(listener: (device: PermittedDevice<HidPipe>) => void): () => void;
  onUnplugged(listener: () => void): () => void;
}

export function hidDevicesOf(hid: WebHid): HidDevices {
  const keys = new DeviceKeys<WebHidDevice>('hid');
  const permitted = (device: WebHidDevice): PermittedDevice<HidPipe> => ({
    key: keys.of(device),
    vendorId: device.vendorId,
    productId: device.productId,
    productName: device.productName,
    open: () => openWebHidPipe(hid, device),
  });
  return {
    choose: async () => {
      const device = await chosen(hid);
      return device === undefined ? undefined : permitted(device);
    },
    known: async () => {
      const devices = (await hid.getDevices().catch(() => [])).filter(hasBridgeForm);
      keys.keepOnly(devices);
      return devices.map(permitted);
    },
    onPluggedIn: (listener) => {
      const onConnect = ({ device }: WebHidEvent): void => {
        if (hasBridgeForm(device)) listener(permitted(device));
      };
      hid.addEventListener('connect', onConnect);
      return () => {
        hid.removeEventListener('connect', onConnect);
      };
    },
    onUnplugged: (listener) => {
      const onDisconnect = (): void => {
        listener();
      };
      hid.addEventListener('disconnect', onDisconnect);
      return () => {
        hid.removeEventListener('disconnect', onDisconnect);
      };
    },
  };
}

/** @throws UsbError `WEBHID_UNSUPPORTED`, `NO_USABLE_INTERFACE` for a device of another form */
async function chosen(hid: WebHid): Promise<WebHidDevice | undefined> {
  const devices = await requested(hid);
  // On Windows one device may come as several, one for each top-level collection.
  const device = devices.find(hasBridgeForm);
  if (device === undefined && devices.length > 0) {
    throw new UsbError({ code: 'NO_USABLE_INTERFACE', message: 'No vendor collection with reports of 64 bytes', facts: { devices: devices.length } });
  }
  return device;
}

async function requested(hid: WebHid): Promise<readonly WebHidDevice[]> {
  try {
    return await hid.requestDevice({ filters });
  } catch (cause) {
    if (nameOf(cause) === 'NotFoundError') return []; // closed without choosing, as WebUSB says it
    throw new UsbError({
      code: 'WEBHID_UNSUPPORTED',
      message: 'requestDevice rejected',
      cause,
      facts: { call: 'requestDevice', exception: nameOf(cause) },
    });
  }
}

function hasBridgeForm({ collections }: WebHidDevice): boolean {
  return collections.some(isBridgeCollection);
}

function isBridgeCollection({ usagePage, inputReports, outputReports }: WebHidCollection): boolean {
  if (usagePage === undefined || usagePage < FIRST_VENDOR_PAGE || usagePage > LAST_VENDOR_PAGE) return false;
  return isWholeReport(inputReports) && isWholeReport(outputReports);
}

/** One report without an ID, of 64 bytes. */
function isWholeReport(reports: readonly WebHidReport[] = []): boolean {
  const [report, ...others] = reports;
  if (report === undefined || others.length > 0 || report.reportId !== 0) return false;
  const bits = (report.items ?? []).reduce((sum, { reportSize, reportCount }) => sum + (reportSize ?? Number.NaN) * (reportCount ?? Number.NaN), 0);
  return bits === REPORT_LENGTH * 8;
}
