/** What happens to a block of the card on its way to the reader. The block numbers of ISO/IEC 14443-4 and of T=1 lie in different bits. */
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { BlockFault, FaultSchedule } from './faults.ts';

/** What the reader makes of the card's turn. */
export type BlockAnswer = { readonly outcome: 'block'; readonly bytes: Bytes } | { readonly outcome: 'silence' } | { readonly outcome: 'garbled' };

export const silence: BlockAnswer = { outcome: 'silence' };
export const garbled: BlockAnswer = { outcome: 'garbled' };

type AnswerFault = Exclude<BlockFault, { readonly kind: 'blockToCardLost' }>;

const answerFaultKinds: readonly AnswerFault['kind'][] = [
  'blockFromCardLost',
  'blockGarbled',
  'blockLate',
  'blockTruncated',
  'blockTooLong',
  'blockNumber',
  'blockRepeated',
  'blockReplaced',
];

export class BlockLine {
  readonly #faults: FaultSchedule;
  readonly #otherNumber: (block: Bytes) => Bytes;
  #late: Bytes | undefined;
  #previous: Bytes | undefined;

  /** `otherNumber`: the same block with the other number. */
  constructor(faults: FaultSchedule, otherNumber: (block: Bytes) => Bytes) {
    this.#faults = faults;
    this.#otherNumber = otherNumber;
  }

  /** False: the host's block does not reach the card. */
  reachesCard(): boolean {
    return this.#faults.strike(['blockToCardLost']).length === 0;
  }

  /** The card's block, or `undefined` when it says nothing. */
  deliver(block: Bytes | undefined): BlockAnswer {
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) return { outcome: 'block', bytes: late };
    if (block === undefined) return silence;
    const [fault] = this.#faults.strike(answerFaultKinds);
    const previous = this.#previous;
    this.#previous = block;
    return fault === undefined ? { outcome: 'block', bytes: block } : this.#struck(fault, block, previous ?? block);
  }

  /** The field is off, or the card has no power. */
  forget(): void {
    this.#late = undefined;
    this.#previous = undefined;
  }

  #struck(fault: AnswerFault, block: Bytes, previous: Bytes): BlockAnswer {
    switch (fault.kind) {
      case 'blockFromCardLost':
        return silence;
      case 'blockGarbled':
        return { outcome: 'garbled' };
      case 'blockLate':
        this.#late = block;
        return silence;
      case 'blockTruncated':
        return { outcome: 'block', bytes: block.slice(0, fault.length) };
      case 'blockTooLong':
        return { outcome: 'block', bytes: concatBytes(block, new Uint8Array(fault.extraLength)) };
      case 'blockNumber':
        return { outcome: 'block', bytes: this.#otherNumber(block) };
      case 'blockRepeated':
        return { outcome: 'block', bytes: previous };
      case 'blockReplaced':
        return { outcome: 'block', bytes: unhex(fault.bytes) };
    }
  }
}
