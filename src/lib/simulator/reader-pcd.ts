/**
 * The reader's side of the air, for readers that run ISO/IEC 14443-4 themselves: activation of Type B and whole APDUs in blocks
 * (§7.5.4, rules 1 to 8 of the PCD). Two repeats of a block, then the card counts as lost. No NAD.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { AirRates } from './link-clock.ts';
import type { RadioField } from './radio-field.ts';
import { readAtqb, type TypeBParameters } from './type-b-parameters.ts';

const ACTIVATION_TIMEOUT_MS = 20;
const MAX_REPEATS = 2;
const MAX_RESPONSE_LENGTH = 65_538;
/** A card that wants more time again and again is given up. */
const MAX_WAITS = 64;

const RATES_106: AirRates = { toCard: 0, fromCard: 0 };

export interface ActivationWish {
  /** FSDI */
  readonly frameLengthCode: number;
  readonly cid: number;
  /** By what the card offers. */
  readonly rates: (card: TypeBParameters) => AirRates;
}

export class ReaderPcd {
  readonly #field: RadioField;
  #number = 0;
  #cid = 0;
  #infLength = 13;
  #waitingTimeMs = 0;

  constructor(field: RadioField) {
    this.#field = field;
  }

  /** Field on, WUPB, ATTRIB. The ATTRIB answer, or `undefined`: no card. A card that keeps still at the rates wished is asked once more, at 106 kbit/s. */
  async activate(wish: ActivationWish): Promise<Bytes | undefined> {
    const { frameLengthCode, cid } = wish;
    const field = this.#field;
    field.switchOff();
    field.switchOn();
    const atqb = await field.exchange(Uint8Array.of(0x05, 0x00, 0x08), ACTIVATION_TIMEOUT_MS);
    if (atqb.outcome !== 'block' || atqb.bytes.length < 12) return undefined;
    const card = readAtqb(atqb.bytes);
    const { pupi, frameLength, waitingTimeMs } = card;
    const rates = wish.rates(card);
    const speeds = rates.toCard * 0x10 + rates.fromCard * 0x40;
    const attrib = concatBytes(Uint8Array.of(0x1d), pupi, Uint8Array.of(0x00, speeds + frameLengthCode, 0x01, cid));
    const answer = await field.exchange(attrib, ACTIVATION_TIMEOUT_MS);
    if (answer.outcome !== 'block' || answer.bytes.length === 0) {
      return speeds === 0 ? undefined : this.activate({ ...wish, rates: () => RATES_106 });
    }
    field.rates = rates;
    this.#number = 0;
    this.#cid = cid;
    this.#infLength = Math.min(frameLength, 256) - (cid === 0 ? 3 : 4);
    this.#waitingTimeMs = waitingTimeMs;
    return answer.bytes;
  }

  /** One APDU. `undefined`: the card is lost. */
  async transmit(command: Bytes): Promise<Bytes | undefined> {
    let offset = 0;
    for (;;) {
      const part = command.slice(offset, offset + this.#infLength);
      offset += part.length;
      const isLast = offset >= command.length;
      const answer = await this.#deliver(this.#block((isLast ? 0x02 : 0x12) + this.#number, part));
      if (answer === undefined) return undefined;
      if (isLast) return this.#collect(answer);
      if ((answer.pcb & 0xf6) !== 0xa2) return undefined;
      this.#number = 1 - this.#number;
    }
  }

  async #collect(first: Answer): Promise<Bytes | undefined> {
    let response: Bytes = new Uint8Array(0);
    for (let answer: Answer | undefined = first; answer !== undefined;) {
      if (!isInformation(answer.pcb)) return undefined;
      response = concatBytes(response, answer.inf);
      this.#number = 1 - this.#number;
      if ((answer.pcb & 0x10) === 0) return response;
      if (response.length > MAX_RESPONSE_LENGTH) return undefined;
      answer = await this.#deliver(this.#block(0xa2 + this.#number), 0xa2);
    }
    return undefined;
  }

  /** Sends until something fits that is no request for time. `repeat`: what is sent after silence, R(NAK) or R(ACK). */
  async #deliver(block: Bytes, repeat = 0xb2): Promise<Answer | undefined> {
    let out = block;
    let patience = 1;
    let waits = 0;
    for (let repeats = 0; repeats <= MAX_REPEATS;) {
      const answer = this.#read(await this.#field.exchange(out, this.#waitingTimeMs * patience));
      patience = 1;
      if (answer === undefined || this.#isStale(answer)) {
        repeats++;
        out = this.#block(repeat + this.#number);
      } else if ((answer.pcb & 0xf7) === 0xf2 && waits < MAX_WAITS) {
        waits++;
        patience = (answer.inf[0] ?? 1) & 0x3f;
        out = this.#block(0xf2, Uint8Array.of(patience));
      } else if (this.#asksAgain(answer)) {
        repeats++;
        out = this.#answerToDoubt(out, block, repeat);
      } else return answer;
    }
    return undefined;
  }

  /** Only a card that was asked with R(NAK) may say it has not seen the block; unasked it is a damaged answer. */
  #answerToDoubt(sent: Bytes, block: Bytes, repeat: number): Bytes {
    const [pcb] = sent;
    return pcb !== undefined && (pcb & 0xf6) === 0xb2 ? block : this.#block(repeat + this.#number);
  }

  /** An I-block of the round before. */
  #isStale({ pcb }: Answer): boolean {
    return isInformation(pcb) && (pcb & 0x01) !== this.#number;
  }

  /** R(ACK) of the round before: the card has not seen our block. */
  #asksAgain({ pcb }: Answer): boolean {
    return (pcb & 0xf6) === 0xa2 && (pcb & 0x01) !== this.#number;
  }

  #read(answer: Awaited<ReturnType<RadioField['exchange']>>): Answer | undefined {
    if (answer.outcome !== 'block') return undefined;
    const [pcb, cid] = answer.bytes;
    if (pcb === undefined) return undefined;
    const carriesCid = (pcb & 0x08) !== 0;
    if (carriesCid !== (this.#cid !== 0) || (carriesCid && cid !== this.#cid)) return undefined;
    const inf = answer.bytes.slice(carriesCid ? 2 : 1);
    // An I-block cut behind its PCB: its CRC_B does not fit any more.
    return isInformation(pcb) && inf.length === 0 ? undefined : { pcb, inf };
  }

  #block(pcb: number, inf: Bytes = new Uint8Array(0)): Bytes {
    return concatBytes(this.#cid === 0 ? Uint8Array.of(pcb) : Uint8Array.of(pcb + 0x08, this.#cid), inf);
  }
}

function isInformation(pcb: number): boolean {
  return (pcb & 0xe6) === 0x02;
}

interface Answer {
  readonly pcb: number;
  readonly inf: Bytes;
}
