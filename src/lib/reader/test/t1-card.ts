/**
 * The card's side of T=1 for tests, written from the rules of ISO/IEC 7816-3:2006 §11.6 and nothing of the room's code: own check codes,
 * own PCB arithmetic. It carries out every complete command it accepts and remembers it, so that a test can count.
 */
import { concatBytes, type Bytes } from '#bytes';

export interface T1CardOptions {
  readonly run: (command: Bytes) => Bytes;
  readonly usesCrc?: boolean;
  /** IFSC: longer I-blocks are an error. */
  readonly takes?: number;
  /** Multipliers of S(WTX) before each answer. */
  readonly timeExtensions?: readonly number[];
  /** S(IFS) request before the first answer. */
  readonly announces?: number;
}

interface CardState {
  nextSend: number;
  expected: number;
  hostTakes: number;
  cardTakes: number;
  incoming: Bytes[];
  /** I-blocks still to send, the first is the one on its way. */
  outgoing: Bytes[];
  sentSequence: number | undefined;
  lastSent: Bytes | undefined;
  /** S-requests to make before the answer. */
  requests: number[][];
  awaited: number[] | undefined;
}

export class T1CardDouble {
  readonly executed: Bytes[] = [];
  readonly longestReceived = { length: 0 };
  resynchs = 0;
  readonly #options: T1CardOptions;
  #state: CardState;
  #hasAnnounced = false;

  constructor(options: T1CardOptions) {
    this.#options = options;
    this.#state = this.#fresh();
  }

  reset(): void {
    this.#state = this.#fresh();
  }

  /** What the card sends when it has received these characters. */
  receive(bytes: Bytes): Bytes {
    const [nad, pcb, len] = bytes;
    const checkLength = this.#options.usesCrc === true ? 2 : 1;
    const body = bytes.slice(0, -checkLength);
    if (nad !== 0 || pcb === undefined || len === undefined || bytes.length !== 3 + len + checkLength) return this.#complain(2);
    if (!same(check(body, checkLength), bytes.slice(-checkLength))) return this.#complain(1);
    const inf = body.slice(3);
    if (pcb < 0x80) return this.#takeI(pcb, inf);
    return pcb < 0xc0 ? this.#takeR(pcb) : this.#takeS(pcb, inf);
  }

  #fresh(): CardState {
    return {
      nextSend: 0,
      expected: 0,
      hostTakes: 32,
      cardTakes: this.#options.takes ?? 32,
      incoming: [],
      outgoing: [],
      sentSequence: undefined,
      lastSent: undefined,
      requests: [],
      awaited: undefined,
    };
  }

  #takeI(pcb: number, inf: Bytes): Bytes {
    const state = this.#state;
    if ((pcb & 0x1f) !== 0 || inf.length > state.cardTakes || state.awaited !== undefined) return this.#complain(2);
    if ((pcb & 0x40) >> 6 !== state.expected) return this.#complain(2);
    this.longestReceived.length = Math.max(this.longestReceived.length, inf.length);
    // The host goes on: what we sent last has arrived, and the next one has the other number (rule 2.1).
    if (state.sentSequence !== undefined) state.nextSend = 1 - state.nextSend;
    state.outgoing = [];
    state.sentSequence = undefined;
    state.expected = 1 - state.expected;
    state.incoming.push(inf);
    if ((pcb & 0x20) !== 0) return this.#send([0, 0x80 + (state.expected << 4), 0]);
    const command = concatBytes(...state.incoming);
    state.incoming = [];
    this.executed.push(command);
    this.#prepare(this.#options.run(command.slice()));
    return this.#continue();
  }

  #prepare(response: Bytes): void {
    const state = this.#state;
    state.outgoing = Array.from({ length: Math.max(1, Math.ceil(response.length / state.hostTakes)) }, (_, index) =>
      response.slice(index * state.hostTakes, (index + 1) * state.hostTakes),
    );
    state.requests = (this.#options.timeExtensions ?? []).map((multiplier) => [0, 0xc3, 1, multiplier]);
    if (this.#options.announces !== undefined && !this.#hasAnnounced) {
      this.#hasAnnounced = true;
      state.requests.push([0, 0xc1, 1, this.#options.announces]);
    }
  }

  /** The next S-request, or the next I-block. */
  #continue(): Bytes {
    const state = this.#state;
    const request = state.requests.shift();
    state.awaited = request;
    if (request !== undefined) return this.#send(request);
    const [block, ...more] = state.outgoing;
    if (block === undefined) return this.#complain(2);
    state.sentSequence = state.nextSend;
    return this.#send([0, (state.nextSend << 6) + (more.length > 0 ? 0x20 : 0), block.length, ...block]);
  }

  #takeR(pcb: number): Bytes {
    const state = this.#state;
    if ((pcb & 0x2c) !== 0) return this.#complain(2);
    if (state.awaited !== undefined && state.lastSent !== undefined) return state.lastSent; // rule 7.3
    const wanted = (pcb >> 4) & 1;
    if (state.sentSequence === undefined) {
      // In the middle of the host's chain: say again which block is due (rule 7.2).
      return this.#send([0, 0x80 + (state.expected << 4), 0]);
    }
    if (wanted === state.sentSequence) return this.#continue();
    if (state.outgoing.length <= 1) return this.#send([0, 0x80 + (state.expected << 4), 0]);
    state.outgoing.shift();
    state.nextSend = 1 - state.nextSend;
    return this.#continue();
  }

  #takeS(pcb: number, inf: Bytes): Bytes {
    const state = this.#state;
    const [value] = inf;
    if (pcb === 0xc0) {
      this.resynchs++;
      this.reset();
      return this.#send([0, 0xe0, 0]);
    }
    if (pcb === 0xc1 && value !== undefined) {
      state.hostTakes = value;
      return this.#send([0, 0xe1, 1, value]);
    }
    if (state.awaited?.[1] !== pcb - 0x20 || state.awaited[3] !== value) return this.#complain(2);
    if (pcb === 0xe1) state.cardTakes = value ?? 0;
    return this.#continue();
  }

  #complain(error: number): Bytes {
    const state = this.#state;
    if (state.awaited !== undefined && state.lastSent !== undefined) return state.lastSent;
    return this.#send([0, 0x80 + (state.expected << 4) + error, 0]);
  }

  #send(body: readonly number[]): Bytes {
    const bytes = Uint8Array.from(body);
    const block = concatBytes(bytes, check(bytes, this.#options.usesCrc === true ? 2 : 1));
    this.#state.lastSent = block;
    return block;
  }
}

function same(left: Bytes, right: Bytes): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function check(bytes: Bytes, length: number): Bytes {
  if (length === 1) {
    let sum = 0;
    for (const byte of bytes) sum ^= byte;
    return Uint8Array.of(sum);
  }
  let register = 0xffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (register ^ (byte >> bit)) & 1;
      register = (register >> 1) ^ (feedback === 1 ? 0x8408 : 0);
    }
  }
  register ^= 0xffff;
  return Uint8Array.of(register & 0xff, register >> 8);
}
