import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { onlyValue, readAnswer, splitStatusWord, tags } from './answer.ts';

describe('readAnswer (browser-and-readers.md §6.6)', () => {
  it.each([
    { name: 'ok', payload: 'C003009000 9000', source: '§6.6', answer: { result: 'done' } },
    { name: 'the expected shape of step 10', payload: 'C003009000 920100 96020000 97030290 00 9000', source: '§6.7 step 10', answer: { result: 'done' } },
    { name: 'no card, measured', payload: 'C003026401 9000', source: '§6.6 [device]', answer: { result: 'noAnswer' } },
    { name: 'no card, other form', payload: 'C003026400 9000', source: '§6.6', answer: { result: 'noAnswer' } },
    { name: 'card, unpublished', payload: 'C003026F01 9000', source: '§6.6 last line', answer: { result: 'damaged', statusWord: 0x6f01 } },
    { name: 'refused', payload: 'C003016301 9000', source: '§6.6', answer: { result: 'refused', statusWord: 0x6301 } },
    { name: 'malformed object', payload: 'C003016401 9000', source: '§6.6', answer: { result: 'refused', statusWord: 0x6401 } },
    { name: 'wrong length', payload: 'C003016700 9000', source: '§6.6', answer: { result: 'refused', statusWord: 0x6700 } },
    { name: 'not supported', payload: 'C003016A81 9000', source: '§6.6', answer: { result: 'refused', statusWord: 0x6a81 } },
    { name: 'other client inside', payload: 'C00301698A 9000', source: 'open-points.md row 3', answer: { result: 'otherClient' } },
    { name: 'other client trailing', payload: '698A', source: 'open-points.md row 3', answer: { result: 'otherClient' } },
    { name: 'other client trailing an object', payload: 'C003009000 698A', source: 'open-points.md row 3', answer: { result: 'otherClient' } },
    { name: 'escape not executed', payload: '6D00', source: '§6.3', answer: { result: 'refused', statusWord: 0x6d00 } },
    { name: 'done, with another word', payload: 'C003006A81 9000', source: '§6.6: only 00 90 00 is ok', answer: { result: 'refused', statusWord: 0x6a81 } },
    { name: 'unknown tags', payload: 'C003009000 8003010203 8F0101 FF6D03010203 DF0100 9000', source: '§6.6: skip by length', answer: { result: 'done' } },
  ])('$name', ({ payload, answer }) => {
    expect(readAnswer(unhex(payload))).toMatchObject(answer);
  });

  it.each([
    { name: 'empty', payload: '' },
    { name: 'one byte', payload: '90' },
    { name: 'no result', payload: '9000' },
    { name: 'result of two bytes', payload: 'C0020090 9000' },
    { name: 'result of four bytes', payload: 'C00400900000 9000' },
    { name: 'two results', payload: 'C003009000 C003009000 9000' },
    { name: 'an unknown kind of result', payload: 'C003039000 9000' },
    { name: 'a length past the end', payload: 'C003009000 97FF0290 9000' },
    { name: 'a length that takes the status word in', payload: 'C003009000 9704029000 9000'.slice(0, -4) },
    { name: '81 without a length', payload: 'C003009000 9781 9000' },
    { name: 'a four-byte length', payload: 'C003009000 9784000000029000 9000' },
    { name: 'a tag alone', payload: 'C003009000 97 9000' },
    { name: 'a two-byte tag cut short', payload: 'C003009000 5F 9000' },
  ])('is malformed: $name', ({ payload }) => {
    expect(() => readAnswer(unhex(payload))).toThrow(expect.objectContaining({ code: 'READER_MALFORMED_MESSAGE' }));
  });

  it('finds the card data, short and long form of the length, and the ATR (§6.6; iso-dep.md §3.4)', () => {
    const done = readAnswer(unhex('C003009000 9200 97810302 9000 5F510D3B8880011C2D9411F7718500BE 9000'));
    expect(done.result).toBe('done');
    if (done.result !== 'done') return;
    expect(hex(onlyValue(done.objects, tags.cardData) ?? new Uint8Array(0))).toBe('029000');
    expect(hex(onlyValue(done.objects, tags.atr) ?? new Uint8Array(0))).toBe('3B8880011C2D9411F7718500BE');
    expect(onlyValue(done.objects, 0x80)).toBeUndefined();
  });

  it('takes card data only once', () => {
    const done = readAnswer(unhex('C003009000 970102 970103 9000'));
    if (done.result !== 'done') throw new Error('not done');
    expect(() => onlyValue(done.objects, tags.cardData)).toThrow(expect.objectContaining({ code: 'READER_MALFORMED_MESSAGE' }));
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])('reads anything or says malformed', (bytes) => {
    try {
      readAnswer(bytes.slice());
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
  });

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 0xffff })])('splits off the last two bytes', (body, word) => {
    const payload = Uint8Array.from([...body, word >> 8, word % 0x100]);
    expect(splitStatusWord(payload)).toEqual({ body: body.slice(), statusWord: word });
  });
});
