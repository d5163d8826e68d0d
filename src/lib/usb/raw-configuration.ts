/**
 * The raw configuration descriptor, which WebUSB does not expose: fetched by the standard device request GET_DESCRIPTOR
 * (USB 2.0 §9.4.3, §9.6.3) and walked only as far as choosing an interface needs (CCID Rev 1.1 §5.1; ccid.md §3.2).
 * Everything here is the device's own word: a walk stops at the first descriptor that does not hold together.
 * Not here: the fields of the functional descriptor; the driver reads those.
 */
import type { Bytes } from '#bytes';
import { UsbError } from './usb-error.ts';
import type { ControlRequest } from './usb-pipe.ts';

/** bLength of a configuration descriptor. */
const HEADER_LENGTH = 9;
/** More configurations than any device has. */
const MAX_CONFIGURATIONS = 8;

const CONFIGURATION = 2;
const INTERFACE = 4;
const ENDPOINT = 5;

/** One control transfer from the device. Rejects with UsbError. */
export type ControlIn = (request: ControlRequest, length: number) => Promise<Bytes>;

/**
 * Fetches the descriptor whose bConfigurationValue is `configurationValue`. The descriptor index runs from 0 and says
 * nothing about the value. A wTotalLength larger than what arrives is taken as what arrived.
 * @throws UsbError `DESCRIPTOR_MALFORMED` when none of the `count` descriptors fits, and what `controlIn` throws
 */
export async function readConfigurationDescriptor(controlIn: ControlIn, configurationValue: number, count: number): Promise<Bytes> {
  for (let index = 0; index < Math.min(count, MAX_CONFIGURATIONS); index++) {
    const header = await describe(controlIn, index, HEADER_LENGTH);
    const totalLength = header === undefined ? undefined : totalLengthOf(header, configurationValue);
    if (totalLength === undefined) continue;
    const whole = await describe(controlIn, index, totalLength);
    if (whole === undefined || totalLengthOf(whole, configurationValue) === undefined) break;
    return whole;
  }
  throw new UsbError({ code: 'DESCRIPTOR_MALFORMED', message: 'No configuration descriptor of this value', facts: { configurationValue, count } });
}

/** True when the interface carries a CCID-like functional descriptor. */
export function hasFunctionalDescriptor(configuration: Bytes, interfaceNumber: number): boolean {
  return functionalDescriptorOf(configuration, interfaceNumber) !== undefined;
}

/**
 * The CCID-like functional descriptor of alternate setting 0 of the interface: type 0x21 or 0xFF, 54 bytes (53: pico-keys), right
 * behind the interface descriptor or behind its last endpoint. HID has type 0x21 too, with 9 bytes. Of several, the first counts.
 */
export function functionalDescriptorOf(configuration: Bytes, interfaceNumber: number): Bytes | undefined {
  let isOurs = false;
  let endpointCount = 0;
  /** Each match with the number of endpoints seen before it. */
  const matches: { readonly descriptor: Bytes; readonly before: number }[] = [];
  for (const descriptor of descriptorsOf(configuration)) {
    if (descriptor[1] === INTERFACE) {
      isOurs = descriptor.length >= 9 && descriptor[2] === interfaceNumber && descriptor[3] === 0;
    } else if (isOurs && descriptor[1] === ENDPOINT) {
      endpointCount += 1;
    } else if (isOurs && isFunctional(descriptor)) {
      matches.push({ descriptor, before: endpointCount });
    }
  }
  return matches.find(({ before }) => before === 0 || before === endpointCount)?.descriptor;
}

/** A request that stalls means that there is no such index. */
async function describe(controlIn: ControlIn, index: number, length: number): Promise<Bytes | undefined> {
  try {
    // bRequest 6 = GET_DESCRIPTOR
    return await controlIn({ type: 'standard', recipient: 'device', request: 6, value: CONFIGURATION * 0x100 + index, index: 0 }, length);
  } catch (fault) {
    if (fault instanceof UsbError && fault.code === 'ENDPOINT_STALLED') return undefined;
    throw fault;
  }
}

/** wTotalLength when the header is a configuration descriptor of that value, else `undefined`. */
function totalLengthOf(header: Bytes, configurationValue: number): number | undefined {
  const [length, type, totalLow, totalHigh, , value] = header;
  if (header.length < HEADER_LENGTH || totalLow === undefined || totalHigh === undefined) return undefined;
  if (length !== HEADER_LENGTH || type !== CONFIGURATION || value !== configurationValue) return undefined;
  const totalLength = totalHigh * 0x100 + totalLow;
  return totalLength < HEADER_LENGTH ? undefined : totalLength;
}

function* descriptorsOf(blob: Bytes): Generator<Bytes> {
  let offset = 0;
  while (offset < blob.length) {
    const length = blob[offset];
    if (length === undefined || length < 2 || offset + length > blob.length) return;
    yield blob.subarray(offset, offset + length);
    offset += length;
  }
}

function isFunctional(descriptor: Bytes): boolean {
  return (descriptor.length === 54 || descriptor.length === 53) && (descriptor[1] === 0x21 || descriptor[1] === 0xff);
}
