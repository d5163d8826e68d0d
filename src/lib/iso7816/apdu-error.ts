/** Faults of the interpreter: the card answered, but not as ISO/IEC 7816-4 and our limits allow. */
import { RoomError } from '#bytes';

export type ApduErrorCode =
  /** A command that no case of ISO/IEC 7816-3 §12.1 allows. A bug of ours. */
  | 'APDU_INVALID'
  /** Not on the allow-list: refused before it reached the reader. */
  | 'COMMAND_NOT_ALLOWED'
  /** A response shorter than a status word, or longer than asked for. */
  | 'RESPONSE_MALFORMED'
  /** facts.statusWord */
  | 'UNEXPECTED_STATUS'
  /** 61xx or 6Cxx without end. */
  | 'RESPONSE_LOOP'
  /** More than the limit of the file. */
  | 'CARD_FILE_TOO_LONG'
  /** The APDU or byte budget of the connection is used up. */
  | 'CARD_BUDGET_EXCEEDED'
  | 'VERIFY_NOT_PREPARED';

export class ApduError extends RoomError<ApduErrorCode> {}
