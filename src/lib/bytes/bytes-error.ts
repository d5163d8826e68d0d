/** Faults of the tool shed: input that is not what its form promises. */
import { RoomError } from './room-error.ts';

export type BytesErrorCode = 'NOT_HEXADECIMAL' | 'TLV_MALFORMED' | 'TEXT_UNDECODABLE' | 'DATE_INVALID';

export class BytesError extends RoomError<BytesErrorCode> {}
