/**
 * One block of the host until the card has answered it: what has been tried, and what is tried next.
 * ISO/IEC 14443-4 §7.5, rules 4 to 7.
 *
 * A command reaches the card once. An I-block is sent again only after the card, asked by R(NAK), has said by R(ACK) with the other
 * number that it has *not* received it; a card that has received it answers R(NAK) with its answer instead. So a second copy of the
 * same block on the air completes the first VERIFY and is not another one.
 *
 * A reader might deliver an old R(ACK) once more. One that equals the answer before it is therefore asked for again, and a block with
 * a secret is in that case not sent again at all: a person types a PIN once more, but a try is never lost to a stale answer.
 * Three old ones in a row can make a command without a secret reach the card twice; reading twice does no harm.
 */
import type { Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import type { Block } from './block.ts';
import type { BlockLine } from './block-line.ts';
import type { Received, Standing } from './judge.ts';

/** Time-outs and invalid blocks in a row, after the first, that are answered by asking again. */
const MAXIMUM_RECOVERIES = 2;
/** Times one I-block is sent again. */
const MAXIMUM_REPEATS = 2;

export class Turn implements Standing {
  readonly awaits: Standing['awaits'];
  readonly number: Standing['number'];
  readonly #line: BlockLine;
  readonly #block: Outgoing;
  #hasAsked = false;
  #recoveries = 0;
  #repeats = 0;
  #denials = 0;

  constructor(line: BlockLine, block: Outgoing, { awaits, number }: Pick<Standing, 'awaits' | 'number'>) {
    this.#line = line;
    this.#block = block;
    this.awaits = awaits;
    this.number = number;
  }

  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** The block to send first. */
  begin(): Outgoing {
    return this.#block;
  }

  /** S(WTX) in answer to S(WTX): the card is alive, and asks for itself. */
  extend(multiplier: number): Outgoing {
    this.#recoveries = 0;
    this.#hasAsked = false;
    return this.#line.write({ kind: 'extendTime', multiplier }, false);
  }

  /** After a time-out or an invalid block. @throws ReaderError `CARD_REMOVED`, `CARD_MUTE`, `READER_MALFORMED_MESSAGE` */
  recover(received: Received): Outgoing {
    if (this.#recoveries === MAXIMUM_RECOVERIES) throw lost(received, this.#line.hasAnswered);
    this.#recoveries++;
    return this.#ask();
  }

  /** After "not received". @throws ReaderError `READER_OUT_OF_STEP`, `READER_MALFORMED_MESSAGE` */
  sendAgain(denial: Received): Outgoing {
    const mayBeOld = this.#denials === 0 && isSameAcknowledge(this.#line.before, denial);
    if (mayBeOld && this.#block.secret) throw new ReaderError({ code: 'READER_OUT_OF_STEP', message: 'R(ACK) that may be an old one, for a secret' });
    this.#denials++;
    if (this.#denials === 1 && (mayBeOld || this.#block.secret)) return this.#ask();
    if (this.#repeats === MAXIMUM_REPEATS) throw violation('The card never receives the block', { repeats: this.#repeats });
    this.#repeats++;
    this.#denials = 0;
    this.#recoveries = 0; // the card is alive
    this.#hasAsked = false;
    return this.#block;
  }

  /** Overwrites a secret: nothing of it is sent any more. */
  end(): void {
    if (this.#block.secret) this.#block.bytes.fill(0);
  }

  #ask(): Outgoing {
    const kind: Block['kind'] = this.awaits === 'nextPart' ? 'acknowledge' : 'notAcknowledge';
    this.#hasAsked = kind === 'notAcknowledge';
    return this.#line.write({ kind, number: this.number }, false);
  }
}

function isSameAcknowledge(before: Received | undefined, denial: Received): boolean {
  return before?.kind === 'acknowledge' && denial.kind === 'acknowledge' && before.number === denial.number;
}

/** A card that has been heard before and is silent has been taken away; blocks that make no sense are no matter of distance. */
function lost({ kind }: Received, hasAnswered: boolean): ReaderError {
  if (kind !== 'silence' && kind !== 'damaged') return violation('Nothing but blocks that are out of place', { last: kind });
  const facts = { last: kind };
  if (hasAnswered) return new ReaderError({ code: 'CARD_REMOVED', message: 'The card has fallen silent', facts });
  return new ReaderError({ code: 'CARD_MUTE', message: 'The card has never answered a block', facts });
}

/** The card breaks ISO/IEC 14443-4. */
export function violation(message: string, facts: Readonly<Record<string, number | string>>): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: `ISO/IEC 14443-4: ${message}`, facts });
}
