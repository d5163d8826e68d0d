/** What a browser, or the rehearsal room, offers as readers: choose one, find permitted ones again, hear of comings and goings. */
import type { UsbPipe } from './usb-pipe.ts';

/** A device the person has permitted. Nothing is open yet. */
export interface PermittedDevice {
  /** Stable within the page: the same plugged-in device has the same key. */
  readonly key: string;
  readonly vendorId: number;
  readonly productId: number;
  /** Untrusted text from the device. */
  readonly productName: string;
  /**
   * Opens, selects the configuration, reads the raw descriptors, claims the interface a driver can use (vendor class with a
   * CCID functional descriptor first, then vendor class with bulk endpoints, then class 0x0B, which an ordinary page is refused).
   * @throws UsbError
   */
  open(): Promise<UsbPipe>;
}

export interface ReaderDevices {
  /** Opens the browser's chooser; only from a person's click. `undefined` = closed without choosing. */
  choose(which: 'knownReaders' | 'anyDevice'): Promise<PermittedDevice | undefined>;
  /** Permitted devices that are plugged in, without a prompt. */
  known(): Promise<PermittedDevice[]>;
  /** Tells when a permitted device is plugged in. */
  onPluggedIn(listener: (device: PermittedDevice) => void): () => void;
}
