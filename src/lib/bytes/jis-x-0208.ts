/**
 * JIS X 0208 text as the licence writes it: bare byte pairs 21–7E, no escape sequences (NPA V10 別添3-1), and the gaiji
 * codes `FF F1`…`FF F7` (外字 1–7) and `FF FA` (欠字) between them.
 * Gaiji codes come out first; ISO-2022-JP is not used because bytes inside the text could switch its character set.
 */
import type { Bytes } from './bytes.ts';
import { BytesError } from './bytes-error.ts';

/** A run of text, a gaiji whose image stands elsewhere in the record, or a character the card does not have. */
export type TextPart = { readonly text: string } | { readonly gaiji: number } | { readonly missingGlyph: true };

/**
 * Decodes a whole element.
 * @throws BytesError `TEXT_UNDECODABLE` on an odd length, a byte outside 21–7E or a cell that has no character.
 */
export function decodeJisX0208(bytes: Bytes): TextPart[] {
  if (bytes.length % 2 !== 0) throw undecodable('odd length');
  const parts: TextPart[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) parts.push({ text: decodeRun(run) });
    run = [];
  };
  for (let index = 0; index < bytes.length; index += 2) {
    const row = bytes[index] ?? 0;
    const cell = bytes[index + 1] ?? 0;
    if (row === 0xff) {
      flush();
      parts.push(specialPart(cell));
    } else {
      run.push(row, cell);
    }
  }
  flush();
  return parts;
}

/** One string for people: gaiji as 【※n】, a missing character as 【※欠】. */
export function textOf(parts: readonly TextPart[]): string {
  return parts.map((part) => ('text' in part ? part.text : 'gaiji' in part ? `【※${String(part.gaiji)}】` : '【※欠】')).join('');
}

function specialPart(cell: number): TextPart {
  if (cell >= 0xf1 && cell <= 0xf7) return { gaiji: cell - 0xf0 };
  if (cell === 0xfa) return { missingGlyph: true };
  throw undecodable('unknown code behind FF');
}

function decodeRun(run: readonly number[]): string {
  if (run.some((byte) => byte < 0x21 || byte > 0x7e)) throw undecodable('byte outside 21-7E');
  try {
    return new TextDecoder('euc-jp', { fatal: true }).decode(Uint8Array.from(run, (byte) => byte | 0x80));
  } catch (cause) {
    throw new BytesError({ code: 'TEXT_UNDECODABLE', message: 'JIS X 0208: a cell without a character', cause });
  }
}

function undecodable(what: string): BytesError {
  return new BytesError({ code: 'TEXT_UNDECODABLE', message: `JIS X 0208: ${what}` });
}
