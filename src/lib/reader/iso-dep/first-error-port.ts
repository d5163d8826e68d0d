/** While a rate is on trial the first damaged or missing answer to an I-block is enough: no R(NAK) is sent that would only be lost as well. */
import type { Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import type { BlockExchange, BlockOutcome } from './transceiver.ts';

export class FirstErrorPort implements BlockExchange {
  readonly #port: BlockExchange;
  #isOnTrial = true;

  constructor(port: BlockExchange) {
    this.#port = port;
  }

  /** From now on faults are the block protocol's own business. */
  endTrial(): void {
    this.#isOnTrial = false;
  }

  async exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    const isDecisive = this.#isOnTrial && isInformation(block.bytes);
    const outcome = await this.#port.exchange(block, timeoutMs);
    if (!isDecisive || outcome.outcome === 'block') return outcome;
    throw new ReaderError({ code: 'CARD_MUTE', message: 'No sound answer to the first block', facts: { last: outcome.outcome } });
  }
}

/** PCB of an I-block: bits 8, 7, 6 are 000 and bit 2 is 1. */
function isInformation([control = 0]: Outgoing['bytes']): boolean {
  return (control & 0xe2) === 0x02;
}
