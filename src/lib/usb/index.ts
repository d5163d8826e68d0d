export type { PermittedDevice, ReaderChoice, ReaderDevices, ReaderPipe } from './browser-devices-port.ts';
export { browserReaderDevices, readerDevicesOf } from './browser-devices.ts';
export { REPORT_LENGTH, type HidDescription, type HidPipe } from './hid-pipe.ts';
export { knownReaders, type KnownReader } from './known-readers.ts';
export { UsbError, type UsbErrorCode } from './usb-error.ts';
export type { ControlRequest, UsbInterfaceDescription, UsbPipe } from './usb-pipe.ts';
export type { WebHid, WebHidDevice } from './web-hid.ts';
export type { SmartCardPipe, WebSmartCard, WebSmartCardConnection, WebSmartCardProtocol } from './web-smart-card.ts';
export type { WebUsb, WebUsbDevice, WebUsbEvent } from './web-usb.ts';
