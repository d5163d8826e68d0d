/** WCAG 2.2 AA as far as axe can see, on every screen of the main job, and the whole job without a mouse. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { enterNumberB, enterPin, openPractice, placePracticeCard } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';

async function expectNoViolation(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(
    violations.map(({ id, nodes }) => `${screen}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
    screen,
  ).toEqual([]);
}

test('no screen of the main job has a violation', async ({ page }) => {
  test.slow();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'カードリーダーを接続してください' })).toBeVisible();
  await expectNoViolation(page, 'no reader');
  await openPractice(page);
  await expectNoViolation(page, 'waiting');
  await placePracticeCard(page, 'one-try-left');
  await expect(page.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await expectNoViolation(page, 'PIN, one try left');
  await enterPin(page, '1234');
  await expect(page.getByRole('heading', { name: 'カードに印字された番号を入力してください' })).toBeVisible();
  await expectNoViolation(page, 'number B');
  await enterNumberB(page, numberB);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoViolation(page, 'last try');
  await page.getByRole('button', { name: '確かなので送る' }).click();
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expectNoViolation(page, 'result, genuine');
  await page.getByRole('button', { name: '終了してカードを返す' }).first().click();
  await expect(page.getByRole('heading', { name: 'カードをお返しください' })).toBeVisible();
  await expectNoViolation(page, 'return the card');
  await page.getByRole('button', { name: 'カードを取る' }).click();

  await placePracticeCard(page, 'forged-expiry');
  await enterPin(page, '9999');
  await enterNumberB(page, numberB);
  await expect(page.getByText('免許の暗証番号が違います。あと9回です。')).toBeVisible();
  await expectNoViolation(page, 'wrong PIN');
  await enterPin(page, '1234');
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expectNoViolation(page, 'result, not genuine');

  await page.getByRole('link', { name: '確認の記録を見る' }).click();
  await page.getByRole('radio', { name: '練習の記録（訓練）' }).check();
  await expect(page.getByRole('button', { name: '記録番号 1 を開く' })).toBeVisible();
  await expectNoViolation(page, 'log');
  await page.getByRole('button', { name: '記録番号 1 を開く' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoViolation(page, 'log entry');
});

test('no screen with several readers or several cards has a violation', async ({ context }) => {
  const desk = await Desk.open(context, { reader: { profile: 'ccidTpduTwoSlots' }, sony: { profile: 'rcS380' } });
  await desk.insert('expired', { slot: 0 });
  await desk.insert('standard', { slot: 1 });
  const tab = await desk.openTab();
  await expect(tab.getByRole('heading', { name: 'どのカードを確認しますか' })).toBeVisible();
  await expectNoViolation(tab, 'several cards, several readers');
  await tab.getByRole('button', { name: '読み取り口2のカードを確認する' }).click();
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await desk.unplug();
  await expect(tab.getByRole('button', { name: '「RC-S380/P」を使う' })).toBeVisible();
  await expectNoViolation(tab, 'reader lost, another is there');
  await desk.remove({ slot: 0 });
  await desk.plugIn();
  await expect(tab.getByText('つながり直しました。')).toBeVisible();
  await expectNoViolation(tab, 'reader back in the middle of a check');
});

/** Moves the focus forward until it is on an element of that name, as a person with a keyboard does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    const focused = page.locator(':focus');
    if ((await focused.count()) > 0) {
      const text = await focused.evaluate(
        (element) =>
          element.getAttribute('aria-label') ?? (element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? '') : element.textContent),
      );
      if (text.trim().includes(name)) return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`focus never reached ${name}`);
}

test('the whole job without a mouse', async ({ page }) => {
  test.slow();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await tabTo(page, '通常');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  await tabTo(page, 'カードを置く');
  await page.keyboard.press('Enter');
  await enterPin(page, '1234');
  await enterNumberB(page, numberB);
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeFocused();
  await tabTo(page, '終了してカードを返す');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'カードをお返しください' })).toBeFocused();
  await tabTo(page, 'カードを取る');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
});
