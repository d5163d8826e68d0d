/**
 * The port between a HID device and the driver above it: reports out, reports in, an end. USB HID 1.11 §5.6, WebHID §5.
 * Only devices with one report of 64 bytes each way and no report IDs. There is no WebHID type here.
 */
import type { Bytes, Outgoing } from '#bytes';

/** Data of one report [bytes], both ways. */
export const REPORT_LENGTH = 64;

/** What is known of the device. WebHID tells neither bcdDevice nor interface number. */
export interface HidDescription {
  readonly vendorId: number;
  readonly productId: number;
  /** iProduct as the device says it; may be empty. Untrusted text. */
  readonly productName: string;
}

/** One opened HID device. All methods throw `UsbError`; after the end every call, pending ones included, ends with its code. */
export interface HidPipe {
  readonly description: HidDescription;
  /** Resolves when the device is gone for good or the pipe was closed. Never rejects. */
  readonly closed: Promise<void>;

  /** Sends one report [64 bytes]. After 5 s the waiter gets `TRANSFER_TIMED_OUT`; the report may still arrive. */
  sendReport(report: Outgoing): Promise<void>;

  /**
   * The next report, in the order of arrival. Reports nobody waits for are kept, up to 2048; one more and all of them are dropped
   * and the next call throws `BABBLE`. A soft time-out (`TRANSFER_TIMED_OUT`) loses nothing. One call at a time.
   */
  receiveReport(timeoutMs: number): Promise<Bytes>;

  /** Closes. Idempotent, never throws. */
  close(): Promise<void>;
}
