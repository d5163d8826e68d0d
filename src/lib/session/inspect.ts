/** What a card says before anybody types, and what of it needs no question any more. */
import { detectApplications, type Detection } from '#card';
import type { CardRun } from './card-run.ts';
import { SessionError } from './session-error.ts';
import type { CardInspection } from './state.ts';

/** @throws SessionError NOT_MY_NUMBER_CARD; CardError; ApduError; ReaderError */
export async function inspectCard(run: CardRun): Promise<CardInspection> {
  const detection = await detectApplications(run.connection);
  if (detection.outcome === 'notMyNumberCard') throw new SessionError({ code: 'NOT_MY_NUMBER_CARD', message: 'Neither application answers' });
  const { licence, personalDetails } = detection;
  if ('pinSetting' in licence) run.pinSetting = licence.pinSetting;
  settle(run, detection);
  run.inspection = { licence, personalDetails };
  return run.inspection;
}

function settle(run: CardRun, { licence, personalDetails }: Extract<Detection, { outcome: 'myNumberCard' }>): void {
  if (licence.state === 'absent') run.licenceNotRead = 'NO_LICENCE_APPLICATION';
  if (licence.state === 'locked') run.licenceNotRead = 'APPLICATION_LOCKED';
  if (licence.state === 'blocked') run.licenceNotRead = 'PIN_BLOCKED';
  if (personalDetails.state === 'absent') run.personalNotRead = 'NOT_MY_NUMBER_CARD';
}
