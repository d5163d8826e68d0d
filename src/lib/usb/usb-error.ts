/** Faults of the front door. The texts a clerk reads are in `ui`, by these codes. */
import { RoomError } from '#bytes';

export type UsbErrorCode =
  /** This browser has no WebUSB, or the page is not in a secure context. */
  | 'WEBUSB_UNSUPPORTED'
  /** This browser has no WebHID, or the page may not use it. */
  | 'WEBHID_UNSUPPORTED'
  /** The person closed the chooser without choosing. An outcome for most callers. */
  | 'NO_DEVICE_CHOSEN'
  /** open() refused by the operating system: udev rule, driver. */
  | 'ACCESS_DENIED'
  /** Another tab or program has claimed the interface. */
  | 'INTERFACE_BUSY'
  /** Class 0x0B and the like: no ordinary page may claim it. */
  | 'PROTECTED_CLASS'
  /** No interface that a driver of ours can use. */
  | 'NO_USABLE_INTERFACE'
  /** claimInterface did not answer within a second. */
  | 'CLAIM_TIMED_OUT'
  | 'DEVICE_LOST'
  | 'ENDPOINT_STALLED'
  /** The device sent more than was asked for; data is lost. */
  | 'BABBLE'
  | 'TRANSFER_FAILED'
  /** Soft time-out: the transfer is kept and reused. */
  | 'TRANSFER_TIMED_OUT'
  /** The browser refused a control transfer ("The transfer was not allowed."). */
  | 'CONTROL_REFUSED'
  | 'RESET_FAILED'
  | 'PIPE_CLOSED'
  | 'DESCRIPTOR_MALFORMED';

export class UsbError extends RoomError<UsbErrorCode> {}
