/**
 * The card's side of T=1 (ISO/IEC 7816-3 §11.6): I-blocks with chaining both ways, R-blocks, S(IFS), S(RESYNCH), S(ABORT), S(WTX). LRC only.
 * A host that breaks the protocol without any fault having struck is recorded.
 */
import { concatBytes, equalBytes, unhex, type Bytes } from '#bytes';
import { BlockLine, silence, type BlockAnswer } from '../block-faults.ts';
import type { CardTurns, Turn } from '../card-turn.ts';
import type { FaultSchedule } from '../faults.ts';
import type { VirtualCard } from '../virtual-card.ts';
import { decodeT1, encodeT1, otherT1Number, type T1Block } from './t1-block.ts';

const MAX_COMMAND_LENGTH = 65_544;
const NOTHING = new Uint8Array(0);
const sBlocks = { resynch: 0xc0, size: 0xc1, abort: 0xc2, waitingTime: 0xc3 } as const;

export interface T1Parts {
  readonly card: VirtualCard;
  readonly turns: CardTurns;
  readonly faults: FaultSchedule;
  /** Longest INF the card takes. */
  readonly ifsc: number;
  complain(message: string): void;
}

export class T1Card {
  readonly #parts: T1Parts;
  readonly #line: BlockLine;
  /** N(S) the host's next I-block must have. */
  #expected = 0;
  /** N(S) of our I-block that is not acknowledged, or of the next. */
  #number = 0;
  #ifsd = 32;
  #command: Bytes = NOTHING;
  #turn: Turn | undefined;
  #response: Bytes | undefined;
  /** Our I-block waits for its acknowledgement. */
  #open: { readonly more: boolean; readonly length: number } | undefined;
  /** S-request of ours that waits for its response. */
  #asked: { readonly pcb: number; readonly inf: Bytes } | undefined;
  #last: Bytes | undefined;

  constructor(parts: T1Parts) {
    this.#parts = parts;
    this.#line = new BlockLine(parts.faults, otherT1Number);
  }

  async receive(bytes: Bytes): Promise<BlockAnswer> {
    if (!this.#line.reachesCard()) return silence;
    const block = decodeT1(bytes);
    if (block === 'check' || block === 'form') {
      this.#parts.complain('Not a T=1 block');
      return this.#line.deliver(this.#repeatRequest(block === 'check' ? 1 : 2));
    }
    return this.#line.deliver(await this.#answer(block));
  }

  async #answer(block: T1Block): Promise<Bytes | undefined> {
    if (block.pcb < 0x80) return this.#information(block);
    return block.pcb < 0xc0 ? this.#acknowledged(block) : this.#supervise(block);
  }

  async #information({ pcb, inf }: T1Block): Promise<Bytes | undefined> {
    const number = (pcb >> 6) & 1;
    if (inf.length > this.#parts.ifsc || (pcb & 0x1f) !== 0 || number !== this.#expected) {
      this.#parts.complain('An I-block too long, with reserved bits, or of the wrong number');
      return this.#repeatRequest(2);
    }
    // An I-block acknowledges ours by being the next (§11.6.2.2, rule 2.1).
    if (this.#open !== undefined) this.#closeOpen();
    this.#expected = 1 - this.#expected;
    this.#command = concatBytes(this.#command, inf);
    if (this.#command.length > MAX_COMMAND_LENGTH) return this.#abandon('Command APDU too long');
    if ((pcb & 0x20) !== 0) return this.#say(0x80 + this.#expected * 0x10);
    this.#turn = this.#parts.turns.begin(this.#command, Number.POSITIVE_INFINITY);
    return this.#nextOfTurn();
  }

  async #nextOfTurn(): Promise<Bytes | undefined> {
    const turn = this.#turn;
    if (turn === undefined) return undefined;
    if (turn.waits.left > 0) return this.#ask(sBlocks.waitingTime, Uint8Array.of(turn.waits.multiplier));
    const request = turn.requests.shift();
    if (request !== undefined) return this.#ask(request.pcb, unhex(request.inf));
    const command = this.#command;
    this.#command = NOTHING;
    this.#response = await this.#parts.turns.perform(this.#parts.card, command);
    return this.#nextPart();
  }

  #nextPart(): Bytes | undefined {
    const response = this.#response;
    const turn = this.#turn;
    if (response === undefined || turn === undefined) return undefined;
    const length = Math.min(turn.partLength ?? this.#ifsd, this.#ifsd);
    const more = turn.endless || response.length > length;
    this.#open = { more, length };
    return this.#say(this.#number * 0x40 + (more ? 0x20 : 0), turn.endless ? new Uint8Array(length) : response.slice(0, length));
  }

  /** R-block: for the next of ours, or for the same once more. */
  #acknowledged({ pcb, inf }: T1Block): Bytes | undefined {
    if (inf.length > 0 || (pcb & 0x20) !== 0) return this.#abandon('An R-block with INF or a reserved bit');
    if (this.#asked !== undefined) return this.#last;
    const number = (pcb >> 4) & 1;
    if (this.#open === undefined) return this.#lastAcknowledgement ?? this.#repeatRequest(2);
    if (number === this.#number) return this.#last;
    if (!this.#open.more) return this.#abandon('An acknowledgement of the last part');
    this.#closeOpen();
    return this.#nextPart();
  }

  /** Our last block when it was an R-block: the host may not have heard it. */
  get #lastAcknowledgement(): Bytes | undefined {
    const pcb = this.#last?.[1];
    return pcb !== undefined && pcb >= 0x80 && pcb < 0xc0 ? this.#last : undefined;
  }

  async #supervise({ pcb, inf }: T1Block): Promise<Bytes | undefined> {
    if ((pcb & 0x20) !== 0) return this.#granted(pcb - 0x20, inf);
    switch (pcb) {
      case sBlocks.resynch:
        this.#restart();
        return this.#say(0xe0);
      case sBlocks.size:
        return this.#setSize(inf);
      case sBlocks.abort:
        this.#forgetTurn();
        return this.#say(0xe2);
      default:
        return this.#abandon('An S-request no host may send');
    }
  }

  #setSize(inf: Bytes): Bytes {
    const [size] = inf;
    if (size === undefined || inf.length !== 1 || size === 0 || size === 0xff) return this.#abandon('S(IFS) of a wrong size');
    this.#ifsd = size;
    return this.#say(0xe1, inf);
  }

  async #granted(pcb: number, inf: Bytes): Promise<Bytes | undefined> {
    const asked = this.#asked;
    if (asked?.pcb !== pcb || !equalBytes(asked.inf, inf)) return this.#abandon('An S-response that nobody asked for');
    this.#asked = undefined;
    if (pcb === sBlocks.abort) {
      this.#forgetTurn();
      return this.#say(0x80 + this.#expected * 0x10);
    }
    if (pcb === sBlocks.waitingTime && this.#turn !== undefined) this.#turn.waits.left--;
    return this.#nextOfTurn();
  }

  #ask(pcb: number, inf: Bytes): Bytes {
    this.#asked = { pcb, inf };
    return this.#say(pcb, inf);
  }

  /** Our I-block has arrived. */
  #closeOpen(): void {
    const rest = this.#turn?.endless === true ? this.#response : this.#response?.slice(this.#open?.length);
    this.#response = this.#open?.more === true ? rest : undefined;
    this.#number = 1 - this.#number;
    this.#open = undefined;
  }

  /** S(RESYNCH): all as after the reset; the card keeps what was selected and verified. */
  #restart(): void {
    this.#forgetTurn();
    this.#expected = 0;
    this.#number = 0;
    this.#ifsd = 32;
    this.#open = undefined;
    this.#last = undefined;
  }

  #forgetTurn(): void {
    this.#command = NOTHING;
    this.#turn = undefined;
    this.#response = undefined;
    this.#asked = undefined;
    if (this.#open !== undefined) this.#closeOpen();
  }

  #abandon(message: string): Bytes {
    this.#parts.complain(message);
    return this.#repeatRequest(2);
  }

  /** R(N(R), error 1 = check, 2 = other). It is not what is sent again when the host asks for a repeat. */
  #repeatRequest(error: 1 | 2): Bytes {
    return encodeT1({ nad: 0, pcb: 0x80 + this.#expected * 0x10 + error, inf: NOTHING });
  }

  #say(pcb: number, inf: Bytes = NOTHING): Bytes {
    this.#last = encodeT1({ nad: 0, pcb, inf });
    return this.#last;
  }
}
