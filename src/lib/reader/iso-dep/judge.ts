/**
 * What an answer of the card means. ISO/IEC 14443-4 §7.5 (block numbers, rules of the reader), as pure decisions.
 * Stricter than the standard in one point: "I have not got it", R(ACK) with the other number, is heard only as an answer to R(NAK). A
 * card never says it unasked; a reader that delivers an old R(ACK) once more does, and believing it would send a command twice.
 * And in another: an I-block without INF is invalid. No card needs one; a block cut behind its PCB looks the same, and part of a file would be
 * missing without anybody noticing.
 */
import { assertNever } from '#bytes';
import type { Block, BlockNumber, InvalidBlock } from './block.ts';

/** What the port gave, read. */
export type Received = Block | InvalidBlock | { readonly kind: 'silence' } | { readonly kind: 'damaged' };

export type Information = Extract<Block, { kind: 'information' }>;
export type Accepted = Information | Extract<Block, { kind: 'acknowledge' }>;

/** Where the host stands. */
export interface Standing {
  /** `acknowledgement`: a part with more to follow is sent; `response`: the last part is; `nextPart`: R(ACK), the card is chaining. */
  readonly awaits: 'acknowledgement' | 'response' | 'nextPart';
  /** The host's own block number. */
  readonly number: BlockNumber;
  /** The last block sent was R(NAK); never while `nextPart` is awaited. */
  readonly hasAsked: boolean;
}

export type Decision =
  | { readonly action: 'accept'; readonly block: Accepted }
  | { readonly action: 'extend'; readonly multiplier: number }
  /** The card has not received the I-block. */
  | { readonly action: 'sendAgain' }
  /** Nothing that can be used: R(NAK), or R(ACK) while the card is chaining. */
  | { readonly action: 'recover' }
  | { readonly action: 'giveUp'; readonly reason: string };

/** WTXM 0 and 60 to 63 are reserved. */
const MAXIMUM_MULTIPLIER = 59;

export function judge(received: Received, standing: Standing): Decision {
  switch (received.kind) {
    case 'information':
      return judgeInformation(received, standing);
    case 'acknowledge':
      return judgeAcknowledge(received, standing);
    case 'extendTime':
      return judgeExtension(received.multiplier);
    case 'notAcknowledge':
    case 'deselect':
    case 'invalid':
    case 'silence':
    case 'damaged':
      return { action: 'recover' };
    default:
      return assertNever(received);
  }
}

function judgeInformation(block: Information, { awaits, number }: Standing): Decision {
  if (block.number !== number || block.information.length === 0) return { action: 'recover' };
  if (awaits === 'acknowledgement') return { action: 'giveUp', reason: 'I-block before the command was complete' };
  return { action: 'accept', block };
}

function judgeAcknowledge(block: Extract<Block, { kind: 'acknowledge' }>, { awaits, number, hasAsked }: Standing): Decision {
  if (block.number !== number) return { action: hasAsked ? 'sendAgain' : 'recover' };
  if (awaits === 'acknowledgement') return { action: 'accept', block };
  return { action: 'giveUp', reason: 'R(ACK) with nothing left to send' };
}

function judgeExtension(multiplier: number): Decision {
  if (multiplier < 1 || multiplier > MAXIMUM_MULTIPLIER) return { action: 'giveUp', reason: 'reserved WTXM' };
  return { action: 'extend', multiplier };
}
