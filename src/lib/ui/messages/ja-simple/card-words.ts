/** やさしい日本語: 番号の名前、読み取りの順番、リーダーとカードを選ぶとき。 */
import type { Messages } from '../messages.ts';
import type { SimpleReaders } from './clerk-only.ts';

export const tryUsed = {
  no: '番号《ばんごう》を入《い》れることができる回数《かいすう》は、減《へ》っていません。',
  unknown: '回数《かいすう》が減《へ》ったかどうか、わかりません。次《つぎ》にカードを置《お》くと、残《のこ》りの回数《かいすう》がわかります。',
} as const satisfies Messages['tryUsed'];

export const credentials = {
  licencePin: '免許《めんきょ》の暗証番号《あんしょうばんごう》',
  numberB: 'カードに書《か》いてある番号《ばんごう》（照合番号《しょうごうばんごう》B）',
  cardInfoPin: '券面事項入力補助用《けんめんじこうにゅうりょくほじょよう》の暗証番号《あんしょうばんごう》',
} as const satisfies Messages['credentials'];

export const steps = {
  selectLicence: '免許《めんきょ》のデータをさがします',
  askLicenceTries: '残《のこ》りの回数《かいすう》を聞《き》きます',
  verifyLicencePin: '免許《めんきょ》の暗証番号《あんしょうばんごう》をカードに聞《き》きます',
  readLicenceRecord: '免許《めんきょ》のデータを読《よ》みます',
  readLicenceSignature: '免許《めんきょ》のしるしを読《よ》みます',
  selectCardInfo: '名前《なまえ》などのデータをさがします',
  askPersonalTries: '残《のこ》りの回数《かいすう》を聞《き》きます',
  verifyPersonal: 'カードの番号《ばんごう》をカードに聞《き》きます',
  readPersonalDetails: '名前《なまえ》・住所《じゅうしょ》・生《う》まれた日《ひ》・性別《せいべつ》を読《よ》みます',
  readDigests: '名前《なまえ》などのしるしを読《よ》みます',
  readIssuerCertificate: 'カードを作《つく》ったところのしるしを読《よ》みます',
  judge: '本物《ほんもの》かどうか、しらべます',
  record: 'しらべたことを書《か》いておきます',
} as const satisfies Messages['steps'];

export const readers: SimpleReaders = {
  chooseCardTitle: 'どのカードを読《よ》みますか',
  cardsLying: (count) =>
    count === 1
      ? 'カードが置《お》いてあります。そのカードを読《よ》むときは、下《した》のボタンをおしてください。'
      : 'カードが何枚《なんまい》も置《お》いてあります。読《よ》むカードをえらんでください。わからないときは、カードを置《お》きなおしてください。',
  chooseCard: (slot) => `${String(slot + 1)}番目《ばんめ》のカードを読《よ》む`,
  otherReadersTitle: 'ほかのカードリーダーを使《つか》う',
  readerInUse: '今《いま》のカードリーダー',
  useReader: (name) => `「${name}」を使《つか》う`,
  connectAnother: '表《ひょう》からえらぶ',
};
