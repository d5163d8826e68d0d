/** What of a card is still open, from what it said before anything was typed. */
import type { CardInspection, Entry, EntryProgress } from '#session';

export type Question = 'licence' | 'personal';
/** How the personal details are opened, or that they are not. */
export type PersonalWay = 'numberB' | 'fourteenDigits' | 'cardInfoPin' | 'without';

/** Only what is still open is asked for. */
export function openQuestions(card: CardInspection, progress: EntryProgress): Question[] {
  const questions: Question[] = [];
  const { licence, personalDetails } = card;
  const licenceOpen = licence.state === 'pinNeeded' && licence.tries.outcome !== 'blocked' && licence.tries.outcome !== 'alreadyVerified';
  if (licenceOpen && progress.licence === 'open' && !progress.licencePinHeld) questions.push('licence');
  if (personalDetails.state === 'readable' && progress.personalDetails === 'open' && !progress.personalHeld) questions.push('personal');
  return questions;
}

/** A blocked credential is not offered first. */
export function firstWay({ personalDetails }: CardInspection): PersonalWay {
  if (personalDetails.state !== 'readable' || personalDetails.numberBTries.outcome !== 'blocked') return 'numberB';
  return personalDetails.pinTries.outcome === 'blocked' ? 'without' : 'cardInfoPin';
}

/** An entry that skips everything and has nothing read before is no check. */
export function asksForSomething({ licence, personalDetails }: Entry, progress: EntryProgress): boolean {
  return licence !== 'skip' || personalDetails !== 'skip' || progress.licence === 'read' || progress.personalDetails === 'read';
}
