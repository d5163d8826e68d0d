/**
 * One command in the hands of the card, as block protocols see it: how often it asks for more time before it answers, and in which parts the
 * answer comes. Shared by the contactless and the contact card, whose blocks differ but whose turns do not.
 */
import type { Bytes } from '#bytes';
import { exchange } from './card-link.ts';
import type { CardPlace } from './card-place.ts';
import type { FaultSchedule, TurnFault } from './faults.ts';
import type { LinkClock } from './link-clock.ts';
import type { VirtualCard } from './virtual-card.ts';

const turnFaultKinds: readonly TurnFault['kind'][] = ['waitingTime', 'cardChains', 'endlessChain', 'cardRequest'];

/** What lies between the command and the first block of its response. */
export interface Turn {
  /** Requests for more time, one after the other. */
  readonly waits: { multiplier: number; left: number };
  readonly requests: { readonly pcb: number; readonly inf: string }[];
  readonly partLength: number | undefined;
  readonly endless: boolean;
}

export class CardTurns {
  readonly #place: CardPlace;
  readonly #faults: FaultSchedule;
  readonly #clock: LinkClock;

  constructor(place: CardPlace, faults: FaultSchedule, clock: LinkClock) {
    this.#place = place;
    this.#faults = faults;
    this.#clock = clock;
  }

  /** `waitingTimeMs`: a card that needs longer than this asks for more, by itself. */
  begin(command: Bytes, waitingTimeMs: number): Turn {
    const faults = this.#faults.strike(turnFaultKinds, ({ ins }) => ins === undefined || ins === command[1]);
    const needed = Math.ceil(this.#clock.model.cardLatencyMs(command[1] ?? 0) / waitingTimeMs);
    const waits = needed > 1 ? { multiplier: Math.min(59, needed), left: Math.ceil(needed / 59) } : { multiplier: 1, left: 0 };
    const turn = { waits, requests: [] as { pcb: number; inf: string }[], partLength: undefined as number | undefined, endless: false };
    for (const fault of faults) apply(turn, fault);
    return turn;
  }

  /** The response APDU, or `undefined`: the card has been taken away or stays mute. */
  async perform(card: VirtualCard, command: Bytes): Promise<Bytes | undefined> {
    this.#clock.cardWorks(command[1] ?? 0);
    const result = await exchange(card, command, this.#faults);
    if (result.outcome === 'removed') this.#place.takeAway(result.backAfterMs);
    return result.outcome === 'response' ? result.bytes : undefined;
  }
}

function apply(turn: { waits: Turn['waits']; requests: Turn['requests']; partLength: number | undefined; endless: boolean }, fault: TurnFault): void {
  switch (fault.kind) {
    case 'waitingTime':
      turn.waits = { multiplier: fault.multiplier, left: fault.copies === 'endless' ? Number.POSITIVE_INFINITY : fault.copies };
      return;
    case 'cardChains':
      turn.partLength = fault.partLength;
      return;
    case 'endlessChain':
      turn.partLength = fault.partLength;
      turn.endless = true;
      return;
    case 'cardRequest':
      turn.requests.push({ pcb: fault.pcb, inf: fault.inf });
  }
}
