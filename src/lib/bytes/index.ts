export { assertNever } from './assert-never.ts';
export { readAllTlv, readTlv, type TlvObject } from './ber-tlv.ts';
export { concatBytes, equalBytes, indexOfBytes, type Bytes } from './bytes.ts';
export { BytesError, type BytesErrorCode } from './bytes-error.ts';
export {
  addDays,
  compareDates,
  dayOfWeek,
  eraOf,
  eras,
  formatIsoDate,
  isCalendarDate,
  japaneseDay,
  parseCompactDate,
  parseIsoDate,
  type CalendarDate,
  type EraDigit,
} from './calendar-date.ts';
export { hex, unhex } from './hex.ts';
export { decodeJisX0208, textOf, type TextPart } from './jis-x-0208.ts';
export { RoomError, type RoomErrorDetails } from './room-error.ts';
export { Secret, type Outgoing } from './secret.ts';
