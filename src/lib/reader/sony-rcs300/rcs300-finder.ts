/**
 * Finds cards on an RC-S300, and first of all the strategy its firmware understands: each is tried on the first card with one harmless
 * SELECT, and the first that proves to reach the card is kept for as long as the reader is open, with the card as it then is. A PIN is never
 * sent while trying.
 */
import { assertNever } from '#bytes';
import type { ActiveCard, CardFinder } from '../contactless-slot.ts';
import { ReaderError } from '../reader-error.ts';
import { Detection, isLost } from './detection.ts';
import type { Sessions } from './sessions.ts';
import { isRefusal, SELECT_CARD_INFO, strategyNames, type Strategy, type StrategyName, type StrategyParts } from './strategies/strategy.ts';
import { strategyT1 } from './strategies/t1.ts';
import { strategyT2 } from './strategies/t2.ts';
import { strategyT3 } from './strategies/t3.ts';
import { strategyT4 } from './strategies/t4.ts';
import { strategyT5 } from './strategies/t5.ts';

/** T2 looks as T1 does. Those that need no card-side guess come first: a refused way is not asked twice. */
const waysOfLooking: readonly StrategyName[] = ['T1', 'T5', 'T3', 'T4'];

export interface FinderOptions {
  /** `auto` = all in their order. */
  readonly strategy: 'auto' | StrategyName;
  readonly hint: StrategyName | undefined;
  readonly onSettled: (strategy: StrategyName) => void;
}

export class RcS300Finder implements CardFinder {
  readonly #sessions: Sessions;
  readonly #options: FinderOptions;
  readonly #candidates: readonly Strategy[];
  readonly #detection: Detection;
  #settled: Strategy | undefined;

  constructor(parts: StrategyParts, options: FinderOptions) {
    this.#sessions = parts.sessions;
    this.#options = options;
    const { strategy, hint } = options;
    const names = strategy === 'auto' ? [...strategyNames].sort((left, right) => Number(right === hint) - Number(left === hint)) : [strategy];
    this.#candidates = names.map((candidate) => makeStrategy(candidate, parts));
    const looking = this.#candidates.filter(({ name: candidate }) => names.length === 1 || waysOfLooking.includes(candidate));
    this.#detection = new Detection([...looking].sort((left, right) => waysOfLooking.indexOf(left.name) - waysOfLooking.indexOf(right.name)));
  }

  /** The one that has proved itself on this reader. */
  get strategy(): StrategyName | undefined {
    return this.#settled?.name;
  }

  detect(): Promise<'present' | 'absent'> {
    return this.#settled?.detect() ?? this.#detection.detect();
  }

  async activate(): Promise<ActiveCard> {
    if (this.#settled !== undefined) return this.#settled.activate(false);
    const { strategy, card } = await this.#settle();
    this.#settled = strategy;
    return card;
  }

  rest(): Promise<void> {
    return this.#sessions.rest();
  }

  async #settle(): Promise<{ readonly strategy: Strategy; readonly card: ActiveCard }> {
    const refusals: Record<string, string> = {};
    for (const candidate of this.#candidates) {
      const outcome = this.#isHopeless(candidate) ? 'refused while looking' : await this.#try(candidate);
      if (typeof outcome !== 'string') {
        this.#options.onSettled(candidate.name);
        return { strategy: candidate, card: outcome };
      }
      refusals[candidate.name] = outcome;
    }
    // A card that was never there, or left in the middle, tells nothing about the reader.
    if (await this.#isWithoutCard()) throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers', facts: refusals });
    throw new ReaderError({ code: 'READER_UNSUPPORTED', message: 'No strategy reaches the card', facts: refusals });
  }

  /** What the reader has refused a moment ago need not be begun again to be refused again. */
  #isHopeless({ name }: Strategy): boolean {
    return this.#detection.hasGivenUp(name === 'T2' ? 'T1' : name);
  }

  /** A reader that refuses every way of looking has not said that there is no card. */
  async #isWithoutCard(): Promise<boolean> {
    try {
      return (await this.#detection.detect()) === 'absent';
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /** The card, or why the strategy does not reach it. @throws ReaderError `READER_LOST` */
  async #try(candidate: Strategy): Promise<ActiveCard | string> {
    try {
      const card = await candidate.activate(true);
      const response = await card.transmit(SELECT_CARD_INFO);
      if (candidate.proves(response)) return card;
      await card.release().catch(() => undefined); // a reader that is gone says so next
      return `answer of ${String(response.length)} bytes`;
    } catch (error) {
      if (isLost(error)) throw error;
      return error instanceof ReaderError ? error.code : 'failed';
    }
  }
}

function makeStrategy(strategy: StrategyName, parts: StrategyParts): Strategy {
  switch (strategy) {
    case 'T1':
      return strategyT1(parts);
    case 'T2':
      return strategyT2(parts);
    case 'T3':
      return strategyT3(parts);
    case 'T4':
      return strategyT4(parts);
    case 'T5':
      return strategyT5(parts);
    default:
      return assertNever(strategy);
  }
}
