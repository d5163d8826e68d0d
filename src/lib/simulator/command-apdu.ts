/**
 * Command APDUs as the card takes them apart: cases 1, 2, 3, 4, short and extended (ISO/IEC 7816-3 §12.1.3).
 * Decoding only, by length alone; the simulator borrows no codec from the rooms it is there to test.
 */
import type { Bytes } from '#bytes';

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Bytes;
  /** Ne [bytes]: 1–256 short, 1–65536 extended; `undefined` = no Le field. */
  readonly expectedLength: number | undefined;
  readonly extended: boolean;
}

/** The command, or `undefined` when the bytes fit no case. */
export function decodeCommand(bytes: Bytes): CommandApdu | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = decodeBody(bytes, view);
  if (body === undefined) return undefined;
  return { cla: view.getUint8(0), ins: view.getUint8(1), p1: view.getUint8(2), p2: view.getUint8(3), ...body };
}

type Body = Pick<CommandApdu, 'data' | 'expectedLength' | 'extended'>;

function decodeBody(bytes: Bytes, view: DataView): Body | undefined {
  const nothing = bytes.slice(0, 0);
  if (bytes.length === 4) return { data: nothing, expectedLength: undefined, extended: false };
  const first = view.getUint8(4);
  if (bytes.length === 5) return { data: nothing, expectedLength: first === 0 ? 256 : first, extended: false };
  return first === 0 ? decodeExtended(bytes, view) : decodeShort(bytes, view, first);
}

function decodeShort(bytes: Bytes, view: DataView, dataLength: number): Body | undefined {
  const end = 5 + dataLength;
  if (bytes.length === end) return { data: bytes.slice(5), expectedLength: undefined, extended: false };
  if (bytes.length !== end + 1) return undefined;
  const last = view.getUint8(end);
  return { data: bytes.slice(5, end), expectedLength: last === 0 ? 256 : last, extended: false };
}

function decodeExtended(bytes: Bytes, view: DataView): Body | undefined {
  if (bytes.length < 7) return undefined;
  const word = view.getUint16(5);
  if (bytes.length === 7) return { data: bytes.slice(0, 0), expectedLength: word === 0 ? 65_536 : word, extended: true };
  const end = 7 + word;
  if (word === 0) return undefined;
  if (bytes.length === end) return { data: bytes.slice(7), expectedLength: undefined, extended: true };
  if (bytes.length !== end + 2) return undefined;
  const last = view.getUint16(end);
  return { data: bytes.slice(7, end), expectedLength: last === 0 ? 65_536 : last, extended: true };
}
