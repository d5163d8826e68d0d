/** The page is loaded anew in the middle: the reader keeps its state and finds a new host, the log stays whole, no try is spent. */
import { expect, test, type Page } from '@playwright/test';
import { enterNumberB, enterPin } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';
const askedForThePin = { name: '免許の暗証番号を入力してください' };

async function type(tab: Page): Promise<void> {
  await enterPin(tab, '1234');
  await enterNumberB(tab, numberB);
}

for (const profile of ['practice', 'rcS300T1', 'rcS300T4', 'rcS380', 'ccidTpduT1'] as const) {
  test(`${profile}: in the middle of reading, and at the result`, async ({ context }) => {
    const { desk, tab } = await Desk.withTab(context, profile);
    await desk.insert('standard');
    await expect(tab.getByRole('heading', askedForThePin)).toBeVisible();
    await type(tab);
    // Torn off between two commands, wherever that is: the PIN was accepted and files are on their way.
    await expect.poll(async () => (await desk.tries('standard')).verifyCommands).toBeGreaterThan(0);
    await tab.reload();
    await expect(tab.getByRole('heading', askedForThePin)).toBeVisible();
    await expect(tab.getByText('あと10回').first()).toBeVisible();
    const before = await desk.tries('standard');
    expect(before).toMatchObject({ licencePin: 10, numberB: 10 });

    await type(tab);
    await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
    await expect(tab.getByText('記録しました（記録番号')).toBeVisible();
    await tab.reload();
    // The card lies there still, and nothing of the check is left on the page.
    await expect(tab.getByRole('heading', askedForThePin)).toBeVisible();
    await expect(tab.getByText('免許　花子')).toHaveCount(0);
    await expect(tab.getByText('LOG_READ_ONLY')).toHaveCount(0);
    expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: before.verifyCommands + 2 });
    await type(tab);
    await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
    expect(await desk.unexpectedInput()).toEqual([]);
  });
}

test('a page that crashes without a word leaves a session in the RC-S300: it is ended first, and the card is read', async ({ context }) => {
  const { desk, tab } = await Desk.withTab(context, 'rcS300T1');
  await desk.insert('standard');
  await expect(tab.getByRole('heading', askedForThePin)).toBeVisible();
  // The session is open now. The handle goes without END, as with a renderer that died.
  await tab.evaluate(() => {
    window.tabUsb.getDevices = () => Promise.resolve([]);
    window.tabUsb.leave();
  });
  const next = await desk.openTab();
  await expect(next.getByRole('heading', askedForThePin)).toBeVisible();
  expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 0 });
  await type(next);
  await expect(next.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  expect(await desk.unexpectedInput()).toEqual([]);
});
