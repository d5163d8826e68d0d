/** Two tabs over one reader and one log: each says the right thing, and what the first lets go of the second can take. */
import { expect, test } from '@playwright/test';
import { enterNumberB, enterPin } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';
const untouched = { licencePin: 10, numberB: 10 };

test('the second tab is told that the reader is taken, and takes it when the first has gone', async ({ context }) => {
  const { desk, tab: first } = await Desk.withTab(context);
  await expect(first.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  await desk.insert('standard');
  await expect(first.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();

  const second = await desk.openTab();
  await expect(second.getByText('INTERFACE_BUSY')).toBeVisible();
  await expect(second.getByText('ほかのソフト、またはこのページの別のタブがリーダーを使用中です。')).toBeVisible();
  await expect(second.getByText('LOG_READ_ONLY')).toBeVisible();
  await second.getByRole('button', { name: 'リーダーを接続' }).click();
  await expect(second.getByRole('button', { name: '接続しています…' })).toBeVisible();
  await expect(second.getByRole('button', { name: 'リーダーを接続' })).toBeEnabled();
  await expect(second.getByText('INTERFACE_BUSY')).toBeVisible();

  // The check of the first has felt nothing.
  await enterPin(first, '1234');
  await enterNumberB(first, numberB);
  await expect(first.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expect(first.getByText('記録しました（記録番号 0）')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });

  await first.close({ runBeforeUnload: true });
  await expect(second.getByText('LOG_READ_ONLY')).toBeHidden();
  await second.getByRole('button', { name: 'リーダーを接続' }).click();
  await enterPin(second, '1234');
  await enterNumberB(second, numberB);
  await expect(second.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expect(second.getByText('記録しました（記録番号 1）')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 4 });
  expect(await desk.unexpectedInput()).toEqual([]);
});
