/** Several readers at one counter, and several cards in one reader: a check feels nothing of it, and a person chooses. */
import { expect, test, type Page } from '@playwright/test';
import { enterNumberB, enterPin } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';
const waiting = { name: 'カードを置いてください' };
const untouched = { licencePin: 10, numberB: 10 };
const pair = { reader: { profile: 'practice' }, sony: { profile: 'rcS380', plugged: false } } as const;

async function type(tab: Page): Promise<void> {
  await enterPin(tab, '1234');
  await enterNumberB(tab, numberB);
}

async function expectResult(tab: Page): Promise<void> {
  await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
}

test('a second reader is plugged in while nobody is served: it is offered, taken, and the first can be taken back', async ({ context }) => {
  const desk = await Desk.open(context, pair);
  const tab = await desk.openTab();
  await expect(tab.getByRole('heading', waiting)).toBeVisible();
  await expect(tab.getByRole('button', { name: '「RC-S380/P」を使う' })).toHaveCount(0);
  await desk.plugIn('sony');
  await expect(tab.getByText('使用中のリーダー: Madoguchi practice reader')).toBeVisible();
  await tab.getByRole('button', { name: '「RC-S380/P」を使う' }).press('Enter');
  await expect(tab.getByText('使用中のリーダー: RC-S380/P')).toBeVisible();
  await expect(tab.getByRole('heading', waiting)).toBeFocused();
  await desk.insert('standard', { reader: 'sony' });
  await type(tab);
  await expectResult(tab);
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });
  await tab.getByRole('button', { name: '終了してカードを返す' }).first().click();
  await desk.remove({ reader: 'sony' });
  await tab.getByRole('button', { name: '「Madoguchi practice reader」を使う' }).click();
  await desk.insert('standard');
  await type(tab);
  await expectResult(tab);
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 4 });
  expect([await desk.unexpectedInput(), await desk.unexpectedInput('sony')]).toEqual([[], []]);
});

test('a second reader with a card on it comes and goes while a check runs: the check feels nothing of it', async ({ context }) => {
  const desk = await Desk.open(context, pair);
  const tab = await desk.openTab();
  await desk.insert('standard');
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await desk.insert('expired', { reader: 'sony' });
  await desk.plugIn('sony');
  await enterPin(tab, '1234');
  await expect(tab.getByRole('button', { name: '「RC-S380/P」を使う' })).toHaveCount(0);
  await desk.unplug('sony');
  await desk.plugIn('sony');
  await enterNumberB(tab, numberB);
  await desk.unplug('sony');
  await expectResult(tab);
  await desk.plugIn('sony');
  await expect(tab.getByText('免許　花子')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });
  expect(await desk.tries('expired')).toMatchObject({ verifyCommands: 0 });
});

test('no reader is open: one that is plugged in is taken; a lost one is waited for, and the other is offered', async ({ context }) => {
  const desk = await Desk.open(context, { ...pair, reader: { profile: 'practice', plugged: false } });
  const tab = await desk.openTab();
  await expect(tab.getByRole('heading', { name: 'カードリーダーを接続してください' })).toBeVisible();
  await desk.plugIn('sony');
  await expect(tab.getByRole('heading', waiting)).toBeVisible();
  await desk.plugIn();
  await expect(tab.getByText('使用中のリーダー: RC-S380/P')).toBeVisible();
  await desk.insert('standard', { reader: 'sony' });
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  await desk.unplug('sony');
  await expect(tab.getByText('READER_LOST')).toBeVisible();
  await tab.waitForTimeout(500);
  // Not taken unawares.
  await expect(tab.getByRole('button', { name: '「Madoguchi practice reader」を使う' })).toBeVisible();
  await tab.getByRole('button', { name: '「Madoguchi practice reader」を使う' }).click();
  await expect(tab.getByRole('heading', waiting)).toBeVisible();
  await desk.insert('expired');
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 0 });
});

test('the first reader is held by another tab: the second one is taken by itself', async ({ context }) => {
  const desk = await Desk.open(context, { ...pair, sony: { profile: 'rcS380' } });
  const first = await desk.openTab();
  await expect(first.getByText('使用中のリーダー: Madoguchi practice reader')).toBeVisible();
  const second = await desk.openTab();
  await expect(second.getByText('使用中のリーダー: RC-S380/P')).toBeVisible();
  await second.getByRole('button', { name: '「Madoguchi practice reader」を使う' }).click();
  await expect(second.getByText('INTERFACE_BUSY')).toBeVisible();
  await second.getByRole('button', { name: '「RC-S380/P」を使う' }).click();
  await expect(second.getByRole('heading', waiting)).toBeVisible();
  await desk.insert('standard');
  await type(first);
  await expectResult(first);
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });
});

test('two slots, two cards: a person chooses; what lies in the other slot is offered afterwards', async ({ context }) => {
  const desk = await Desk.open(context, { reader: { profile: 'ccidTpduTwoSlots' } });
  await desk.insert('expired', { slot: 0 });
  await desk.insert('standard', { slot: 1 });
  const tab = await desk.openTab();
  await expect(tab.getByRole('heading', { name: 'どのカードを確認しますか' })).toBeVisible();
  await tab.getByRole('button', { name: '読み取り口2のカードを確認する' }).press('Enter');
  await type(tab);
  await expectResult(tab);
  await expect(tab.getByText('免許　花子')).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });
  expect(await desk.tries('expired')).toMatchObject({ verifyCommands: 0 });
  await tab.getByRole('button', { name: '終了してカードを返す' }).first().click();
  await desk.remove({ slot: 1 });
  await expect(tab.getByText('カードが置かれたままです。')).toBeVisible();
  await tab.getByRole('button', { name: '読み取り口1のカードを確認する' }).click();
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible();
  expect(await desk.unexpectedInput()).toEqual([]);
});

test('two slots, one card: it is taken, whichever slot it is in; a second card does not disturb it', async ({ context }) => {
  const desk = await Desk.open(context, { reader: { profile: 'ccidTpduTwoSlots' } });
  const tab = await desk.openTab();
  await expect(tab.getByRole('heading', waiting)).toBeVisible();
  await desk.insert('standard', { slot: 1 });
  await enterPin(tab, '1234');
  await desk.insert('expired', { slot: 0 });
  await enterNumberB(tab, numberB);
  await expectResult(tab);
  expect(await desk.tries('standard')).toEqual({ ...untouched, verifyCommands: 2 });
  expect(await desk.tries('expired')).toMatchObject({ verifyCommands: 0 });
});
