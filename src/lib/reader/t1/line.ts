/**
 * T=1 blocks over XfrBlock: one block out, one block or some trouble back. CCID Rev 1.1 §6.1.4 (TPDU level: wLevelParameter 0, bBWI).
 * Trouble is what ISO/IEC 7816-3 §11.6.3 lets the two sides repair: a damaged block, a parity error (bError FD), a card that let the
 * block waiting time pass (bError FE with the card still there). Every other fault of the reader is thrown.
 * bChainParameter is not looked at: a block tells its own length and is protected by its check code.
 */
import type { BlockLink } from '../exchange-level.ts';
import type { TimeBudget } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { decodeBlock, encodeBlock, type Complaint, type T1Block } from './block.ts';
import type { CheckCode } from './check-code.ts';

/** bError XFR_PARITY_ERROR. */
const PARITY_ERROR = 0xfd;

/** `fault` is what goes up when nothing mends it. */
export type Received =
  { readonly outcome: 'block'; readonly block: T1Block } | { readonly outcome: 'trouble'; readonly complaint: Complaint; readonly fault: ReaderError };

export interface SendOptions {
  /** True when the block carries part of a secret command. */
  readonly secret?: boolean;
  /** bBWI: multiple of the block waiting time for the answer to this block and to no other. */
  readonly waitingTimes?: number;
}

export class T1Line {
  readonly #link: BlockLink;
  readonly #checkCode: CheckCode;
  readonly #budget: TimeBudget;

  constructor(link: BlockLink, checkCode: CheckCode, budget: TimeBudget) {
    this.#link = link;
    this.#checkCode = checkCode;
    this.#budget = budget;
  }

  /** @throws ReaderError `READER_BUDGET_EXCEEDED` and every fault that is not the line's */
  async send(block: T1Block, { secret = false, waitingTimes = 0 }: SendOptions = {}): Promise<Received> {
    if (this.#budget.isSpent) throw new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: 'T=1: time for one command' });
    const bytes = encodeBlock(block, this.#checkCode);
    try {
      const { data } = await this.#link.xfrBlock({ data: { bytes, secret }, levelParameter: 0, blockWaitingTime: waitingTimes });
      const decoded = decodeBlock(data, this.#checkCode);
      return decoded.outcome === 'block' ? decoded : trouble(decoded.complaint, damagedBlock(decoded.complaint, data.length));
    } catch (error) {
      return troubleOf(error);
    } finally {
      if (secret) bytes.fill(0);
    }
  }

  /** Warm reset, ISO/IEC 7816-3 §6.2.3. The card has forgotten everything. @throws ReaderError */
  async resetCard(): Promise<void> {
    await this.#link.warmReset();
  }
}

export function trouble(complaint: Complaint, fault: ReaderError): Extract<Received, { outcome: 'trouble' }> {
  return { outcome: 'trouble', complaint, fault };
}

/** A valid block where another was due. */
export function outOfPlace({ kind }: T1Block): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'T=1: a block out of place', facts: { block: kind } });
}

function troubleOf(error: unknown): Received {
  if (!(error instanceof ReaderError)) throw error;
  if (error.code === 'CARD_MUTE') return trouble('other', error);
  if (error.code === 'READER_REPORTED_ERROR' && error.facts['error'] === PARITY_ERROR) return trouble('edc', error);
  throw error;
}

function damagedBlock(complaint: Complaint, length: number): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'T=1: a damaged block', facts: { complaint, length } });
}
