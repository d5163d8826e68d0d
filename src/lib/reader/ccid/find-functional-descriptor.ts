/**
 * Finds the CCID functional descriptor of one interface in a configuration descriptor. USB 2.0 §9.5, §9.6.3; CCID Rev 1.1 §5.1.
 * Places: behind the interface descriptor, or behind its last endpoint descriptor (O2Micro Oz776, REINER SCT, BludriveII).
 * Alternate settings other than 0 are passed over. The walk ends at a bLength below 2 or one that runs past the bytes that came;
 * wTotalLength is not trusted. HID uses type 21 too: only the length tells them apart.
 */
import type { Bytes } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import { decodeFunctionalDescriptor, DESCRIPTOR_LENGTH, descriptorType, SHORT_DESCRIPTOR_LENGTH, type FunctionalDescriptor } from './functional-descriptor.ts';

const INTERFACE_DESCRIPTOR = 4;
const INTERFACE_DESCRIPTOR_LENGTH = 9;
const VENDOR_CLASS = 0xff;

/** Which interface of the configuration. */
export interface InterfaceIdentity {
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
}

/**
 * `undefined` when the interface is there and has no CCID descriptor. Of two, the first counts.
 * @throws ReaderError `READER_DESCRIPTOR_INVALID` when the bytes end in the middle of what looks like one
 */
export function findFunctionalDescriptor(configuration: Bytes, identity: InterfaceIdentity): FunctionalDescriptor | undefined {
  let inside = false;
  let offset = 0;
  while (offset + 2 <= configuration.length) {
    const length = configuration[offset];
    const type = configuration[offset + 1];
    if (length === undefined || type === undefined || length < 2) return undefined;
    const descriptor = configuration.slice(offset, offset + length);
    const whole = descriptor.length === length;
    if (inside && isFunctional(length, type, identity)) {
      if (!whole) throw cutShort(descriptor.length);
      return decodeFunctionalDescriptor(descriptor);
    }
    if (!whole) return undefined;
    if (type === INTERFACE_DESCRIPTOR) inside = isTheInterface(descriptor, identity);
    offset += length;
  }
  return undefined;
}

function isTheInterface(descriptor: Bytes, identity: InterfaceIdentity): boolean {
  return descriptor.length >= INTERFACE_DESCRIPTOR_LENGTH && descriptor[2] === identity.interfaceNumber && descriptor[3] === 0;
}

/** By length and type, as the interface's class allows. */
export function isFunctional(length: number, type: number, { interfaceClass }: Pick<InterfaceIdentity, 'interfaceClass'>): boolean {
  const vendor = interfaceClass === VENDOR_CLASS;
  if (length === DESCRIPTOR_LENGTH) return type === descriptorType.smartCard || (vendor && type === descriptorType.oldGemplus);
  return length === SHORT_DESCRIPTOR_LENGTH && vendor && type === descriptorType.smartCard;
}

function cutShort(length: number): ReaderError {
  return new ReaderError({ code: 'READER_DESCRIPTOR_INVALID', message: 'CCID functional descriptor cut short', facts: { length } });
}
