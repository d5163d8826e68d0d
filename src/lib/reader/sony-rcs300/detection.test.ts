import { describe, expect, it } from 'vitest';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import { Detection } from './detection.ts';
import type { Strategy, StrategyName } from './strategies/strategy.ts';

type Outcome = 'present' | 'absent' | ReaderErrorCode;

/** Gives its outcomes in turn, the last one for ever. */
function way(name: StrategyName, ...outcomes: readonly Outcome[]): Strategy & { readonly asked: () => number } {
  let asked = 0;
  return {
    name,
    asked: () => asked,
    detect: () => {
      const outcome = outcomes[Math.min(asked++, outcomes.length - 1)] ?? 'absent';
      return outcome === 'present' || outcome === 'absent' ? Promise.resolve(outcome) : Promise.reject(new ReaderError({ code: outcome, message: outcome }));
    },
    activate: () => Promise.reject(new Error('not here')),
    proves: () => false,
  };
}

describe('Detection', () => {
  it('the first way that sees a card is believed, the others are not asked', async () => {
    const [first, second, third] = [way('T1', 'absent'), way('T5', 'present'), way('T3', 'present')];
    expect(await new Detection([first, second, third]).detect()).toBe('present');
    expect([first.asked(), second.asked(), third.asked()]).toEqual([1, 1, 0]);
  });

  it.each([
    { name: 'a refusal is not asked for again', outcomes: ['READER_REPORTED_ERROR'] as const, asked: 1 },
    { name: 'silence is, once', outcomes: ['READER_TIMED_OUT'] as const, asked: 2 },
    { name: 'silence between answers is forgotten', outcomes: ['READER_TIMED_OUT', 'absent', 'READER_TIMED_OUT', 'absent'] as const, asked: 4 },
    { name: 'another client may go away', outcomes: ['SLOT_BUSY'] as const, asked: 4 },
  ])('$name', async ({ outcomes, asked }) => {
    const [good, odd] = [way('T1', 'absent'), way('T3', ...outcomes)];
    const detection = new Detection([good, odd]);
    for (let times = 0; times < 4; times++) expect(await detection.detect()).toBe('absent');
    expect(odd.asked()).toBe(asked);
  });

  it.each([
    { outcomes: ['READER_REPORTED_ERROR', 'SLOT_BUSY'] as const, code: 'SLOT_BUSY' },
    { outcomes: ['SLOT_BUSY', 'READER_REPORTED_ERROR'] as const, code: 'SLOT_BUSY' },
    { outcomes: ['READER_REPORTED_ERROR', 'READER_REPORTED_ERROR'] as const, code: 'READER_REPORTED_ERROR' },
  ])('with no answer at all it tells what hinders: $outcomes', async ({ outcomes: [first, second], code }) => {
    await expect(new Detection([way('T1', first), way('T5', second)]).detect()).rejects.toMatchObject({ code });
  });

  it('when none is left, all are asked again', async () => {
    const only = way('T1', 'READER_REPORTED_ERROR', 'present');
    const detection = new Detection([only]);
    await expect(detection.detect()).rejects.toMatchObject({ code: 'READER_REPORTED_ERROR' });
    expect(await detection.detect()).toBe('present');
  });

  it('a reader that is gone is gone', async () => {
    const next = way('T5', 'present');
    await expect(new Detection([way('T1', 'READER_LOST'), next]).detect()).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(next.asked()).toBe(0);
  });
});
