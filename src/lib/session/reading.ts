/**
 * The reading, step by step: licence, then 基本4情報, from one tap. A step that has been done is not done again, so the same function
 * goes on after an interruption. Each VERIFY is sent once, right after the card has told its count, and its secret is wiped with the answer.
 */
import {
  CardError,
  licenceTries,
  personalTries,
  readCardInfoRecord,
  readIssuerCertificate,
  readLicenceRecord,
  readLicenceSignature,
  readPersonalDetails,
  selectCardInfo,
  selectDriverLicence,
  verifyCardInfoPin,
  verifyLicencePin,
  verifyNumberB,
  verifyUnsetPin,
  type ReadStepOptions,
} from '#card';
import type { Bytes, Secret } from '#bytes';
import type { VerifyOutcome } from '#iso7816';
import type { CardRun } from './card-run.ts';
import type { FileName, ProgressMeter } from './progress.ts';
import { permission, refused, type ReadingStop } from './reading-parts.ts';
import { SessionError } from './session-error.ts';
import type { CredentialName } from './state.ts';

/** @throws Cancelled; CardError; ApduError; ReaderError */
export async function readCard(run: CardRun, meter: ProgressMeter): Promise<{ readonly outcome: 'complete' } | ReadingStop> {
  const stop = (await readLicence(run, meter)) ?? (await readPersonal(run, meter));
  return stop ?? { outcome: 'complete' };
}

async function readLicence(run: CardRun, meter: ProgressMeter): Promise<ReadingStop | undefined> {
  if (run.progress.licence !== 'open' || run.pinSetting === undefined) return undefined;
  const { connection } = run;
  if (run.verified !== 'licence') {
    const stop = await openLicence(run, meter);
    if (stop !== undefined || run.licenceNotRead !== undefined) return stop;
  }
  meter.enter('readLicenceRecord');
  const record = await fileOf(run, meter, 'licenceRecord', (options) => readLicenceRecord(connection, options));
  meter.enter('readLicenceSignature');
  const signature = await fileOf(run, meter, 'licenceSignature', (options) => readLicenceSignature(connection, options));
  run.licenceFiles = { pinSetting: run.pinSetting.raw, record, ...(signature === undefined ? {} : { signature }) };
  return undefined;
}

/** SELECT, count, VERIFY. What a card without a PIN asks for is sent once, by the card room's own rule. */
async function openLicence(run: CardRun, meter: ProgressMeter): Promise<ReadingStop | undefined> {
  const { connection, pinSetting } = run;
  meter.enter('selectLicence');
  const selected = await selectDriverLicence(connection);
  run.verified = undefined;
  if (selected.outcome !== 'selected') {
    run.licenceNotRead = selected.outcome === 'locked' ? 'APPLICATION_LOCKED' : 'NO_LICENCE_APPLICATION';
    return undefined;
  }
  if (pinSetting !== undefined && !pinSetting.pinIsSet) {
    meter.enter('verifyLicencePin');
    // A VERIFY like any other: torn off, it is not sent again.
    run.verifying = 'licencePin';
    run.unsetPinRefused = (await verifyUnsetPin(connection, pinSetting)).outcome === 'refused';
    run.verifying = undefined;
    run.verified = 'licence';
    return undefined;
  }
  meter.enter('askLicenceTries');
  const allowed = permission(run, 'licencePin', await licenceTries(connection));
  if (allowed.outcome === 'lastTry' || allowed.outcome === 'refused') return allowed;
  if (allowed.outcome === 'blocked') {
    run.held.wipe('licencePin');
    run.licenceNotRead = 'PIN_BLOCKED';
    return undefined;
  }
  if (allowed.outcome === 'go') {
    meter.enter('verifyLicencePin');
    return verifyOnce(run, 'licencePin', (pin) => verifyLicencePin(connection, pin));
  }
  run.verified = 'licence';
  return undefined;
}

async function readPersonal(run: CardRun, meter: ProgressMeter): Promise<ReadingStop | undefined> {
  if (run.progress.personalDetails !== 'open') return undefined;
  const { connection } = run;
  if (run.verified !== 'cardInfo') {
    const stop = await openPersonal(run, meter);
    if (stop !== undefined || run.personalNotRead !== undefined) return stop;
  }
  meter.enter('readPersonalDetails');
  const details = await fileOf(run, meter, 'personalDetails', (options) => readPersonalDetails(connection, options));
  meter.enter('readDigests');
  const record = await fileOf(run, meter, 'digests', (options) => readCardInfoRecord(connection, options));
  meter.enter('readIssuerCertificate');
  const certificate = await fileOf(run, meter, 'issuerCertificate', (options) => readIssuerCertificate(connection, options));
  run.personalFiles = { details, ...(record === undefined ? {} : { record }), ...(certificate === undefined ? {} : { certificate }) };
  return undefined;
}

async function openPersonal(run: CardRun, meter: ProgressMeter): Promise<ReadingStop | undefined> {
  const { connection, personalCredential: credential } = run;
  if (credential === undefined) {
    run.personalNotRead = 'SKIPPED';
    return undefined;
  }
  meter.enter('selectCardInfo');
  const selected = await selectCardInfo(connection);
  run.verified = undefined;
  if (selected.outcome !== 'selected') {
    run.personalNotRead = selected.outcome === 'locked' ? 'APPLICATION_LOCKED' : 'CARD_INFO_ABSENT';
    return undefined;
  }
  meter.enter('askPersonalTries');
  const allowed = permission(run, credential, await personalTries(connection, credential === 'numberB' ? 'numberB' : 'pin'));
  if (allowed.outcome === 'lastTry' || allowed.outcome === 'refused') return allowed;
  if (allowed.outcome === 'blocked') {
    run.held.wipe(credential);
    run.personalNotRead = credential === 'numberB' ? 'NUMBER_B_BLOCKED' : 'PIN_BLOCKED';
    return undefined;
  }
  if (allowed.outcome === 'go') {
    meter.enter('verifyPersonal');
    return verifyOnce(run, credential, (secret) => (credential === 'numberB' ? verifyNumberB(connection, secret) : verifyCardInfoPin(connection, secret)));
  }
  run.verified = 'cardInfo';
  return undefined;
}

/** One file to its end, followed by the meter; what an interruption left of it is held against it. */
async function fileOf<T extends Bytes | undefined>(
  run: CardRun,
  meter: ProgressMeter,
  file: FileName,
  read: (options: ReadStepOptions) => Promise<T>,
): Promise<T> {
  const before = run.before(file);
  try {
    const bytes = await read(run.following(file, meter));
    if (bytes !== undefined) run.whole(file, bytes, before);
    meter.finished(file, bytes?.length ?? 0);
    return bytes;
  } catch (thrown) {
    if (!run.unsetPinRefused || !(thrown instanceof CardError) || thrown.code !== 'VERIFIED_STATE_LOST') throw thrown;
    throw new SessionError({ code: 'UNSET_PIN_REFUSED', message: 'The record is not open without a PIN', cause: thrown });
  }
}

/** `run.verifying` stands from before the command until its answer: a fault in between may have spent a try. */
async function verifyOnce(run: CardRun, credential: CredentialName, send: (secret: Secret) => Promise<VerifyOutcome>): Promise<ReadingStop | undefined> {
  const secret = run.held.get(credential);
  if (secret === undefined) throw new TypeError(`${credential} is not held`);
  run.verifying = credential;
  const answer = await send(secret);
  run.verifying = undefined;
  run.held.wipe(credential);
  if (answer.outcome === 'verified') {
    run.verified = credential === 'licencePin' ? 'licence' : 'cardInfo';
    run.wrongInARow.delete(credential);
    return undefined;
  }
  return refused(run, credential, answer.outcome === 'wrong' ? answer.triesLeft : 0);
}
