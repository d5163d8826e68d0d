import { describe, expect, it } from 'vitest';
import { DigitBuffer, digitOf, pastedDigits } from './digit-buffer.svelte.ts';

const typed = (buffer: DigitBuffer, ...digits: number[]): boolean[] => digits.map((digit) => buffer.push(digit));
const text = (buffer: DigitBuffer): string => buffer.lend((bytes) => String.fromCharCode(...bytes));

describe('DigitBuffer', () => {
  it('keeps ASCII digits, in order, up to its capacity', () => {
    const buffer = new DigitBuffer(4);
    expect(typed(buffer, 0, 9, 1, 2, 3)).toEqual([true, true, true, true, false]);
    expect(text(buffer)).toBe('0912');
    expect(buffer.isFull).toBe(true);
  });

  it.each([-1, 10, 1.5, Number.NaN])('refuses %s', (digit) => {
    const buffer = new DigitBuffer(4);
    expect(buffer.push(digit)).toBe(false);
    expect(buffer.count).toBe(0);
  });

  it('erases one, and overwrites it', () => {
    const buffer = new DigitBuffer(4);
    typed(buffer, 1, 2);
    const memory = buffer.lend((bytes) => new Uint8Array(bytes.buffer));
    expect(buffer.eraseOne()).toBe(true);
    expect([...memory]).toEqual([0x31, 0, 0, 0]);
    expect(buffer.eraseOne()).toBe(true);
    expect(buffer.eraseOne()).toBe(false);
  });

  it('overwrites everything when wiped', () => {
    const buffer = new DigitBuffer(4);
    typed(buffer, 1, 2, 3, 4);
    const memory = buffer.lend((bytes) => new Uint8Array(bytes.buffer));
    buffer.wipe();
    expect([...memory]).toEqual([0, 0, 0, 0]);
    expect(buffer.count).toBe(0);
  });

  it('prints nothing of what it holds', () => {
    const buffer = new DigitBuffer(4);
    typed(buffer, 1, 2, 3, 4);
    expect(JSON.stringify(buffer)).not.toContain('1234');
    expect(JSON.stringify(buffer)).not.toContain('49');
  });
});

describe('digitOf', () => {
  it.each([
    ['0', 0],
    ['9', 9],
    ['０', 0],
    ['９', 9],
  ])('%s is %s', (character, digit) => {
    expect(digitOf(character)).toBe(digit);
  });

  it.each(['', 'a', '/', ':', '١', '一', '12', 'Enter', '．'])('%j is no digit', (character) => {
    expect(digitOf(character)).toBeUndefined();
  });
});

describe('pastedDigits', () => {
  it.each([
    ['1234', [1, 2, 3, 4]],
    [' １２３４\n', [1, 2, 3, 4]],
    ['12-34 56', [1, 2, 3, 4, 5, 6]],
  ])('%j', (paste, digits) => {
    expect(pastedDigits(paste)).toEqual(digits);
  });

  it.each(['', '  ', '12a4', '平成2年5月15日', '1'.repeat(65), '<b>1</b>'])('refuses %j', (paste) => {
    expect(pastedDigits(paste)).toBeUndefined();
  });
});
