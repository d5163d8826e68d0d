/**
 * Readings beside kanji, in plain text: 免許《めんきょ》. The convention is that of 青空文庫 (注記一覧, ルビ): 《》 holds the reading of the run of kanji
 * before it; ｜ begins a base that is not kanji alone, as in ｜PIN《ピン》. A 《 without a base, or without its 》, stays text.
 */

export interface RubyPart {
  readonly text: string;
  /** In hiragana; absent where the text needs none. */
  readonly reading?: string;
}

const annotated = /｜(?<marked>[^｜《》]+)《(?<markedReading>[^｜《》]+)》|(?<kanji>[\p{Script=Han}ヶ]+)《(?<reading>[^｜《》]+)》/gu;

export function rubyParts(text: string): readonly RubyPart[] {
  const parts: RubyPart[] = [];
  let end = 0;
  for (const found of text.matchAll(annotated)) {
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    const { marked, markedReading, kanji, reading } = found.groups ?? {};
    parts.push({ text: marked ?? kanji ?? '', reading: markedReading ?? reading ?? '' });
    end = found.index + found[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The same without readings: for `aria-label`, titles, and screens that set no ruby. */
export function withoutReadings(text: string): string {
  return rubyParts(text)
    .map((part) => part.text)
    .join('');
}
