/** やさしい日本語: 待つ、読む、返す、時間切れ、読んだものと残すもの。 */
import type { SimpleScreens } from './clerk-only.ts';

const erased = '入《い》れた番号《ばんごう》と読《よ》んだものは、消《け》しました。';

export const screens: SimpleScreens = {
  appName: '窓口《まどぐち》',
  counterTitle: '免許《めんきょ》をしらべます',
  skipToMain: '本文《ほんぶん》へ',
  language: '言語 / Language',
  readings: 'ふりがな',
  loading: '準備《じゅんび》しています…',
  neverReads: 'マイナンバーは読《よ》みません',
  neverReadsMore: '12の数字《すうじ》のマイナンバーは、読《よ》みません。書《か》いておくこともありません。',

  readerChip: 'カードリーダー',
  readerNone: 'ありません',
  readerOccupied: 'ほかのソフトが使《つか》っています',
  readerWorking: '読《よ》んでいます',
  readerIdle: '使《つか》えます',

  noReaderTitle: 'カードを読《よ》む機械《きかい》がありません',
  waitingTitle: 'カードを置《お》いてください',
  waitingLead:
    '「マイナ免許証《めんきょしょう》」を機械《きかい》の上《うえ》に置《お》いてください。「マイナ免許証《めんきょしょう》」は、免許《めんきょ》を入《い》れたマイナンバーカードです。',
  waitingHint: '読《よ》めないときは、カードだけを置《お》いてください。ほかのカードは、はなしてください。',
  notices: {
    TIMED_OUT: `何《なに》もしない時間《じかん》が長《なが》かったので、${erased}`,
    CANCELLED: `やめました。${erased}`,
    VERIFIED_STATE_LOST: 'カードがはなれました。もう一度《いちど》カードを置《お》いてください。',
    READER_RETURNED: 'カードを読《よ》む機械《きかい》とのつながりが切《き》れて、もとにもどりました。カードを置《お》いて、はじめからしてください。',
  },
  inspectingTitle: 'カードを見《み》ています',
  doNotRemove: 'カードを動《うご》かさないでください',
  readingTitle: '読《よ》んでいます',
  bytesRead: (received, expected) => `${String(received)} / ${String(expected)} バイト`,
  stepDone: '終《お》わりました',
  stepNow: '今《いま》',
  stepLater: 'これから',
  cancel: 'やめる',
  stopping: 'もうすぐやめます',
  cardAwayTitle: 'カードがはなれました',
  cardAwayLead: '同《おな》じカードをもう一度《いちど》置《お》いてください。番号《ばんごう》をもう一度《いちど》聞《き》くことがあります。',
  faultTitle: '読《よ》むことができませんでした',
  faultCode: (code) => `コード: ${code}`,
  faultCardPresent: 'カードは、まだ機械《きかい》の上《うえ》にあります。',
  faultCardGone: 'カードは、機械《きかい》の上《うえ》にありません。',
  endCheck: '終《お》わって、カードを返《かえ》す',
  returnTitle: 'カードを取《と》ってください',
  returnLead: 'カードを忘《わす》れないでください。読《よ》んだものは、もう消《け》しました。',
  cardReturned: 'カードを取《と》りました',

  idleTitle: 'まだ使《つか》いますか',
  idleText: (seconds) => `あと${String(seconds)}秒《びょう》で、入《い》れた番号《ばんごう》と読《よ》んだものを消《け》します。`,
  idleContinue: '使《つか》う',

  receiptTitle: '読《よ》んだもの・残《のこ》すもの',
  receiptRead: '読《よ》んだもの',
  receiptKept: 'この機械《きかい》に残《のこ》すもの',
  receiptNotKept: '残《のこ》さないもの',
  receiptNever: 'マイナンバーは読《よ》んでいません。',
  readLicence: (items) => `免許《めんきょ》のデータ（${items.join('・')}）`,
  readLicenceUnclear: '免許《めんきょ》のデータ（読《よ》みかたがわからないもの）',
  readLicenceSignature: '免許《めんきょ》が本物《ほんもの》だというしるし',
  readPersonalUnclear: '名前《なまえ》などのデータ（読《よ》みかたがわからないもの）',
  readPersonalSignature: '名前《なまえ》などが本物《ほんもの》だというしるし',
  readNothing: 'ありません',
  kept: {
    time: 'しらべた時間《じかん》',
    verdicts: 'しらべてわかったこと',
    anchors: '本物《ほんもの》かどうかをしらべるために使《つか》ったもの',
    numberHash: '免許《めんきょ》の番号《ばんごう》から作《つく》った、もとにもどせないしるし',
    reader: 'カードを読《よ》む機械《きかい》の名前《なまえ》',
    build: 'ソフトの番号《ばんごう》',
  },
  keptNothing: 'ありません（書《か》いておくことができませんでした）',
  notKept:
    '名前《なまえ》、住所《じゅうしょ》、生《う》まれた日《ひ》、性別《せいべつ》、免許《めんきょ》の番号《ばんごう》、写真《しゃしん》、入《い》れた番号《ばんごう》',
  takeCardFirst: 'カードは、まだ機械《きかい》の上《うえ》にあります。',

  lostTitle: 'このページはありません',
  lostLead: 'アドレスがちがいます。カードは読《よ》んでいません。',
};
