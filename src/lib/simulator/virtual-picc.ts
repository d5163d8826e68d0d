/**
 * The card's side of the air: Type B initialisation (ISO/IEC 14443-3 §7: REQB, WUPB, ATTRIB) and the half-duplex block protocol
 * (ISO/IEC 14443-4 §7.5.4, rules C to E and 9 to 13) over a `VirtualCard`. Frames carry no CRC_B. One slot of the anticollision; no NAD;
 * a frame the standard does not know gets no answer and is recorded unless a fault has lied to the host before.
 */
import { concatBytes, equalBytes, hex, unhex, type Bytes } from '#bytes';
import { BlockLine, garbled, silence, type BlockAnswer } from './block-faults.ts';
import type { CardPlace } from './card-place.ts';
import { CardTurns, type Turn } from './card-turn.ts';
import type { FaultSchedule } from './faults.ts';
import type { AirRates, LinkClock, RateIndex } from './link-clock.ts';
import { decodeBlock, otherNumber, type PiccBlock } from './picc-block.ts';
import { unexpectedInput, type SimulatorError } from './simulator-error.ts';
import { decodeAttrib, readAtqb, type Attrib, type TypeBParameters } from './type-b-parameters.ts';
import type { VirtualCard } from './virtual-card.ts';

const MAX_COMMAND_LENGTH = 65_544;
const REQUEST_B = 0x05;
const ATTRIB = 0x1d;

export interface PiccSurroundings {
  readonly place: CardPlace;
  readonly faults: FaultSchedule;
  readonly clock: LinkClock;
  report(error: SimulatorError): void;
}

type State = 'idle' | 'ready' | 'active' | 'halted' | 'mute';

export class VirtualPicc {
  readonly #card: VirtualCard;
  readonly #parameters: TypeBParameters;
  readonly #around: PiccSurroundings;
  readonly #turns: CardTurns;
  readonly #line: BlockLine;
  #state: State = 'idle';
  #rates: AirRates = { toCard: 0, fromCard: 0 };
  #number = 1;
  #cid = 0;
  #carriesCid = false;
  #frameLength = 16;
  #command: Bytes = new Uint8Array(0);
  #response: Bytes | undefined;
  #last: Bytes | undefined;
  #turn: Turn | undefined;

  constructor(card: VirtualCard, around: PiccSurroundings) {
    this.#card = card;
    this.#around = around;
    this.#parameters = readAtqb(card.image.atqb);
    this.#turns = new CardTurns(around.place, around.faults, around.clock);
    this.#line = new BlockLine(around.faults, otherNumber);
  }

  get isActive(): boolean {
    return this.#state === 'active';
  }

  /** Without field everything but the counters is gone. */
  fieldOff(): void {
    this.#state = 'idle';
    this.#line.forget();
    this.#forgetBlocks();
    this.#card.powerOff();
  }

  /** The rates both sides change to after activation. False: the card does not offer them. */
  changeRates(rates: AirRates): boolean {
    if (!this.isActive || !this.#parameters.offersRates(rates.toCard, rates.fromCard)) return false;
    this.#rates = rates;
    return true;
  }

  /** One frame of the reader and what comes back. */
  async receive(frame: Bytes, rates: AirRates): Promise<BlockAnswer> {
    const { clock } = this.#around;
    clock.radioFrame(frame.length, rates.toCard);
    const heard = rates.toCard === this.#rates.toCard && rates.fromCard === this.#rates.fromCard;
    const passage = passageOf(this.#card, rates);
    if (!heard || passage === 'silence' || !this.#line.reachesCard()) return silence;
    const answer = this.#line.deliver(await this.#answer(frame));
    if (answer.outcome !== 'block') return answer;
    clock.radioAnswer(answer.bytes.length, rates.fromCard);
    return passage === 'garbled' ? garbled : answer;
  }

  async #answer(frame: Bytes): Promise<Bytes | undefined> {
    if (this.#state === 'active') return this.#answerBlock(frame);
    if (this.#state === 'mute') return undefined;
    if (frame[0] === REQUEST_B) return this.#answerRequest(frame);
    if (frame[0] === ATTRIB && this.#state === 'ready') return this.#attrib(frame);
    return undefined;
  }

  #answerRequest(frame: Bytes): Bytes | undefined {
    const [, afi, parameter] = frame;
    if (frame.length !== 3 || afi === undefined || parameter === undefined) return this.#refuse('REQB of a wrong length', { length: frame.length });
    const { atqb } = this.#card.image;
    if (this.#state === 'halted' && (parameter & 0x08) === 0) return undefined;
    if (afi !== 0 && afi !== atqb[5]) return undefined;
    this.#state = 'ready';
    return (parameter & 0x10) === 0 ? atqb.slice(0, 12) : atqb.slice();
  }

  #attrib(frame: Bytes): Bytes | undefined {
    const attrib = decodeAttrib(frame);
    if (attrib === undefined) return this.#refuse('ATTRIB too short or with a reserved value', { length: frame.length });
    const parameters = this.#parameters;
    if (!equalBytes(attrib.pupi, parameters.pupi)) return undefined;
    if (!parameters.supportsBlocks || !attrib.blocks || (attrib.cid !== 0 && !parameters.supportsCid)) return undefined;
    if (!parameters.offersRates(attrib.toCard, attrib.fromCard) || fasterOf(attrib) > (this.#card.radio.attribUpTo ?? 3)) return undefined;
    this.#activate(attrib);
    return Uint8Array.of(attrib.cid);
  }

  #activate({ frameLength, cid, toCard, fromCard }: Attrib): void {
    this.#state = 'active';
    this.#rates = { toCard, fromCard };
    this.#frameLength = frameLength;
    this.#cid = cid;
    this.#number = 1;
    this.#command = new Uint8Array(0);
    this.#card.powerOn();
  }

  async #answerBlock(frame: Bytes): Promise<Bytes | undefined> {
    if (frame.length + 2 > this.#parameters.frameLength) return this.#refuse('A block longer than FSC', { length: frame.length });
    const block = decodeBlock(frame, this.#cid);
    if (block === undefined) return this.#refuse('Not a block of ISO/IEC 14443-4', { length: frame.length, pcb: Number(frame[0]) });
    this.#carriesCid = block.carriesCid;
    switch (block.kind) {
      case 'information':
        return this.#information(block);
      case 'acknowledge':
      case 'notAcknowledge':
        return this.#acknowledged(block);
      case 'waitingTime':
        return this.#grantedTime(block);
      case 'deselect':
        this.fieldOff();
        this.#state = 'halted';
        return this.#carriesCid ? Uint8Array.of(0xca, this.#cid) : Uint8Array.of(0xc2);
    }
  }

  /** Rule D: whatever its number, an I-block turns ours. */
  async #information({ number, more, inf }: PiccBlock): Promise<Bytes | undefined> {
    if (number === this.#number) this.#complain('An I-block whose number did not turn');
    if (this.#turn !== undefined || this.#response !== undefined) this.#complain('An I-block while the card has the word');
    this.#number = 1 - this.#number;
    this.#response = undefined;
    this.#turn = undefined;
    this.#command = concatBytes(this.#command, inf);
    if (this.#command.length > MAX_COMMAND_LENGTH) return this.#refuse('Command APDU too long', { length: this.#command.length });
    if (more) return this.#send(0xa2 + this.#number);
    const command = this.#command;
    this.#turn = this.#turns.begin(command, this.#parameters.waitingTimeMs);
    return this.#nextOfTurn();
  }

  /** S(WTX) as long as the card wants, then the response. */
  async #nextOfTurn(): Promise<Bytes | undefined> {
    const turn = this.#turn;
    if (turn === undefined) return undefined;
    if (turn.waits.left > 0) return this.#send(0xf2, Uint8Array.of(turn.waits.multiplier));
    const command = this.#command;
    this.#command = new Uint8Array(0);
    const response = await this.#turns.perform(this.#card, command);
    if (response === undefined) {
      this.#fallSilent();
      return;
    }
    this.#response = response;
    return this.#nextPart();
  }

  #nextPart(): Bytes | undefined {
    const response = this.#response;
    const turn = this.#turn;
    if (response === undefined || turn === undefined) return undefined;
    const room = this.#frameLength - (this.#carriesCid ? 4 : 3);
    const length = Math.min(turn.partLength ?? room, room);
    if (turn.endless) return this.#send(0x12 + this.#number, new Uint8Array(length));
    const rest = response.slice(length);
    this.#response = rest.length === 0 ? undefined : rest;
    if (rest.length === 0) this.#turn = undefined;
    return this.#send((rest.length === 0 ? 0x02 : 0x12) + this.#number, response.slice(0, length));
  }

  /** Rules 11 to 13. */
  #acknowledged({ kind, number }: PiccBlock): Bytes | undefined {
    if (number === this.#number) return this.#last;
    if (kind === 'notAcknowledge') return this.#send(0xa2 + this.#number);
    if (this.#response === undefined) return this.#refuse('R(ACK) with nothing to go on with');
    this.#number = 1 - this.#number;
    return this.#nextPart();
  }

  async #grantedTime({ inf }: PiccBlock): Promise<Bytes | undefined> {
    const turn = this.#turn;
    if (turn === undefined || turn.waits.left === 0) return this.#refuse('S(WTX) that nobody asked for');
    if (!equalBytes(inf, Uint8Array.of(turn.waits.multiplier & 0x3f))) return this.#refuse('S(WTX) of another multiplier', { answer: hex(inf) });
    turn.waits.left--;
    return this.#nextOfTurn();
  }

  /** Taken away, or it never says anything again until the field goes off. */
  #fallSilent(): undefined {
    this.#forgetBlocks();
    this.#state = 'mute';
    return undefined;
  }

  #send(pcb: number, inf: Bytes = unhex('')): Bytes {
    const prologue = this.#carriesCid ? Uint8Array.of(pcb + 0x08, this.#cid) : Uint8Array.of(pcb);
    this.#last = concatBytes(prologue, inf);
    return this.#last;
  }

  #forgetBlocks(): void {
    this.#rates = { toCard: 0, fromCard: 0 };
    this.#command = new Uint8Array(0);
    this.#response = undefined;
    this.#turn = undefined;
    this.#last = undefined;
  }

  #refuse(message: string, facts: Readonly<Record<string, number | string>> = {}): Bytes | undefined {
    this.#complain(message, facts);
    return undefined;
  }

  #complain(message: string, facts: Readonly<Record<string, number | string>> = {}): void {
    if (!this.#around.faults.hasStruck) this.#around.report(unexpectedInput(message, facts));
  }
}

function fasterOf({ toCard, fromCard }: AirRates): RateIndex {
  return toCard > fromCard ? toCard : fromCard;
}

/** What becomes of frames at these rates: a card may claim more than it can keep. */
function passageOf({ radio: { carriesUpTo = 3, above = 'garbled' } }: VirtualCard, rates: AirRates): 'whole' | 'garbled' | 'silence' {
  return fasterOf(rates) > carriesUpTo ? above : 'whole';
}
