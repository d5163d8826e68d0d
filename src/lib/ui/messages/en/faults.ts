/** The words of faults: what happened, what to do. `tryUsed` follows and speaks of the PIN counter. */
import type { FaultCode, FaultWords } from '../messages.ts';

const replugText = 'Re-plug the USB cable of the reader and press “Connect reader” again.';
const returnFirst = 'Press “Finish and return the card” and give the card back.';
/** While a card lies there, the only button is the one that ends: the cable comes after it. */
const replugAtCard = `${returnFirst} If it happens again, re-plug the USB cable of the reader after that.`;
const replug = { todo: replugText, todoAtCard: replugAtCard };
const placeAgain = 'Take the card away, wait about ten seconds and place it again.';
const tellSupport = 'If it happens again, tell support the small code below.';
const logStopped = 'Do not treat this check as recorded.';

export const faults = {
  WEBUSB_UNSUPPORTED: { happened: 'This browser cannot use card readers.', todo: 'Open this page in Google Chrome or Microsoft Edge on a computer.' },
  WEBHID_UNSUPPORTED: {
    happened: 'Readers behind a HID bridge cannot be used here.',
    todo: 'Check that this is Google Chrome or Microsoft Edge on a computer, or use a reader that connects by USB directly.',
  },
  NO_DEVICE_CHOSEN: {
    happened: 'No reader was chosen.',
    todo: 'Press “Connect reader”, select the reader in the list and press Connect.',
    todoAtCard: returnFirst,
  },
  ACCESS_DENIED: {
    happened: 'The settings of this computer do not allow the reader to be opened.',
    todo: 'Ask the administrator of this computer to let the browser use the reader.',
  },
  INTERFACE_BUSY: {
    happened: 'Another program, or another tab of this page, is using the reader.',
    todo: 'Close that program or tab and press “Connect reader” again.',
    todoAtCard: `Close that program or tab. ${returnFirst}`,
  },
  PROTECTED_CLASS: {
    happened: 'Browsers do not let pages use this kind of reader.',
    todo: 'It is not broken. Connect a different, supported reader.',
  },
  NO_USABLE_INTERFACE: { happened: 'The chosen device is not a supported card reader.', todo: 'Choose a supported reader.' },
  CLAIM_TIMED_OUT: { happened: 'The reader did not become ready in time.', ...replug },
  DEVICE_LOST: { happened: 'The connection to the reader was lost.', ...replug },
  ENDPOINT_STALLED: { happened: 'The reader stopped communicating.', ...replug },
  BABBLE: { happened: 'The reader sent more data than allowed; it was not used.', ...replug },
  TRANSFER_FAILED: { happened: 'Communication with the reader failed.', ...replug },
  TRANSFER_TIMED_OUT: { happened: 'The reader does not answer.', ...replug },
  CONTROL_REFUSED: { happened: 'The browser did not allow an operation on the reader.', todo: 'Connect a different, supported reader.' },
  RESET_FAILED: { happened: 'The reader could not be reset.', ...replug },
  PIPE_CLOSED: { happened: 'The connection to the reader has ended.', todo: 'Press “Connect reader”.', todoAtCard: replugAtCard },
  DESCRIPTOR_MALFORMED: { happened: 'The reader describes itself incorrectly.', todo: `Connect a different, supported reader. ${tellSupport}` },

  READER_LOST: { happened: 'The reader is no longer there.', ...replug },
  READER_TRANSFER_FAILED: { happened: 'Communication with the reader failed.', ...replug },
  READER_DESCRIPTOR_INVALID: { happened: 'The abilities of the reader could not be read.', todo: `Connect a different, supported reader. ${tellSupport}` },
  READER_UNSUPPORTED: { happened: 'This kind of reader is not supported yet.', todo: 'Connect a different, supported reader.' },
  READER_TIMED_OUT: { happened: 'The reader does not answer.', ...replug },
  READER_MALFORMED_MESSAGE: {
    happened: 'The reader sent an incorrect answer; it was not used.',
    todo: `${replugText} ${tellSupport}`,
    todoAtCard: `${replugAtCard} ${tellSupport}`,
  },
  READER_OUT_OF_STEP: { happened: 'The answers of the reader are out of order.', ...replug },
  READER_BUDGET_EXCEEDED: { happened: 'The reader’s answer did not end, so reading was stopped.', ...replug },
  SLOT_BUSY: { happened: 'The reader is busy.', todo: 'Wait a moment, then place the card again.', todoAtReader: replugText },
  CARD_ABSENT: { happened: 'There is no card on the reader.', todo: 'Place the card on the reader.' },
  CARD_MUTE: { happened: 'The card does not answer.', todo: 'Check which way round it lies and place it again. Keep the reader off metal desks.' },
  CARD_RESET_FAILED: { happened: 'Communication with the card could not be started.', todo: placeAgain },
  CARD_REMOVED: { happened: 'The card moved away.', todo: 'Place it again and do not move it until reading has finished.' },
  CARD_PROTOCOL_UNSUPPORTED: { happened: 'The way this card communicates is not supported.', todo: 'Check that it is a My Number card.' },
  READER_REPORTED_ERROR: { happened: 'The reader reported an error.', todo: `${placeAgain} ${tellSupport}`, todoAtReader: `${replugText} ${tellSupport}` },
  COMMAND_TOO_LONG: { happened: 'A command was longer than the reader or card can take.', todo: `Try a different, supported reader. ${tellSupport}` },
  CARD_NOT_CONNECTED: { happened: 'Communication with the card has not started.', todo: placeAgain },

  APDU_INVALID: { happened: 'Reading was stopped because of a fault in this software.', todo: tellSupport },
  COMMAND_NOT_ALLOWED: { happened: 'A command that is not permitted was stopped before it reached the card.', todo: tellSupport },
  RESPONSE_MALFORMED: { happened: 'The card sent an incorrect answer; it was not used.', todo: `${placeAgain} ${tellSupport}` },
  UNEXPECTED_STATUS: { happened: 'The card gave an answer that was not expected.', todo: `${placeAgain} ${tellSupport}` },
  RESPONSE_LOOP: { happened: 'The card kept repeating an answer, so reading was stopped.', todo: `${placeAgain} ${tellSupport}` },
  CARD_FILE_TOO_LONG: { happened: 'The data on the card is longer than allowed, so reading was stopped.', todo: tellSupport },
  CARD_BUDGET_EXCEEDED: { happened: 'Too many exchanges with the card, so reading was stopped.', todo: `${placeAgain} ${tellSupport}` },
  VERIFY_NOT_PREPARED: { happened: 'The tries left could not be confirmed, so the PIN was not sent.', todo: placeAgain },

  PIN_SETTING_UNKNOWN: { happened: 'The PIN setting of the card could not be read, so no PIN was sent.', todo: tellSupport },
  CARD_FILE_MALFORMED: { happened: 'The data format on the card could not be read.', todo: `${placeAgain} ${tellSupport}` },
  CARD_FILE_MISSING: { happened: 'Data that should be on the card is missing.', todo: tellSupport },
  APPLICATION_LOCKED: {
    happened: 'A function of this card has been disabled.',
    todo: 'Ask a police station or licence centre about the licence, and a municipal office about the personal details.',
  },
  VERIFIED_STATE_LOST: { happened: 'The card no longer remembers that the PIN was checked.', todo: 'Place the card again and enter the PIN again.' },
  CREDENTIAL_FORM_INVALID: { happened: 'The number of digits is not right, so nothing was sent to the card.', todo: 'Please enter it again.' },

  DER_REFUSED: { happened: 'A registered verification key has an incorrect form.', todo: 'Tell the person who registered the keys.' },
  CERTIFICATE_UNREADABLE: { happened: 'A registered certificate could not be read.', todo: 'Tell the person who registered the keys.' },
  ANCHOR_INVALID: { happened: 'A registered verification key is not valid.', todo: 'Tell the person who registered the keys.' },

  LOG_UNAVAILABLE: { happened: 'This browser cannot store the log.', todo: `In a private window, use a normal window instead. ${logStopped}` },
  LOG_READ_ONLY: { happened: 'Another tab is writing the log, so this tab cannot.', todo: `Close the other tabs and reopen this page. ${logStopped}` },
  LOG_APPEND_FAILED: { happened: 'The log entry was not stored.', todo: `Check the free space of this computer. ${logStopped}` },
  LOG_CORRUPT: {
    happened: 'The stored log contradicts itself. Nothing new is written.',
    todo: `Export and keep the log, and tell the administrator. ${logStopped}`,
  },
  LOG_LOST: { happened: 'The stored log has disappeared from this browser.', todo: `Tell the administrator. ${logStopped}` },
  LOG_BLOCKED: {
    happened: 'Another tab with an older version is open, so the log cannot be opened.',
    todo: `Close all other tabs and reopen this page. ${logStopped}`,
  },
  LOG_VERSION_NEWER: {
    happened: 'The log was made by a newer version of this page.',
    todo: `Close all other tabs and reload the page to get the newer version. ${logStopped}`,
  },
  LOG_KEY_UNUSABLE: {
    happened: 'The key that keeps licence numbers out of the log is damaged.',
    todo: `Export and keep the log, and tell the administrator. ${logStopped}`,
  },
  RECORD_REFUSED: { happened: 'The entry held something the log must not keep, so it was not written.', todo: `${tellSupport} ${logStopped}` },

  NOT_HEXADECIMAL: { happened: 'The data format could not be read.', todo: tellSupport },
  TLV_MALFORMED: { happened: 'The data on the card is not structured correctly.', todo: `${placeAgain} ${tellSupport}` },
  TEXT_UNDECODABLE: { happened: 'Text on the card could not be read.', todo: tellSupport },
  DATE_INVALID: { happened: 'A date on the card could not be read.', todo: tellSupport },

  NOT_MY_NUMBER_CARD: { happened: 'This is not a My Number card.', todo: 'Place a My Number card. Conventional licences cannot be read on this screen.' },
  UNSET_PIN_REFUSED: { happened: 'No PIN is set, and yet the card refused to be read.', todo: `${placeAgain} ${tellSupport}` },
  UNEXPECTED_FAULT: {
    happened: 'Something unexpected happened, so the check was stopped.',
    todo: `${placeAgain} ${tellSupport}`,
    todoAtReader: `${replugText} ${tellSupport}`,
  },

  CARD_IMAGE_INVALID: { happened: 'This file is not a practice card.', todo: 'Choose a practice card file (ending in .json).' },
  SIMULATOR_UNEXPECTED_INPUT: { happened: 'The practice reader received a command it did not expect.', todo: tellSupport },
} as const satisfies Record<FaultCode, FaultWords>;

export const tryUsed = {
  no: 'This interruption cost no PIN try.',
  unknown: 'It could not be confirmed whether this interruption cost a PIN try. The tries left are shown when the card is placed again.',
} as const;
