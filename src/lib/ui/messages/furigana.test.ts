import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { rubyParts, withoutReadings, type RubyPart } from './furigana.ts';

/** Rows after 青空文庫 注記一覧, ルビ, in words of our own. */
const rows: readonly { readonly text: string; readonly parts: readonly RubyPart[]; readonly source: string }[] = [
  { text: '免許《めんきょ》', parts: [{ text: '免許', reading: 'めんきょ' }], source: 'the run of kanji before 《' },
  {
    text: 'カードを読《よ》みます',
    parts: [{ text: 'カードを' }, { text: '読', reading: 'よ' }, { text: 'みます' }],
    source: 'kana before and after belong to no base',
  },
  { text: '人々《ひとびと》', parts: [{ text: '人々', reading: 'ひとびと' }], source: '々 counts as a kanji' },
  { text: '１ヶ月《かげつ》', parts: [{ text: '１' }, { text: 'ヶ月', reading: 'かげつ' }], source: 'ヶ counts as a kanji, a digit does not' },
  { text: '新しい｜PIN《ピン》', parts: [{ text: '新しい' }, { text: 'PIN', reading: 'ピン' }], source: '｜ begins a base that is not kanji' },
  { text: 'カード', parts: [{ text: 'カード' }], source: 'nothing to read' },
  { text: '', parts: [], source: 'no text' },
  { text: 'ひらがな《よみ》', parts: [{ text: 'ひらがな《よみ》' }], source: 'bad: no kanji before 《' },
  { text: '免許《めんきょ', parts: [{ text: '免許《めんきょ' }], source: 'bad: no 》' },
  { text: '免許《》', parts: [{ text: '免許《》' }], source: 'bad: an empty reading' },
  { text: '《めんきょ》免許', parts: [{ text: '《めんきょ》免許' }], source: 'bad: the reading first' },
  { text: '｜《よみ》', parts: [{ text: '｜《よみ》' }], source: 'bad: an empty base' },
];

describe('readings', () => {
  it.each(rows)('$source: $text', ({ text, parts }) => {
    expect(rubyParts(text)).toEqual(parts);
  });

  test.prop([fc.string({ unit: 'binary' })])('no text without 《 is touched', (text) => {
    const plain = text.replaceAll('《', '');
    expect(withoutReadings(plain)).toBe(plain);
  });

  test.prop([fc.array(fc.constantFrom('漢', '字', 'か', 'A', '｜', '《', '》', '々'))])('the parts hold no more than the text', (letters) => {
    const text = letters.join('');
    const parts = rubyParts(text);
    expect(parts.every((part) => part.text !== '' && part.reading !== '')).toBe(true);
    expect(parts.map(({ text: base, reading }) => base + (reading ?? '')).join('')).toBe(
      parts.some(({ reading }) => reading !== undefined)
        ? text.replaceAll(/｜([^｜《》]+)《([^｜《》]+)》|(\p{Script=Han}+)《([^｜《》]+)》/gu, '$1$2$3$4')
        : text,
    );
  });
});
