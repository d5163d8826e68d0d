import { describe, expect, it } from 'vitest';
import { allOf, anyOf, ask, no, not, yes, type Answer } from './answer.ts';

const weight: Answer = { is: 'unknown', needs: ['grossWeightKg'] };
const seats: Answer = { is: 'unknown', needs: ['seats'] };
const both: Answer = { is: 'unknown', needs: ['grossWeightKg', 'seats'] };

/** source: Kleene, Introduction to Metamathematics, §64, the strong tables */
describe('Answer', () => {
  it.each<{ answers: Answer[]; all: Answer; any: Answer }>([
    { answers: [], all: yes, any: no },
    { answers: [yes, yes], all: yes, any: yes },
    { answers: [yes, no], all: no, any: yes },
    { answers: [no, no], all: no, any: no },
    { answers: [yes, weight], all: weight, any: yes },
    { answers: [no, weight], all: no, any: weight },
    { answers: [weight, seats], all: both, any: both },
    { answers: [weight, weight], all: weight, any: weight },
  ])('$answers', ({ answers, all, any }) => {
    expect(allOf(answers)).toEqual(all);
    expect(anyOf(answers)).toEqual(any);
    expect(allOf([...answers].reverse()).is).toBe(all.is);
    expect(anyOf([...answers].reverse()).is).toBe(any.is);
  });

  it('turns round', () => {
    expect([not(yes), not(no), not(weight)]).toEqual([no, yes, weight]);
  });

  it('asks for what is absent, and takes 0 for a value', () => {
    expect(ask(undefined, 'seats', () => true)).toEqual(seats);
    expect(ask(0, 'maxLoadKg', (value) => value < 2_000)).toEqual(yes);
    expect(ask(2_000, 'maxLoadKg', (value) => value < 2_000)).toEqual(no);
  });
});
