/**
 * The steps of reading a licence, each one question to the card. licence-applet §1.1, §3 and §4.
 * Between `selectDriverLicence` and `readLicenceSignature` no application is selected: that would drop the PIN state.
 */
import { Secret, type Bytes } from '#bytes';
import type { CardConnection, KeyReference, TriesOutcome, VerifyOutcome } from '#iso7816';
import { selectApplication, triesOf, type ApplicationOutcome } from '../application.ts';
import { CardError } from '../card-error.ts';
import { requireDigits } from '../credential.ts';
import { readFile, readRequiredFile, type ReadStepOptions } from '../read-file.ts';
import { driverLicenceAid } from './aid.ts';
import {
  driverLicenceFiles,
  licencePinBySelection,
  licencePinLength,
  licencePinReference,
  maximumRecordLength,
  maximumSignatureLength,
  pinSettingLength,
  unsetPinByte,
} from './files.ts';
import { holdsAllElements } from './element-walk.ts';
import { recordElements, signatureElements } from './elements.ts';
import { parsePinSetting, type PinSetting, type UnsetPin } from './parse.ts';

/** `refused`: the record is read once anyway, since it may be open without verification (§3.4). */
export type UnsetPinOutcome = { readonly outcome: 'verified' } | { readonly outcome: 'refused' };

/** Cards that answered 6A82 to P2 = 86: VERIFY must use the reference whose tries were told. */
const addressedBySelection = new WeakSet<CardConnection>();

/** SELECT of the 免許AP. `absent`: never added, not carried over at renewal, or only on a smartphone. */
export async function selectDriverLicence(connection: CardConnection): Promise<ApplicationOutcome> {
  return selectApplication(connection, driverLicenceAid);
}

/**
 * WEF01, free to read.
 * @throws CardError `PIN_SETTING_UNKNOWN`; ApduError; ReaderError
 */
export async function readPinSetting(connection: CardConnection): Promise<PinSetting> {
  const read = await connection.readByShortIdentifier(driverLicenceFiles.pinSetting, pinSettingLength);
  if (read.outcome === 'notAllowed') throw new CardError({ code: 'PIN_SETTING_UNKNOWN', message: 'WEF01 is free to read, but was refused' });
  return parsePinSetting(read.bytes);
}

/** Empty VERIFY of the licence PIN: costs no try. P2 = 86, and by selection of 0006 only for a card that answers 6A82 to it. */
export async function licenceTries(connection: CardConnection): Promise<TriesOutcome> {
  if (addressedBySelection.has(connection)) return triesOf(connection, licencePinBySelection);
  const tries = await triesOf(connection, licencePinReference);
  if (tries.outcome !== 'unknown' || tries.statusWord !== 0x6a82) return tries;
  addressedBySelection.add(connection);
  return connection.remainingTries(licencePinBySelection);
}

/**
 * VERIFY of the licence PIN, once, after `licenceTries`.
 * @throws CardError `CREDENTIAL_FORM_INVALID` before anything is sent; ApduError; ReaderError
 */
export async function verifyLicencePin(connection: CardConnection, pin: Secret): Promise<VerifyOutcome> {
  requireDigits(pin, licencePinLength);
  return connection.verify(referenceFor(connection), pin);
}

/**
 * VERIFY with the value for unset PINs, once, for a card whose WEF01 says that none is set. Asks for the tries itself, and leaves the last
 * one alone: whether a card counts this against the PIN is not known.
 * @throws ApduError; ReaderError
 */
export async function verifyUnsetPin(connection: CardConnection, setting: UnsetPin): Promise<UnsetPinOutcome> {
  // The type says it already; a value for unset PINs sent against a set one costs a try, so it is looked at again.
  if (parsePinSetting(setting.raw).pinIsSet) return { outcome: 'refused' };
  const tries = await licenceTries(connection);
  if (tries.outcome === 'alreadyVerified') return { outcome: 'verified' };
  if (tries.outcome !== 'tries' || tries.triesLeft < 2) return { outcome: 'refused' };
  const unset = new Secret(new Uint8Array(licencePinLength).fill(unsetPinByte));
  const { outcome } = await connection.verify(referenceFor(connection), unset);
  return { outcome: outcome === 'verified' ? 'verified' : 'refused' };
}

/**
 * WEF02 to its end, tail included: the tail may belong to what is signed. An answer that is shorter than asked for and brings the last
 * element is that end; a card that means to say more has room for it in the same answer.
 * @throws CardError `CARD_FILE_MISSING`, `VERIFIED_STATE_LOST`, `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readLicenceRecord(connection: CardConnection, options: ReadStepOptions = {}): Promise<Bytes> {
  return readRequiredFile(
    connection,
    { efIdentifier: driverLicenceFiles.record, maximumLength: maximumRecordLength, isWhole: (received) => holdsAllElements(received, recordElements) },
    options,
  );
}

/**
 * WEF03; `undefined` = the file is not there.
 * @throws CardError `VERIFIED_STATE_LOST`, `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readLicenceSignature(connection: CardConnection, options: ReadStepOptions = {}): Promise<Bytes | undefined> {
  const file = {
    efIdentifier: driverLicenceFiles.signature,
    maximumLength: maximumSignatureLength,
    isWhole: (received: Bytes) => holdsAllElements(received, signatureElements),
  };
  const read = await readFile(connection, file, options);
  if (read.outcome === 'notAllowed') throw new CardError({ code: 'VERIFIED_STATE_LOST', message: 'READ BINARY of WEF03 answered 6982' });
  return read.outcome === 'read' ? read.bytes : undefined;
}

function referenceFor(connection: CardConnection): KeyReference {
  return addressedBySelection.has(connection) ? licencePinBySelection : licencePinReference;
}
