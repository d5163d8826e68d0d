/** What stands before a VERIFY: the count the card has just told, and a person's word for the last try. */
import { assertNever } from '#bytes';
import { ApduError, type TriesOutcome } from '#iso7816';
import type { CardRun } from './card-run.ts';
import type { CredentialFailure, CredentialName } from './state.ts';

/** How a reading stops short of its end without a fault. */
export type ReadingStop =
  { readonly outcome: 'lastTry'; readonly credential: CredentialName } | { readonly outcome: 'refused'; readonly failure: CredentialFailure };

/** Whether a VERIFY may be sent now. */
export type Permission = { readonly outcome: 'go' } | { readonly outcome: 'alreadyVerified' } | { readonly outcome: 'blocked' } | ReadingStop;

/** @throws ApduError UNEXPECTED_STATUS when the card does not tell the count: then nothing is sent. */
export function permission(run: CardRun, credential: CredentialName, tries: TriesOutcome): Permission {
  switch (tries.outcome) {
    case 'tries':
      if (tries.triesLeft < 1) return { outcome: 'blocked' };
      return tries.triesLeft === 1 && !run.lastTryReleased.has(credential) ? { outcome: 'lastTry', credential } : { outcome: 'go' };
    case 'blocked':
    case 'alreadyVerified':
      return { outcome: tries.outcome };
    case 'unknown':
      throw new ApduError({ code: 'UNEXPECTED_STATUS', message: 'The card does not tell how many tries are left', facts: { statusWord: tries.statusWord } });
    default:
      return assertNever(tries);
  }
}

/** Notes a wrong answer: how many in a row, and for the log that it happened. */
export function refused(run: CardRun, credential: CredentialName, triesLeft: number): ReadingStop {
  const consecutive = (run.wrongInARow.get(credential) ?? 0) + 1;
  run.wrongInARow.set(credential, consecutive);
  run.lastTryReleased.delete(credential);
  run.mishaps.add(credential === 'numberB' ? 'WRONG_NUMBER_B' : 'WRONG_PIN');
  return { outcome: 'refused', failure: { credential, outcome: triesLeft < 1 ? 'blocked' : 'wrong', triesLeft, consecutive } };
}
