/** The types hold that no code is without words; here that the words are worth reading, in both languages. */
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { faultWords, practiceCardName, reasonWords } from './find-words.ts';
import { ja } from './ja.ts';

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const catalogues = [
  ['ja', ja],
  ['en', en],
] as const;

/** Every path to a text of a catalogue. */
function paths(table: object, before = ''): string[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? paths(value, `${before}${key}.`) : [`${before}${key}:${typeof value}`],
  );
}

describe('catalogues', () => {
  it('have the same texts in both languages', () => {
    expect(paths(en)).toEqual(paths(ja));
  });

  it.each(catalogues)('%s: every fault says what happened and what to do', (tag, words) => {
    const faults = Object.entries(words.faults);
    expect(faults.length).toBeGreaterThan(60);
    for (const [code, { happened, todo }] of faults) {
      expect(happened.length, code).toBeGreaterThan(5);
      expect(todo.length, code).toBeGreaterThan(5);
      expect(happened.endsWith(tag === 'ja' ? '。' : '.'), code).toBe(true);
      expect(japanese.test(happened), code).toBe(tag === 'ja');
    }
  });

  it.each(catalogues)('%s: no code stands inside a sentence', (_, words) => {
    const sentences = [...Object.values(words.reasons), ...Object.values(words.faults).flatMap(({ happened, todo }) => [happened, todo])];
    expect(sentences.filter((sentence) => /[A-Z]{3,}_[A-Z]/u.test(sentence))).toEqual([]);
  });

  it.each(catalogues)('%s: a try is told as used, kept or not known, never passed over', (_, words) => {
    expect(new Set([words.tryUsed.no, words.tryUsed.unknown]).size).toBe(2);
    expect(words.entry.wrong.licencePin(3)).toContain('3');
  });

  it('not checked reads neither like a yes nor like a no', () => {
    for (const [, words] of catalogues) {
      const { genuine, notGenuine, notChecked, practiceGenuine } = words.screens.genuine;
      expect(new Set([genuine.word, notGenuine.word, notChecked.word, practiceGenuine.word]).size).toBe(4);
      expect(new Set([genuine.sign, notGenuine.sign, notChecked.sign]).size).toBe(3);
    }
  });
});

describe('words by code', () => {
  it.each(['constructor', 'toString', '__proto__', 'NO_SUCH_CODE'])('a code without words borrows no others: %s', (code) => {
    expect(faultWords(code, ja)).toBe(ja.faults.UNEXPECTED_FAULT);
    expect(reasonWords(code, ja)).toBeUndefined();
    expect(practiceCardName(code, ja)).toBe(code);
  });

  it('finds reasons among faults, as the log needs it', () => {
    expect(reasonWords('CARD_REMOVED', en)).toBe(en.faults.CARD_REMOVED.happened);
    expect(reasonWords('EXPIRED', en)).toBe(en.reasons.EXPIRED);
  });
});
