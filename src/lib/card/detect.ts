/**
 * What lies on the reader, asked without any credential: which applications answer, whether a PIN is set, how many tries are left.
 * The licence application comes last and stays selected, so that reading can begin with it. No ATR is looked at: cards and readers differ.
 */
import type { CardConnection, TriesOutcome } from '#iso7816';
import { CardError } from './card-error.ts';
import { personalTries, selectCardInfo } from './card-info/read.ts';
import type { PinSetting } from './driver-licence/parse.ts';
import { licenceTries, readPinSetting, selectDriverLicence } from './driver-licence/read.ts';

export type LicenceDetection =
  | { readonly state: 'pinNeeded'; readonly tries: TriesOutcome; readonly pinSetting: PinSetting }
  | { readonly state: 'noPin'; readonly pinSetting: PinSetting & { readonly pinIsSet: false } }
  | { readonly state: 'blocked'; readonly pinSetting: PinSetting }
  | { readonly state: 'absent' }
  | { readonly state: 'locked' };

export type PersonalDetection =
  | { readonly state: 'readable'; readonly numberBTries: TriesOutcome; readonly pinTries: TriesOutcome }
  | { readonly state: 'absent' }
  /** A card with a licence on it is a My Number card: that the application is there is known when it is selected to be read. */
  | { readonly state: 'notAsked' };

/** `licenceFirst`: card-info is asked only where there is no licence. For when nobody has to see its tries before typing. */
export type DetectionOrder = 'everything' | 'licenceFirst';

export type Detection =
  | { readonly outcome: 'notMyNumberCard' }
  | { readonly outcome: 'myNumberCard'; readonly licence: LicenceDetection; readonly personalDetails: PersonalDetection };

/**
 * At most nine commands, none of which costs a try. A locked 券面事項入力補助AP counts as absent as long as the licence is there.
 * @throws CardError `PIN_SETTING_UNKNOWN`, `APPLICATION_LOCKED` (locked card-info, no licence); ApduError; ReaderError
 */
export async function detectApplications(connection: CardConnection, order: DetectionOrder = 'everything'): Promise<Detection> {
  if (order === 'licenceFirst') {
    const licence = await detectLicence(connection);
    if (licence.state !== 'absent') return { outcome: 'myNumberCard', licence, personalDetails: { state: 'notAsked' } };
    return detectionOf(licence, await detectPersonalDetails(connection));
  }
  const personalDetails = await detectPersonalDetails(connection);
  return detectionOf(await detectLicence(connection), personalDetails);
}

function detectionOf(licence: LicenceDetection, personalDetails: Exclude<PersonalDetection, { state: 'notAsked' }> | { readonly state: 'locked' }): Detection {
  if (licence.state !== 'absent') {
    return { outcome: 'myNumberCard', licence, personalDetails: personalDetails.state === 'locked' ? { state: 'absent' } : personalDetails };
  }
  if (personalDetails.state === 'locked') {
    throw new CardError({ code: 'APPLICATION_LOCKED', message: 'SELECT of the card-info application answered 6283, and there is no licence' });
  }
  return personalDetails.state === 'absent' ? { outcome: 'notMyNumberCard' } : { outcome: 'myNumberCard', licence, personalDetails };
}

async function detectPersonalDetails(connection: CardConnection): Promise<Exclude<PersonalDetection, { state: 'notAsked' }> | { readonly state: 'locked' }> {
  const { outcome } = await selectCardInfo(connection);
  if (outcome !== 'selected') return { state: outcome };
  return { state: 'readable', numberBTries: await personalTries(connection, 'numberB'), pinTries: await personalTries(connection, 'pin') };
}

async function detectLicence(connection: CardConnection): Promise<LicenceDetection> {
  const { outcome } = await selectDriverLicence(connection);
  if (outcome !== 'selected') return { state: outcome };
  const pinSetting = await readPinSetting(connection);
  if (!pinSetting.pinIsSet) return { state: 'noPin', pinSetting };
  const tries = await licenceTries(connection);
  return tries.outcome === 'blocked' ? { state: 'blocked', pinSetting } : { state: 'pinNeeded', tries, pinSetting };
}
