/**
 * The states of reception, as one union. `step.ts` is the only way from one to the next; screens show a state and know nothing else.
 * No state holds a secret: those live in `Held` (secrets.ts), beside the state, and are wiped with it.
 */
import type { AuditEntry } from '#audit';
import type { DriverLicence, DriverLicenceFiles, CardInfoFiles, PersonalDetails } from '#card';
import type { CalendarDate } from '#bytes';
import type { InDate, LicenceHeld } from '#entitlement';
import type { LinkFigures, TriesOutcome } from '#iso7816';
import type { ReaderDescription } from '#reader';
import type { Mode, Verdict } from '#trust';
import type { CheckOrder } from './purpose.ts';

/** A fault as screens need it: the code finds the words; nothing thrown is shown. */
export interface FaultView {
  readonly code: string;
  /** Harmless numbers, e.g. statusWord. */
  readonly facts: Readonly<Record<string, number | string>>;
  /** What is known about the counters: `spent` only when the card itself said so; `unknown` = VERIFY was under way, asked again at the next card. */
  readonly tryUsed: 'no' | 'unknown';
}

export type CredentialName = 'licencePin' | 'numberB' | 'cardInfoPin';

/** What the card said before anything was typed. */
export interface CardInspection {
  readonly licence:
    | { readonly state: 'pinNeeded'; readonly tries: TriesOutcome }
    | { readonly state: 'noPin' }
    | { readonly state: 'blocked' }
    /** 6A82: never added, not carried over at renewal, or only on a smartphone. */
    | { readonly state: 'absent' }
    | { readonly state: 'locked' };
  readonly personalDetails:
    | { readonly state: 'readable'; readonly numberBTries: TriesOutcome; readonly pinTries: TriesOutcome }
    | { readonly state: 'absent' }
    /** Only where nobody types: asked when it is read. */
    | { readonly state: 'notAsked' };
}

/** What has been settled on this card already, so that only the rest is asked for. */
export interface EntryProgress {
  /** Read, or given up for this check. */
  readonly licence: 'open' | 'read' | 'skipped';
  readonly personalDetails: 'open' | 'read' | 'skipped';
  /** A secret typed before and not sent yet is still held: it is not asked for again. */
  readonly licencePinHeld: boolean;
  readonly personalHeld: boolean;
}

/** The last VERIFY that did not succeed, shown above the entry. */
export interface CredentialFailure {
  readonly credential: CredentialName;
  readonly outcome: 'wrong' | 'blocked';
  readonly triesLeft: number;
  /** Wrong answers for this credential since the card was put down; from 2 on a checklist is shown for 照合番号B. */
  readonly consecutive: number;
}

export type ReadingStep =
  | 'selectLicence'
  | 'askLicenceTries'
  | 'verifyLicencePin'
  | 'readLicenceRecord'
  | 'readLicenceSignature'
  | 'selectCardInfo'
  | 'askPersonalTries'
  | 'verifyPersonal'
  | 'readPersonalDetails'
  | 'readDigests'
  | 'readIssuerCertificate'
  | 'judge'
  | 'record';

export interface ReadingProgress {
  readonly steps: readonly ReadingStep[];
  readonly current: ReadingStep;
  /** Bytes of card files received so far, and what is expected in all (an estimate until the record's end is known). */
  readonly receivedLength: number;
  readonly expectedLength: number;
}

export interface LicenceResult {
  readonly licence: DriverLicence;
  readonly files: DriverLicenceFiles;
  readonly verdict: Verdict;
}

export interface PersonalResult {
  readonly details: PersonalDetails;
  readonly files: CardInfoFiles;
  readonly verdict: Verdict;
}

/** Three lamps, three questions. `genuine` stands for both data sets, shows the worse and names it. */
export interface Lamps {
  readonly genuine: { readonly state: 'genuine' | 'notGenuine' | 'notChecked'; readonly about: 'both' | 'licence' | 'personalDetails' | 'nothing' };
  readonly inDate: InDate;
  readonly licenceHeld: LicenceHeld;
}

/** Why a data set is missing from the result. */
export type NotRead =
  | 'NO_LICENCE_APPLICATION'
  | 'CARD_INFO_ABSENT'
  | 'APPLICATION_LOCKED'
  | 'PIN_BLOCKED'
  | 'NUMBER_B_BLOCKED'
  | 'DATA_UNREADABLE'
  | 'READ_FAILED'
  | 'SKIPPED'
  | 'NOT_ASKED';

export interface CheckResult {
  /** UTC milliseconds. */
  readonly at: number;
  readonly today: CalendarDate;
  readonly mode: Mode;
  readonly order: CheckOrder;
  readonly licence: LicenceResult | { readonly notRead: NotRead };
  readonly personalDetails: PersonalResult | { readonly notRead: NotRead };
  readonly lamps: Lamps;
  /** All reason codes of the check, worst first, each once. */
  readonly reasons: readonly string[];
  /** Bytes over the link. */
  readonly link: LinkFigures;
}

/** `failed` means that nothing may be called recorded. */
export type Recording = { readonly state: 'recorded'; readonly entry: AuditEntry } | { readonly state: 'failed'; readonly code: string };

export type ReceptionState =
  /** No reader. `busy` while one is being opened. `fault` = why the last one is gone or did not open. */
  | {
      readonly name: 'noReader';
      readonly busy: boolean;
      readonly fault?: FaultView;
      /** The last one went in the middle of a check: it is said when there is a reader again. */
      readonly interrupted?: true;
    }
  | {
      readonly name: 'waitingForCard';
      readonly reader: ReaderDescription;
      readonly notice?: 'TIMED_OUT' | 'CANCELLED' | 'VERIFIED_STATE_LOST' | 'READER_RETURNED';
      /** Slots in which cards lie that nobody has chosen: of several, a person says which. */
      readonly lying?: readonly number[];
    }
  /** Reading what needs no credential. */
  | { readonly name: 'inspecting'; readonly reader: ReaderDescription; readonly notice?: 'READER_RETURNED' }
  | {
      readonly name: 'entry';
      readonly reader: ReaderDescription;
      readonly card: CardInspection;
      readonly progress: EntryProgress;
      readonly failure?: CredentialFailure;
      /** Why the PIN is asked again: the card, or the reader, was away and came back. */
      readonly notice?: 'VERIFIED_STATE_LOST' | 'READER_RETURNED';
    }
  /** One try left: nothing is sent until a person says so. */
  | {
      readonly name: 'confirmLastTry';
      readonly reader: ReaderDescription;
      readonly card: CardInspection;
      readonly progress: EntryProgress;
      readonly credential: CredentialName;
    }
  | { readonly name: 'reading'; readonly reader: ReaderDescription; readonly card: CardInspection; readonly progress: ReadingProgress }
  /** The card left in the middle. Nothing is lost yet; nothing is resent. */
  | { readonly name: 'cardAway'; readonly reader: ReaderDescription; readonly card: CardInspection; readonly progress: ReadingProgress }
  | {
      readonly name: 'result';
      readonly reader: ReaderDescription | undefined;
      readonly result: CheckResult;
      readonly recording: Recording;
      readonly cardPresent: boolean;
    }
  /** Something went wrong with this card; the reader is still there. */
  | { readonly name: 'cardFault'; readonly reader: ReaderDescription; readonly fault: FaultView; readonly cardPresent: boolean }
  /** Result shown and ended: the screen insists until the card is gone, everything is wiped already. */
  | { readonly name: 'returnCard'; readonly reader: ReaderDescription; readonly notice?: 'TIMED_OUT' | 'CANCELLED' };
