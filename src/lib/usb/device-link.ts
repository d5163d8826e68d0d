/**
 * One opened USB device as a page sees it: every call to the browser goes through `attempt`, which turns a rejection into
 * a coded fault, and the link ends once, when the device is unplugged or the pipe is closed.
 * On Windows and Linux an unplug shows as NetworkError first and as `disconnect` event later (whatwg/usb#219).
 */
import { codeOf, isDecided, nameOf, type UsbCall } from './fault-codes.ts';
import { PipeEnd } from './pipe-end.ts';
import { UsbError, type UsbErrorCode } from './usb-error.ts';
import type { WebUsb, WebUsbDevice, WebUsbEvent } from './web-usb.ts';

/** How long a transfer error waits for the `disconnect` event before it is called something else. */
const DISCONNECT_GRACE_MS = 100;
/** After the computer has slept, the browser's handle may be dead without a `disconnect` event: nothing but opening anew helps. */
const MAX_FAILED_TRANSFERS = 10;

export class DeviceLink {
  readonly device: WebUsbDevice;
  readonly end = new PipeEnd();
  /** Transfers that failed since the last one that did not, whatever their endpoint. */
  #failedInARow = 0;

  constructor(usb: WebUsb, device: WebUsbDevice) {
    this.device = device;
    const onDisconnect = (event: WebUsbEvent): void => {
      if (event.device === device) this.end.end(new UsbError({ code: 'DEVICE_LOST', message: 'disconnect event' }));
    };
    usb.addEventListener('disconnect', onDisconnect);
    void this.end.reached.then(() => {
      usb.removeEventListener('disconnect', onDisconnect);
    });
  }

  /**
   * Makes one call. Settles at the end of the link even when the browser never answers.
   * @throws UsbError by the name of the rejection and the call
   */
  attempt<T>(call: UsbCall, work: () => Promise<T>): Promise<T> {
    return this.end.orEnd(this.#named(call, work));
  }

  async #named<T>(call: UsbCall, work: () => Promise<T>): Promise<T> {
    if (this.end.fault !== undefined) throw this.end.fault;
    try {
      const value = await work();
      if (call === 'transfer') this.#failedInARow = 0;
      return value;
    } catch (cause) {
      throw await this.#faultOf(call, cause);
    }
  }

  async #faultOf(call: UsbCall, cause: unknown): Promise<UsbError> {
    const code = codeOf(call, cause);
    if (isDecided(code)) return fault(code, call, cause);
    if (code === 'DEVICE_LOST') return this.end.end(fault(code, call, cause));
    await this.end.atMost(DISCONNECT_GRACE_MS);
    if (this.end.fault !== undefined) return this.end.fault;
    // Closed by nobody here: the permission was withdrawn (forget) or another part of the page closed it.
    if (call !== 'open' && !this.device.opened) return this.end.end(fault('DEVICE_LOST', call, cause));
    if (call === 'transfer') this.#failedInARow += 1;
    if (this.#failedInARow >= MAX_FAILED_TRANSFERS) return this.end.end(fault('DEVICE_LOST', call, cause));
    return fault(code, call, cause);
  }
}

function fault(code: UsbErrorCode, call: UsbCall, cause: unknown): UsbError {
  return new UsbError({ code, message: `${call} rejected`, cause, facts: { call, exception: nameOf(cause) } });
}
