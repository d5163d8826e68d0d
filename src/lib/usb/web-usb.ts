/**
 * The shapes of the browser's `USB` and `USBDevice` that this room uses (WebUSB §4.1, §5). The DOM's types are classes without a
 * usable constructor; a virtual reader has the same shape without being an instance of them.
 */
export type WebUsbDevice = Pick<USBDevice, keyof USBDevice>;

export interface WebUsbEvent {
  readonly device: WebUsbDevice;
}

export interface WebUsb {
  getDevices(): Promise<WebUsbDevice[]>;
  requestDevice(options: USBDeviceRequestOptions): Promise<WebUsbDevice>;
  addEventListener(type: 'connect' | 'disconnect', listener: (event: WebUsbEvent) => void): void;
  removeEventListener(type: 'connect' | 'disconnect', listener: (event: WebUsbEvent) => void): void;
}
