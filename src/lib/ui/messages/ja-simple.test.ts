/** やさしい日本語 keeps its own rules; which texts fall back to ordinary Japanese is held by the types. */
import { describe, expect, it } from 'vitest';
import { rubyParts, withoutReadings } from './furigana.ts';
import { jaSimple, jaSimpleAnnotated, simpleWords } from './ja-simple.ts';
import { ja } from './ja.ts';

/** Every text with its path; a text that is a function is asked with small numbers, or names. */
function texts(table: object, before = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const path = `${before}${key}`;
    if (typeof value === 'string') return [[path, value]];
    if (typeof value === 'function') return [[path, String(Reflect.apply(value, undefined, path.includes('read') || path.includes('use') ? [['A']] : [2, 4]))]];
    return texts(value as object, `${path}.`);
  });
}

/** Without the advice by place: which faults have one is each language's own affair. */
function paths(table: object): string[] {
  return texts(table)
    .map(([path]) => path)
    .filter((path) => !/\.todoAt\w+$/u.test(path));
}

/** The same in every language: it is looked for by people who read none of the others. */
const theSelector = 'screens.language';
const own = texts(simpleWords).filter(([path]) => path !== theSelector);

describe('やさしい日本語', () => {
  it('has the texts of the Japanese catalogue, with and without readings', () => {
    expect(new Set(paths(jaSimple))).toEqual(new Set(paths(ja)));
    expect(new Set(paths(jaSimpleAnnotated))).toEqual(new Set(paths(ja)));
    expect(own.length).toBeGreaterThan(200);
  });

  it('every kanji has its reading, in hiragana', () => {
    const bare = own.filter(([, text]) => rubyParts(text).some((part) => part.reading === undefined && /\p{Script=Han}/u.test(part.text)));
    expect(bare).toEqual([]);
    const readings = own.flatMap(([, text]) => rubyParts(text).flatMap(({ reading }) => (reading === undefined ? [] : [reading])));
    expect(readings.filter((reading) => !/^\p{Script=Hiragana}+$/u.test(reading))).toEqual([]);
  });

  it('no sentence is long', () => {
    const sentences = own.flatMap(([path, text]) =>
      withoutReadings(text)
        .split(/(?<=。)/u)
        .map((sentence) => [path, sentence] as const),
    );
    expect(sentences.filter(([, sentence]) => sentence.length > 50)).toEqual([]);
  });

  it('the plain texts carry no mark of a reading', () => {
    expect(texts(jaSimple).filter(([, text]) => /[《》｜]/u.test(text))).toEqual([]);
    expect(jaSimple.screens.idleText(9)).toBe('あと9秒で、入れた番号と読んだものを消します。');
  });

  it('what only a clerk reads is the Japanese catalogue’s', () => {
    expect(jaSimple.diagnosis).toBe(ja.diagnosis);
    expect(jaSimple.faults.LOG_CORRUPT).toBe(ja.faults.LOG_CORRUPT);
    expect(jaSimple.screens.logTitle).toBe(ja.screens.logTitle);
  });
});
