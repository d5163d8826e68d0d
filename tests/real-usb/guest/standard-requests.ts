/**
 * Requests on endpoint 0 (USB 2.0 §9.4) between a host controller and a virtual reader: changes of state are here, answers are the
 * reader's own. SET_ADDRESS never comes: the kernel's vhci_hcd keeps it. No remote wake-up, one alternate setting.
 */
import type { Bytes } from '#bytes';
import type { UsbPort } from '#simulator';

const CLEAR_FEATURE = 1;
const SET_CONFIGURATION = 9;
const SET_INTERFACE = 11;

const requestTypes: readonly USBRequestType[] = ['standard', 'class', 'vendor'];
const recipients: readonly USBRecipient[] = ['device', 'interface', 'endpoint', 'other'];
const nothing: Bytes = new Uint8Array(0);

interface Setup {
  readonly requestType: USBRequestType;
  readonly recipient: USBRecipient;
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export class StandardRequests {
  readonly #port: UsbPort;

  constructor(port: UsbPort) {
    this.#port = port;
  }

  /** The data of an IN request, nothing for an OUT request that was done, `undefined` = stall. */
  answer(setupBytes: Bytes, direction: USBDirection): Bytes | undefined {
    const setup = decodeSetup(setupBytes);
    if (setup.requestType === 'standard' && this.#change(setup)) return nothing;
    if (direction === 'in') return this.#port.controlIn(setup)?.slice(0, lengthOf(setupBytes));
    return this.#port.controlOut(setup) ? nothing : undefined;
  }

  #change({ recipient, request, value, index }: Setup): boolean {
    switch (request) {
      case CLEAR_FEATURE:
        if (recipient === 'endpoint') this.#port.clearHalt(index >= 0x80 ? 'in' : 'out', index & 0x0f);
        return true;
      case SET_CONFIGURATION:
        if (value !== 0) this.#port.setConfiguration();
        return true;
      case SET_INTERFACE:
        return value === 0;
      default:
        return false;
    }
  }
}

function decodeSetup(bytes: Bytes): Setup {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(0);
  return {
    requestType: requestTypes[(type >> 5) & 3] ?? 'vendor',
    recipient: recipients[type & 0x1f] ?? 'other',
    request: view.getUint8(1),
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
  };
}

function lengthOf(bytes: Bytes): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(6, true);
}
