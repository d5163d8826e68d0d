/** やさしい日本語: 番号を入れる画面。 */
import type { EntryMessages } from '../entry-messages.ts';

const pin = '暗証番号《あんしょうばんごう》';
const licencePin = `免許《めんきょ》の${pin}`;
const numberB = 'カードに書《か》いてある番号《ばんごう》';
const cardInfoPin = `券面事項入力補助用《けんめんじこうにゅうりょくほじょよう》の${pin}`;
const police = '警察署《けいさつしょ》か運転免許《うんてんめんきょ》センター';
const townOffice = '住《す》んでいる町《まち》の役所《やくしょ》';
const left = (count: number): string => `あと${String(count)}回《かい》入《い》れることができます。`;
const again = 'もう一度《いちど》入《い》れてください。';
const notSent = 'まだカードには送《おく》っていません。';

export const entry: EntryMessages = {
  licenceTitle: `${licencePin}を入《い》れてください`,
  licenceLead:
    '「マイナ免許証《めんきょしょう》」を作《つく》ったときに、自分《じぶん》で決《き》めた４つの数字《すうじ》です。カードには書《か》いてありません。',
  licenceField: licencePin,
  personalTitles: {
    numberB: `${numberB}を入《い》れてください`,
    fourteenDigits: `${numberB}を入《い》れてください`,
    cardInfoPin: `${cardInfoPin}を入《い》れてください`,
    without: '名前《なまえ》などを読《よ》まないで進《すす》みます',
  },
  personalLead: `名前《なまえ》・住所《じゅうしょ》・生《う》まれた日《ひ》・性別《せいべつ》を読《よ》むために使《つか》います。${pin}は入《い》れません。`,
  nothingToType: '入《い》れるものはありません',
  stepOf: (step, of) => `${String(of)}つのうち ${String(step)}つ目《め》`,

  triesLeft: (count) => `あと${String(count)}回《かい》`,
  triesUnknown: '残《のこ》りの回数《かいすう》はわかりません',
  alreadyVerified: '終《お》わりました',
  fewTries: (count) => `あと${String(count)}回《かい》だけです。番号《ばんごう》がわからないときは、入《い》れないでください。`,
  wrong: {
    licencePin: (triesLeft) => `${licencePin}がちがいます。${left(triesLeft)}`,
    numberB: (triesLeft) => `${numberB}がちがいます。カードをよく見《み》て、${again}${left(triesLeft)}`,
    cardInfoPin: (triesLeft) => `${cardInfoPin}がちがいます。${left(triesLeft)}`,
  },
  blocked: {
    licencePin: `${licencePin}は、もう使《つか》うことができません。${police}に行《い》ってください。`,
    numberB: `${numberB}は、もう使《つか》うことができません。${townOffice}に行《い》ってください。`,
    cardInfoPin: `${cardInfoPin}は、もう使《つか》うことができません。${townOffice}に行《い》ってください。`,
  },
  askedAgain: {
    VERIFIED_STATE_LOST: `カードがはなれました。${again}`,
    READER_RETURNED: `カードを読《よ》む機械《きかい》とのつながりが切《き》れて、もとにもどりました。${again}残《のこ》りの回数《かいすう》は、今《いま》カードに聞《き》きました。`,
  },
  checklistTitle: '２回《かい》ちがいました。よく見《み》てください',
  checklist: [
    '生《う》まれた日《ひ》は、カードに書《か》いてあるとおりですか',
    'カードが使《つか》える最後《さいご》の年《とし》は、４つの数字《すうじ》ですか（例《れい》：2030）',
    '最後《さいご》の４つの数字《すうじ》は、写真《しゃしん》の下《した》の番号《ばんごう》ですか',
    `${pin}を入《い》れていませんか`,
  ],

  licenceAbsent: 'このカードに免許《めんきょ》のデータはありません。次《つぎ》のどれかです。',
  licenceAbsentCauses: [
    'このカードに免許《めんきょ》をまだ入《い》れていない',
    '新《あたら》しいカードになったとき、免許《めんきょ》を入《い》れていない',
    '免許《めんきょ》がスマートフォンだけにある',
  ],
  licenceLocked: `カードの中《なか》の免許《めんきょ》は、今《いま》使《つか》うことができません。${police}で聞《き》いてください。`,
  licenceNoPin: `${licencePin}はありません。入《い》れないで読《よ》むことができます。`,
  personalAbsent: 'このカードから名前《なまえ》などを読《よ》むことができません。',

  ways: '入《い》れかた',
  byNumberB: `${numberB}を３つに分《わ》けて入《い》れる`,
  byFourteenDigits: '14の数字《すうじ》を続《つづ》けて入《い》れる',
  byCardInfoPin: `${cardInfoPin}（４つの数字《すうじ》）`,
  withoutPersonal: '名前《なまえ》などを読《よ》まない',
  wayBlocked: '使《つか》えません',

  birthDate: '生《う》まれた日《ひ》',
  asPrinted: 'カードに書《か》いてあるとおりに',
  calendar: '年《とし》の書《か》きかた',
  calendars: {
    era: '昭和《しょうわ》・平成《へいせい》・令和《れいわ》など',
    western: '西暦《せいれき》（例《れい》：1990）',
    unknownDate: 'わからないところがある（書《か》いてあるとおりに６つの数字《すうじ》）',
  },
  eraYear: '年《ねん》（２つの数字《すうじ》。5年《ねん》は05）',
  westernYear: '年《ねん》（４つの数字《すうじ》）',
  month: '月《がつ》（２つの数字《すうじ》）',
  day: '日《にち》（２つの数字《すうじ》）',
  cardExpiryYear: 'カードが使《つか》える最後《さいご》の年《とし》',
  cardExpiryHint: '４つの数字《すうじ》。免許《めんきょ》の年《とし》ではありません',
  securityCode: '写真《しゃしん》の下《した》の番号《ばんごう》',
  securityHint: `４つの数字《すうじ》。${pin}ではありません`,
  fourteenDigits: '照合番号《しょうごうばんごう》B（14の数字《すうじ》）',
  fourteenHint:
    '生《う》まれた日《ひ》（６つ）＋カードが使《つか》える最後《さいご》の年《とし》（４つ）＋写真《しゃしん》の下《した》の番号《ばんごう》（４つ）',
  cardInfoPin,
  cardInfoPinHint: `役所《やくしょ》で決《き》めた４つの数字《すうじ》。${licencePin}ではありません`,

  digitsEntered: (count, of) => `${String(of)}のうち${String(count)}つの数字《すうじ》が入《はい》りました`,
  nothingEntered: 'まだ入《はい》っていません',
  missing: (field, count) => `${field}：あと${String(count)}つの数字《すうじ》を入《い》れてください。`,
  impossible: {
    birthDate: `その日《ひ》はありません。カードをよく見《み》てください。${notSent}`,
    expiryYear: `カードが使《つか》える最後《さいご》の年《とし》は、20で始《はじ》まる４つの数字《すうじ》です。${notSent}`,
    securityCode: `写真《しゃしん》の下《した》の番号《ばんごう》は、４つの数字《すうじ》です。${notSent}`,
  },
  nothingChosen: '読《よ》むものがありません。「やめる」をおすか、番号《ばんごう》を入《い》れてください。',

  keypad: '数字《すうじ》のボタン',
  eraseOne: 'ひとつ消《け》す',
  eraseAll: '全部《ぜんぶ》消《け》す',
  decide: '決《き》める',
  next: '次《つぎ》へ',
  back: '前《まえ》へ',
  start: '読《よ》みはじめる',
  skipLicence: '免許《めんきょ》を読《よ》まないで進《すす》む',
  maskedNote: '入《い》れた数字《すうじ》は画面《がめん》に出《で》ません。カードに送《おく》ったら、すぐに消《け》します。',

  lastTryTitle: 'あと１回《かい》です。送《おく》りますか',
  lastTryText: {
    licencePin: `まちがえると、免許《めんきょ》を読《よ》むことができなくなります。${police}に行《い》かなければなりません。`,
    numberB: `まちがえると、この番号《ばんごう》が使《つか》えなくなります。${townOffice}に行《い》かなければなりません。`,
    cardInfoPin: `まちがえると、この${pin}が使《つか》えなくなります。${townOffice}に行《い》かなければなりません。`,
  },
  lastTryNo: '送《おく》らない',
  lastTryYes: '番号《ばんごう》がわかるので、送《おく》る',
};
