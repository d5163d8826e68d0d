/**
 * The steps of reading the 基本4情報 and their proof, each one question to the card. card-info-applet §1.1, §3.5, §7.
 * Selecting the application again drops the verified state: everything is read before leaving.
 */
import type { Bytes, Secret } from '#bytes';
import type { CardConnection, TriesOutcome, VerifyOutcome } from '#iso7816';
import { selectApplication, triesOf, type ApplicationOutcome } from '../application.ts';
import { requireDigits } from '../credential.ts';
import { readFile, readRequiredFile, type FileToRead, type ReadStepOptions } from '../read-file.ts';
import { cardInfoAid } from './aid.ts';
import { cardInfoFiles, cardInfoKeys, cardInfoPinLength, maximumDetailsLength, maximumProofLength, numberBLength } from './files.ts';
import { claimedLength } from './tlv.ts';

/** SELECT of the 券面事項入力補助AP. `absent` = not a My Number card, or a generation we do not know. */
export async function selectCardInfo(connection: CardConnection): Promise<ApplicationOutcome> {
  return selectApplication(connection, cardInfoAid);
}

/** Empty VERIFY of 照合番号B or the PIN: costs no try, and is not sent again while its answer is the card's last word. */
export async function personalTries(connection: CardConnection, key: 'numberB' | 'pin'): Promise<TriesOutcome> {
  return triesOf(connection, cardInfoKeys[key]);
}

/**
 * VERIFY of 照合番号B, once, after `personalTries`.
 * @throws CardError `CREDENTIAL_FORM_INVALID` before anything is sent; ApduError; ReaderError
 */
export async function verifyNumberB(connection: CardConnection, numberB: Secret): Promise<VerifyOutcome> {
  requireDigits(numberB, numberBLength);
  return connection.verify(cardInfoKeys.numberB, numberB);
}

/**
 * VERIFY of the 券面事項入力補助用暗証番号, once, after `personalTries`.
 * @throws CardError `CREDENTIAL_FORM_INVALID` before anything is sent; ApduError; ReaderError
 */
export async function verifyCardInfoPin(connection: CardConnection, pin: Secret): Promise<VerifyOutcome> {
  requireDigits(pin, cardInfoPinLength);
  return connection.verify(cardInfoKeys.pin, pin);
}

/**
 * EF 0002, to the length its header claims.
 * @throws CardError `CARD_FILE_MISSING`, `VERIFIED_STATE_LOST`, `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readPersonalDetails(connection: CardConnection, options: ReadStepOptions = {}): Promise<Bytes> {
  return readRequiredFile(connection, fileOf(cardInfoFiles.details, maximumDetailsLength), options);
}

/**
 * EF 0003; `undefined` = not there, or refused to this credential (sources disagree whether 照合番号B opens it).
 * @throws CardError `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readCardInfoRecord(connection: CardConnection, options: ReadStepOptions = {}): Promise<Bytes | undefined> {
  return bytesOf(await readFile(connection, fileOf(cardInfoFiles.record, maximumProofLength), options));
}

/**
 * EF 0004, free to read; `undefined` = not there, or refused.
 * @throws CardError `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readIssuerCertificate(connection: CardConnection, options: ReadStepOptions = {}): Promise<Bytes | undefined> {
  return bytesOf(await readFile(connection, fileOf(cardInfoFiles.certificate, maximumProofLength), options));
}

function fileOf(efIdentifier: number, maximumLength: number): FileToRead {
  return { efIdentifier, maximumLength, totalLength: claimedLength };
}

function bytesOf(read: Awaited<ReturnType<typeof readFile>>): Bytes | undefined {
  return read.outcome === 'read' ? read.bytes : undefined;
}
