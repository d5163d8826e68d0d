/**
 * Calls that change a device's state (open, selectConfiguration, claimInterface, releaseInterface, reset, close), one after
 * another per device: the browser answers InvalidStateError while one is under way. Also the claim with its time limit.
 */
import type { DeviceLink } from './device-link.ts';
import { UsbError } from './usb-error.ts';
import { ignore, within } from './waiting.ts';
import type { WebUsbDevice } from './web-usb.ts';

/** Public libraries race the claim against a second: it has been seen to hang. */
const CLAIM_LIMIT_MS = 1_000;
/** After a reload the browser may still be giving up the claim of the document before. */
const CLAIM_ATTEMPTS = 3;
const CLAIM_PAUSE_MS = 150;
/** Nobody is kept waiting longer for a reset or a close. */
const STATE_LIMIT_MS = 5_000;

const turns = new WeakMap<WebUsbDevice, Promise<void>>();
/** Claims that did not answer in time, followed by the closing of the device should they ever do. */
const hangingClaims = new WeakMap<WebUsbDevice, Promise<void>>();

/** Runs `work` when all state calls before it on this device have ended. */
export function exclusively<T>(device: WebUsbDevice, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(device) ?? Promise.resolve()).then(work);
  turns.set(device, mine.then(ignore, ignore));
  return mine;
}

/**
 * Waits until a claim that was given up earlier has answered after all and its device is closed.
 * @throws UsbError `CLAIM_TIMED_OUT` when it still has not after a second
 */
export async function settleHangingClaim(device: WebUsbDevice): Promise<void> {
  const hanging = hangingClaims.get(device);
  if (hanging === undefined) return;
  await within(hanging, CLAIM_LIMIT_MS, claimTimedOut);
  hangingClaims.delete(device);
}

/**
 * Claims the interface. One that is busy is tried three times within about half a second.
 * @throws UsbError `INTERFACE_BUSY`, `PROTECTED_CLASS`, `CLAIM_TIMED_OUT`, `DEVICE_LOST`
 */
export async function claimInterface(link: DeviceLink, interfaceNumber: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await claimOnce(link, interfaceNumber);
      return;
    } catch (fault) {
      const isBusy = fault instanceof UsbError && fault.code === 'INTERFACE_BUSY';
      if (!isBusy || attempt === CLAIM_ATTEMPTS) throw fault;
      await link.end.atMost(CLAIM_PAUSE_MS);
    }
  }
}

/**
 * Port reset. Its turn lasts until the browser has answered, so that a close meanwhile is not refused.
 * @throws UsbError `RESET_FAILED`, `DEVICE_LOST`, `PIPE_CLOSED`
 */
export async function resetDevice(link: DeviceLink): Promise<void> {
  const reset = { browserCall: Promise.resolve() };
  const attempt = link.attempt('reset', () => {
    reset.browserCall = link.device.reset();
    return reset.browserCall;
  });
  const tooLate = (): UsbError => new UsbError({ code: 'RESET_FAILED', message: 'reset without an answer', facts: { limitMs: STATE_LIMIT_MS } });
  try {
    await within(attempt, STATE_LIMIT_MS, tooLate);
  } finally {
    await within(reset.browserCall, STATE_LIMIT_MS, tooLate).catch(ignore);
  }
}

/** Releases and closes as far as that is possible. Never rejects: what is gone needs no closing. */
export async function shutDown(device: WebUsbDevice, interfaceNumber?: number): Promise<void> {
  if (!device.opened) return;
  const closing = async (): Promise<void> => {
    if (interfaceNumber !== undefined) await device.releaseInterface(interfaceNumber).catch(ignore);
    await device.close();
  };
  await within(closing(), STATE_LIMIT_MS, () => new UsbError({ code: 'PIPE_CLOSED', message: 'close without an answer' })).catch(ignore);
}

async function claimOnce(link: DeviceLink, interfaceNumber: number): Promise<void> {
  const { device } = link;
  const claim = { browserCall: Promise.resolve() };
  const attempt = link.attempt('claimInterface', () => {
    claim.browserCall = device.claimInterface(interfaceNumber);
    return claim.browserCall;
  });
  await within(attempt, CLAIM_LIMIT_MS, () => {
    const closing = claim.browserCall.then(ignore, ignore).then(() => shutDown(device, interfaceNumber));
    hangingClaims.set(device, closing);
    return claimTimedOut();
  });
}

function claimTimedOut(): UsbError {
  return new UsbError({ code: 'CLAIM_TIMED_OUT', message: 'claimInterface without an answer', facts: { limitMs: CLAIM_LIMIT_MS } });
}
