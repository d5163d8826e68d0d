/** What a browser, or the rehearsal room, offers as readers: choose one, find permitted ones again, hear of comings and goings. */
import type { HidPipe } from './hid-pipe.ts';
import type { UsbPipe } from './usb-pipe.ts';
import type { SmartCardPipe } from './web-smart-card.ts';

/** What a driver gets to speak through. */
export type ReaderPipe = UsbPipe | HidPipe | SmartCardPipe;

/** Which list the chooser shows: USB readers we know, any USB device, or HID devices that may be a bridge to a reader. */
export type ReaderChoice = 'knownReaders' | 'anyDevice' | 'hidBridge';

/** A device the person has permitted. Nothing is open yet. */
export interface PermittedDevice<Pipe extends ReaderPipe = ReaderPipe> {
  /** Stable within the page: the same plugged-in device has the same key. */
  readonly key: string;
  /** 0 for a reader of the operating system, which does not tell. */
  readonly vendorId: number;
  readonly productId: number;
  /** Untrusted text from the device. */
  readonly productName: string;
  /**
   * USB: opens, selects the configuration, reads the raw descriptors, claims the interface a driver can use (vendor class with a
   * CCID functional descriptor first, then vendor class with bulk endpoints, then class 0x0B, which an ordinary page is refused).
   * HID: opens and listens. A reader of the operating system: nothing yet.
   * @throws UsbError
   */
  open(): Promise<Pipe>;
}

export interface ReaderDevices {
  /** Opens the browser's chooser; only from a person's click. `undefined` = closed without choosing. */
  choose(which: ReaderChoice): Promise<PermittedDevice | undefined>;
  /** Permitted devices that are plugged in, without a prompt; USB first, readers of the operating system last. */
  known(): Promise<PermittedDevice[]>;
  /** Tells when a permitted device is plugged in. */
  onPluggedIn(listener: (device: PermittedDevice) => void): () => void;
  /** Tells when a permitted device is gone, whether it was open or not. `known` then says what is left. */
  onUnplugged(listener: () => void): () => void;
}
