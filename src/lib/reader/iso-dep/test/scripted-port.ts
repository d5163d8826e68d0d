/**
 * A strict double of `BlockExchange`: a list of what must be sent and what then comes back. Anything else fails at once, and what is
 * left over is for the test to assert. Hexadecimal; blanks allowed. It knows nothing of blocks.
 */
import { hex, unhex, type Bytes, type Outgoing } from '#bytes';
import type { ReaderError } from '../../reader-error.ts';
import type { BlockExchange, BlockOutcome } from '../transceiver.ts';

/** `..` = silence, `!!` = damaged, an error = the reader fails; anything else is a block. */
export type Script = readonly (readonly [sent: string, received: string | ReaderError])[];

export interface Sent {
  readonly block: string;
  readonly secret: boolean;
  readonly timeoutMs: number;
  /** The very array that was lent: a test sees whether it was wiped. */
  readonly lent: Bytes;
}

export class ScriptedPort implements BlockExchange {
  readonly sent: Sent[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  get isFinished(): boolean {
    return this.sent.length === this.#script.length;
  }

  exchange({ bytes, secret }: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    const step = this.#script[this.sent.length];
    this.sent.push({ block: hex(bytes), secret, timeoutMs, lent: bytes });
    if (step === undefined) return Promise.reject(new Error(`Nothing expected, sent ${hex(bytes)}`));
    const [expected, received] = step;
    if (hex(bytes) !== hex(unhex(expected))) return Promise.reject(new Error(`Expected ${expected}, sent ${hex(bytes)}`));
    if (typeof received !== 'string') return Promise.reject(received);
    if (received === '..') return Promise.resolve({ outcome: 'timeout' });
    return Promise.resolve(received === '!!' ? { outcome: 'invalid' } : { outcome: 'block', bytes: unhex(received) });
  }
}

/** Answers every block by a function, for cards that never end. */
export class EndlessPort implements BlockExchange {
  readonly sent: string[] = [];
  readonly #answer: (block: string, count: number) => string;

  constructor(answer: (block: string, count: number) => string) {
    this.#answer = answer;
  }

  exchange({ bytes }: Outgoing): Promise<BlockOutcome> {
    this.sent.push(hex(bytes));
    const answer = this.#answer(hex(bytes), this.sent.length);
    return Promise.resolve(answer === '..' ? { outcome: 'timeout' } : { outcome: 'block', bytes: unhex(answer) });
  }
}
