/**
 * A contactless card that follows the rules of the PICC in ISO/IEC 14443-4, written from the standard alone: §7.5 (block numbers,
 * rules C to E; block handling, rules 9 to 13), §7.3 (S(WTX)), §8 (S(DESELECT)). It takes its bytes apart by itself and borrows nothing from the host.
 * A frame it cannot take is met with silence.
 */

export interface PiccBehaviour {
  /** The application: one command, one response. */
  readonly answer: (command: readonly number[]) => readonly number[];
  /** FSC [bytes] with PCB and CRC: longer frames are not heard. */
  readonly frameSize: number;
  /** INF of its own I-blocks [bytes]. */
  readonly partLength: number;
  /** Times it asks for more time before each response, and once before each further part if above zero. */
  readonly extensions: number;
  /** WTXM, 1 to 59, with power level bits if wanted. */
  readonly extensionByte: number;
  readonly cid: number;
}

export class VirtualPicc {
  /** Every command the application got, in hexadecimal. */
  readonly commands: string[] = [];
  /** Things a host may never do. */
  readonly complaints: string[] = [];
  readonly #behaviour: PiccBehaviour;
  #number = 1; // rule C
  #last: readonly number[] | undefined;
  #command: number[] = [];
  #partsLeft: (readonly number[])[] = [];
  #waiting: { times: number; readonly then: () => readonly number[] } | undefined;
  #isHalted = false;

  constructor(behaviour: PiccBehaviour) {
    this.#behaviour = behaviour;
  }

  /** One frame without CRC; `undefined` = the card says nothing. */
  receive(frame: readonly number[]): readonly number[] | undefined {
    if (this.#isHalted) return undefined;
    if (frame.length + 2 > this.#behaviour.frameSize) {
      this.complaints.push('frame longer than FSC');
      return undefined;
    }
    const [control = 0, ...rest] = frame;
    const inf = this.#withoutCid(control, rest);
    if (inf === undefined) return undefined;
    const answer = this.#act(control, inf);
    if (answer !== undefined) this.#last = answer;
    return answer;
  }

  #withoutCid(control: number, rest: readonly number[]): readonly number[] | undefined {
    const { cid } = this.#behaviour;
    if (Math.floor(control / 8) % 2 === 0) return cid === 0 ? rest : undefined;
    return rest[0] === cid ? rest.slice(1) : undefined;
  }

  #act(control: number, inf: readonly number[]): readonly number[] | undefined {
    const number = control % 2;
    switch (control - number - (Math.floor(control / 8) % 2) * 8) {
      case 0x02:
        return this.#onInformation(inf, false);
      case 0x12:
        return this.#onInformation(inf, true);
      case 0xa2:
        return this.#onAcknowledge(number);
      case 0xb2: // rules 11 and 12
        return number === this.#number ? this.#last : this.#block(0xa2 + this.#number, []);
      case 0xc2:
        this.#isHalted = true;
        return this.#block(0xc2, []);
      case 0xf2:
        return this.#onExtended(inf);
      default:
        this.complaints.push('a block that does not exist');
        return undefined;
    }
  }

  /** Rule D: the number toggles, whatever number came. */
  #onInformation(inf: readonly number[], more: boolean): readonly number[] {
    if (this.#waiting !== undefined || this.#partsLeft.length > 0) this.complaints.push('I-block while the card has the word');
    this.#number = 1 - this.#number;
    this.#command.push(...inf);
    if (more) return this.#afterExtensions(this.#behaviour.extensions > 1 ? 1 : 0, () => this.#block(0xa2 + this.#number, []));
    const command = this.#command;
    this.#command = [];
    this.commands.push(command.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    const response = this.#behaviour.answer(command);
    const { partLength } = this.#behaviour;
    this.#partsLeft = Array.from({ length: Math.max(1, Math.ceil(response.length / partLength)) }, (_, part) =>
      response.slice(part * partLength, (part + 1) * partLength),
    );
    return this.#afterExtensions(this.#behaviour.extensions, () => this.#nextPart());
  }

  /** Rules 11, 13 and E. */
  #onAcknowledge(number: number): readonly number[] | undefined {
    if (number === this.#number) return this.#last;
    if (this.#partsLeft.length === 0) return undefined;
    this.#number = 1 - this.#number;
    return this.#afterExtensions(this.#behaviour.extensions > 0 ? 1 : 0, () => this.#nextPart());
  }

  #onExtended(inf: readonly number[]): readonly number[] | undefined {
    const waiting = this.#waiting;
    if (waiting === undefined) return undefined;
    if (inf.length !== 1 || inf[0] !== this.#behaviour.extensionByte % 64) {
      this.complaints.push('S(WTX) with another WTXM');
      return undefined;
    }
    this.#waiting = undefined;
    return this.#afterExtensions(waiting.times - 1, waiting.then);
  }

  #afterExtensions(times: number, then: () => readonly number[]): readonly number[] {
    if (times === 0) return then();
    this.#waiting = { times, then };
    return this.#block(0xf2, [this.#behaviour.extensionByte]);
  }

  #nextPart(): readonly number[] {
    const part = this.#partsLeft.shift() ?? [];
    return this.#block(0x02 + (this.#partsLeft.length > 0 ? 0x10 : 0) + this.#number, part);
  }

  #block(control: number, inf: readonly number[]): readonly number[] {
    const { cid } = this.#behaviour;
    return cid === 0 ? [control, ...inf] : [control + 8, cid, ...inf];
  }
}
