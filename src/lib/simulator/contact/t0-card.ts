/**
 * The card's side of T=0, TPDU by TPDU (ISO/IEC 7816-3 §10.3, §12.2): P3 and the direction of the data known to the card by INS, `61xx` with
 * GET RESPONSE after a command that has both, `6Cxx` when P3 is not the length there is. Procedure bytes are the reader's affair.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { CardTurns } from '../card-turn.ts';
import type { VirtualCard } from '../virtual-card.ts';

const GET_RESPONSE = 0xc0;
const COMPUTE_SIGNATURE = 0x2a;
/** Commands that bring data, or with P3 = 00 nothing at all. */
const incoming: readonly number[] = [0xa4, 0x20, 0x24, COMPUTE_SIGNATURE];

export interface T0Parts {
  readonly card: VirtualCard;
  readonly turns: CardTurns;
  complain(message: string): void;
}

export class T0Card {
  readonly #parts: T0Parts;
  /** Data of a command that is waiting to be fetched. */
  #waiting: Bytes | undefined;

  constructor(parts: T0Parts) {
    this.#parts = parts;
  }

  /** One TPDU; `undefined`: the card stays mute. */
  async receive(tpdu: Bytes): Promise<Bytes | undefined> {
    const [, ins, , , p3] = tpdu;
    if (ins === undefined || p3 === undefined) {
      this.#refuse('A TPDU shorter than five bytes');
      return;
    }
    if ((ins & 0xf0) === 0x60 || (ins & 0xf0) === 0x90) {
      this.#refuse('An INS that T=0 does not allow');
      return;
    }
    if (ins === GET_RESPONSE && tpdu.length === 5) return this.#getResponse(p3);
    this.#waiting = undefined;
    if (incoming.includes(ins)) return this.#takeData(tpdu, ins, p3);
    if (tpdu.length !== 5) {
      this.#refuse('Data with a command that brings none');
      return;
    }
    return this.#giveData(tpdu, p3);
  }

  /** Case 1 (P3 = 00) or 3; with a response waiting, case 4. */
  async #takeData(tpdu: Bytes, ins: number, p3: number): Promise<Bytes | undefined> {
    if (tpdu.length !== 5 + p3) {
      this.#refuse('P3 is not the number of data bytes');
      return;
    }
    const expectsData = ins === COMPUTE_SIGNATURE && p3 > 0;
    const apdu = p3 === 0 ? tpdu.slice(0, 4) : concatBytes(tpdu, Uint8Array.from(expectsData ? [0x00] : []));
    const response = await this.#perform(apdu);
    if (response === undefined || response.length <= 2) return response;
    this.#waiting = response.slice(0, -2);
    return moreWaiting(this.#waiting.length);
  }

  /** Case 2. */
  async #giveData(tpdu: Bytes, p3: number): Promise<Bytes | undefined> {
    const response = await this.#perform(tpdu);
    if (response === undefined || response.length <= 2) return response;
    const length = response.length - 2;
    return length === wished(p3) ? response : Uint8Array.of(0x6c, length % 0x100);
  }

  #getResponse(p3: number): Bytes {
    const waiting = this.#waiting;
    if (waiting === undefined) return Uint8Array.of(0x69, 0x85);
    const length = wished(p3);
    if (length > waiting.length) return Uint8Array.of(0x6c, waiting.length % 0x100);
    const rest = waiting.slice(length);
    this.#waiting = rest.length === 0 ? undefined : rest;
    return concatBytes(waiting.slice(0, length), rest.length === 0 ? Uint8Array.of(0x90, 0x00) : moreWaiting(rest.length));
  }

  async #perform(apdu: Bytes): Promise<Bytes | undefined> {
    // T=0 has no block to ask for time with: the card sends NULL bytes, which the reader swallows.
    this.#parts.turns.begin(apdu, Number.POSITIVE_INFINITY);
    return this.#parts.turns.perform(this.#parts.card, apdu);
  }

  #refuse(message: string): undefined {
    this.#parts.complain(message);
    return undefined;
  }
}

function wished(p3: number): number {
  return p3 === 0 ? 256 : p3;
}

/** `61xx`; 00 = 256 or more. */
function moreWaiting(length: number): Bytes {
  return Uint8Array.of(0x61, length >= 256 ? 0x00 : length);
}
