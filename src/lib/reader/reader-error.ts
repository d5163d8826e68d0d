/** Faults of the hall: the reader, or the card behind it, did not do what CCID and ISO/IEC 7816-3 promise. */
import { RoomError } from '#bytes';

export type ReaderErrorCode =
  /** The USB device is gone (cause: UsbError). */
  | 'READER_LOST'
  /** A USB fault that is not the end of the device. */
  | 'READER_TRANSFER_FAILED'
  /** Functional descriptor missing or not readable. */
  | 'READER_DESCRIPTOR_INVALID'
  /** ICCD token, character level, or a level whose driver is not there yet. */
  | 'READER_UNSUPPORTED'
  /** No answer in time. */
  | 'READER_TIMED_OUT'
  /** A message that cannot be: length, type, slot, status, chain. */
  | 'READER_MALFORMED_MESSAGE'
  /** More than ten foreign messages. */
  | 'READER_OUT_OF_STEP'
  /** Time extensions or chain parts without end. */
  | 'READER_BUDGET_EXCEEDED'
  /** bError E0 or F2 that does not go away. */
  | 'SLOT_BUSY'
  | 'CARD_ABSENT'
  /** The card is there and says nothing. */
  | 'CARD_MUTE'
  | 'CARD_RESET_FAILED'
  /** The card was taken away or lost power during an exchange. */
  | 'CARD_REMOVED'
  | 'CARD_PROTOCOL_UNSUPPORTED'
  /** Any other failure the reader reports; facts.error has bError. */
  | 'READER_REPORTED_ERROR'
  /** The APDU is longer than reader or card can take. */
  | 'COMMAND_TOO_LONG'
  /** transmit before connect. */
  | 'CARD_NOT_CONNECTED';

export class ReaderError extends RoomError<ReaderErrorCode> {}
