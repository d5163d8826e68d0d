/** Service mode over a mocked `navigator.usb` at USBDevice level: connect → card → entry → read → verdict → log. */
import { expect, test } from '@playwright/test';
import { connect, enterNumberB, enterPin, expectNowhere, openService } from './support/counter.ts';

const numberB = '02051520344821';

test('a whole check in Japanese: the trust store is empty, so nothing is green', async ({ page }) => {
  await openService(page);
  await connect(page);
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expect(page.getByText('本物かどうかを確かめられませんでした。')).toBeVisible();
  await expect(page.getByText('免許　花子')).toBeVisible();
  await expect(page.getByText('309012345620')).toBeVisible();
  await expect(page.getByText('眼鏡等')).toBeVisible();
  await expect(page.getByText('記録しました（記録番号 0）')).toBeVisible();
  await expectNowhere(page, numberB);
  expect(await page.evaluate(() => window.rehearsal.verifyCount())).toBe(2);
  await page.getByRole('button', { name: '終了してカードを返す' }).first().click();
  await expect(page.getByRole('heading', { name: 'カードをお返しください' })).toBeVisible();
  await expectNowhere(page, '免許　花子', '309012345620');
  await page.evaluate(() => window.rehearsal.reader.removeCard());
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();

  await page.getByRole('link', { name: '確認の記録を見る' }).click();
  await expect(page.getByRole('heading', { name: '確認の記録' })).toBeVisible();
  await page.getByRole('button', { name: '記録のつながりを検証する' }).click();
  await expect(page.getByText('1件すべてがつながっています。')).toBeVisible();
  await expectNowhere(page, '免許　花子', '309012345620', numberB);
});

test('a whole check in English', async ({ page }) => {
  await openService(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Connect reader' }).click();
  await expect(page.getByRole('heading', { name: 'Place the card on the reader' })).toBeVisible();
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await expect(page.getByText('10 tries left').first()).toBeVisible();
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await page.keyboard.type(numberB);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Not checked', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('309012345620')).toBeVisible();
  await expect(page.getByText('免許　花子')).toBeVisible();
  await page.getByRole('button', { name: 'Finish and return the card' }).first().click();
  await page.evaluate(() => window.rehearsal.reader.removeCard());
  await page.getByRole('link', { name: 'See the log' }).click();
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByText('All 1 entries hold together.')).toBeVisible();
});

test('a reader Chrome refuses is named as such, and nobody is blamed', async ({ page }) => {
  await openService(page, { profile: 'protectedClass' });
  await page.getByText('一覧に出ないとき: すべての機器から選ぶ').first().click();
  await page.getByRole('button', { name: '一覧に出ないとき: すべての機器から選ぶ' }).click();
  await expect(page.getByText('このリーダーは、ブラウザーの決まりによりページから使えない種類です。')).toBeVisible();
  await expect(page.getByText('PROTECTED_CLASS')).toBeVisible();
  await expect(page.getByText('USB SmartCard Reader')).toBeVisible();
  await expect(page.getByText('08E6:3437 · tpdu')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'ページから使える接続口を持つリーダー' })).toBeVisible();
});

test('the cable is pulled in the middle, and put back', async ({ page }) => {
  await openService(page);
  await connect(page);
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await expect(page.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await page.evaluate(() => window.rehearsal.reader.faults.add({ kind: 'unplugAtInByte', byte: 900 }));
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByText('READER_LOST')).toBeVisible();
  await expect(page.getByText('この中断では、暗証番号の回数は減っていません。').first()).toBeVisible();
  await page.evaluate(() => window.rehearsal.reader.plugIn());
  // The same card lies there still: its count is asked again, and it has not moved.
  await expect(page.getByText('あと10回').first()).toBeVisible();
});

test('a second tab is told that the first holds the reader, and does not write the log', async ({ page, context }) => {
  await openService(page);
  await connect(page);
  const second = await context.newPage();
  await openService(second, { permitted: true, faults: [{ kind: 'claimFails', times: 'endless' }] });
  await expect(second.getByText('INTERFACE_BUSY')).toBeVisible();
  await expect(second.getByText('LOG_READ_ONLY')).toBeVisible();
});

test('a page loaded anew finds its reader without a prompt, and a stale answer in the pipe does not confuse it', async ({ page }) => {
  await openService(page, { permitted: true, faults: [{ kind: 'foreignSequence', copies: 1 }] });
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await expect(page.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
});

test('a wrong PIN, then the right one, in English: the count that is shown is the last one told', async ({ page }) => {
  await openService(page);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Connect reader' }).click();
  await expect(page.getByRole('heading', { name: 'Place the card on the reader' })).toBeVisible();
  await page.evaluate(() => window.rehearsal.insert('standard'));
  await expect(page.getByText('10 tries left').first()).toBeVisible();
  await page.keyboard.type('9999');
  await page.keyboard.press('Enter');
  await page.keyboard.type(numberB);
  await page.keyboard.press('Enter');
  await expect(page.getByText('9 tries left').first()).toBeVisible();
  await expect(page.getByText('10 tries left')).toHaveCount(0);
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await expect(page.getByText('309012345620')).toBeVisible();
  expect(await page.evaluate(() => window.rehearsal.verifyCount())).toBe(3);
});

test('a blocked PIN and a card without a licence: said before anything is typed, and the details are read', async ({ page }) => {
  await openService(page);
  await connect(page);
  for (const [card, words] of [
    ['pin-locked', '免許の暗証番号がロックされています。'],
    ['no-licence', 'スマートフォンだけに入っている'],
  ] as const) {
    await page.evaluate((name) => window.rehearsal.insert(name), card);
    await expect(page.getByText(words).first()).toBeVisible();
    await enterNumberB(page, numberB);
    await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
    expect(await page.evaluate(() => window.rehearsal.verifyCount())).toBe(1);
    await page.getByRole('button', { name: '終了してカードを返す' }).first().click();
    await page.evaluate(() => window.rehearsal.reader.removeCard());
    await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  }
});

test('a forged card without an anchor is not checked: no lamp is green', async ({ page }) => {
  await openService(page);
  await connect(page);
  await page.evaluate(() => window.rehearsal.insert('forged-expiry'));
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByRole('region', { name: '本物か（真正性）' })).toContainText('未確認');
  await expect(page.getByRole('region', { name: '免許の期限' })).toContainText('未確認');
  await expect(page.getByRole('region', { name: '免許の有無' })).toContainText('未確認');
});
