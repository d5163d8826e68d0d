/** The cable goes out and in: while nobody is served, while a card is looked at, in the entry, while it is read, and at the result. */
import { expect, test, type Page } from '@playwright/test';
import { enterNumberB, enterPin } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';
const waiting = { name: 'カードを置いてください' };
const returned = '確認の途中でリーダーとの接続が切れ、つながり直しました。';

async function type(tab: Page): Promise<void> {
  await enterPin(tab, '1234');
  await enterNumberB(tab, numberB);
}

test('idle: said at once, and ready again without a click, as often as it happens', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context);
  for (let times = 0; times < 3; times++) {
    await expect(tab.getByRole('heading', waiting)).toBeVisible();
    await desk.unplug();
    await expect(tab.getByText('READER_LOST')).toBeVisible();
    await expect(tab.getByRole('button', { name: 'リーダーを接続' })).toBeEnabled();
    await desk.plugIn();
  }
  await expect(tab.getByRole('heading', waiting)).toBeVisible();
  await expect(tab.getByText(returned)).toHaveCount(0);
  await desk.insert('standard');
  await type(tab);
  await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
});

test('in the entry: the same card is asked anew, nothing typed is kept', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context);
  await desk.insert('standard');
  await enterPin(tab, '1234');
  await desk.unplug();
  await expect(tab.getByText('READER_LOST')).toBeVisible();
  await expect(tab.getByText('この中断では、暗証番号の回数は減っていません。')).toBeVisible();
  await desk.plugIn();
  await expect(tab.getByText(returned)).toBeVisible();
  await type(tab);
  await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
});

test('while reading: no try is spent, the log says what happened, and the check can be done again', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context);
  await desk.insert('standard');
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await desk.page.evaluate(() => window.desk.readers['reader']?.faults.add({ kind: 'unplugAtInByte', byte: 900 }));
  await type(tab);
  await expect(tab.getByText('READER_LOST')).toBeVisible();
  await expect(tab.getByText('この中断では、暗証番号の回数は減っていません。')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 1 });
  await desk.plugIn();
  await expect(tab.getByText(returned)).toBeVisible();
  await expect(tab.getByText('あと10回').first()).toBeVisible();
  await type(tab);
  await expect(tab.getByText('記録しました（記録番号 1）')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 3 });
  await tab.getByRole('link', { name: '確認の記録を見る' }).click();
  await tab.getByRole('button', { name: '記録番号 0 を開く' }).click();
  await expect(tab.getByRole('dialog')).toContainText('READER_LOST');
});

test('during a VERIFY with a wrong PIN: what it cost is not known, and asked when the reader is back', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context);
  await desk.insert('standard');
  await enterPin(tab, '9999');
  await desk.page.evaluate(() => {
    const reader = window.desk.readers['reader'];
    // The card has compared the PIN; its answer never leaves the reader.
    reader?.faults.add({ kind: 'silence', on: ['xfrBlock'], from: 3 });
  });
  await enterNumberB(tab, numberB);
  await expect.poll(async () => (await desk.tries('standard')).verifyCommands).toBe(1);
  await desk.unplug();
  await expect(tab.getByText('READER_LOST')).toBeVisible();
  await expect(tab.getByText('暗証番号の回数が減ったかどうかは確かめられませんでした。')).toBeVisible();
  await desk.plugIn();
  await expect(tab.getByText('あと9回').first()).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 9, numberB: 10, verifyCommands: 1 });
});

test('at the result: it stays on the screen, and is wiped when it is ended', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context);
  await desk.insert('standard');
  await type(tab);
  await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await desk.unplug();
  await expect(tab.getByText('未接続')).toBeVisible();
  await expect(tab.getByText('免許　花子')).toBeVisible();
  await desk.plugIn();
  await tab.getByRole('button', { name: '終了してカードを返す' }).first().click();
  await expect(tab.getByText('免許　花子')).toHaveCount(0);
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
});
