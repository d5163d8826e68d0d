/** Faults of the reading room: files that are not what the application promises. */
import { RoomError } from '#bytes';

export type CardErrorCode =
  /** WEF01 is neither `C1 01 00` nor `C1 01 01`: nothing is sent after that. */
  | 'PIN_SETTING_UNKNOWN'
  /** A file ends inside a value, names a tag twice, or has a length no rule allows. */
  | 'CARD_FILE_MALFORMED'
  /** A file of the application is not there. */
  | 'CARD_FILE_MISSING'
  /** SELECT answered 6283. */
  | 'APPLICATION_LOCKED'
  /** The security status was lost between VERIFY and READ. */
  | 'VERIFIED_STATE_LOST';

export class CardError extends RoomError<CardErrorCode> {}
