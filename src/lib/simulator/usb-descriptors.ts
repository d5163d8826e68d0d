/**
 * Standard descriptors of a virtual reader: device, configuration with interfaces and endpoints, strings (USB 2.0 §9.6).
 * One configuration (bConfigurationValue 1), one alternate setting an interface, full speed. All numbers little-endian.
 */
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { InterfaceProfile, ReaderProfile } from './reader-profiles.ts';

export const CONFIGURATION_VALUE = 1;
const INTERRUPT_PACKET_LENGTH = 8;
const ENGLISH = 0x0409;

export interface EndpointProfile {
  readonly address: number;
  readonly type: 'bulk' | 'interrupt';
  readonly packetLength: number;
}

export function endpointsOf({ bulkIn, bulkOut, interruptIn, packetLength }: InterfaceProfile): readonly EndpointProfile[] {
  return [
    { address: bulkIn, type: 'bulk', packetLength },
    { address: bulkOut, type: 'bulk', packetLength },
    ...(interruptIn === undefined ? [] : [{ address: interruptIn, type: 'interrupt' as const, packetLength: INTERRUPT_PACKET_LENGTH }]),
  ];
}

export function deviceDescriptor({ vendorId, productId, deviceVersion: [major, minor, subminor], serialNumber }: ReaderProfile): Bytes {
  const bytes = new Uint8Array(18);
  const view = new DataView(bytes.buffer);
  bytes.set([18, 1, 0x00, 0x02, 0, 0, 0, 64]);
  view.setUint16(8, vendorId, true);
  view.setUint16(10, productId, true);
  view.setUint16(12, major * 0x100 + minor * 0x10 + subminor, true);
  bytes.set([1, 2, serialNumber === undefined ? 0 : 3, 1], 14);
  return bytes;
}

export function configurationDescriptor({ interfaces }: ReaderProfile): Bytes {
  const body = concatBytes(...interfaces.map(interfaceDescriptors));
  const header = Uint8Array.of(9, 2, 0, 0, interfaces.length, CONFIGURATION_VALUE, 0, 0x80, 50);
  new DataView(header.buffer).setUint16(2, header.length + body.length, true);
  return concatBytes(header, body);
}

/** `undefined` = no such string; the device stalls. */
export function stringDescriptor({ manufacturerName, productName, serialNumber }: ReaderProfile, index: number): Bytes | undefined {
  if (index === 0) return Uint8Array.of(4, 3, ENGLISH % 0x100, ENGLISH >> 8);
  const text = [manufacturerName, productName, serialNumber][index - 1];
  if (text === undefined) return undefined;
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  bytes.set([bytes.length, 3]);
  for (let position = 0; position < text.length; position++) view.setUint16(2 + position * 2, text.charCodeAt(position), true);
  return bytes;
}

function interfaceDescriptors(profile: InterfaceProfile, interfaceNumber: number): Bytes {
  const endpoints = endpointsOf(profile);
  const header = Uint8Array.of(9, 4, interfaceNumber, 0, endpoints.length, profile.interfaceClass, profile.interfaceSubclass, profile.interfaceProtocol, 0);
  const functional = unhex(profile.functionalDescriptor ?? '');
  const tail = endpoints.map(endpointDescriptor);
  return profile.descriptorAfterEndpoints === true ? concatBytes(header, ...tail, functional) : concatBytes(header, functional, ...tail);
}

function endpointDescriptor({ address, type, packetLength }: EndpointProfile): Bytes {
  const bytes = Uint8Array.of(7, 5, address, type === 'bulk' ? 2 : 3, 0, 0, type === 'bulk' ? 0 : 24);
  new DataView(bytes.buffer).setUint16(4, packetLength, true);
  return bytes;
}
