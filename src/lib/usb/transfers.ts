/**
 * Single transfers of a claimed interface with their statuses made into faults. WebUSB §5; USB 2.0 §8.5.3, §8.5.5, §9.4.5.
 * A stalled bulk or interrupt endpoint is cleared once (`clearHalt`); a stalled control transfer ends by itself.
 */
import type { Bytes } from '#bytes';
import type { DeviceLink } from './device-link.ts';
import { UsbError, type UsbErrorCode } from './usb-error.ts';
import type { ControlRequest } from './usb-pipe.ts';
import { within } from './waiting.ts';

/** Measured: Chromium takes 1 MiB, fails at 16 MiB and refuses above 32 MiB. No message of ours comes near. */
const MAX_TRANSFER_LENGTH = 0x10_0000;
/** wLength is a 16-bit field. */
const MAX_CONTROL_LENGTH = 0xffff;
/** GET_DATA_RATES may be slow; anything slower than this is a device that does not answer. */
const CONTROL_LIMIT_MS = 3_000;

/** One IN transfer of an endpoint. */
export async function transferIn(link: DeviceLink, endpointNumber: number, length: number): Promise<Bytes> {
  assertLength(length, 1, MAX_TRANSFER_LENGTH);
  const result = await link.attempt('transfer', () => link.device.transferIn(endpointNumber, length));
  if (result.status === 'stall') await clearStall(link, 'in', endpointNumber);
  if (result.status === 'babble') throw failed('BABBLE', 'more bytes than asked for', { length });
  return bytesOf(result);
}

/** One OUT transfer of an endpoint; an empty one is a zero-length packet. */
export async function transferOut(link: DeviceLink, endpointNumber: number, bytes: Bytes): Promise<void> {
  assertLength(bytes.length, 0, MAX_TRANSFER_LENGTH);
  const result = await link.attempt('transfer', () => link.device.transferOut(endpointNumber, bytes));
  // bytesWritten says nothing here: Chromium reports the full length with a stall too.
  if (result.status === 'stall') await clearStall(link, 'out', endpointNumber);
  if (result.status !== 'ok' || result.bytesWritten !== bytes.length) {
    throw failed('TRANSFER_FAILED', 'OUT transfer cut short', { length: bytes.length, written: result.bytesWritten });
  }
}

/** Control transfer from the device, at most `length` bytes. */
export async function controlTransferIn(link: DeviceLink, request: ControlRequest, length: number): Promise<Bytes> {
  assertLength(length, 0, MAX_CONTROL_LENGTH);
  const result = await limited(link.attempt('controlTransfer', () => link.device.controlTransferIn(setupOf(request), length)));
  if (result.status === 'stall') throw failed('ENDPOINT_STALLED', 'control transfer stalled', {});
  if (result.status === 'babble') throw failed('BABBLE', 'more bytes than asked for', { length });
  return bytesOf(result);
}

/** Control transfer to the device. */
export async function controlTransferOut(link: DeviceLink, request: ControlRequest, bytes: Bytes): Promise<void> {
  assertLength(bytes.length, 0, MAX_CONTROL_LENGTH);
  const result = await limited(link.attempt('controlTransfer', () => link.device.controlTransferOut(setupOf(request), bytes)));
  if (result.status === 'stall') throw failed('ENDPOINT_STALLED', 'control transfer stalled', {});
  if (result.status !== 'ok' || result.bytesWritten !== bytes.length) {
    throw failed('TRANSFER_FAILED', 'control transfer cut short', { length: bytes.length, written: result.bytesWritten });
  }
}

async function clearStall(link: DeviceLink, direction: USBDirection, endpointNumber: number): Promise<never> {
  await link.attempt('transfer', () => link.device.clearHalt(direction, endpointNumber));
  throw failed('ENDPOINT_STALLED', 'stalled and cleared', { endpoint: endpointNumber });
}

function limited<T>(work: Promise<T>): Promise<T> {
  return within(work, CONTROL_LIMIT_MS, () => failed('TRANSFER_TIMED_OUT', 'control transfer without an answer', { limitMs: CONTROL_LIMIT_MS }));
}

function setupOf({ type, recipient, request, value, index }: ControlRequest): USBControlTransferParameters {
  return { requestType: type, recipient, request, value, index };
}

/** A copy; a zero-length packet may come without a view at all. */
function bytesOf({ data }: USBInTransferResult): Bytes {
  return data === undefined ? new Uint8Array(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

function assertLength(length: number, least: number, most: number): void {
  if (!Number.isInteger(length) || length < least || length > most) throw failed('TRANSFER_FAILED', 'length out of range', { length });
}

function failed(code: UsbErrorCode, message: string, facts: Readonly<Record<string, number>>): UsbError {
  return new UsbError({ code, message, facts });
}
