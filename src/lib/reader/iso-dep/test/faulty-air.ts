/**
 * The air between reader and card, with faults by schedule: one entry an exchange, `none` after the last. It moves bytes and
 * looks only at what a fault must change.
 */
import type { Outgoing } from '#bytes';
import type { BlockExchange, BlockOutcome } from '../transceiver.ts';
import type { VirtualPicc } from './virtual-picc.ts';

export const airFaults = [
  'none',
  /** The card hears nothing, or something whose CRC is wrong. */
  'commandLost',
  'answerLost',
  'answerDamaged',
  /** The reader passes an empty block on. */
  'answerTruncated',
  /** The reader delivers the block before once more, and drops the right one. */
  'answerRepeated',
  /** Silence; the answer comes instead of the next one, and so on until one is lost. */
  'answerLate',
  /** The answer of a card with CID 5. */
  'answerForeign',
  /** An I-block with the other number. */
  'answerMisnumbered',
  /** An S(DESELECT) out of nowhere. */
  'answerDeselects',
] as const;
export type AirFault = (typeof airFaults)[number];

export class FaultyAir implements BlockExchange {
  readonly timeouts: number[] = [];
  /** Exchanges after which the card is away. */
  readonly #removedAfter: number;
  readonly #picc: VirtualPicc;
  readonly #faults: readonly AirFault[];
  #late: readonly number[] | undefined;
  #before: readonly number[] | undefined;

  constructor(picc: VirtualPicc, faults: readonly AirFault[], removedAfter = Infinity) {
    this.#picc = picc;
    this.#faults = faults;
    this.#removedAfter = removedAfter;
  }

  exchange({ bytes }: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    const count = this.timeouts.push(timeoutMs);
    if (count > this.#removedAfter) return Promise.resolve({ outcome: 'timeout' });
    const fault = this.#faults[count - 1] ?? 'none';
    const answer = fault === 'commandLost' ? undefined : this.#picc.receive([...bytes]);
    const delivered = this.#delivered(answer, fault);
    if (delivered === 'damaged') return Promise.resolve({ outcome: 'invalid' });
    if (delivered === undefined) return Promise.resolve({ outcome: 'timeout' });
    this.#before = delivered;
    return Promise.resolve({ outcome: 'block', bytes: Uint8Array.from(delivered) });
  }

  #delivered(answer: readonly number[] | undefined, planned: AirFault): readonly number[] | 'damaged' | undefined {
    // An old answer with its number changed is a right one: no host can tell.
    const fault = planned === 'answerMisnumbered' && this.#late !== undefined ? 'answerDamaged' : planned;
    const arriving = this.#afterLate(answer, fault);
    switch (fault) {
      case 'answerLost':
        return undefined;
      case 'answerRepeated':
        return this.#before;
      case 'answerDeselects':
        return [0xc2];
      default:
        return arriving === undefined ? undefined : changed(arriving, fault);
    }
  }

  /** Only one answer is ever on its way: with two, block numbers of one bit cannot tell old from new. */
  #afterLate(answer: readonly number[] | undefined, fault: AirFault): readonly number[] | undefined {
    if (this.#late === undefined && fault === 'answerLate') {
      this.#late = answer;
      return undefined;
    }
    if (this.#late === undefined) return answer;
    const arriving = this.#late;
    this.#late = answer;
    return arriving;
  }
}

function changed(answer: readonly number[], fault: AirFault): readonly number[] | 'damaged' {
  const [control = 0, ...rest] = answer;
  switch (fault) {
    case 'answerDamaged':
      return 'damaged';
    case 'answerTruncated':
      return [];
    case 'answerForeign':
      return Math.floor(control / 8) % 2 === 0 ? [control + 8, 5, ...rest] : [control, 5, ...rest.slice(1)];
    case 'answerMisnumbered':
      return control < 0x80 ? [control % 2 === 0 ? control + 1 : control - 1, ...rest] : answer;
    default:
      return answer;
  }
}
