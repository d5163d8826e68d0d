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
  | 'VERIFIED_STATE_LOST'
  /** A PIN or 照合番号B that is not the right number of digits: it was not sent, no try was used. A bug of ours. */
  | 'CREDENTIAL_FORM_INVALID';

export class CardError extends RoomError<CardErrorCode> {}
