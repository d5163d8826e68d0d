/**
 * The shape of a catalogue: every text a person can meet, in one language. A missing code does not compile.
 * A fault is told as: what happened, what to do, whether it cost a try (product §14). The code stands small after it.
 */
import type {
  ApduErrorCode,
  AuditErrorCode,
  BytesErrorCode,
  CardErrorCode,
  CardInfoDeviation,
  ChainCheck,
  Contradiction,
  CredentialName,
  DriverLicence,
  EraDate,
  Gap,
  LayoutDeviation,
  LicenceClassName,
  NotRead,
  PersonalDetails,
  ReaderErrorCode,
  ReadingStep,
  SessionErrorCode,
  SimulatorErrorCode,
  TrustErrorCode,
  UsbErrorCode,
} from '#session';
import type { DiagnosisMessages } from './diagnosis-messages.ts';
import type { EntryMessages } from './entry-messages.ts';
import type { ReaderMessages } from './reader-messages.ts';
import type { ScreenMessages } from './screen-messages.ts';

export type FaultCode =
  UsbErrorCode | ReaderErrorCode | ApduErrorCode | CardErrorCode | TrustErrorCode | AuditErrorCode | BytesErrorCode | SessionErrorCode | SimulatorErrorCode;

/** What happened, and what the person at the counter can do. */
export interface FaultWords {
  readonly happened: string;
  readonly todo: string;
  /** In place of `todo` where the screen has another way out: beside a card there is no “Connect reader”, without a reader there is no card. */
  readonly todoAtCard?: string;
  readonly todoAtReader?: string;
}

/** Codes in `CheckResult.reasons`, beyond the verdicts' own. Product §10.1, as far as this version asks. */
export type CheckReason =
  | 'EXPIRED'
  | 'EXPIRING_30D'
  | 'EXPIRY_DEEMED_WINDOW'
  | 'HISTORY_ONLY'
  | 'DATA_UNREADABLE'
  | 'NAME_NOT_READ'
  | 'LICENCE_NOT_CHECKED'
  | 'PHOTO_NOT_CONFIRMED'
  | 'NO_RECORD'
  /** Mishaps on the way, as the log keeps them. */
  | 'WRONG_PIN'
  | 'WRONG_NUMBER_B'
  /** Entries of earlier versions. */
  | 'NOT_MY_NUMBER_CARD'
  /** Why a check came to no result. */
  | 'CANCELLED'
  | 'TIMED_OUT'
  /** A data set that this version of reception may leave out. */
  | 'CARD_INFO_ABSENT';

/** Which reading of "all data" the signature of the licence fitted (`HashInput` of the verdict), as the log keeps it. */
export type SignedPart = 'HASH_ELEMENTS_THROUGH_107' | 'HASH_WHOLE_FILE' | 'HASH_VALUES_ONLY';

export type ReasonCode = Contradiction | Gap | CheckReason | SignedPart | NotRead;

/** A sign that carries the meaning with the word; the colour only helps. */
export interface LampWords {
  readonly sign: string;
  readonly word: string;
}

export type Colour = 'gold' | 'green' | 'blue';
export type Sex = PersonalDetails['sex']['value'];
export type ChainFault = Extract<ChainCheck, { outcome: 'broken' }>['why'];
export type RecordKind = DriverLicence['kind'];

export interface Messages {
  readonly faults: Readonly<Record<FaultCode, FaultWords>>;
  readonly tryUsed: Readonly<Record<'no' | 'unknown', string>>;
  readonly reasons: Readonly<Record<ReasonCode, string>>;
  readonly deviations: Readonly<Record<LayoutDeviation | CardInfoDeviation, string>>;
  readonly steps: Readonly<Record<ReadingStep, string>>;
  readonly credentials: Readonly<Record<CredentialName, string>>;
  readonly classes: Readonly<Record<LicenceClassName, string>>;
  readonly colours: Readonly<Record<Colour, string>>;
  readonly sexes: Readonly<Record<Sex, string>>;
  readonly eras: Readonly<Record<EraDate['era'], string>>;
  readonly recordKinds: Readonly<Record<RecordKind, string>>;
  readonly chainFaults: Readonly<Record<ChainFault, string>>;
  /** Practice cards by image name; a card without a name here is shown by its image name. */
  readonly practiceCards: Readonly<Record<string, string>>;
  readonly readers: ReaderMessages;
  readonly screens: ScreenMessages;
  readonly entry: EntryMessages;
  readonly diagnosis: DiagnosisMessages;
}
