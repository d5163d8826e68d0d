/**
 * From a command APDU to the command TPDU of T=0. ISO/IEC 7816-3:2006 §12.1 (cases by length), §12.2 (mapping onto T=0):
 * case 1 gets P3 = 00, case 4 loses its Le, an extended command whose data fit one TPDU is sent as a short one.
 * Refused: more than 255 bytes of data (ENVELOPE and command chaining are the card's choice, and no command of ours needs them),
 * lengths that no case allows, INS 6x and 9x, which T=0 takes for procedure bytes.
 */
import { concatBytes, type Bytes } from '#bytes';
import { ReaderError } from '../reader-error.ts';

const HEADER_LENGTH = 4;
const LONGEST_DATA = 255;
const LARGEST_SHORT_NE = 0x100;
const LARGEST_EXTENDED_NE = 0x1_0000;
const NOTHING_EXPECTED = 0;
const GET_RESPONSE = 0xc0;
/** High nibbles. */
const invalidInstructions: readonly number[] = [0x6, 0x9];

export interface CommandTpdu {
  /** CLA INS P1 P2 P3, then the command data. */
  readonly bytes: Bytes;
  /** Most bytes of data that may come with the status word. */
  readonly maximumData: number;
  /** Case 4: what GET RESPONSE has to fetch if the card does not say so itself. */
  readonly toFetch: ResponseToFetch | undefined;
}

export interface ResponseToFetch {
  /** CLA INS P1 P2 of GET RESPONSE. */
  readonly header: Bytes;
  /** Most bytes wanted. */
  readonly ne: number;
}

interface ApduParts {
  readonly data: Bytes;
  readonly ne: number | undefined;
}

/** @throws ReaderError `COMMAND_TOO_LONG`; facts hold lengths only */
export function commandTpdu(apdu: Bytes): CommandTpdu {
  const [classByte, instruction] = apdu;
  if (classByte === undefined || instruction === undefined) throw refused('shorter than a header', apdu);
  if (invalidInstructions.includes(instruction >> 4)) throw refused('INS 6x or 9x', apdu);
  const { data, ne } = partsOf(apdu);
  const header = apdu.subarray(0, HEADER_LENGTH);
  if (data.length === 0) return withoutData(header, ne ?? NOTHING_EXPECTED);
  if (data.length > LONGEST_DATA) throw refused('more data than one T=0 command takes', apdu);
  const toFetch = ne === undefined ? undefined : { header: getResponseHeader(classByte), ne };
  return { bytes: concatBytes(header, Uint8Array.of(data.length), data), maximumData: 0, toFetch };
}

/** GET RESPONSE with another length. */
export function getResponse({ header, ne }: ResponseToFetch): CommandTpdu {
  return withoutData(header, ne);
}

/** P3: 00 stands for 256, and for nothing in case 1. */
function withoutData(header: Bytes, ne: number): CommandTpdu {
  const maximumData = Math.min(ne, LARGEST_SHORT_NE);
  const thirdParameter = maximumData === LARGEST_SHORT_NE ? 0 : maximumData;
  return { bytes: concatBytes(header, Uint8Array.of(thirdParameter)), maximumData, toFetch: undefined };
}

/** The class of the command without its chaining and secure messaging bits. ISO/IEC 7816-4 §5.4.1. */
function getResponseHeader(classByte: number): Bytes {
  const isFurtherInterindustry = (classByte & 0xc0) === 0x40;
  return Uint8Array.of(classByte & (isFurtherInterindustry ? ~0x30 : ~0x1c), GET_RESPONSE, 0, 0);
}

function partsOf(apdu: Bytes): ApduParts {
  const [, , , , fifth] = apdu;
  if (apdu.length === HEADER_LENGTH) return { data: apdu.subarray(HEADER_LENGTH), ne: undefined };
  if (fifth === undefined) throw refused('shorter than a header', apdu);
  if (apdu.length === 5) return { data: apdu.subarray(5), ne: orLargest(fifth, LARGEST_SHORT_NE) };
  return fifth === 0 ? extendedParts(apdu) : shortParts(apdu, fifth);
}

function shortParts(apdu: Bytes, lc: number): ApduParts {
  const data = apdu.subarray(5, 5 + lc);
  const [le, ...rest] = apdu.subarray(5 + lc);
  if (data.length !== lc || rest.length > 0) throw refused('Lc does not fit', apdu);
  return { data, ne: le === undefined ? undefined : orLargest(le, LARGEST_SHORT_NE) };
}

function extendedParts(apdu: Bytes): ApduParts {
  const view = new DataView(apdu.buffer, apdu.byteOffset, apdu.length);
  if (apdu.length === 7) return { data: apdu.subarray(7), ne: orLargest(view.getUint16(5), LARGEST_EXTENDED_NE) };
  const lc = apdu.length > 7 ? view.getUint16(5) : 0;
  if (lc === 0 || (apdu.length !== 7 + lc && apdu.length !== 9 + lc)) throw refused('extended Lc does not fit', apdu);
  const ne = apdu.length === 9 + lc ? orLargest(view.getUint16(7 + lc), LARGEST_EXTENDED_NE) : undefined;
  return { data: apdu.subarray(7, 7 + lc), ne };
}

function orLargest(le: number, largest: number): number {
  return le === 0 ? largest : le;
}

function refused(message: string, { length }: Bytes): ReaderError {
  return new ReaderError({ code: 'COMMAND_TOO_LONG', message: `T=0: ${message}`, facts: { length, maximumLength: HEADER_LENGTH + 1 + LONGEST_DATA } });
}
