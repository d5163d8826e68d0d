/**
 * Looking for a card while it is not known yet which strategy the reader understands: every way is asked until one sees a card. A way that
 * the reader refuses, or twice in a row does not answer, is not asked again; when none is left, all are.
 */
import { ReaderError } from '../reader-error.ts';
import { isRefusal, type Strategy, type StrategyName } from './strategies/strategy.ts';

const MAXIMUM_SILENCES = 2;

export class Detection {
  readonly #all: readonly Strategy[];
  readonly #silences = new Map<Strategy, number>();
  #left: Strategy[];

  /** One strategy for each way of looking, in the order of asking. */
  constructor(strategies: readonly Strategy[]) {
    this.#all = strategies;
    this.#left = [...strategies];
  }

  /** This way of looking is not asked any more, while others are. */
  hasGivenUp(name: StrategyName): boolean {
    return this.#all.some((strategy) => strategy.name === name) && !this.#left.some((strategy) => strategy.name === name);
  }

  /** @throws ReaderError when no way gave an answer */
  async detect(): Promise<'present' | 'absent'> {
    let fault: unknown;
    let isAnswered = false;
    for (const strategy of [...this.#left]) {
      try {
        if ((await strategy.detect()) === 'present') return 'present';
        isAnswered = true;
        this.#silences.delete(strategy);
      } catch (error) {
        if (isLost(error)) throw error;
        // A refusal is the expected answer of most ways; what hinders the one that would work is the thing to tell.
        if (fault === undefined || isRefusal(fault)) fault = error;
        this.#judge(strategy, error);
      }
    }
    if (this.#left.length === 0) this.#left = [...this.#all];
    if (!isAnswered) throw fault;
    return 'absent';
  }

  #judge(strategy: Strategy, error: unknown): void {
    const isSilence = error instanceof ReaderError && error.code === 'READER_TIMED_OUT';
    const silences = isSilence ? (this.#silences.get(strategy) ?? 0) + 1 : 0;
    this.#silences.set(strategy, silences);
    if (isRefusal(error) || silences >= MAXIMUM_SILENCES) this.#left = this.#left.filter((left) => left !== strategy);
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'READER_LOST';
}
