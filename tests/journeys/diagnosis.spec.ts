/** The reader diagnosis over a mocked `navigator.usb`: from the counter and back, with and without a card, refused, pulled; and in practice. */
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { connect, expectNowhere, openService } from './support/counter.ts';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
}

/** From the counter, as a clerk gets there; the virtual reader is a new one behind it, as the page is loaded anew. */
async function toDiagnosis(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'リーダーの診断' }).click();
  await expect(page.getByRole('heading', { name: 'リーダーの診断' })).toBeVisible();
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

test('from the counter: a reader is chosen, then a card put down, and the file saved; no try is spent', async ({ page }) => {
  await openService(page);
  await connect(page);
  await toDiagnosis(page);
  await page.getByRole('button', { name: 'リーダーを選んで診断する' }).click();
  await expect(page.getByText(/診断が終わりました（\d+項目、障害なし）/u)).toBeVisible();
  await expect(row(page, '機器').first()).toContainText('1DB2:0600');
  await expect(row(page, 'カードに電源を入れる')).toContainText('カードがありません。');
  await expectNoViolation(page);

  await page.evaluate(() => window.rehearsal.insert('standard'));
  await page.getByRole('button', { name: 'もう一度診断する' }).click();
  await expect(row(page, '免許の暗証番号の残り回数')).toContainText('10');
  await expect(row(page, '券面事項入力補助の選択')).toContainText('応答あり');
  await row(page, '免許情報の選択')
    .getByText(/やり取り \d+件/u)
    .click();
  await expect(row(page, '免許情報の選択')).toContainText('SW 9000');
  await expectNoViolation(page);
  await expectNowhere(page, '免許　花子', '309012345620', 'PRACTICE-1');
  expect(await page.evaluate(() => window.rehearsal.verifyCount())).toBe(0);

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'ファイルに保存' }).click()]);
  expect(file.suggestedFilename()).toBe('madoguchi-reader-diagnosis.json');
  const text = await readFile(await file.path(), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ format: 'madoguchi-reader-diagnosis/1', mode: 'service', exchangesLeftOut: 0 });
  expect(text).toContain(await page.evaluate(() => navigator.userAgent));
  expect(text).not.toContain('PRACTICE-1');

  await page.getByRole('link', { name: '窓口の画面に戻る' }).click();
  await expect(page.getByRole('heading', { name: 'カードリーダーを接続してください' })).toBeVisible();
});

test('a permitted reader is taken without a prompt; the cable is pulled, and the rest is told all the same', async ({ page }) => {
  await openService(page, { permitted: true, faults: [{ kind: 'unplugAtInByte', byte: 1 }] });
  await page.goto('/reader/');
  await expect(page.getByText('READER_LOST')).toBeVisible();
  await expect(row(page, '機器を開く')).toContainText('FF 00 00');
  await expect(row(page, 'カードの有無')).toContainText('前の障害のため、行いませんでした。');
});

test('a reader Chrome refuses is told by name, with its code', async ({ page }) => {
  await openService(page, { profile: 'protectedClass', permitted: true });
  await page.goto('/reader/');
  await expect(row(page, '機器を開く')).toContainText('PROTECTED_CLASS');
  await expect(row(page, '機器').first()).toContainText('08E6:3437');
  await expectNoViolation(page);
});

test('not offered while a check is under way', async ({ page }) => {
  await openService(page);
  await expect(page.getByRole('link', { name: 'リーダーの診断' })).toBeVisible();
  await connect(page);
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await expect(page.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'リーダーの診断' })).toHaveCount(0);
});

test('in practice with the virtual reader, and in English', async ({ page }) => {
  await page.goto('/reader/');
  await page.getByRole('radio', { name: '練習' }).click();
  await expect(page.getByText('練習モード — 訓練用カード').first()).toBeVisible();
  await expect(page.getByText(/診断が終わりました/u)).toBeVisible();
  await page.getByLabel('カードを選ぶ').selectOption('one-try-left');
  await page.getByRole('button', { name: 'カードを置く' }).click();
  await page.getByRole('button', { name: 'もう一度診断する' }).click();
  await expect(row(page, '照合番号Bの残り回数')).toContainText('1');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Reader diagnosis' })).toBeVisible();
  await expect(row(page, 'Tries left: verification number B')).toContainText('Tries left');
  await expectNoViolation(page);
});
