/** A host for these tests alone: sends hexadecimal, reads one transfer. It knows no CCID; the tests spell every byte. */
import { hex, unhex, type Bytes } from '#bytes';
import { practiceCards, virtualReader, type CardImage, type ReaderProfileName, type VirtualReader, type VirtualUsb } from '../index.ts';

export type Device = Awaited<ReturnType<VirtualUsb['getDevices']>>[number];

export async function image(name = 'standard'): Promise<CardImage> {
  const card = practiceCards.find((candidate) => candidate.name === name);
  if (card === undefined) throw new Error(`no card ${name}`);
  return card.load();
}

export async function deviceOf(usb: VirtualUsb): Promise<Device> {
  const [device] = await usb.getDevices();
  if (device === undefined) throw new Error('no device');
  return device;
}

/** A reader with the standard card, opened and claimed by the first page. */
export async function rehearse(
  profile: ReaderProfileName = 'practice',
): Promise<{ reader: VirtualReader; device: Device; say: (message: string) => Promise<string> }> {
  const reader = virtualReader({ profile, card: await image() });
  const device = await deviceOf(reader.usb);
  await device.open();
  await device.claimInterface(0);
  return { reader, device, say: (message) => say(device, message) };
}

/** One message out, one transfer in. */
export async function say(device: Device, message: string, length = 1024): Promise<string> {
  await device.transferOut(1, unhex(message));
  return read(device, length);
}

export async function read(device: Device, length = 1024): Promise<string> {
  const { data } = await device.transferIn(2, length);
  return hex(bytesOf(data));
}

export function bytesOf(data: DataView | undefined): Bytes {
  return data === undefined ? new Uint8Array(0) : Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** `name: message` of the DOMException a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DOMException) return `${error.name}: ${error.message}`;
    throw error;
  }
  return 'no failure';
}

/** `pending` when a promise does not settle within a few turns. */
export async function settles(promise: Promise<unknown>): Promise<'settled' | 'pending'> {
  const timeout = new Promise<'pending'>((resolve) => setTimeout(() => resolve('pending'), 30));
  return Promise.race([promise.then(() => 'settled' as const), timeout]);
}

/** Profiles whose first interface takes whole APDUs in CCID messages, open to a page. */
export const apduProfiles = ['practice', 'shortApdu', 'polled', 'shortApduInParts', 'smallMessages'] as const satisfies ReaderProfileName[];
