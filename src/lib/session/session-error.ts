/** Faults reception itself finds: the card is fine, but not one of ours, or it refuses what it says it needs. */
import { RoomError } from '#bytes';

export type SessionErrorCode =
  /** Neither the licence application nor card-info answers. */
  | 'NOT_MY_NUMBER_CARD'
  /** WEF01 says that no PIN is set, and yet the card shows nothing without one. */
  | 'UNSET_PIN_REFUSED'
  /** Not a fault of a room: a bug of ours. */
  | 'UNEXPECTED_FAULT';

export class SessionError extends RoomError<SessionErrorCode> {}
