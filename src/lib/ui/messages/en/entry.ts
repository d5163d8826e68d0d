/** Texts of the entry: each of the four numbers has a name of its own, so that none is taken for another. */
import type { EntryMessages } from '../entry-messages.ts';

const tries = (count: number): string => (count === 1 ? '1 try' : `${String(count)} tries`);

export const entry: EntryMessages = {
  licenceTitle: 'Enter the licence PIN',
  licenceLead: 'The 4 digits chosen when the licence was added to the card. Not another PIN of the My Number card, and not a number printed on it.',
  licenceField: 'Licence PIN',
  personalTitles: {
    numberB: 'Enter the numbers printed on the card',
    fourteenDigits: 'Enter the numbers printed on the card',
    cardInfoPin: 'Enter the card-info PIN',
    without: 'Continue without personal details',
  },
  personalLead: 'They open name, address, birth date and sex. No PIN is needed here.',
  nothingToType: 'Nothing to type',
  stepOf: (step, of) => `Entry ${String(step)} of ${String(of)}`,

  triesLeft: (count) => `${tries(count)} left`,
  triesUnknown: 'Tries left: not known',
  alreadyVerified: 'Already checked',
  fewTries: (count) => `Only ${tries(count)} left. Do not enter a number you are unsure of.`,
  wrong: {
    licencePin: (triesLeft) => `Wrong licence PIN. ${tries(triesLeft)} left.`,
    numberB: (triesLeft) =>
      `Verification number B does not match. Check date of birth, expiry year and security code, as printed on the card. ${tries(triesLeft)} left.`,
    cardInfoPin: (triesLeft) => `Wrong card-info PIN. ${tries(triesLeft)} left.`,
  },
  blocked: {
    licencePin: 'The licence PIN is locked. A police station or licence centre can unlock it.',
    numberB: 'Verification number B is locked. The holder’s municipal office can unlock it.',
    cardInfoPin: 'The card-info PIN is locked. The holder’s municipal office can unlock it.',
  },
  askedAgain: {
    VERIFIED_STATE_LOST: 'The card was away and no longer remembers the check. Please enter it again.',
    READER_RETURNED:
      'The connection to the reader broke during the check and is there again. Please enter the numbers again. The tries shown were asked of the card just now.',
  },
  checklistTitle: 'It did not match again. Please check',
  checklist: [
    'Is the birth date as printed on the card (Japanese era or Western year)?',
    'Is the expiry year the 4-digit Western year?',
    'Are the last 4 digits the security code below the photo?',
    'Was a PIN entered by mistake?',
  ],

  licenceAbsent: 'There is no licence data on this card. One of these is the reason:',
  licenceAbsentCauses: ['The licence was never added to the card', 'It was not carried over when the card was renewed', 'It exists only on a smartphone'],
  licenceLocked: 'The licence function of this card has been disabled. Ask a police station or licence centre.',
  licenceNoPin: 'No licence PIN is set. The licence can be read without one.',
  personalAbsent: 'Personal details cannot be read from this card.',

  ways: 'How to enter',
  byNumberB: 'Printed numbers, in three parts',
  byFourteenDigits: '14 digits in one go',
  byCardInfoPin: 'Card-info PIN (券面事項入力補助用, 4 digits)',
  withoutPersonal: 'Without personal details',
  wayBlocked: 'locked',

  birthDate: 'Date of birth',
  asPrinted: 'as printed on the card',
  calendar: 'Kind of year',
  calendars: { era: 'Japanese era (昭和, 平成 …)', western: 'Western year', unknownDate: 'Not fully known (6 digits as printed)' },
  eraYear: 'Era year (2 digits, 5 → 05)',
  westernYear: 'Year (4 digits)',
  month: 'Month (2 digits)',
  day: 'Day (2 digits)',
  cardExpiryYear: 'Expiry year of the card',
  cardExpiryHint: '4-digit Western year. Not the expiry of the licence',
  securityCode: 'Security code',
  securityHint: '4 digits below the photo. This is not a PIN',
  fourteenDigits: 'Verification number B (14 digits)',
  fourteenHint: 'Birth date 6 digits + expiry year of the card 4 digits + security code 4 digits',
  cardInfoPin: 'Card-info PIN (券面事項入力補助用)',
  cardInfoPinHint: '4 digits chosen at the municipal office. Not the licence PIN',

  digitsEntered: (count, of) => `${String(count)} of ${String(of)} digits entered`,
  nothingEntered: 'empty',
  missing: (field, count) => `${field}: ${String(count)} more ${count === 1 ? 'digit' : 'digits'} needed.`,
  impossible: {
    birthDate: 'There is no such date of birth. Check that it is as printed, and the kind of year. Nothing has been sent to the card.',
    expiryYear: 'The expiry year of the card is a Western year that begins with 20. Nothing has been sent to the card.',
    securityCode: 'The security code has 4 digits. Nothing has been sent to the card.',
  },
  nothingChosen: 'Nothing is chosen to be read. Press Cancel, or enter one of the two.',

  keypad: 'Keypad',
  eraseOne: 'Erase one',
  eraseAll: 'Erase all',
  decide: 'OK',
  next: 'Next',
  back: 'Back',
  start: 'Start reading',
  skipLicence: 'Continue without the licence',
  maskedNote: 'The digits are not shown on the screen. They are erased as soon as they have been sent to the card.',

  lastTryTitle: 'One try left. Really send it?',
  lastTryText: {
    licencePin: 'If this PIN is wrong, the licence PIN will be locked. Unlocking it takes a visit to a police station or licence centre.',
    numberB: 'If this number is wrong, verification number B will be locked. Unlocking it takes a visit to the municipal office.',
    cardInfoPin: 'If this PIN is wrong, the card-info PIN will be locked. Unlocking it takes a visit to the municipal office.',
  },
  lastTryNo: 'Do not send',
  lastTryYes: 'I am sure: send it',
};
