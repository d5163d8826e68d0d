/** Devices for the tests of this room, from published descriptors (browser-and-readers.md §6.1, §8.2; ccid.md §3). */
import { concatBytes, unhex, type Bytes } from '#bytes';
import { FakeUsbDevice, type FakeConfiguration, type FakeInterface, type FakeOptions } from './fake-usb.ts';

/** 54 bytes of the RC-S300, browser-and-readers.md §6.1. */
export const functionalDescriptor = unhex('36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001');

export const interfaceDescriptor = (number: number, endpoints: number, interfaceClass: number, alternate = 0): Bytes =>
  Uint8Array.of(9, 4, number, alternate, endpoints, interfaceClass, 0, 0, 0);
export const endpointDescriptor = (address: number, attributes = 2): Bytes => Uint8Array.of(7, 5, address, attributes, 64, 0, 0);

/** Header with the right wTotalLength before `parts`. */
export function configurationDescriptor(value: number, ...parts: Bytes[]): Bytes {
  const body = concatBytes(...parts);
  const total = 9 + body.length;
  return concatBytes(Uint8Array.of(9, 2, total % 0x100, Math.floor(total / 0x100), 1, value, 0, 0x80, 0x32), body);
}

type Endpoint = readonly [number, USBDirection, USBEndpointType, number?];

export function usbInterface(interfaceNumber: number, interfaceClass: number, ...endpoints: Endpoint[]): FakeInterface {
  const alternate = {
    alternateSetting: 0,
    interfaceClass,
    interfaceSubclass: 0,
    interfaceProtocol: 0,
    interfaceName: null,
    endpoints: endpoints.map(([endpointNumber, direction, type, packetSize = 64]) => ({ endpointNumber, direction, type, packetSize })),
  };
  return { interfaceNumber, alternate, alternates: [alternate], claimed: false };
}

export function usbConfiguration(configurationValue: number, ...interfaces: FakeInterface[]): FakeConfiguration {
  return { configurationValue, configurationName: null, interfaces };
}

/** RC-S300: interface 0 of class 0x0B, interface 1 of class 0xFF. */
export function compositeReader(options: Partial<FakeOptions> = {}): FakeUsbDevice {
  const smartCard = usbInterface(0, 0x0b, [1, 'in', 'bulk'], [1, 'out', 'bulk'], [3, 'in', 'interrupt']);
  const vendor = usbInterface(1, 0xff, [2, 'in', 'bulk'], [2, 'out', 'bulk']);
  return new FakeUsbDevice({
    configurations: [usbConfiguration(1, smartCard, vendor)],
    descriptors: [
      configurationDescriptor(
        1,
        interfaceDescriptor(0, 3, 0x0b),
        functionalDescriptor,
        endpointDescriptor(0x81),
        endpointDescriptor(0x01),
        endpointDescriptor(0x83, 3),
        interfaceDescriptor(1, 2, 0xff),
        endpointDescriptor(0x82),
        endpointDescriptor(0x02),
      ),
    ],
    ...options,
  });
}

/** SCR3310-NTTCom: CCID over class 0xFF, with an interrupt endpoint of 8-byte packets. */
export function vendorReader(options: Partial<FakeOptions> = {}): FakeUsbDevice {
  return new FakeUsbDevice({
    vendorId: 0x04e6,
    productId: 0x511a,
    configurations: [usbConfiguration(1, usbInterface(0, 0xff, [1, 'in', 'bulk'], [1, 'out', 'bulk'], [3, 'in', 'interrupt', 8]))],
    descriptors: [
      configurationDescriptor(
        1,
        interfaceDescriptor(0, 3, 0xff),
        functionalDescriptor,
        endpointDescriptor(0x01),
        endpointDescriptor(0x81),
        endpointDescriptor(0x83, 3),
      ),
    ],
    ...options,
  });
}

/** ACR122U: class 0x0B only. */
export function protectedReader(options: Partial<FakeOptions> = {}): FakeUsbDevice {
  return new FakeUsbDevice({
    vendorId: 0x072f,
    productId: 0x2200,
    configurations: [usbConfiguration(1, usbInterface(0, 0x0b, [1, 'in', 'bulk'], [1, 'out', 'bulk'], [3, 'in', 'interrupt']))],
    descriptors: [configurationDescriptor(1, interfaceDescriptor(0, 3, 0x0b), functionalDescriptor, endpointDescriptor(0x81), endpointDescriptor(0x01))],
    ...options,
  });
}

/** Contacts and antenna as two interfaces of the given class, as many dual readers have them. */
export function twoInterfaceReader(interfaceClass: number, options: Partial<FakeOptions> = {}): FakeUsbDevice {
  const contacts = usbInterface(0, interfaceClass, [1, 'in', 'bulk'], [1, 'out', 'bulk']);
  const antenna = usbInterface(1, interfaceClass, [2, 'in', 'bulk'], [2, 'out', 'bulk']);
  return new FakeUsbDevice({
    vendorId: 0x076b,
    productId: 0x5422,
    configurations: [usbConfiguration(1, contacts, antenna)],
    descriptors: [
      configurationDescriptor(
        1,
        interfaceDescriptor(0, 2, interfaceClass),
        functionalDescriptor,
        endpointDescriptor(0x81),
        endpointDescriptor(0x01),
        interfaceDescriptor(1, 2, interfaceClass),
        functionalDescriptor,
        endpointDescriptor(0x82),
        endpointDescriptor(0x02),
      ),
    ],
    ...options,
  });
}
