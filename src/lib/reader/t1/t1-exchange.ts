/**
 * A card that speaks T=1, behind a reader that moves blocks. ISO/IEC 7816-3:2006 §11: IFS of the host, then command by command;
 * where R-blocks do not help, S(RESYNCH) up to three times (rule 6), then a warm reset (rule 6.4), after which the card is as good as
 * not connected. A command that is begun again after RESYNCH may have been carried out already: one that carries a secret never is.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { BlockLink, CardExchange } from '../exchange-level.ts';
import { TimeBudget } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import type { SupervisoryBlock } from './block.ts';
import type { CheckCode } from './check-code.ts';
import { T1Dialogue, type T1State } from './dialogue.ts';
import { outOfPlace, T1Line, type Received } from './line.ts';

/** Rules 6.4 and 7.4: so often is S(RESYNCH), or the first S(IFS), asked. */
const MAXIMUM_REQUESTS = 3;

export interface T1Settings {
  readonly checkCode: CheckCode;
  /** IFSC as in the ATR [bytes]. */
  readonly cardInformationLength: number;
  /** Longest information field that fits a message of the reader [bytes]. */
  readonly longestInformation: number;
  /** IFSD to announce, 1–254; undefined when the reader does it. */
  readonly hostInformationLength: number | undefined;
  /** One command with everything it takes [ms]. */
  readonly budgetMs: number;
}

export class T1Exchange implements CardExchange {
  readonly extendedLength = true;
  readonly #settings: T1Settings;
  #state: T1State;
  /** False from the first byte of a command to the end of its response: what is left in between is settled by RESYNCH. */
  #inStep = true;
  #dead = false;

  constructor(settings: T1Settings) {
    this.#settings = settings;
    this.#state = startingState(settings);
  }

  /** Announces IFSD, right after power-on and PPS. @throws ReaderError */
  start(link: BlockLink): Promise<void> {
    return this.#withLine(link, (line) => this.#announceLength(line));
  }

  transmit(link: BlockLink, command: Outgoing): Promise<Bytes> {
    return this.#withLine(link, async (line) => {
      if (this.#dead) throw new ReaderError({ code: 'CARD_NOT_CONNECTED', message: 'T=1: the card was reset' });
      const allowance = { requests: MAXIMUM_REQUESTS };
      if (!this.#inStep) await this.#resynchronise(line, allowance, undefined);
      this.#inStep = false;
      for (;;) {
        const outcome = await new T1Dialogue(line, this.#state, command).run();
        if (outcome.outcome === 'answered') {
          this.#inStep = true;
          return outcome.response;
        }
        await this.#resynchronise(line, allowance, outcome.fault);
        if (command.secret) {
          this.#inStep = true;
          throw outcome.fault;
        }
      }
    });
  }

  async #withLine<Value>(link: BlockLink, work: (line: T1Line) => Promise<Value>): Promise<Value> {
    const budget = new TimeBudget(this.#settings.budgetMs);
    try {
      return await work(new T1Line(link, this.#settings.checkCode, budget));
    } finally {
      budget.end();
    }
  }

  /** Both sides at zero again, lengths as in the ATR. When that fails the card is reset, and `fault` (or what RESYNCH met) goes up. */
  async #resynchronise(line: T1Line, allowance: { requests: number }, fault: ReaderError | undefined): Promise<void> {
    const request = { kind: 'S', name: 'resynch', isResponse: false } as const;
    let met = fault;
    while (allowance.requests > 0) {
      allowance.requests--;
      const refusal = refusalOf(await line.send(request), request);
      if (refusal === undefined) {
        this.#state = startingState(this.#settings);
        await this.#announceLength(line);
        return;
      }
      met ??= refusal;
    }
    this.#dead = true;
    await line.resetCard();
    throw met ?? new ReaderError({ code: 'CARD_MUTE', message: 'T=1: no RESYNCH left' });
  }

  async #announceLength(line: T1Line): Promise<void> {
    const { hostInformationLength: value } = this.#settings;
    if (value === undefined) return;
    const request = { kind: 'S', name: 'ifs', isResponse: false, value } as const;
    for (let requests = 1; ; requests++) {
      const refusal = refusalOf(await line.send(request), request);
      if (refusal === undefined) return;
      if (requests === MAXIMUM_REQUESTS) throw refusal;
    }
  }
}

function startingState({ cardInformationLength, longestInformation }: T1Settings): T1State {
  return { sendSequence: 0, receiveSequence: 0, cardInformationLength: Math.min(cardInformationLength, longestInformation), longestInformation };
}

/** `undefined` when `received` is the response to `request`, with the same value. */
function refusalOf(received: Received, request: SupervisoryBlock): ReaderError | undefined {
  if (received.outcome === 'trouble') return received.fault;
  const { block } = received;
  const isResponse = block.kind === 'S' && block.isResponse && block.name === request.name;
  if (!isResponse) return outOfPlace(block);
  return valueOf(block) === valueOf(request) ? undefined : outOfPlace(block);
}

function valueOf(block: SupervisoryBlock): number | undefined {
  return 'value' in block ? block.value : undefined;
}
