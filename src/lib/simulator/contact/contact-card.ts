/**
 * A card in the contacts of a slot, as a reader of TPDUs meets it: power and ATR, PPS, then T=1 blocks or T=0 TPDUs
 * (ISO/IEC 7816-3). What it is sent it takes as the protocol in force wants it; PPS only as the very first thing after the reset.
 */
import type { Bytes } from '#bytes';
import { silence, type BlockAnswer } from '../block-faults.ts';
import type { CardPlace } from '../card-place.ts';
import { CardTurns } from '../card-turn.ts';
import type { FaultSchedule } from '../faults.ts';
import type { LinkClock } from '../link-clock.ts';
import { unexpectedInput, type SimulatorError } from '../simulator-error.ts';
import type { VirtualCard } from '../virtual-card.ts';
import { atrInterface, rateFactors, type AtrInterface } from './atr-interface.ts';
import { T0Card } from './t0-card.ts';
import { T1Card } from './t1-card.ts';

export interface ContactSurroundings {
  readonly place: CardPlace;
  readonly faults: FaultSchedule;
  readonly clock: LinkClock;
  report(error: SimulatorError): void;
}

export class ContactCard {
  readonly card: VirtualCard;
  readonly atr: Bytes;
  readonly offers: AtrInterface;
  readonly #around: ContactSurroundings;
  readonly #turns: CardTurns;
  #protocol: 0 | 1;
  #rate = 0x11;
  #t1: T1Card;
  #t0: T0Card;
  #fresh = false;

  constructor(card: VirtualCard, atr: Bytes, around: ContactSurroundings) {
    this.card = card;
    this.atr = atr;
    this.offers = atrInterface(atr);
    this.#around = around;
    this.#turns = new CardTurns(around.place, around.faults, around.clock);
    this.#protocol = this.offers.protocols[0] ?? 0;
    this.#t1 = this.#makeT1();
    this.#t0 = this.#makeT0();
  }

  get protocol(): 0 | 1 {
    return this.#protocol;
  }

  /** Fi/Di in force, as in TA1. */
  get rate(): number {
    return this.#rate;
  }

  /** Cold or warm reset. */
  reset(): Bytes {
    this.card.powerOn();
    this.#protocol = this.offers.protocols[0] ?? 0;
    this.#rate = 0x11;
    this.#fresh = true;
    this.#t1 = this.#makeT1();
    this.#t0 = this.#makeT0();
    return this.atr;
  }

  /** What one XfrBlock carries. */
  async receive(bytes: Bytes): Promise<BlockAnswer> {
    const fresh = this.#fresh;
    this.#fresh = false;
    if (fresh && bytes[0] === 0xff) return this.#negotiate(bytes);
    if (this.#protocol === 0) {
      const response = await this.#t0.receive(bytes);
      return response === undefined ? silence : { outcome: 'block', bytes: response };
    }
    return this.#t1.receive(bytes);
  }

  /** PPS, the reader's own or the host's. False: the card does not take it. */
  agree(protocol: number, rate: number): boolean {
    const { protocols } = this.offers;
    if ((protocol !== 0 && protocol !== 1) || !protocols.includes(protocol) || !this.#takesRate(rate)) return false;
    this.#protocol = protocol;
    this.#rate = rate;
    return true;
  }

  /** FF, PPS0, PPS1, PCK (§9). An answer without PPS1 means: stay at the default rate. */
  #negotiate(request: Bytes): BlockAnswer {
    const [, pps0, pps1] = request;
    const check = request.reduce((sum, byte) => sum ^ byte, 0);
    const carriesRate = pps0 !== undefined && (pps0 & 0x10) !== 0;
    const length = carriesRate ? 4 : 3;
    if (pps0 === undefined || check !== 0 || request.length !== length || (pps0 & 0xe0) !== 0) {
      this.#around.report(unexpectedInput('PPS of a wrong form', { length: request.length }));
      return silence;
    }
    return this.agree(pps0 & 0x0f, carriesRate ? (pps1 ?? 0x11) : 0x11) ? { outcome: 'block', bytes: request } : silence;
  }

  /** Any rate up to the one of TA1. */
  #takesRate(rate: number): boolean {
    const wanted = rateFactors(rate);
    const highest = rateFactors(this.offers.rate);
    if (wanted === undefined || highest === undefined) return false;
    return wanted.d * highest.f <= highest.d * wanted.f;
  }

  #makeT1(): T1Card {
    const { faults } = this.#around;
    return new T1Card({ card: this.card, turns: this.#turns, faults, ifsc: this.offers.ifsc, complain: (message) => this.#complain(message) });
  }

  #makeT0(): T0Card {
    return new T0Card({ card: this.card, turns: this.#turns, complain: (message) => this.#complain(message) });
  }

  #complain(message: string): void {
    if (!this.#around.faults.hasStruck) this.#around.report(unexpectedInput(message));
  }
}
