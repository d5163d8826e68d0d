/** What follows from a fault in the middle of a reading: who may go on by itself, and who may not. */
import { CardError } from '#card';
import { ApduError } from '#iso7816';
import { Cancelled, type CardRun } from './card-run.ts';
import { isCardLoss, isReaderLoss, isRoomError } from './fault-view.ts';
import type { FaultView } from './state.ts';

/** More interruptions than this in one reading and the card is lying badly: say so. */
const MAX_RESUMES = 5;
/** How a card that was put down instead of the one before shows itself: nothing is selected on it. */
const strangerCodes: ReadonlySet<string> = new Set(['CARD_FILE_MISSING', 'UNEXPECTED_STATUS']);
/** The card stands unverified, or has lost its power. */
const lostStateCodes: ReadonlySet<string> = new Set(['VERIFIED_STATE_LOST', 'CARD_NOT_CONNECTED']);

/** Refused on this side before a byte was sent: whatever the moment, no try can have been used. */
const unsentCodes: ReadonlySet<string> = new Set([
  'CREDENTIAL_FORM_INVALID',
  'VERIFY_NOT_PREPARED',
  'COMMAND_NOT_ALLOWED',
  'APDU_INVALID',
  'COMMAND_TOO_LONG',
  'CARD_NOT_CONNECTED',
]);

/** What a fault with a VERIFY under way means for the count. */
export function tryUsedBy(run: CardRun, thrown: unknown): FaultView['tryUsed'] {
  return run.verifying === undefined || (isRoomError(thrown) && unsentCodes.has(thrown.code)) ? 'no' : 'unknown';
}

export type Consequence =
  /** The run has ended otherwise already, or ends with its reader. */
  | 'none'
  | 'cancelled'
  | 'startAgain'
  | 'waitForReturn'
  /** The licence was read; the personal details cannot be. */
  | 'concludeWithout'
  | 'fault';

export function consequenceOf(run: CardRun, thrown: unknown): Consequence {
  if (run.ended || isReaderLoss(thrown)) return 'none';
  if (thrown instanceof Cancelled) return 'cancelled';
  // With a VERIFY under way nothing goes on by itself: what it cost is told first.
  if (run.verifying !== undefined) return 'fault';
  if (isStranger(run, thrown)) return 'startAgain';
  return isCardLoss(thrown) ? afterCardLoss(run) : isOfPersonalDetailsOnly(run, thrown) ? 'concludeWithout' : 'fault';
}

function afterCardLoss(run: CardRun): Consequence {
  if (run.cancelRequested) return 'cancelled';
  return run.resumes < MAX_RESUMES ? 'waitForReturn' : 'fault';
}

/** The licence stands already; the card answers wrongly about the personal details, over a sound link. Nothing more is sent to it. */
function isOfPersonalDetailsOnly(run: CardRun, thrown: unknown): boolean {
  const { licence, personalDetails } = run.progress;
  return licence === 'read' && personalDetails === 'open' && (thrown instanceof ApduError || thrown instanceof CardError);
}

/** The card is another one, or as good as that. */
function isStranger(run: CardRun, thrown: unknown): boolean {
  if (!isRoomError(thrown)) return false;
  return lostStateCodes.has(thrown.code) || (run.justResumed && strangerCodes.has(thrown.code));
}
