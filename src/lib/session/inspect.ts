/** What a card says before anybody types, and what of it needs no question any more. */
import { detectApplications, type Detection, type DetectionOrder } from '#card';
import type { TriesOutcome } from '#iso7816';
import type { CardRun } from './card-run.ts';
import { SessionError } from './session-error.ts';
import type { CardInspection, CredentialFailure } from './state.ts';

/** @throws SessionError NOT_MY_NUMBER_CARD; CardError; ApduError; ReaderError */
export async function inspectCard(run: CardRun, order?: DetectionOrder): Promise<CardInspection> {
  const detection = await detectApplications(run.connection, order);
  if (detection.outcome === 'notMyNumberCard') throw new SessionError({ code: 'NOT_MY_NUMBER_CARD', message: 'Neither application answers' });
  const { licence, personalDetails } = detection;
  if ('pinSetting' in licence) run.pinSetting = licence.pinSetting;
  settle(run, detection);
  leaveOut(run);
  run.inspection = { licence, personalDetails };
  return run.inspection;
}

function settle(run: CardRun, { licence, personalDetails }: Extract<Detection, { outcome: 'myNumberCard' }>): void {
  if (licence.state === 'absent') run.licenceNotRead = 'NO_LICENCE_APPLICATION';
  if (licence.state === 'locked') run.licenceNotRead = 'APPLICATION_LOCKED';
  if (licence.state === 'blocked') run.licenceNotRead = 'PIN_BLOCKED';
  if (personalDetails.state === 'absent') run.personalNotRead = 'CARD_INFO_ABSENT';
}

/** What the purpose does not ask for is not read, whatever state it is in. */
function leaveOut(run: CardRun): void {
  const { licence, personalDetails } = run.order.purpose.reads;
  if (!licence) run.licenceNotRead = 'NOT_ASKED';
  if (!personalDetails) run.personalNotRead = 'NOT_ASKED';
}

/** What the card has told since: the count shown before the next entry is the one after the last. A blocked licence PIN is not asked for. */
export function noteRefusal(run: CardRun, { credential, outcome, triesLeft }: CredentialFailure): CardInspection | undefined {
  if (run.inspection === undefined) return undefined;
  const { licence, personalDetails } = run.inspection;
  const tries: TriesOutcome = outcome === 'blocked' ? { outcome: 'blocked' } : { outcome: 'tries', triesLeft };
  if (credential === 'licencePin') {
    if (outcome === 'blocked') run.licenceNotRead = 'PIN_BLOCKED';
    run.inspection = { licence: outcome === 'blocked' ? { state: 'blocked' } : { state: 'pinNeeded', tries }, personalDetails };
  } else if (personalDetails.state === 'readable') {
    run.inspection = { licence, personalDetails: { ...personalDetails, [credential === 'numberB' ? 'numberBTries' : 'pinTries']: tries } };
  }
  return run.inspection;
}
