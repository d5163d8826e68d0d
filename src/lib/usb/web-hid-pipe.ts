/**
 * `HidPipe` over WebHID: open, listen, send, close. WebHID §5; names of rejections as Chromium gives them. The device is an
 * argument; this file names no browser global. Another page may have the same device open: its answers arrive here too.
 */
import type { Bytes, Outgoing } from '#bytes';
import { nameOf } from './fault-codes.ts';
import { REPORT_LENGTH, type HidDescription, type HidPipe } from './hid-pipe.ts';
import { PipeEnd } from './pipe-end.ts';
import { ReportQueue } from './report-queue.ts';
import { UsbError, type UsbErrorCode } from './usb-error.ts';
import { ignore, within } from './waiting.ts';
import type { WebHid, WebHidDevice, WebHidEvent, WebHidInputReport } from './web-hid.ts';

const SEND_LIMIT_MS = 5_000;
const STATE_LIMIT_MS = 5_000;
/** How long a failed report waits for the `disconnect` event before it is called something else. */
const DISCONNECT_GRACE_MS = 100;
/** The device uses no report IDs. */
const NO_REPORT_ID = 0;

/** Devices with a living pipe of this page: two would take each other's reports. */
const inUse = new WeakSet<WebHidDevice>();

const openCodes: ReadonlyMap<string, UsbErrorCode> = new Map<string, UsbErrorCode>([
  ['NotAllowedError', 'ACCESS_DENIED'],
  ['SecurityError', 'ACCESS_DENIED'],
  ['NotFoundError', 'DEVICE_LOST'],
  ['InvalidStateError', 'INTERFACE_BUSY'], // another state call of this page is under way
]);

/**
 * Opens `device` of `hid` (whose `disconnect` event tells of an unplug).
 * @throws UsbError `ACCESS_DENIED`, `INTERFACE_BUSY`, `DEVICE_LOST`, `TRANSFER_FAILED`, `TRANSFER_TIMED_OUT`
 */
export async function openWebHidPipe(hid: WebHid, device: WebHidDevice): Promise<HidPipe> {
  if (inUse.has(device)) throw new UsbError({ code: 'INTERFACE_BUSY', message: 'This page has a pipe to the device already' });
  inUse.add(device);
  try {
    if (!device.opened) await within(device.open(), STATE_LIMIT_MS, () => new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'open without an answer' }));
  } catch (cause) {
    inUse.delete(device);
    throw cause instanceof UsbError ? cause : failed(openCodes.get(nameOf(cause)) ?? 'TRANSFER_FAILED', 'open', cause);
  }
  return new WebHidPipe(hid, device);
}

class WebHidPipe implements HidPipe {
  readonly description: HidDescription;
  readonly closed: Promise<void>;
  readonly #device: WebHidDevice;
  readonly #end = new PipeEnd();
  readonly #reports = new ReportQueue(this.#end);
  #closing: Promise<void> | undefined;

  /** Takes over an opened device. */
  constructor(hid: WebHid, device: WebHidDevice) {
    const { vendorId, productId, productName } = device;
    this.description = { vendorId, productId, productName };
    this.closed = this.#end.reached;
    this.#device = device;
    const onReport = ({ reportId, data }: WebHidInputReport): void => {
      if (reportId === NO_REPORT_ID) this.#reports.add(copyOf(data));
    };
    const onDisconnect = (event: WebHidEvent): void => {
      if (event.device === device) this.#end.end(new UsbError({ code: 'DEVICE_LOST', message: 'disconnect event' }));
    };
    device.addEventListener('inputreport', onReport);
    hid.addEventListener('disconnect', onDisconnect);
    void this.closed.then(() => {
      device.removeEventListener('inputreport', onReport);
      hid.removeEventListener('disconnect', onDisconnect);
      return this.close();
    });
  }

  async sendReport({ bytes }: Outgoing): Promise<void> {
    if (bytes.length !== REPORT_LENGTH) throw new UsbError({ code: 'TRANSFER_FAILED', message: 'a report of another length', facts: { length: bytes.length } });
    if (this.#end.fault !== undefined) throw this.#end.fault;
    try {
      await within(this.#end.orEnd(this.#device.sendReport(NO_REPORT_ID, bytes)), SEND_LIMIT_MS, sendTimedOut);
    } catch (cause) {
      throw cause instanceof UsbError ? cause : await this.#sendFault(cause);
    }
  }

  receiveReport(timeoutMs: number): Promise<Bytes> {
    return this.#reports.next(timeoutMs);
  }

  close(): Promise<void> {
    this.#end.end(new UsbError({ code: 'PIPE_CLOSED', message: 'The pipe was closed' }));
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #sendFault(cause: unknown): Promise<UsbError> {
    await this.#end.atMost(DISCONNECT_GRACE_MS);
    if (this.#end.fault !== undefined) return this.#end.fault;
    // Closed by nobody here: the permission was withdrawn (forget) or another part of the page closed it.
    if (!this.#device.opened) return this.#end.end(failed('DEVICE_LOST', 'sendReport', cause));
    return failed('TRANSFER_FAILED', 'sendReport', cause);
  }

  async #shutDown(): Promise<void> {
    try {
      if (this.#device.opened) await within(this.#device.close(), STATE_LIMIT_MS, sendTimedOut).catch(ignore);
    } finally {
      inUse.delete(this.#device);
    }
  }
}

function copyOf(data: DataView): Bytes {
  const bytes = new Uint8Array(data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytes;
}

function sendTimedOut(): UsbError {
  return new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'no answer from the browser in time', facts: { timeoutMs: SEND_LIMIT_MS } });
}

function failed(code: UsbErrorCode, call: string, cause: unknown): UsbError {
  return new UsbError({ code, message: `${call} rejected`, cause, facts: { call, exception: nameOf(cause) } });
}
