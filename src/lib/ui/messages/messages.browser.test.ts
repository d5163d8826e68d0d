/** The types hold that no code is without words; here that the words are worth reading, in both languages. */
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { faultTodo, faultWords, practiceCardName, reasonWords } from './find-words.ts';
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

describe('advice by place', () => {
  const connect = { ja: ja.screens.connect, en: en.screens.connect };

  it.each(catalogues)('%s: beside a card nobody is sent to a button that is not there', (tag, words) => {
    for (const [code, found] of Object.entries(words.faults)) {
      expect(faultTodo(found, 'card'), code).not.toContain(tag === 'ja' ? `「${connect.ja}」` : `“${connect.en}”`);
      expect(faultTodo(found, 'reader'), code).not.toContain(words.screens.endCheck);
    }
    expect(faultTodo(words.faults.READER_TIMED_OUT, 'card')).toContain(words.screens.endCheck);
    expect(faultTodo(words.faults.READER_TIMED_OUT, 'reader')).toContain(connect[tag]);
    expect(faultTodo(words.faults.UNEXPECTED_FAULT, 'reader')).toContain(connect[tag]);
  });

  it('a try spent before the fault is not denied: the words speak of the fault alone', () => {
    for (const text of [ja.tryUsed.no, ja.reasons.READ_FAILED]) expect(text).toContain('この中断では、暗証番号の回数は減っていません。');
    for (const text of [en.tryUsed.no, en.reasons.READ_FAILED]) expect(text).toContain('This interruption cost no PIN try.');
  });
});

/** What reception writes into the log beside the codes of the rooms, whose words the types demand. */
const loggedReasons = [
  'CANCELLED',
  'TIMED_OUT',
  'WRONG_PIN',
  'WRONG_NUMBER_B',
  'CARD_REMOVED',
  'CARD_INFO_ABSENT',
  'NOT_MY_NUMBER_CARD',
  'NO_LICENCE_APPLICATION',
  'APPLICATION_LOCKED',
  'PIN_BLOCKED',
  'NUMBER_B_BLOCKED',
  'DATA_UNREADABLE',
  'READ_FAILED',
  'SKIPPED',
  'HASH_ELEMENTS_THROUGH_107',
  'HASH_WHOLE_FILE',
  'HASH_VALUES_ONLY',
] as const;

describe('words by code', () => {
  it.each([...loggedReasons, ...Object.keys(ja.faults)])('the log has words for %s', (code) => {
    expect(reasonWords(code, ja)).toMatch(japanese);
    expect(reasonWords(code, en)).toMatch(/^[^\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]{6,}$/u);
  });

  it.each(catalogues)('%s: the three readings of what was signed are told apart', (_, { reasons }) => {
    expect(new Set([reasons.HASH_ELEMENTS_THROUGH_107, reasons.HASH_WHOLE_FILE, reasons.HASH_VALUES_ONLY]).size).toBe(3);
  });

  it.each(catalogues)('%s: nothing promises an original that is not shown', (_, { reasons }) => {
    expect(reasons.DATA_UNREADABLE).not.toMatch(/原文|original/u);
  });

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
