/** What a clerk does at the counter, in the words of the screen, for journeys. */
import { expect, type Page } from '@playwright/test';
import { virtualUsbScript } from './build-virtual-usb.ts';
import type { RehearsalOptions } from './virtual-usb-page.ts';

/** The counter in service mode, its `navigator.usb` replaced by a virtual reader. */
export async function openService(page: Page, options: RehearsalOptions = {}): Promise<void> {
  await page.addInitScript((given) => {
    window.rehearsalOptions = given;
  }, options);
  await page.addInitScript({ path: virtualUsbScript });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Practice mode with one of the bundled cards on the virtual reader. */
export async function openPractice(page: Page): Promise<void> {
  await page.goto('/');
  await openPracticeHere(page);
}

/** The same on a counter that is open. */
export async function openPracticeHere(page: Page): Promise<void> {
  await page
    .getByRole('radio', { name: '練習' })
    .or(page.getByRole('button', { name: '練習', exact: true }))
    .first()
    .click();
  await expect(page.getByText('練習モード — 訓練用カード').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
}

export async function placePracticeCard(page: Page, name: string): Promise<void> {
  await page.getByLabel('カードを選ぶ').selectOption(name);
  await page.getByRole('button', { name: 'カードを置く' }).click();
}

export async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'リーダーを接続' }).click();
  await expect(page.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
}

/** Types digits as a person with a keyboard does. */
export async function type(page: Page, digits: string): Promise<void> {
  await page.keyboard.type(digits);
}

/** The licence PIN, then on. */
export async function enterPin(page: Page, pin: string): Promise<void> {
  await expect(page.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await type(page, pin);
  await page.keyboard.press('Enter');
}

/** 照合番号B as three printed things in the era form: the fields follow each other by themselves. */
export async function enterNumberB(page: Page, numberB: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'カードに印字された番号を入力してください' })).toBeVisible();
  await type(page, numberB);
  await page.keyboard.press('Enter');
}

/** Nothing of what was typed may be anywhere in the page. */
export async function expectNowhere(page: Page, ...secrets: readonly string[]): Promise<void> {
  const html = await page.content();
  for (const secret of secrets) expect(html).not.toContain(secret);
}
