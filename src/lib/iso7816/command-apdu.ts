/**
 * Command APDU: ISO/IEC 7816-3:2006 §12.1, cases 1, 2S, 3S, 4S, 2E, 3E and 4E; ISO/IEC 7816-4 §5.1.
 * The length form is chosen by the caller, never by the size of the data: `extended` must be said.
 * Refused: CLA FF, INS 6x and 9x (reserved by 7816-3), empty data, every length no case allows.
 */
import * as P from 'micro-packed';
import { Secret, type Bytes, type Outgoing } from '#bytes';
import { ApduError } from './apdu-error.ts';

/** One command as a value. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Command data field, 1–255 bytes, extended 1–65535. A `Secret` makes the whole command secret. */
  readonly data?: Bytes | Secret;
  /** Ne, most bytes expected: 1–256, extended 1–65536. Absent = no response data expected. */
  readonly le?: number;
  readonly extended?: true;
}

/** A command read back from its bytes: whether the data was secret is not written there. */
export interface DecodedCommand extends CommandApdu {
  /** A view of the input, not a copy. */
  readonly data?: Bytes;
}

/** Ne on this side, Le on the wire, where zero stands for the largest value. */
function expectedLength(size: P.CoderType<number>, largest: number): P.CoderType<number> {
  return P.apply(size, { encode: (le) => (le === 0 ? largest : le), decode: (ne) => (ne === largest ? 0 : ne) });
}

const header = { cla: P.U8, ins: P.U8, p1: P.U8, p2: P.U8 };
const shortLe = expectedLength(P.U8, 0x100);
const extendedLe = expectedLength(P.U16BE, 0x1_0000);
/** First body byte of every extended case. */
const extension = P.magic(P.U8, 0x00);

const Case1 = P.struct(header);
const Case2S = P.struct({ ...header, le: shortLe });
const Case3S = P.struct({ ...header, data: P.bytes(P.U8) });
const Case4S = P.struct({ ...header, data: P.bytes(P.U8), le: shortLe });
const Case2E = P.struct({ ...header, extension, le: extendedLe });
const Case3E = P.struct({ ...header, extension, data: P.bytes(P.U16BE) });
const Case4E = P.struct({ ...header, extension, data: P.bytes(P.U16BE), le: extendedLe });

/**
 * The bytes of a command. Those of a secret command are a fresh array its owner must wipe after use.
 * @throws ApduError `APDU_INVALID` for a value no case can carry.
 */
export function encodeCommand(command: CommandApdu): Outgoing {
  const { data } = command;
  if (data instanceof Secret) return { bytes: data.lend((bytes) => encode(command, bytes)), secret: true };
  return { bytes: encode(command, data), secret: false };
}

/**
 * Reads a command by the length rules of §12.1.
 * @throws ApduError `APDU_INVALID`. The fault holds lengths only: the bytes may be secret.
 */
export function decodeCommand(bytes: Bytes): DecodedCommand {
  const { cla, ins, p1, p2, le, dataLength, extended } = decodeParts(bytes);
  checkHeader({ cla, ins, p1, p2 });
  const dataOffset = extended ? 7 : 5;
  return {
    cla,
    ins,
    p1,
    p2,
    ...(dataLength === undefined ? {} : { data: bytes.subarray(dataOffset, dataOffset + dataLength) }),
    ...(le === undefined ? {} : { le }),
    ...(extended ? { extended } : {}),
  };
}

function encode(command: CommandApdu, data: Uint8Array | undefined): Bytes {
  checkHeader(command);
  checkLengths(command, data);
  const encoded = encodeCase(command, data);
  const bytes: Bytes = new Uint8Array(encoded);
  // The codec's own array would otherwise keep a PIN alive in memory.
  encoded.fill(0);
  return bytes;
}

function encodeCase({ cla, ins, p1, p2, le, extended }: CommandApdu, data: Uint8Array | undefined): Uint8Array {
  const fields = { cla, ins, p1, p2 };
  if (data === undefined) {
    if (le === undefined) return Case1.encode(fields);
    return extended ? Case2E.encode({ ...fields, le }) : Case2S.encode({ ...fields, le });
  }
  if (le === undefined) return extended ? Case3E.encode({ ...fields, data }) : Case3S.encode({ ...fields, data });
  return extended ? Case4E.encode({ ...fields, data, le }) : Case4S.encode({ ...fields, data, le });
}

interface Parts {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly le?: number;
  readonly dataLength?: number;
  readonly extended?: true;
}

function decodeParts(bytes: Bytes): Parts {
  if (bytes.length === 4) return Case1.decode(bytes);
  if (bytes.length === 5) return Case2S.decode(bytes);
  const lc = bytes[4];
  if (lc === undefined) throw invalid('No case of ISO/IEC 7816-3 has this length', bytes.length);
  return lc === 0 ? decodeExtended(bytes) : decodeShort(bytes, lc);
}

function decodeShort(bytes: Bytes, lc: number): Parts {
  if (bytes.length === 5 + lc) return withLength(Case3S.decode(bytes));
  if (bytes.length === 6 + lc) return withLength(Case4S.decode(bytes));
  throw invalid('Lc does not fit the length of the command', bytes.length);
}

function decodeExtended(bytes: Bytes): Parts {
  if (bytes.length === 7) return { ...Case2E.decode(bytes), extended: true };
  const lc = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dataLength = bytes.length > 7 ? lc.getUint16(5) : 0;
  if (dataLength > 0 && bytes.length === 7 + dataLength) return { ...withLength(Case3E.decode(bytes)), extended: true };
  if (dataLength > 0 && bytes.length === 9 + dataLength) return { ...withLength(Case4E.decode(bytes)), extended: true };
  throw invalid('Extended Lc does not fit the length of the command', bytes.length);
}

function withLength<T extends { readonly data: Uint8Array }>({ data, ...rest }: T): Omit<T, 'data'> & { readonly dataLength: number } {
  return { ...rest, dataLength: data.length };
}

function checkHeader({ cla, ins, p1, p2 }: Pick<CommandApdu, 'cla' | 'ins' | 'p1' | 'p2'>): void {
  if (![cla, ins, p1, p2].every((byte) => isWithin(byte, 0, 0xff))) throw invalid('A header byte is not a byte');
  if (cla === 0xff) throw invalid('CLA FF is reserved');
  if (ins >> 4 === 6 || ins >> 4 === 9) throw invalid('INS 6x and 9x are reserved');
}

function checkLengths({ le, extended }: CommandApdu, data: Uint8Array | undefined): void {
  if (data !== undefined && !isWithin(data.length, 1, extended ? 0xffff : 0xff)) throw invalid('Data length out of range', data.length);
  if (le !== undefined && !isWithin(le, 1, extended ? 0x1_0000 : 0x100)) throw invalid('Le out of range', le);
  if (extended && data === undefined && le === undefined) throw invalid('Case 1 has no extended form');
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function invalid(message: string, length?: number): ApduError {
  return new ApduError({ code: 'APDU_INVALID', message, ...(length === undefined ? {} : { facts: { length } }) });
}
