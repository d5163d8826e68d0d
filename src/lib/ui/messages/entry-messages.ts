/** Texts of the entry: keypad, the three kinds of credential, the last try. */
import type { BirthDateForm, CredentialName, NumberBPart } from '#session';

export interface EntryMessages {
  readonly licenceTitle: string;
  readonly licenceLead: string;
  readonly licenceField: string;
  readonly personalTitles: Readonly<Record<'numberB' | 'fourteenDigits' | 'cardInfoPin' | 'without', string>>;
  readonly personalLead: string;
  readonly nothingToType: string;
  readonly stepOf: (step: number, of: number) => string;

  readonly triesLeft: (count: number) => string;
  readonly triesUnknown: string;
  readonly alreadyVerified: string;
  readonly fewTries: (count: number) => string;
  readonly wrong: Readonly<Record<CredentialName, (triesLeft: number) => string>>;
  readonly blocked: Readonly<Record<CredentialName, string>>;
  readonly askedAgain: Readonly<Record<'VERIFIED_STATE_LOST' | 'READER_RETURNED', string>>;
  readonly checklistTitle: string;
  readonly checklist: readonly string[];

  readonly licenceAbsent: string;
  readonly licenceAbsentCauses: readonly string[];
  readonly licenceLocked: string;
  readonly licenceNoPin: string;
  readonly personalAbsent: string;

  readonly ways: string;
  readonly byNumberB: string;
  readonly byFourteenDigits: string;
  readonly byCardInfoPin: string;
  readonly withoutPersonal: string;
  readonly wayBlocked: string;

  readonly birthDate: string;
  readonly asPrinted: string;
  readonly calendar: string;
  readonly calendars: Readonly<Record<BirthDateForm, string>>;
  readonly eraYear: string;
  readonly westernYear: string;
  readonly month: string;
  readonly day: string;
  readonly cardExpiryYear: string;
  readonly cardExpiryHint: string;
  readonly securityCode: string;
  readonly securityHint: string;
  readonly fourteenDigits: string;
  readonly fourteenHint: string;
  readonly cardInfoPin: string;
  readonly cardInfoPinHint: string;

  readonly digitsEntered: (count: number, of: number) => string;
  readonly nothingEntered: string;
  readonly missing: (field: string, count: number) => string;
  readonly impossible: Readonly<Record<NumberBPart, string>>;
  readonly nothingChosen: string;

  readonly keypad: string;
  readonly eraseOne: string;
  readonly eraseAll: string;
  readonly decide: string;
  readonly next: string;
  readonly back: string;
  readonly start: string;
  readonly skipLicence: string;
  readonly maskedNote: string;

  readonly lastTryTitle: string;
  readonly lastTryText: Readonly<Record<CredentialName, string>>;
  readonly lastTryNo: string;
  readonly lastTryYes: string;
}
