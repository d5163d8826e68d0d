/**
 * The port between a USB device and the reader drivers above it: five transfers and an end. USB 2.0 ch. 5 and 9.
 * There is no WebUSB type here, so `reader` compiles and is tested without a browser.
 */
import type { Bytes, Outgoing } from '#bytes';

/** What is known of a device and of the one interface the pipe has claimed. */
export interface UsbInterfaceDescription {
  readonly vendorId: number;
  readonly productId: number;
  /** bcdDevice as `"6.32"`. */
  readonly deviceVersion: string;
  /** iProduct as the device says it; may be empty. Untrusted text. */
  readonly productName: string;
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  /** wMaxPacketSize of bulk IN [bytes]. */
  readonly bulkInPacketLength: number;
  /** wMaxPacketSize of bulk OUT [bytes]. */
  readonly bulkOutPacketLength: number;
  /** Absent when the interface has no interrupt IN endpoint. */
  readonly interruptInPacketLength?: number;
  /** The whole configuration descriptor as GET_DESCRIPTOR gave it; class-specific descriptors are in here. */
  readonly configurationDescriptor: Bytes;
}

/** A control request to the claimed interface (class or vendor) or the device (standard). USB 2.0 §9.3. */
export interface ControlRequest {
  readonly type: 'standard' | 'class' | 'vendor';
  readonly recipient: 'device' | 'interface';
  /** bRequest */
  readonly request: number;
  /** wValue */
  readonly value: number;
  /** wIndex */
  readonly index: number;
}

/**
 * One claimed interface. All methods throw `UsbError`.
 *
 * A pending transfer of the host cannot be cancelled. So a soft time-out rejects the waiter (`TRANSFER_TIMED_OUT`) and
 * keeps the transfer: its data goes to the next `bulkIn`. At most one IN transfer an endpoint is ever under way.
 * After the device is lost every call, pending ones included, ends once with `DEVICE_LOST`.
 */
export interface UsbPipe {
  readonly description: UsbInterfaceDescription;
  /** Resolves when the device is gone for good or the pipe was closed. Never rejects. */
  readonly closed: Promise<void>;

  /**
   * Sends one transfer. With `endWithZeroLengthPacket` an empty packet follows when the length is a multiple of the packet size.
   * A stall is cleared once and reported as `ENDPOINT_STALLED`. Messages go out in the order of the calls. After 5 s the
   * waiter gets `TRANSFER_TIMED_OUT`: a message that had not begun is then never sent, one that had may still arrive.
   */
  bulkOut(message: Outgoing, options?: { readonly endWithZeroLengthPacket?: boolean }): Promise<void>;

  /**
   * One IN transfer of at most `length` bytes [a multiple of the packet size, or the exact rest of a message].
   * May resolve with zero bytes (zero-length packet). When a transfer kept from an earlier soft time-out is pending, its
   * data is what comes back, whatever its length.
   */
  bulkIn(length: number, timeoutMs: number): Promise<Bytes>;

  /** Forgets nothing and asks for nothing new: true from a soft time-out until the kept transfer's result was handed over. */
  readonly bulkInIsPending: boolean;

  /**
   * Waits for the next interrupt message, however long. Rejects with the end of the pipe; before it only when the endpoint
   * failed three times in a row (`ENDPOINT_STALLED`, `BABBLE`, `TRANSFER_FAILED`), for a silent one would hide every card.
   */
  interruptIn(): Promise<Bytes>;

  /** A control transfer without an answer ends with `TRANSFER_TIMED_OUT` after 3 s. */
  controlIn(request: ControlRequest, length: number): Promise<Bytes>;
  controlOut(request: ControlRequest, data: Bytes): Promise<void>;

  /** USB port reset; the claim survives. Not possible on Windows: `RESET_FAILED`. */
  reset(): Promise<void>;

  /** Releases and closes. Idempotent, never throws. */
  close(): Promise<void>;
}
