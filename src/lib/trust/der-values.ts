/**
 * What DER asks of the contents of a primitive universal type: ITU-T X.690 §8 and §11, RFC 5280 §4.1.2.5 for times.
 * A type that is not in the table is refused: the gate knows what certificates hold, and nothing else.
 */
import type { Bytes } from '#bytes';
import { generalizedTimeMs, utcTimeMs } from './der-time.ts';

/** What is wrong, for developers. */
export type DerProblem = string;

type ValueRule = (content: Bytes) => DerProblem | undefined;

const anyOctets: ValueRule = () => undefined;

/** By universal tag number, X.680 §8.4. */
const rules: ReadonlyMap<number, ValueRule> = new Map([
  [1, checkBoolean],
  [2, checkInteger],
  [3, checkBitString],
  [4, anyOctets], // OCTET STRING
  [5, (content) => (content.length === 0 ? undefined : 'NULL with content')],
  [6, checkObjectIdentifier],
  [10, checkInteger], // ENUMERATED
  [12, checkUtf8], // UTF8String
  [18, anyOctets], // NumericString
  [19, anyOctets], // PrintableString
  [20, anyOctets], // TeletexString
  [21, anyOctets], // VideotexString
  [22, anyOctets], // IA5String
  [23, (content) => (utcTimeMs(content) === undefined ? 'UTCTime not in the form YYMMDDHHMMSSZ' : undefined)],
  [24, (content) => (generalizedTimeMs(content) === undefined ? 'GeneralizedTime not in the form YYYYMMDDHHMMSSZ' : undefined)],
  [26, anyOctets], // VisibleString
  [27, anyOctets], // GeneralString
  [28, (content) => (content.length % 4 === 0 ? undefined : 'UniversalString not in fours')],
  [30, (content) => (content.length % 2 === 0 ? undefined : 'BMPString not in pairs')],
]);

/** The problem with these contents of a primitive universal type, or `undefined` when there is none. */
export function checkDerValue(tagNumber: number, content: Bytes): DerProblem | undefined {
  const rule = rules.get(tagNumber);
  return rule === undefined ? `universal type ${String(tagNumber)} is not in a certificate` : rule(content);
}

function checkBoolean(content: Bytes): DerProblem | undefined {
  const [value] = content;
  return content.length === 1 && (value === 0x00 || value === 0xff) ? undefined : 'BOOLEAN other than 00 or FF';
}

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
function checkInteger(content: Bytes): DerProblem | undefined {
  const [first, second] = content;
  if (first === undefined) return 'empty INTEGER';
  if (second === undefined) return undefined;
  const isPadded = (first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80);
  return isPadded ? 'padded INTEGER' : undefined;
}

function checkBitString(content: Bytes): DerProblem | undefined {
  const [unused] = content;
  const last = content.at(-1);
  if (unused === undefined || last === undefined) return 'BIT STRING without its count';
  if (unused > 7) return 'BIT STRING with more than seven unused bits';
  if (content.length === 1) return unused === 0 ? undefined : 'unused bits of an empty BIT STRING';
  return last % 2 ** unused === 0 ? undefined : 'unused bits that are not zero';
}

/** X.690 §8.19: every arc ends, none starts with 80. */
function checkObjectIdentifier(content: Bytes): DerProblem | undefined {
  const last = content.at(-1);
  if (last === undefined) return 'empty OBJECT IDENTIFIER';
  if (last >= 0x80) return 'OBJECT IDENTIFIER cut short';
  const isPadded = content.some((byte, index) => {
    const before = content[index - 1];
    return byte === 0x80 && (before === undefined || before < 0x80);
  });
  return isPadded ? 'padded arc' : undefined;
}

function checkUtf8(content: Bytes): DerProblem | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return undefined;
  } catch {
    return 'UTF8String that is not UTF-8';
  }
}
