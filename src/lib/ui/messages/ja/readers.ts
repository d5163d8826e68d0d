/** リーダーについての言葉: ページから使えないリーダーと、ほかの方法。 */
import type { ReaderMessages } from '../reader-messages.ts';

export const readers: ReaderMessages = {
  refusedName: '選ばれたリーダー',
  reachableTitle: 'ページから使える接続口を持つリーダー',
  reachable: [
    'ソニー RC-S300（RC-S300/S、RC-S300/P）',
    'ソニー RC-S380（RC-S380/S、RC-S380/P）',
    'SCR3310-NTTCom、SCR331-DI-NTTCom',
    'OMNIKEY 5321 CLi',
    'HIDブリッジにつないだリーダー',
  ],
  reachableNote: '公開されている資料による一覧です。同じ型番でも、内部のソフトの版や、パソコンの設定により使えないことがあります。',
  otherWaysTitle: '選ばれたリーダーを使うには（管理者の方へ）',
  otherWays: [
    'このページからは、設定を変えても使えません。ブラウザーの制限で、ポリシーでも解除できません。',
    'このアプリを、管理者がパソコンに入れる形（Isolated Web App、usb-unrestricted の許可付き）にすれば、使えることがあります（npm run build:iwa、docs/isolated-web-app.md）。',
    'ChromeOS では、その Isolated Web App から Web Smart Card API と Smart Card Connector を通して使う方法があります。',
  ],
  chooseCardTitle: 'どのカードを確認しますか',
  cardsLying: (count) =>
    count === 1
      ? 'カードが置かれたままです。そのカードを確認するときは、下のボタンを押してください。'
      : 'カードが複数置かれています。確認するカードを選んでください。どれかわからないときは、確認するカードを置き直してください。',
  chooseCard: (slot) => `読み取り口${String(slot + 1)}のカードを確認する`,
  otherReadersTitle: '別のリーダーを使う',
  readerInUse: '使用中のリーダー',
  useReader: (name) => `「${name}」を使う`,
  connectAnother: '一覧から選ぶ',
  connectAnotherHint: '使うリーダーをブラウザーの一覧から選びます。いまのリーダーは、選んだリーダーに切り替わります。',
};
