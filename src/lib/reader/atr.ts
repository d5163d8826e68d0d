/**
 * Answer to reset. ISO/IEC 7816-3:2006 §8: at most 33 bytes, TS, T0, interface bytes, historical bytes, TCK.
 * Refused: a bad TS, an answer cut short or with bytes left over, a TD chain that never ends, TCK missing.
 * A wrong TCK is reported, not refused: contactless readers build ATRs themselves, and some build them wrong.
 * TB1 and TB2 (programming voltage) are obsolete and not interpreted.
 */
import type { Bytes } from '#bytes';
import { ReaderError } from './reader-error.ts';

export const MAXIMUM_ATR_LENGTH = 33;
/** A TD chain as long as 33 bytes allow says nothing a card needs; libccid stops at 7 too. */
const MAXIMUM_GROUPS = 7;

/** TA, TB, TC of one group i; `protocol` is the T of TD(i-1), 0 for the first group. */
interface InterfaceGroup {
  readonly protocol: number;
  readonly ta?: number;
  readonly tb?: number;
  readonly tc?: number;
}

export interface Atr {
  readonly convention: 'direct' | 'inverse';
  /** T values in the order offered, T=15 left out; `[0]` when no TD1. */
  readonly protocols: readonly number[];
  /** Bytes TA1: Fi and Di; `undefined` = 0x11. */
  readonly ta1: number | undefined;
  /** TC1, extra guard time N. */
  readonly extraGuardTime: number;
  /** TA2: the card starts in this protocol and no other. */
  readonly specificMode: { readonly protocol: number; readonly implicitParameters: boolean; readonly canChange: boolean } | undefined;
  /** WI of T=0 (TC2). */
  readonly waitingInteger: number;
  /** T=1 values, defaults of ISO/IEC 7816-3 §11.4 where the ATR is silent. */
  readonly t1: { readonly informationFieldLength: number; readonly bwi: number; readonly cwi: number; readonly crc: boolean };
  /** TA after T=15: low six bits classes A, B, C. */
  readonly globalTa: number | undefined;
  readonly historicalBytes: Bytes;
  /** `notNeeded` when only T=0 is offered. */
  readonly checkByte: 'right' | 'wrong' | 'notNeeded';
}

/**
 * @throws ReaderError `CARD_RESET_FAILED` with facts.length
 */
export function parseAtr(bytes: Bytes): Atr {
  const cursor = new AtrCursor(bytes);
  if (bytes.length > MAXIMUM_ATR_LENGTH) throw malformed('longer than 33 bytes', bytes);
  const convention = conventionOf(cursor.next());
  if (convention === undefined) throw malformed('TS is neither 3B nor 3F', bytes);
  const formatByte = cursor.next();
  const { groups, offered } = readGroups(cursor, formatByte >> 4);
  const historicalBytes = cursor.take(formatByte & 0x0f);
  const needsCheckByte = offered.some((protocol) => protocol !== 0);
  if (needsCheckByte) cursor.next();
  if (!cursor.isAtEnd) throw malformed('bytes left over', bytes);
  return { convention, ...interpret(groups, offered), historicalBytes, checkByte: needsCheckByte ? judgeCheckByte(bytes) : 'notNeeded' };
}

class AtrCursor {
  readonly #bytes: Bytes;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  next(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw malformed('cut short', this.#bytes);
    this.#offset++;
    return byte;
  }

  take(length: number): Bytes {
    const part = this.#bytes.slice(this.#offset, this.#offset + length);
    if (part.length !== length) throw malformed('historical bytes cut short', this.#bytes);
    this.#offset += length;
    return part;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  tooDeep(): ReaderError {
    return malformed('TD chain too deep', this.#bytes);
  }
}

function conventionOf(initialCharacter: number): Atr['convention'] | undefined {
  if (initialCharacter === 0x3b) return 'direct';
  return initialCharacter === 0x3f ? 'inverse' : undefined;
}

function readGroups(cursor: AtrCursor, firstPresence: number): { groups: InterfaceGroup[]; offered: number[] } {
  const groups: InterfaceGroup[] = [];
  const offered: number[] = [];
  let protocol = 0;
  for (let presence = firstPresence; ;) {
    if (groups.length === MAXIMUM_GROUPS) throw cursor.tooDeep();
    groups.push({
      protocol,
      ...((presence & 1) === 0 ? {} : { ta: cursor.next() }),
      ...((presence & 2) === 0 ? {} : { tb: cursor.next() }),
      ...((presence & 4) === 0 ? {} : { tc: cursor.next() }),
    });
    if ((presence & 8) === 0) return { groups, offered };
    const td = cursor.next();
    protocol = td & 0x0f;
    offered.push(protocol);
    presence = td >> 4;
  }
}

function interpret(groups: readonly InterfaceGroup[], offered: readonly number[]): Omit<Atr, 'convention' | 'historicalBytes' | 'checkByte'> {
  const [first, second, ...later] = groups;
  const protocols = [...new Set(offered.filter((protocol) => protocol !== 15))];
  const ta2 = second?.ta;
  return {
    protocols: protocols.length === 0 ? [0] : protocols,
    ta1: first?.ta,
    extraGuardTime: first?.tc ?? 0, // TC1 absent means N = 0, §8.3
    specificMode: ta2 === undefined ? undefined : { protocol: ta2 & 0x0f, implicitParameters: (ta2 & 0x10) !== 0, canChange: (ta2 & 0x80) === 0 },
    waitingInteger: second?.tc ?? 10, // TC2 absent means WI = 10, §10.2
    t1: t1Values(later.find(({ protocol }) => protocol === 1)),
    globalTa: later.find(({ protocol }) => protocol === 15)?.ta,
  };
}

/** Values reserved for future use (IFSC 0 and 255, BWI above 9) count as the default: the card must live with the shorter one. */
function t1Values({ ta: ifsc = 32, tb: waiting = 0x4d, tc: checkCode = 0 }: Omit<InterfaceGroup, 'protocol'> = {}): Atr['t1'] {
  const bwi = waiting >> 4;
  return {
    informationFieldLength: ifsc === 0 || ifsc === 255 ? 32 : ifsc,
    bwi: bwi > 9 ? 4 : bwi,
    cwi: waiting & 0x0f,
    crc: (checkCode & 1) !== 0,
  };
}

/** XOR of T0 to TCK is zero. */
function judgeCheckByte(bytes: Bytes): 'right' | 'wrong' {
  return bytes.subarray(1).reduce((sum, byte) => sum ^ byte, 0) === 0 ? 'right' : 'wrong';
}

function malformed(what: string, bytes: Bytes): ReaderError {
  return new ReaderError({ code: 'CARD_RESET_FAILED', message: `ATR: ${what}`, facts: { length: bytes.length } });
}
