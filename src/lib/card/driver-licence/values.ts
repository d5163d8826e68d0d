/**
 * Values of single elements: era dates, JIS text, numbers. NPA V10 別添3-1; licence-applet §5.5–§5.8 and §5.9 rule 9.
 * What does not decode is marked `unreadable` and keeps its bytes; nothing here throws.
 */
import { BytesError, decodeJisX0208, eras, isCalendarDate, textOf, type Bytes, type EraDigit, type TextPart } from '#bytes';
import type { DriverLicence, EraDate, Field, LicenceTextLine } from './driver-licence.ts';

const ideographicSpaceByte = 0x21;

/** Era digit + YYMMDD. Era + `000000` is how the plain licence writes "no date"; so is all-zero. */
export function readEraDate(raw: Bytes): Field<EraDate | 'none'> {
  const parts = /^([0-5])(\d{2})(\d{2})(\d{2})$/u.exec(asciiOf(raw));
  if (parts === null) return { unreadable: true, raw };
  const [, era = NaN, eraYear = NaN, month = NaN, day = NaN] = parts.map(Number);
  if (eraYear + month + day === 0) return { value: 'none', raw };
  const digit = eraDigitOf(era);
  if (digit === undefined || eraYear === 0) return { unreadable: true, raw };
  // By the offset alone: 平成33年 was a normal date on licences issued before 令和 began.
  const date = { year: eras[digit].offset + eraYear, month, day };
  return isCalendarDate(date) ? { value: { date, era: digit, eraYear }, raw } : { unreadable: true, raw };
}

/** One line of free text; `undefined` when it holds nothing but full-width spaces. */
export function readTextLine(raw: Bytes, number: number): Field<LicenceTextLine> | undefined {
  const trimmed = withoutTrailingSpaces(raw);
  if (trimmed.length === 0) return undefined;
  const parts = readJisX0208(trimmed);
  return parts === undefined ? { unreadable: true, raw } : { value: { number, parts, text: textOf(parts) }, raw };
}

/** C4: 優良 → gold, 新規 → green, anything else → blue. */
export function readColourClass(raw: Bytes): NonNullable<DriverLicence['colourClass']> {
  const parts = readJisX0208(withoutTrailingSpaces(raw));
  if (parts === undefined) return { unreadable: true, raw };
  const text = textOf(parts);
  return { value: { text, colour: text === '優良' ? 'gold' : text === '新規' ? 'green' : 'blue' }, raw };
}

/** E7, E8: twelve digits. */
export function readRecordNumber(raw: Bytes): Field<string> {
  const digits = asciiOf(raw);
  return /^\d{12}$/u.test(digits) ? { value: digits, raw } : { unreadable: true, raw };
}

/** JIS X 0201 as far as a distinguished name uses it: 20–7E like ASCII. `undefined` = another byte. */
export function readJisX0201(raw: Bytes): string | undefined {
  return raw.every((byte) => byte >= 0x20 && byte <= 0x7e) ? asciiOf(raw) : undefined;
}

function asciiOf(raw: Bytes): string {
  return Array.from(raw, (byte) => String.fromCharCode(byte)).join('');
}

function eraDigitOf(digit: number): EraDigit | undefined {
  return (['1', '2', '3', '4', '5'] as const).find((era) => Number(era) === digit);
}

/** Whether short values are padded is unknown, and a padded text would match no known condition. */
function withoutTrailingSpaces(raw: Bytes): Bytes {
  let end = raw.length;
  while (end >= 2 && end % 2 === 0 && raw[end - 1] === ideographicSpaceByte && raw[end - 2] === ideographicSpaceByte) end -= 2;
  return raw.slice(0, end);
}

function readJisX0208(raw: Bytes): TextPart[] | undefined {
  try {
    return decodeJisX0208(raw);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
