export type { PermittedDevice, ReaderDevices } from './browser-devices-port.ts';
export { browserReaderDevices, readerDevicesOf } from './browser-devices.ts';
export { knownReaders, type KnownReader } from './known-readers.ts';
export { UsbError, type UsbErrorCode } from './usb-error.ts';
export type { ControlRequest, UsbInterfaceDescription, UsbPipe } from './usb-pipe.ts';
export type { WebUsb, WebUsbDevice, WebUsbEvent } from './web-usb.ts';
