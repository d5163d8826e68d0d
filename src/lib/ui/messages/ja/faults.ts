/** 障害の言葉: 何が起きたか、何をすればよいか。暗証番号の回数については `tryUsed` が続く。 */
import type { FaultCode, FaultWords } from '../messages.ts';

const replugText = 'リーダーのUSBケーブルを差し直し、もう一度「リーダーを接続」を押してください。';
const returnFirst = '「終了してカードを返す」を押し、カードを返してください。';
/** While a card lies there, the only button is the one that ends: the cable comes after it. */
const replugAtCard = `${returnFirst}続くときは、その後でリーダーのUSBケーブルを差し直してください。`;
const replug = { todo: replugText, todoAtCard: replugAtCard };
const placeAgain = 'カードを一度取り、10秒ほど待ってから置き直してください。';
const tellSupport = '続くときは、下の小さなコードを担当者に伝えてください。';
const logStopped = 'この確認を「記録済み」として扱わないでください。';

export const faults = {
  WEBUSB_UNSUPPORTED: {
    happened: 'このブラウザーではカードリーダーを使えません。',
    todo: 'パソコンの Google Chrome か Microsoft Edge でこのページを開いてください。',
  },
  WEBHID_UNSUPPORTED: {
    happened: 'ここでは、HIDブリッジ経由のリーダーを使えません。',
    todo: 'パソコンの Google Chrome か Microsoft Edge で開いているか確かめるか、USBで直接つなぐリーダーを使ってください。',
  },
  NO_DEVICE_CHOSEN: {
    happened: 'リーダーが選ばれませんでした。',
    todo: '「リーダーを接続」を押し、一覧からリーダーを選んで「接続」を押してください。',
    todoAtCard: returnFirst,
  },
  ACCESS_DENIED: {
    happened: 'このパソコンの設定により、リーダーを開けませんでした。',
    todo: 'パソコンの管理者に、ブラウザーからリーダーを使えるようにする設定を依頼してください。',
  },
  INTERFACE_BUSY: {
    happened: 'ほかのソフト、またはこのページの別のタブがリーダーを使用中です。',
    todo: 'そのソフトやタブを閉じ、もう一度「リーダーを接続」を押してください。',
    todoAtCard: `そのソフトやタブを閉じてください。${returnFirst}`,
  },
  PROTECTED_CLASS: {
    happened: 'このリーダーは、ブラウザーの決まりによりページから使えない種類です。',
    todo: '故障ではありません。対応している別のリーダーを接続してください。',
  },
  NO_USABLE_INTERFACE: { happened: '選ばれた機器は、対応しているカードリーダーではありません。', todo: '対応しているリーダーを選び直してください。' },
  CLAIM_TIMED_OUT: { happened: 'リーダーの準備が時間内に終わりませんでした。', ...replug },
  DEVICE_LOST: { happened: 'リーダーとの接続が切れました。', ...replug },
  ENDPOINT_STALLED: { happened: 'リーダーが通信を止めました。', ...replug },
  BABBLE: { happened: 'リーダーが決まりより多いデータを送ってきたため、使いませんでした。', ...replug },
  TRANSFER_FAILED: { happened: 'リーダーとの通信に失敗しました。', ...replug },
  TRANSFER_TIMED_OUT: { happened: 'リーダーが応答しません。', ...replug },
  CONTROL_REFUSED: { happened: 'ブラウザーがリーダーへの操作を許可しませんでした。', todo: '対応している別のリーダーを接続してください。' },
  RESET_FAILED: { happened: 'リーダーを初期の状態に戻せませんでした。', ...replug },
  PIPE_CLOSED: { happened: 'リーダーとの接続は終わっています。', todo: '「リーダーを接続」を押してください。', todoAtCard: replugAtCard },
  DESCRIPTOR_MALFORMED: { happened: 'リーダーの自己紹介のデータが正しくありません。', todo: `対応している別のリーダーを接続してください。${tellSupport}` },

  READER_LOST: { happened: 'リーダーが見つからなくなりました。', ...replug },
  READER_TRANSFER_FAILED: { happened: 'リーダーとの通信に失敗しました。', ...replug },
  READER_DESCRIPTOR_INVALID: { happened: 'リーダーの性能の情報を読めませんでした。', todo: `対応している別のリーダーを接続してください。${tellSupport}` },
  READER_UNSUPPORTED: { happened: 'このリーダーの方式にはまだ対応していません。', todo: '対応している別のリーダーを接続してください。' },
  READER_TIMED_OUT: { happened: 'リーダーが応答しません。', ...replug },
  READER_MALFORMED_MESSAGE: {
    happened: 'リーダーから正しくない応答が届いたため、使いませんでした。',
    todo: `${replugText}${tellSupport}`,
    todoAtCard: `${replugAtCard}${tellSupport}`,
  },
  READER_OUT_OF_STEP: { happened: 'リーダーの応答の順番が合いません。', ...replug },
  READER_BUDGET_EXCEEDED: { happened: 'リーダーの応答が終わらないため、読み取りを止めました。', ...replug },
  SLOT_BUSY: { happened: 'リーダーが別の処理中です。', todo: '少し待ってから、カードを置き直してください。', todoAtReader: replugText },
  CARD_ABSENT: { happened: 'カードが置かれていません。', todo: 'カードをリーダーに置いてください。' },
  CARD_MUTE: { happened: 'カードが応答しません。', todo: '向きと位置を確かめ、置き直してください。金属の机からは離してください。' },
  CARD_RESET_FAILED: { happened: 'カードとの通信を始められませんでした。', todo: placeAgain },
  CARD_REMOVED: { happened: '途中でカードが離れました。', todo: 'カードを置き直してください。読み終わるまで動かさないでください。' },
  CARD_PROTOCOL_UNSUPPORTED: { happened: 'カードの通信方式に対応していません。', todo: 'マイナンバーカードかどうか確かめてください。' },
  READER_REPORTED_ERROR: { happened: 'リーダーがエラーを知らせました。', todo: `${placeAgain}${tellSupport}`, todoAtReader: `${replugText}${tellSupport}` },
  COMMAND_TOO_LONG: { happened: 'リーダーかカードが扱える長さを超えました。', todo: `対応している別のリーダーで試してください。${tellSupport}` },
  CARD_NOT_CONNECTED: { happened: 'カードとの通信が始まっていません。', todo: placeAgain },

  APDU_INVALID: { happened: 'このソフトの不具合により、読み取りを止めました。', todo: tellSupport },
  COMMAND_NOT_ALLOWED: { happened: '許可していない命令だったため、カードには送らずに止めました。', todo: tellSupport },
  RESPONSE_MALFORMED: { happened: 'カードから正しくない応答が届いたため、使いませんでした。', todo: `${placeAgain}${tellSupport}` },
  UNEXPECTED_STATUS: { happened: 'カードから予想していない応答が届きました。', todo: `${placeAgain}${tellSupport}` },
  RESPONSE_LOOP: { happened: 'カードが同じ応答を繰り返すため、読み取りを止めました。', todo: `${placeAgain}${tellSupport}` },
  CARD_FILE_TOO_LONG: { happened: 'カードのデータが決まりより長いため、読み取りを止めました。', todo: tellSupport },
  CARD_BUDGET_EXCEEDED: { happened: 'カードとのやり取りが多すぎるため、読み取りを止めました。', todo: `${placeAgain}${tellSupport}` },
  VERIFY_NOT_PREPARED: { happened: '残り回数を確かめられないため、暗証番号は送りませんでした。', todo: placeAgain },

  PIN_SETTING_UNKNOWN: { happened: '暗証番号の設定を読み取れないため、暗証番号は送りませんでした。', todo: tellSupport },
  CARD_FILE_MALFORMED: { happened: 'カードのデータの形式を確認できません。', todo: `${placeAgain}${tellSupport}` },
  CARD_FILE_MISSING: { happened: 'カードにあるはずのデータがありません。', todo: tellSupport },
  APPLICATION_LOCKED: {
    happened: 'カードの中の機能が停止されています。',
    todo: '免許の記録は警察署・運転免許センター、氏名などは市区町村の窓口で確認できます。',
  },
  VERIFIED_STATE_LOST: { happened: '暗証番号を確認した状態がカードから失われました。', todo: 'カードを置き直し、もう一度入力してください。' },
  CREDENTIAL_FORM_INVALID: { happened: '番号の桁数が正しくないため、カードには送りませんでした。', todo: 'もう一度入力してください。' },

  DER_REFUSED: { happened: '登録された検証鍵の形式が正しくありません。', todo: '検証鍵を登録した担当者に伝えてください。' },
  CERTIFICATE_UNREADABLE: { happened: '登録された証明書を読めません。', todo: '検証鍵を登録した担当者に伝えてください。' },
  ANCHOR_INVALID: { happened: '登録された検証鍵が正しくありません。', todo: '検証鍵を登録した担当者に伝えてください。' },

  LOG_UNAVAILABLE: { happened: 'このブラウザーに記録を保存できません。', todo: `シークレットウィンドウなら通常のウィンドウで開いてください。${logStopped}` },
  LOG_READ_ONLY: {
    happened: '別のタブが記録を書いているため、このタブでは記録できません。',
    todo: `ほかのタブを閉じ、このページを開き直してください。${logStopped}`,
  },
  LOG_APPEND_FAILED: { happened: '記録の保存が完了しませんでした。', todo: `パソコンの空き容量を確かめてください。${logStopped}` },
  LOG_CORRUPT: {
    happened: '保存されている記録に食い違いがあります。新しい記録は書きません。',
    todo: `記録を書き出して保管し、管理者に連絡してください。${logStopped}`,
  },
  LOG_LOST: { happened: '保存されていた記録がブラウザーから消えています。', todo: `管理者に連絡してください。${logStopped}` },
  LOG_BLOCKED: {
    happened: '別のタブが古い版のまま開いているため、記録を開けません。',
    todo: `ほかのタブをすべて閉じ、このページを開き直してください。${logStopped}`,
  },
  LOG_VERSION_NEWER: {
    happened: '記録は、この画面より新しい版で作られています。',
    todo: `ほかのタブをすべて閉じ、ページを再読み込みして新しい版にしてください。${logStopped}`,
  },
  LOG_KEY_UNUSABLE: {
    happened: '免許の番号を伏せて記録するための鍵が壊れています。',
    todo: `記録を書き出して保管し、管理者に連絡してください。${logStopped}`,
  },
  RECORD_REFUSED: { happened: '記録してはならない内容が含まれていたため、記録を書きませんでした。', todo: `${tellSupport}${logStopped}` },

  NOT_HEXADECIMAL: { happened: 'データの形式を確認できません。', todo: tellSupport },
  TLV_MALFORMED: { happened: 'カードのデータの区切りが正しくありません。', todo: `${placeAgain}${tellSupport}` },
  TEXT_UNDECODABLE: { happened: 'カードの文字を読めませんでした。', todo: tellSupport },
  DATE_INVALID: { happened: 'カードの日付を読めませんでした。', todo: tellSupport },

  NOT_MY_NUMBER_CARD: { happened: 'マイナンバーカードではありません。', todo: 'マイナンバーカードを置いてください。従来の免許証は、この画面では読めません。' },
  UNSET_PIN_REFUSED: { happened: '暗証番号は設定されていないはずですが、カードが読み取りを断りました。', todo: `${placeAgain}${tellSupport}` },
  UNEXPECTED_FAULT: {
    happened: '予想していないことが起きたため、止めました。',
    todo: `${placeAgain}${tellSupport}`,
    todoAtReader: `${replugText}${tellSupport}`,
  },

  CARD_IMAGE_INVALID: { happened: '練習用カードのファイルとして読めません。', todo: '練習用カードのファイル（拡張子 json）を選び直してください。' },
  SIMULATOR_UNEXPECTED_INPUT: { happened: '練習用のリーダーが、想定していない命令を受け取りました。', todo: tellSupport },
} as const satisfies Record<FaultCode, FaultWords>;

export const tryUsed = {
  no: 'この中断では、暗証番号の回数は減っていません。',
  unknown: '暗証番号の回数が減ったかどうかは確かめられませんでした。残り回数は、次にカードを置いたときに表示します。',
} as const;
