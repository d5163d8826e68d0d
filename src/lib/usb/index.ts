export type { ControlRequest, UsbInterfaceDescription, UsbPipe } from './usb-pipe.ts';
export { UsbError, type UsbErrorCode } from './usb-error.ts';
