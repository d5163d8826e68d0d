/**
 * A card that speaks T=1, behind a reader that moves blocks. ISO/IEC 7816-3:2006 §11: IFS of the host, then command by command;
 * where R-blocks do not help, S(RESYNCH) up to three times (rule 6), then a warm reset (rule 6.4), after which the card is as good as
 * not connected. A command that is begun again after RESYNCH may have been carried out already: one that carries a secret never is.
 */
import type { Bytes, Outgoing } from '#bytes';
import { readLengthFilling } from '../command-capacity.ts';
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
  /** IFSD to announce, 1–254. */
  readonly hostInformationLength: number;
  /** The reader has announced IFSD right after power-on; after a RESYNCH it falls to us all the same. */
  readonly readerAnnouncesLength: boolean;
  /** One command with everything it takes [ms]. */
  readonly budgetMs: number;
}

export class T1Exchange implements CardExchange {
  readonly carriesExtended = true;
  readonly bestReadLength: number;
  readonly #settings: T1Settings;
  #state: T1State;
  /** False from the first byte of a command to the end of its response: what is left in between is settled by RESYNCH. */
  #inStep = true;
  #dead = false;

  constructor(settings: T1Settings) {
    this.#settings = settings;
    this.bestReadLength = readLengthFilling(settings.hostInformationLength);
    this.#state = startingState(settings);
  }

  /** Announces IFSD, right after power-on and PPS, unless the reader does it. @throws ReaderError */
  start(link: BlockLink): Promise<void> {
    return this.#withLine(link, async (line) => {
      if (this.#settings.readerAnnouncesLength) return;
      const refusal = await this.#askLength(line, this.#settings.hostInformationLength);
      if (refusal !== undefined) throw refusal;
    });
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

  /**
   * Both sides at zero again, lengths as in the ATR, IFSD announced anew. Until all that is done the card counts as lost: a reader that
   * delivers old answers could pass the response to one RESYNCH off as that to the next. The response to S(IFS) says that all older
   * ones are through. When it fails the card is reset, and `fault` (or what RESYNCH met) goes up.
   */
  async #resynchronise(line: T1Line, allowance: { requests: number }, fault: ReaderError | undefined): Promise<void> {
    this.#dead = true;
    const refusal = (await this.#askResynch(line, allowance)) ?? (await this.#askLength(line, this.#settings.hostInformationLength));
    if (refusal !== undefined) {
      await line.resetCard();
      throw fault ?? refusal;
    }
    this.#state = startingState(this.#settings);
    this.#dead = false;
  }

  async #askResynch(line: T1Line, allowance: { requests: number }): Promise<ReaderError | undefined> {
    const request = { kind: 'S', name: 'resynch', isResponse: false } as const;
    let refusal: ReaderError | undefined = new ReaderError({ code: 'CARD_MUTE', message: 'T=1: no RESYNCH left' });
    while (allowance.requests > 0 && refusal !== undefined) {
      allowance.requests--;
      refusal = refusalOf(await line.send(request), request);
    }
    return refusal;
  }

  async #askLength(line: T1Line, value: number): Promise<ReaderError | undefined> {
    const request = { kind: 'S', name: 'ifs', isResponse: false, value } as const;
    let refusal = refusalOf(await line.send(request), request);
    for (let requests = 1; requests < MAXIMUM_REQUESTS && refusal !== undefined; requests++) refusal = refusalOf(await line.send(request), request);
    return refusal;
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
