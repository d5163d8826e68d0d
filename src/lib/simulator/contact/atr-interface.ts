/** What a contact card says of itself in its ATR (ISO/IEC 7816-3 §8.2): protocols, rate, guard time, IFSC, waiting integers. For ATRs of our own cards. */
import type { Bytes } from '#bytes';

export interface AtrInterface {
  /** In the order of the ATR; the first is the default. */
  readonly protocols: readonly (0 | 1)[];
  /** Fi/Di as in TA1. */
  readonly rate: number;
  /** TC1 */
  readonly guardTime: number;
  readonly ifsc: number;
  /** BWI << 4 | CWI */
  readonly waitingIntegers: number;
}

interface Group {
  readonly number: number;
  readonly protocol: number | undefined;
  readonly values: Readonly<Partial<Record<'a' | 'b' | 'c', number>>>;
}

export function atrInterface(atr: Bytes): AtrInterface {
  const groups = readGroups(atr);
  const protocols = groups.map(({ protocol }) => protocol).filter((protocol): protocol is 0 | 1 => protocol === 0 || protocol === 1);
  const { a: rate = 0x11, c: guardTime = 0 } = groups[0]?.values ?? {};
  const { a: ifsc = 32, b: waitingIntegers = 0x4d } = groups.find(({ number, protocol }) => number > 2 && protocol === 1)?.values ?? {};
  return { protocols: protocols.length === 0 ? [0] : [...new Set(protocols)], rate, guardTime, ifsc, waitingIntegers };
}

/** `protocol` of a group is the one the TD before it names. */
function readGroups(atr: Bytes): readonly Group[] {
  const groups: Group[] = [];
  let offset = 1;
  let indicator = atr[offset];
  for (let number = 1; indicator !== undefined; number++) {
    const values: { a?: number; b?: number; c?: number } = {};
    for (const [key, bit] of [['a', 0x10] as const, ['b', 0x20] as const, ['c', 0x40] as const]) {
      const value = (indicator & bit) === 0 ? undefined : atr[++offset];
      if (value !== undefined) values[key] = value;
    }
    groups.push({ number, protocol: number === 1 ? undefined : indicator & 0x0f, values });
    indicator = (indicator & 0x80) === 0 ? undefined : atr[++offset];
  }
  return groups;
}

/** F of TA1's high half (ISO/IEC 7816-3 table 7); `undefined` = RFU. */
const clockFactors: readonly (number | undefined)[] = [372, 372, 558, 744, 1116, 1488, 1860, undefined, undefined, 512, 768, 1024, 1536, 2048];
/** D of its low half (table 8). */
const bitRateFactors: readonly (number | undefined)[] = [undefined, 1, 2, 4, 8, 16, 32, 64, 12, 20];

/** F and D, or `undefined`: a value that is reserved. */
export function rateFactors(rate: number): { readonly f: number; readonly d: number } | undefined {
  const f = clockFactors[rate >> 4];
  const d = bitRateFactors[rate & 0x0f];
  return f === undefined || d === undefined ? undefined : { f, d };
}
