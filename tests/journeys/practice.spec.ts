/** Practice mode: the bundled cards through the same reception, with the training anchors counting. */
import { expect, test } from '@playwright/test';
import { enterNumberB, enterPin, openPractice, placePracticeCard } from './support/counter.ts';

const numberB = '02051520344821';

test('the standard card is genuine, and says that this is practice', async ({ page }) => {
  await openPractice(page);
  await placePracticeCard(page, 'standard');
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByText('訓練用の鍵で一致', { exact: true })).toBeVisible();
  await expect(page.getByText('期限内').first()).toBeVisible();
  await expect(page.getByText('免許あり').first()).toBeVisible();
  await expect(page.getByText('練習モード — 訓練用カード').first()).toBeVisible();
});

test('a wrong PIN, then the right one: one try told, no digit asked twice but the PIN', async ({ page }) => {
  await openPractice(page);
  await placePracticeCard(page, 'standard');
  await enterPin(page, '9999');
  await enterNumberB(page, numberB);
  await expect(page.getByText('免許の暗証番号が違います。あと9回です。')).toBeVisible();
  await enterPin(page, '1234');
  await expect(page.getByText('訓練用の鍵で一致', { exact: true })).toBeVisible();
});

test.describe('cards that must not pass', () => {
  test('forged expiry: does not match', async ({ page }) => {
    await openPractice(page);
    await placePracticeCard(page, 'forged-expiry');
    await enterPin(page, '1234');
    await enterNumberB(page, numberB);
    await expect(page.getByText('SIG_INVALID').first()).toBeVisible();
    await expect(page.getByText('一致しません').first()).toBeVisible();
  });

  test('blocked PIN: said before anything is typed, identity can still be read', async ({ page }) => {
    await openPractice(page);
    await placePracticeCard(page, 'pin-locked');
    await expect(page.getByText('免許の暗証番号がロックされています。').first()).toBeVisible();
    await enterNumberB(page, numberB);
    await expect(page.getByText('PIN_BLOCKED').first()).toBeVisible();
    await expect(page.getByText('施錠　済子')).toBeVisible();
  });

  test('no licence on the card: three causes', async ({ page }) => {
    await openPractice(page);
    await placePracticeCard(page, 'no-licence');
    await expect(page.getByText('スマートフォンだけに入っている')).toBeVisible();
    await enterNumberB(page, numberB);
    await expect(page.getByText('免許なし').first()).toBeVisible();
  });

  test('one try left: nothing is sent until a person says so', async ({ page }) => {
    await openPractice(page);
    await placePracticeCard(page, 'one-try-left');
    await enterPin(page, '1234');
    await enterNumberB(page, numberB);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.getByRole('button', { name: 'やめる（送らない）' }).click();
    await expect(page.getByText('あと1回').first()).toBeVisible();
    await enterPin(page, '1234');
    await page.getByRole('button', { name: '確かなので送る' }).click();
    await expect(page.getByText('訓練用の鍵で一致', { exact: true })).toBeVisible();
  });
});

test('history only: no licence to drive', async ({ page }) => {
  await openPractice(page);
  await placePracticeCard(page, 'history-only');
  await enterPin(page, '1234');
  await enterNumberB(page, '16070720344821');
  await expect(page.getByText('運転経歴情報のみです。運転できる免許はありません。').first()).toBeVisible();
});

test('a file that is no card image is refused in words', async ({ page }) => {
  await openPractice(page);
  await page
    .getByLabel('カードのファイルを開く')
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"madoguchi-card-image/1","__proto__":{}}') });
  await expect(page.getByText('CARD_IMAGE_INVALID')).toBeVisible();
});
