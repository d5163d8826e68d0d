/**
 * Response APDU: ISO/IEC 7816-3 §12.1.1, ISO/IEC 7816-4 §5.1. Data field of 0–65536 bytes, then SW1 and SW2.
 * An error status word (64–6F but 61–63) comes without data; anything else is refused.
 */
import { hex, type Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';

export interface ResponseApdu {
  readonly data: Bytes;
  /** SW1 × 256 + SW2 */
  readonly statusWord: number;
}

const LARGEST_DATA_LENGTH = 0x1_0000;

/** @throws ApduError `RESPONSE_MALFORMED` with length and status word, never data. */
export function decodeResponse(bytes: Bytes): ResponseApdu {
  const dataLength = bytes.length - 2;
  if (dataLength < 0 || dataLength > LARGEST_DATA_LENGTH) throw malformed('A response APDU has 2 to 65538 bytes', { length: bytes.length });
  const statusWord = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint16(dataLength);
  if (dataLength > 0 && !mayCarryData(statusWord)) throw malformed('An error status word with data', { length: dataLength, statusWord });
  return { data: bytes.slice(0, dataLength), statusWord };
}

/** @throws ApduError `RESPONSE_MALFORMED` when the card gave more than it was asked for. */
export function checkLength(data: Bytes, expected: number): void {
  if (data.length > expected) throw malformed('The card answered more than Le', { length: data.length, le: expected });
}

/** For a word no table of the command knows. */
export function unexpectedStatus(command: string, statusWord: number): ApduError {
  return new ApduError({
    code: 'UNEXPECTED_STATUS',
    message: `${command}: ${hex(Uint8Array.of(statusWord >> 8, statusWord % 0x100))}`,
    facts: { statusWord },
  });
}

function mayCarryData(statusWord: number): boolean {
  return [0x90, 0x61, 0x62, 0x63].includes(statusWord >> 8);
}

function malformed(message: string, facts: Readonly<Record<string, number>>): ApduError {
  return new ApduError({ code: 'RESPONSE_MALFORMED', message, facts });
}
