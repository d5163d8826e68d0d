/** 入力の言葉: 四つの番号を取り違えないように、どれも違う名前で呼ぶ。 */
import type { EntryMessages } from '../entry-messages.ts';

export const entry: EntryMessages = {
  licenceTitle: '免許の暗証番号を入力してください',
  licenceLead: 'マイナ免許証を作ったときに決めた数字4桁です。マイナンバーカードの暗証番号や、カードに印字された番号ではありません。',
  licenceField: '免許の暗証番号',
  personalTitles: {
    numberB: 'カードに印字された番号を入力してください',
    fourteenDigits: 'カードに印字された番号を入力してください',
    cardInfoPin: '券面事項入力補助用の暗証番号を入力してください',
    without: '氏名などを読まずに進みます',
  },
  personalLead: '氏名・住所・生年月日・性別を読むために使います。暗証番号は使いません。',
  nothingToType: '入力するものはありません',
  stepOf: (step, of) => `入力 ${String(step)} / ${String(of)}`,

  triesLeft: (count) => `あと${String(count)}回`,
  triesUnknown: '残り回数不明',
  alreadyVerified: '確認済み',
  fewTries: (count) => `残り${String(count)}回です。確かでない場合は入力しないでください。`,
  wrong: {
    licencePin: (triesLeft) => `免許の暗証番号が違います。あと${String(triesLeft)}回です。`,
    numberB: (triesLeft) =>
      `照合番号Bが一致しません。生年月日・有効期限・セキュリティコードをご確認ください（カードに印字されたとおり）。あと${String(triesLeft)}回です。`,
    cardInfoPin: (triesLeft) => `券面事項入力補助用の暗証番号が違います。あと${String(triesLeft)}回です。`,
  },
  blocked: {
    licencePin: '免許の暗証番号がロックされています。警察署・運転免許センターで解除できます。',
    numberB: '照合番号Bがロックされています。お住まいの市区町村の窓口で解除できます。',
    cardInfoPin: '券面事項入力補助用の暗証番号がロックされています。お住まいの市区町村の窓口で解除できます。',
  },
  askedAgain: {
    VERIFIED_STATE_LOST: 'カードが離れて確認済みの状態が失われたため、もう一度入力してください。',
    READER_RETURNED:
      '確認の途中でリーダーとの接続が切れ、つながり直しました。お手数ですが、もう一度入力してください。残り回数は、いまカードに確かめたものです。',
  },
  checklistTitle: '続けて一致しませんでした。次の点を確かめてください',
  checklist: [
    '生年月日は、カードに印字されたとおり（和暦か西暦か）ですか',
    '有効期限の年は、西暦4桁ですか',
    '最後の4桁は、顔写真の下のセキュリティコードですか',
    '暗証番号を入れていませんか',
  ],

  licenceAbsent: 'このカードに免許情報は記録されていません。次のいずれかです。',
  licenceAbsentCauses: ['マイナンバーカードと免許を一体化していない', 'カードを更新したとき、免許情報が引き継がれていない', 'スマートフォンだけに入っている'],
  licenceLocked: 'カードの中の免許の機能が停止されています。警察署・運転免許センターにご相談ください。',
  licenceNoPin: '免許の暗証番号は設定されていません。入力せずに読み取れます。',
  personalAbsent: 'このカードからは氏名などを読めません。',

  ways: '入力のしかた',
  byNumberB: '印字を3つに分けて入力',
  byFourteenDigits: '14桁を続けて入力',
  byCardInfoPin: '券面事項入力補助用の暗証番号（4桁）',
  withoutPersonal: '氏名などを読まない',
  wayBlocked: 'ロック中',

  birthDate: '生年月日',
  asPrinted: 'カードに印字されたとおり',
  calendar: '年の書き方',
  calendars: { era: '和暦（昭和・平成など）', western: '西暦', unknownDate: '不詳（印字のまま6桁）' },
  eraYear: '年（和暦2桁。例 5年→05）',
  westernYear: '年（西暦4桁）',
  month: '月（2桁）',
  day: '日（2桁）',
  cardExpiryYear: 'カードの有効期限の年',
  cardExpiryHint: '西暦4桁。免許の期限ではありません',
  securityCode: 'セキュリティコード',
  securityHint: '顔写真の下の4桁。暗証番号ではありません',
  fourteenDigits: '照合番号B（14桁）',
  fourteenHint: '生年月日6桁＋カードの有効期限の年4桁＋セキュリティコード4桁',
  cardInfoPin: '券面事項入力補助用の暗証番号',
  cardInfoPinHint: '市区町村の窓口で決めた数字4桁。免許の暗証番号とは別です',

  digitsEntered: (count, of) => `${String(of)}桁のうち${String(count)}桁入力済み`,
  nothingEntered: '未入力',
  missing: (field, count) => `${field}が、あと${String(count)}桁足りません。`,
  impossible: {
    birthDate: 'この生年月日はありません。カードに印字されたとおりか、和暦と西暦の選び方を確かめてください。まだカードには送っていません。',
    expiryYear: 'カードの有効期限の年は、20で始まる西暦4桁です。まだカードには送っていません。',
    securityCode: 'セキュリティコードは数字4桁です。まだカードには送っていません。',
  },
  nothingChosen: '読み取るものが選ばれていません。「中止」を押すか、どちらかを入力してください。',

  keypad: '数字キー',
  eraseOne: '一字消す',
  eraseAll: '全部消す',
  decide: '決定',
  next: '次へ',
  back: '前に戻る',
  start: '読み取りを始める',
  skipLicence: '免許を読まずに進む',
  maskedNote: '入力した数字は画面に出ません。カードに送った後、すぐに消します。',

  lastTryTitle: '残り1回です。本当に送りますか',
  lastTryText: {
    licencePin: 'この暗証番号が違うと、免許の暗証番号がロックされます。解除には警察署か運転免許センターへ行く必要があります。',
    numberB: 'この番号が違うと、照合番号Bがロックされます。解除には市区町村の窓口へ行く必要があります。',
    cardInfoPin: 'この暗証番号が違うと、券面事項入力補助用の暗証番号がロックされます。解除には市区町村の窓口へ行く必要があります。',
  },
  lastTryNo: 'やめる（送らない）',
  lastTryYes: '確かなので送る',
};
