/**
 * The shapes of the browser's `HID` and `HIDDevice` that this room uses (WebHID §4–§7), written from the specification: TypeScript's
 * DOM has none, and a virtual device has the same shape without being an instance of anything.
 */

interface WebHidReportItem {
  /** [bits] */
  readonly reportSize?: number;
  readonly reportCount?: number;
}

export interface WebHidReport {
  /** 0 = the device uses no report IDs. */
  readonly reportId?: number;
  readonly items?: readonly WebHidReportItem[];
}

export interface WebHidCollection {
  readonly usagePage?: number;
  readonly usage?: number;
  readonly inputReports?: readonly WebHidReport[];
  readonly outputReports?: readonly WebHidReport[];
}

export interface WebHidInputReport {
  readonly reportId: number;
  readonly data: DataView;
}

export interface WebHidDevice {
  readonly opened: boolean;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly collections: readonly WebHidCollection[];
  open(): Promise<void>;
  close(): Promise<void>;
  sendReport(reportId: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  addEventListener(type: 'inputreport', listener: (event: WebHidInputReport) => void): void;
  removeEventListener(type: 'inputreport', listener: (event: WebHidInputReport) => void): void;
}

export interface WebHidEvent {
  readonly device: WebHidDevice;
}

export interface WebHidFilter {
  readonly usagePage: number;
}

export interface WebHid {
  getDevices(): Promise<WebHidDevice[]>;
  /** Empty when the person closed the chooser. One physical device may be several. */
  requestDevice(options: { readonly filters: WebHidFilter[] }): Promise<WebHidDevice[]>;
  addEventListener(type: 'connect' | 'disconnect', listener: (event: WebHidEvent) => void): void;
  removeEventListener(type: 'connect' | 'disconnect', listener: (event: WebHidEvent) => void): void;
}
