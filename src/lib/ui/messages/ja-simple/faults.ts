/** やさしい日本語: カードを持っている人が出会う障害。機械のことは、係の人に任せる。 */
import type { SimpleFaults } from './clerk-only.ts';

const callStaff = '係《かかり》の人《ひと》を呼《よ》んでください。';
const placeAgain = 'カードをとって、10秒《びょう》待《ま》ってから、もう一度《いちど》置《お》いてください。';
const orStaff = `それでもだめなときは、${callStaff}`;
const again = { todo: `${placeAgain}${orStaff}`, todoAtReader: callStaff };

const readerStopped = { happened: 'カードを読《よ》む機械《きかい》が止《と》まりました。', todo: callStaff } as const;
const readerWrong = { happened: 'カードを読《よ》む機械《きかい》の答《こた》えがおかしいです。', todo: callStaff } as const;
const cardWrong = { happened: 'カードの答《こた》えがおかしいです。', ...again } as const;
const dataWrong = { happened: 'カードのデータを読《よ》むことができません。', todo: callStaff } as const;

export const faults = {
  INTERFACE_BUSY: { happened: 'カードを読《よ》む機械《きかい》を、ほかのソフトが使《つか》っています。', todo: callStaff },
  CLAIM_TIMED_OUT: readerStopped,
  DEVICE_LOST: { happened: 'カードを読《よ》む機械《きかい》とのつながりが切《き》れました。', todo: callStaff },
  ENDPOINT_STALLED: readerStopped,
  BABBLE: readerWrong,
  TRANSFER_FAILED: readerWrong,
  TRANSFER_TIMED_OUT: readerStopped,
  RESET_FAILED: readerStopped,
  PIPE_CLOSED: { happened: 'カードを読《よ》む機械《きかい》とのつながりが切《き》れました。', todo: callStaff },

  READER_LOST: { happened: 'カードを読《よ》む機械《きかい》が見《み》つかりません。', todo: callStaff },
  READER_TRANSFER_FAILED: readerWrong,
  READER_TIMED_OUT: readerStopped,
  READER_MALFORMED_MESSAGE: readerWrong,
  READER_OUT_OF_STEP: readerWrong,
  READER_BUDGET_EXCEEDED: readerWrong,
  SLOT_BUSY: { happened: 'カードを読《よ》む機械《きかい》は、今《いま》いそがしいです。', ...again },
  CARD_ABSENT: { happened: 'カードがありません。', todo: 'カードを置《お》いてください。' },
  CARD_MUTE: { happened: 'カードが答《こた》えません。', ...again },
  CARD_RESET_FAILED: { happened: 'カードが答《こた》えません。', ...again },
  CARD_REMOVED: {
    happened: 'カードがはなれました。',
    todo: 'カードをもう一度《いちど》置《お》いてください。終《お》わるまで、動《うご》かさないでください。',
  },
  CARD_PROTOCOL_UNSUPPORTED: { happened: 'このカードは使《つか》うことができません。', todo: 'マイナンバーカードを置《お》いてください。' },
  READER_REPORTED_ERROR: { happened: 'カードをうまく読《よ》めませんでした。', ...again },
  COMMAND_TOO_LONG: readerWrong,
  CARD_NOT_CONNECTED: { happened: 'カードをうまく読《よ》めませんでした。', ...again },

  RESPONSE_MALFORMED: cardWrong,
  UNEXPECTED_STATUS: cardWrong,
  RESPONSE_LOOP: cardWrong,
  CARD_FILE_TOO_LONG: dataWrong,
  CARD_BUDGET_EXCEEDED: cardWrong,
  VERIFY_NOT_PREPARED: { happened: '残《のこ》りの回数《かいすう》がわからないので、番号《ばんごう》は送《おく》りませんでした。', ...again },

  PIN_SETTING_UNKNOWN: dataWrong,
  CARD_FILE_MALFORMED: dataWrong,
  CARD_FILE_MISSING: dataWrong,
  APPLICATION_LOCKED: { happened: 'このカードは、今《いま》使《つか》うことができません。', todo: callStaff },
  VERIFIED_STATE_LOST: {
    happened: 'カードがはなれたので、はじめからになりました。',
    todo: 'カードを置《お》いて、もう一度《いちど》番号《ばんごう》を入《い》れてください。',
  },
  CREDENTIAL_FORM_INVALID: {
    happened: '数字《すうじ》の数《かず》がちがいます。カードには送《おく》っていません。',
    todo: 'もう一度《いちど》入《い》れてください。',
  },

  NOT_MY_NUMBER_CARD: { happened: 'これはマイナンバーカードではありません。', todo: 'マイナンバーカードを置《お》いてください。' },
  UNSET_PIN_REFUSED: cardWrong,
  UNEXPECTED_FAULT: { happened: 'うまくいきませんでした。', ...again },
} as const satisfies SimpleFaults;
