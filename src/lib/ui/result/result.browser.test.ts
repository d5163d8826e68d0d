import { afterEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { CheckResult, InDate, Lamps, LicenceHeld, Recording } from '#session';
import { language } from '../language.svelte.ts';
import { en } from '../messages/en.ts';
import { ja } from '../messages/ja.ts';
import { genuine, licenceOf, notChecked, notGenuine, personalOf, reader, resultOf } from '../test/samples.ts';
import { lampViews } from './lamp-view.ts';
import ResultScreen from './result-screen.svelte';

afterEach(() => language.choose('ja'));

const failed: Recording = { state: 'failed', code: 'LOG_APPEND_FAILED' };
const show = (result: CheckResult, recording: Recording = failed) =>
  render(ResultScreen, { state: { name: 'result', reader, result, recording, cardPresent: true }, onfinish: () => undefined });

const day = { year: 2026, month: 11, day: 15 };
const inDates: Record<InDate['state'], InDate> = {
  inDate: { state: 'inDate', lastDay: day, deemedLastDay: undefined, daysLeft: 3 },
  deemedWindow: { state: 'deemedWindow', lastDay: day, deemedLastDay: day },
  expired: { state: 'expired', lastDay: day, deemedLastDay: day },
  unknown: { state: 'unknown', why: 'NOT_READ' },
};
const heldStates: Record<LicenceHeld['state'], LicenceHeld> = {
  held: { state: 'held' },
  notHeld: { state: 'notHeld', why: 'HISTORY_ONLY' },
  review: { state: 'review', why: 'DATA_UNREADABLE' },
  unknown: { state: 'unknown', why: 'NOT_READ' },
};
const lampsOf = (change: Partial<Lamps>): Lamps => ({ ...resultOf().lamps, ...change });

const verdicts = { genuine, notGenuine, notChecked } as const;
const licenceWith = (verdict: keyof typeof verdicts): CheckResult['licence'] => ({
  licence: licenceOf(['ordinary']),
  files: { pinSetting: new Uint8Array(), record: new Uint8Array() },
  verdict: verdicts[verdict],
});
const lampsShown = (change: Partial<Lamps>, verdict: keyof typeof verdicts, mode: CheckResult['mode'] = 'service', tag: 'ja' | 'en' = 'ja') =>
  lampViews({ lamps: lampsOf(change), mode, licence: licenceWith(verdict) }, tag === 'ja' ? ja : en, tag);

describe('lamps', () => {
  it.each([
    ['genuine', 'service', 'good', '本物と確認'],
    ['genuine', 'practice', 'good', '訓練用の鍵で一致'],
    ['notGenuine', 'service', 'bad', '一致しません'],
    ['notChecked', 'service', 'unknown', '未確認'],
    ['notChecked', 'practice', 'unknown', '未確認'],
  ] as const)('%s in %s mode', (state, mode, tone, word) => {
    const [lamp] = lampsShown({ genuine: { state, about: 'both' } }, state, mode);
    expect(lamp).toMatchObject({ tone, word });
  });

  it.each([
    ['inDate', 'genuine', 'good', '期限内'],
    ['inDate', 'notChecked', 'unknown', '記録上は期限内（未確認）'],
    ['inDate', 'notGenuine', 'unknown', '記録上は期限内（未確認）'],
    ['deemedWindow', 'genuine', 'caution', '要確認'],
    ['deemedWindow', 'notChecked', 'caution', '要確認'],
    ['expired', 'genuine', 'bad', '期限切れ'],
    ['expired', 'notChecked', 'bad', '期限切れ'],
    ['expired', 'notGenuine', 'bad', '期限切れ'],
    ['unknown', 'notChecked', 'unknown', '未確認'],
  ] as const)('in date: %s by a record that is %s', (state, verdict, tone, word) => {
    const [, lamp] = lampsShown({ inDate: inDates[state] }, verdict);
    expect(lamp).toMatchObject({ tone, word });
  });

  it.each([
    ['held', 'genuine', 'good', 'Licence held'],
    ['held', 'notChecked', 'unknown', 'Licence held by the record (not checked)'],
    ['held', 'notGenuine', 'unknown', 'Licence held by the record (not checked)'],
    ['notHeld', 'genuine', 'bad', 'No licence'],
    ['notHeld', 'notChecked', 'bad', 'No licence'],
    ['review', 'notGenuine', 'caution', 'Check needed'],
    ['unknown', 'notChecked', 'unknown', 'Not checked'],
  ] as const)('held: %s by a record that is %s', (state, verdict, tone, word) => {
    const [, , lamp] = lampsShown({ licenceHeld: heldStates[state] }, verdict, 'service', 'en');
    expect(lamp).toMatchObject({ tone, word });
  });

  it.each([
    ['notGenuine', true],
    ['notChecked', false],
    ['genuine', false],
  ] as const)('a record that does not match is named as the source: %s', (verdict, named) => {
    const [, inDate, held] = lampsShown({ inDate: inDates.inDate, licenceHeld: heldStates.held }, verdict);
    for (const { more } of [inDate, held]) expect(more.includes('一致しない記録による')).toBe(named);
  });

  it('genuine personal details make no lamp of the licence green', () => {
    const lamps = lampsOf({ genuine: { state: 'genuine', about: 'personalDetails' }, inDate: inDates.inDate, licenceHeld: heldStates.held });
    const tones = lampViews({ lamps, mode: 'service', licence: { notRead: 'SKIPPED' } }, ja, 'ja').map(({ tone }) => tone);
    expect(tones).toEqual(['good', 'unknown', 'unknown']);
  });

  it('practice is said at every lamp', () => {
    const [, inDate, held] = lampsShown({ inDate: inDates.inDate, licenceHeld: heldStates.held }, 'genuine', 'practice');
    for (const { more, tone } of [inDate, held]) expect([tone, more.at(-1)]).toEqual(['good', '練習']);
    const [, service] = lampsShown({ inDate: inDates.inDate }, 'genuine');
    expect(service.more).not.toContain('練習');
  });
});

describe('result screen', () => {
  it('shows three lamps, both data sets and what cannot be known', async () => {
    const screen = await show(resultOf());
    for (const name of [
      '本物か（真正性）',
      '免許の期限',
      '免許の有無',
      '免許の記録',
      '氏名・住所・生年月日・性別',
      'この結果で分からないこと',
      '読み取ったもの・残すもの',
    ]) {
      await expect.element(screen.getByRole('region', { name, exact: true })).toBeVisible();
    }
    await expect.element(screen.getByText('停止・取消は確認できません。').first()).toBeVisible();
    await expect.element(screen.getByText('マイナンバー（個人番号）は読んでいません。')).toBeVisible();
  });

  it('a recording that failed is said plainly', async () => {
    const screen = await show(resultOf());
    await expect.element(screen.getByText('記録できませんでした', { exact: true })).toBeVisible();
    expect(document.body.textContent).not.toContain('記録しました');
  });

  it('shows the expiry in both calendars, all fifteen classes and the numbered conditions', async () => {
    const screen = await show(resultOf());
    await expect.element(screen.getByText('令和12年6月15日（2030年）', { exact: true })).toBeVisible();
    expect(document.querySelector('time[datetime="2030-06-15"]')).not.toBeNull();
    expect(document.querySelectorAll('.classes li')).toHaveLength(15);
    expect(document.querySelectorAll('.classes li.held')).toHaveLength(3);
    expect(document.querySelector('li[value="2"]')?.textContent).toContain('中型車は中型車（８ｔ）に限る');
  });

  it('a forged licence beside genuine personal details: each keeps its own verdict', async () => {
    const screen = await show(
      resultOf({
        licence: { licence: licenceOf([]), files: { pinSetting: new Uint8Array(), record: new Uint8Array() }, verdict: notGenuine },
        personalDetails: personalOf('訓練 花子', '東京都', genuine),
      }),
    );
    await expect.element(screen.getByRole('region', { name: '免許の記録' })).toHaveTextContent('電子署名が一致しません');
    await expect.element(screen.getByRole('region', { name: '氏名・住所・生年月日・性別' })).toHaveTextContent('本物と確認');
  });

  it('says why a data set was not read', async () => {
    const screen = await show(resultOf({ licence: { notRead: 'NO_LICENCE_APPLICATION' }, personalDetails: { notRead: 'SKIPPED' } }));
    await expect.element(screen.getByRole('region', { name: '免許の記録' })).toHaveTextContent('スマートフォンのみ');
  });

  it('what could not be understood is said to be not shown', async () => {
    const screen = await show(resultOf({ personalDetails: { notRead: 'DATA_UNREADABLE' } }));
    await expect.element(screen.getByRole('region', { name: '氏名・住所・生年月日・性別' })).toHaveTextContent('データ形式を確認できないため、表示しません。');
    expect(document.body.textContent).not.toContain('原文を表示');
  });

  it('says so when a value could not be read, and what differs from the layout', async () => {
    const raw = Uint8Array.from([0x35, 0x39, 0x39]);
    const licence = {
      ...licenceOf(['ordinary']),
      expiry: { unreadable: true, raw } as const,
      deviations: ['TWO_BYTE_TAG_CODING_DIFFERS'] as const,
      rest: new Uint8Array(9),
    };
    const screen = await show(resultOf({ licence: { licence, files: { pinSetting: raw, record: raw }, verdict: notGenuine } }));
    await expect.element(screen.getByText('読めません（原文 35 39 39）')).toBeVisible();
    await expect.element(screen.getByText('読み解けなかった残り: 9 バイト')).toBeVisible();
  });

  it.each([
    ['markup', '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'],
    ['right-to-left marks', '\u202E子花 練訓\u202C'],
    ['200 characters', '寿'.repeat(200)],
    ['svelte braces', '{@html "<b>x</b>"}{name}'],
  ])('hostile text stays text: %s', async (_, hostile) => {
    document.title = 'before';
    const licence = { ...licenceOf(['ordinary']), remarks: [{ value: { number: 1, parts: [{ text: hostile }], text: hostile }, raw: new Uint8Array() }] };
    const screen = await show(
      resultOf({
        licence: { licence, files: { pinSetting: new Uint8Array(), record: new Uint8Array() }, verdict: notGenuine },
        personalDetails: personalOf(hostile, hostile),
      }),
    );
    await expect.element(screen.getByRole('heading', { level: 1 })).toBeVisible();
    const texts = [...document.querySelectorAll('bdi')].filter(({ textContent }) => textContent === hostile);
    expect(texts).toHaveLength(3);
    expect(texts.every((element) => element.children.length === 0)).toBe(true);
    expect(document.querySelector('img')).toBeNull();
    expect(document.title).toBe('before');
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(window.innerWidth);
  });
});
