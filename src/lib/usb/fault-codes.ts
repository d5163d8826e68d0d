/**
 * DOMException name × call → code (WebUSB; names as Chromium gives them). Decided by name and call only: message texts
 * change between browser versions and stay in `cause`, for logs.
 */
import type { UsbErrorCode } from './usb-error.ts';

export type UsbCall = 'open' | 'selectConfiguration' | 'claimInterface' | 'transfer' | 'controlTransfer' | 'reset';

interface CallFaults {
  readonly byName: ReadonlyMap<string, UsbErrorCode>;
  readonly otherwise: UsbErrorCode;
}

const faults: Readonly<Record<UsbCall, CallFaults>> = {
  open: {
    byName: new Map<string, UsbErrorCode>([
      ['SecurityError', 'ACCESS_DENIED'],
      ['NotFoundError', 'DEVICE_LOST'],
      ['InvalidStateError', 'INTERFACE_BUSY'], // another state call of this page is under way
    ]),
    otherwise: 'TRANSFER_FAILED',
  },
  selectConfiguration: {
    byName: new Map<string, UsbErrorCode>([
      ['NotFoundError', 'DEVICE_LOST'],
      ['InvalidStateError', 'INTERFACE_BUSY'],
      ['NetworkError', 'INTERFACE_BUSY'], // a driver holds an interface; on Windows always
    ]),
    otherwise: 'TRANSFER_FAILED',
  },
  claimInterface: {
    byName: new Map<string, UsbErrorCode>([
      ['SecurityError', 'PROTECTED_CLASS'],
      ['NotFoundError', 'DEVICE_LOST'],
      ['InvalidStateError', 'INTERFACE_BUSY'],
      ['NetworkError', 'INTERFACE_BUSY'],
    ]),
    otherwise: 'TRANSFER_FAILED',
  },
  // NotFoundError is also what a transfer gets whose claim is gone; the pipe is of no more use then either.
  transfer: { byName: new Map<string, UsbErrorCode>([['NotFoundError', 'DEVICE_LOST']]), otherwise: 'TRANSFER_FAILED' },
  // Here NotFoundError may only mean an interface number that does not exist, so it is no proof of removal.
  controlTransfer: { byName: new Map<string, UsbErrorCode>([['SecurityError', 'CONTROL_REFUSED']]), otherwise: 'TRANSFER_FAILED' },
  reset: { byName: new Map<string, UsbErrorCode>([['NotFoundError', 'DEVICE_LOST']]), otherwise: 'RESET_FAILED' },
};

/** Codes that no removal explains: they need no waiting for the `disconnect` event. */
const decided: ReadonlySet<UsbErrorCode> = new Set<UsbErrorCode>(['ACCESS_DENIED', 'PROTECTED_CLASS', 'CONTROL_REFUSED']);

/** What the rejection of `call` means when the device is still there. */
export function codeOf(call: UsbCall, cause: unknown): UsbErrorCode {
  const { byName, otherwise } = faults[call];
  return byName.get(nameOf(cause)) ?? otherwise;
}

/** True when `code` stands whether or not the device is being unplugged. */
export function isDecided(code: UsbErrorCode): boolean {
  return decided.has(code);
}

/** DOMException name, or an empty string for what is no error at all. */
export function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : '';
}
