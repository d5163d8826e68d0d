import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ConditionMeaning } from './condition-meaning.ts';
import { normaliseCondition } from './condition-text.ts';
import { otherTexts, readConditions } from './conditions.ts';
import { day, licenceOf, line } from './test/question.ts';

const today = day('2026-11-20');
const raw = Uint8Array.of(0x30, 0x21, 0x7f);

const meaningsOf = (text: string, on = today): readonly ConditionMeaning[] => readConditions(licenceOf({ conditions: [text] }), on)[0]!.meanings;
const shortOf = (text: string, on = today): string[] =>
  meaningsOf(text, on).map((meaning) => {
    switch (meaning.is) {
      case 'glasses':
        return 'except' in meaning.scope ? `glasses except ${meaning.scope.except.join()}` : `glasses only ${meaning.scope.only.join()}`;
      case 'limit':
        return meaning.limit;
      case 'automatic':
        return `AT ${meaning.targets.map(({ term, onlyForHire }) => `${term.word}${onlyForHire ? ' for hire' : ''}`).join()}`;
      case 'supportCar':
        return 'supportCar';
      case 'undecided':
        return meaning.why;
    }
  });

/** source: product.md §10.4, row by row, each in the spellings it asks to unify */
const known: readonly { text: string; means: string[] }[] = [
  { text: '眼鏡等', means: ['glasses except '] },
  { text: '眼鏡等　', means: ['glasses except '] },
  { text: '眼鏡等(小特車及び原付車を除く)', means: ['glasses except smallSpecial,moped'] },
  { text: '眼鏡等（小特車と原付車を除く）', means: ['glasses except smallSpecial,moped'] },
  { text: '眼鏡等（小特車、原付車を除く）', means: ['glasses except smallSpecial,moped'] },
  { text: '眼鏡等（原付車を除く）', means: ['glasses except moped'] },
  { text: '眼鏡等(2種・大型・けん引車に限る)', means: ['glasses only second,large,towing'] },
  { text: '眼鏡等（２種・大型・けん引車に限る）', means: ['glasses only second,large,towing'] },
  { text: '眼鏡等（２種、大型及びけん引車に限る）', means: ['glasses only second,large,towing'] },
  { text: '中型車は中型車(8t)に限る', means: ['medium8t'] },
  { text: '中型車は中型車（８ｔ）に限る', means: ['medium8t'] },
  { text: '中型車は中型車（８Ｔ）に限る', means: ['medium8t'] },
  { text: '準中型で運転できる準中型車は準中型車(5t)に限る', means: ['semiMedium5t'] },
  { text: '準中型で運転できる準中型車は準中型車（５ｔ）に限る', means: ['semiMedium5t'] },
  { text: '普通車はAT車に限る', means: ['AT 普通車'] },
  { text: '普通車はＡＴ車に限る', means: ['AT 普通車'] },
  { text: '普通車はオートマチック車に限る', means: ['AT 普通車'] },
  { text: '普通車はオートマチックに限る', means: ['AT 普通車'] },
  { text: '普通車はＡＴ（オートマチック）車に限る', means: ['AT 普通車'] },
  { text: '普通車はノークラッチ式に限る', means: ['AT 普通車'] },
  { text: '普通車はノークラッチ式車に限る', means: ['AT 普通車'] },
  { text: '準中型車(5t)と普通車はAT車に限る', means: ['AT 準中型車(5t),普通車'] },
  { text: '準中型車（５ｔ）及び普通車はＡＴ車に限る', means: ['AT 準中型車(5t),普通車'] },
  { text: '準中型車（５ｔ）、普通車はＡＴ車に限る', means: ['AT 準中型車(5t),普通車'] },
  { text: '普通車の旅客車はＡＴ車に限る', means: ['AT 普通車 for hire'] },
  { text: '準中型車（５ｔ）と普通車の旅客車はＡＴ車に限る', means: ['AT 準中型車(5t) for hire,普通車 for hire'] },
  { text: '準中型車（５ｔ）の旅客車と普通車の旅客車はＡＴ車に限る', means: ['AT 準中型車(5t) for hire,普通車 for hire'] },
  { text: '中型車（８ｔ）と準中型車と普通車はＡＴ車に限る', means: ['AT 中型車(8t),準中型車,普通車'] },
  { text: '普通二輪は小型二輪に限る', means: ['smallMotorcycle'] },
  { text: '普通二輪は小型二輪のAT車に限る', means: ['smallMotorcycle', 'AT 普通二輪'] },
  { text: '普通二輪は小型二輪のＡＴ車に限る', means: ['smallMotorcycle', 'AT 普通二輪'] },
  { text: '普通二輪はＡＴ車に限る', means: ['AT 普通二輪'] },
  { text: '大型二輪はＡＴ車に限る', means: ['AT 大型二輪'] },
  { text: '中二で運転できる中型車はなく準中型車の旅客車は準中型車(5t)に限る', means: ['mediumSecond5t'] },
  { text: '中二で運転できる中型車はなく、準中型車の旅客車は準中型車（５ｔ）に限る', means: ['mediumSecond5t'] },
  { text: '大型車は自衛隊車両に限る', means: ['selfDefenceLarge'] },
  { text: '大型車は自衛隊車に限る', means: ['selfDefenceLarge'] },
  { text: '大特車はカタピラ車に限る', means: ['SPECIAL_EQUIPMENT'] },
  { text: '大特車は農耕車に限る', means: ['SPECIAL_EQUIPMENT'] },
  { text: '普通車は手動式アクセルに限る', means: ['SPECIAL_EQUIPMENT'] },
  { text: '普通車はサポートカーに限る', means: ['supportCar'] },
  { text: 'サポートカー限定', means: ['supportCar'] },
  { text: '普通車はＡＴ車のサポートカーに限る', means: ['supportCar', 'UNKNOWN'] },
];

/** One step beside a row above: never taken for it. */
const unknown: readonly string[] = [
  '補聴器',
  '眼鏡',
  '眼鏡等と補聴器',
  '眼鏡等(',
  '眼鏡等()',
  '眼鏡等（大特車を除く）',
  '眼鏡等（大型を除く）',
  '眼鏡等（小特車に限る）',
  '眼鏡等（２種・未知車に限る）',
  '眼鏡等（toStringを除く）',
  '中型車は中型車（５ｔ）に限る',
  '準中型車は準中型車（５ｔ）に限る',
  '中型車は中型車（８ｔ）に限るもの',
  '普通車はＡＴ車に限らない',
  'ＡＴ車の普通車に限る',
  'ＡＴ車に限る',
  'はＡＴ車に限る',
  '普通車とはＡＴ車に限る',
  '全車はＡＴ車に限る',
  '旅客車はＡＴ車に限る',
  '普通車の旅客車と準中型車はＡＴ車に限る',
  '普通二輪の旅客車はＡＴ車に限る',
  '大型二輪は小型二輪に限る',
  '中型車は自衛隊車両に限る',
  '仮免許',
];

describe('readConditions', () => {
  it.each(known)('$text: $means', ({ text, means }) => {
    expect(shortOf(text)).toEqual(means);
  });

  it.each(unknown)('%s: for a person', (text) => {
    expect(shortOf(text)).toEqual(['UNKNOWN']);
  });

  it('keeps the text as the card has it', () => {
    expect(readConditions(licenceOf({ conditions: ['眼鏡等', '普通車はＡＴ車に限る'] }), today).map(({ source }) => source)).toEqual([
      { where: 'condition', number: 1, text: '眼鏡等', isLegible: true },
      { where: 'condition', number: 2, text: '普通車はＡＴ車に限る', isLegible: true },
    ]);
  });

  it.each([
    { name: 'a gaiji', parts: [{ text: '眼鏡等' }, { gaiji: 1 }], text: '眼鏡等【※1】' },
    { name: 'a missing character', parts: [{ text: '眼鏡等' }, { missingGlyph: true }], text: '眼鏡等【※欠】' },
    // what is compared is where the text came from, not how it looks
    { name: 'a gaiji that looks like nothing', parts: [{ text: '眼鏡等' }, { gaiji: 2 }], text: '眼鏡等' },
  ] as const)('does not interpret a line with $name', ({ parts, text }) => {
    const licence = licenceOf({ changes: { conditions: [{ value: { number: 3, parts, text }, raw }] } });
    expect(readConditions(licence, today)).toEqual([
      { source: { where: 'condition', number: 3, text, isLegible: false }, meanings: [{ is: 'undecided', why: 'ILLEGIBLE' }] },
    ]);
  });

  it('shows bytes that are no text', () => {
    expect(readConditions(licenceOf({ changes: { conditions: [{ unreadable: true, raw }] } }), today)).toEqual([
      { source: { where: 'condition', text: '30217F', isLegible: false }, meanings: [{ is: 'undecided', why: 'ILLEGIBLE' }] },
    ]);
  });

  const spellings = new Set(known.map(({ text }) => normaliseCondition(text)));
  // Limits of reach only: 眼鏡等 has closed lists of words, some of which are one character apart (小特, 小特車).
  const limits = known.filter(({ means }) => means.some((meaning) => /8t|5t|small|self/u.test(meaning) && !/^(?:AT|glasses) /u.test(meaning)));

  property.prop([fc.constantFrom(...limits), fc.nat(), fc.constantFrom('', '不', '大', '5', '、', 'Ｔ')])(
    'a limit with one character changed is no limit, unless it is another spelling',
    ({ text }, where, character) => {
      const at = where % text.length;
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      if (!spellings.has(normaliseCondition(changed))) expect(shortOf(changed).filter((meaning) => meaning !== 'UNKNOWN')).toEqual([]);
    },
  );
});

describe('otherTexts', () => {
  it('takes remarks and spare lines as they are', () => {
    const licence = licenceOf({ changes: { remarks: [line('免許の条件等の変更　無し', 2)], spare: [{ unreadable: true, raw }] } });
    expect(otherTexts(licence)).toEqual([
      { where: 'remark', number: 2, text: '免許の条件等の変更　無し', isLegible: true },
      { where: 'spare', text: '30217F', isLegible: false },
    ]);
  });
});
