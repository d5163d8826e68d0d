/** Descriptors for tests, written by hand from USB 2.0 §9.6 and CCID Rev 1.1 §5.1. */
import { hex, unhex, type Bytes } from '#bytes';

/** A functional descriptor with the given features; bytes by the table of CCID Rev 1.1 §5.1. */
export function functionalDescriptor(fields: {
  slots?: number;
  voltages?: number;
  protocols?: number;
  rates?: number;
  features: number;
  messageLength?: number;
}): string {
  const { slots = 1, voltages = 7, protocols = 3, rates = 0, features, messageLength = 271 } = fields;
  const le = (value: number): string => hex(Uint8Array.from([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]));
  const byte = (value: number): string => hex(Uint8Array.of(value));
  const clocks = 'A00F0000A00F000000';
  const dataRates = `002A000080A90300${byte(rates)}`;
  return `36211001${byte(slots - 1)}${byte(voltages)}${le(protocols)}${clocks}${dataRates}FE0000000000000000000000${le(features)}${le(messageLength)}0000000000${byte(1)}`;
}

/** Configuration 1 with one interface: interface descriptor, the functional descriptor, two or three endpoints. USB 2.0 §9.6. */
export function configuration(functional: string, { interfaceClass = 'FF', interrupt = true, afterEndpoints = false, protocol = '00' } = {}): Bytes {
  const endpoints = ['0705020240 00 00', '0705820240 00 00', ...(interrupt ? ['0705830308 00 10'] : [])];
  const interfaceDescriptor = `09040000 0${String(endpoints.length)} ${interfaceClass} 00 ${protocol} 00`;
  const rest = afterEndpoints ? [...endpoints, functional] : [functional, ...endpoints];
  const body = unhex([interfaceDescriptor, ...rest].join(''));
  const total = body.length + 9;
  return Uint8Array.from([9, 2, total & 0xff, total >> 8, 1, 1, 0, 0x80, 50, ...body]);
}
