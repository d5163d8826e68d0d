/**
 * The lid is shut and opened again: all that was pending fails at once, the clock has jumped, the card had no power. What a system does
 * to its devices meanwhile differs: their handles outlive it, are dead without a word, or the devices go and come back.
 */
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { enterNumberB, enterPin } from './support/counter.ts';
import { Desk } from './support/desk.ts';

const numberB = '02051520344821';
const night = '08:00:00';
const nap = '00:10';
const ways = ['kept', 'dead', 'replugged'] as const;
const returned = '確認の途中でリーダーとの接続が切れ、つながり直しました。';

async function begin(context: BrowserContext): Promise<{ desk: Desk; tab: Page }> {
  await context.clock.install({ time: new Date('2026-12-01T09:00:00+09:00') });
  const at = await Desk.withTab(context);
  await expect(at.tab.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  return at;
}

async function askedForThePin(tab: Page): Promise<void> {
  await expect(tab.getByRole('heading', { name: '免許の暗証番号を入力してください' })).toBeVisible({ timeout: 10_000 });
}

async function type(tab: Page, pin = '1234'): Promise<void> {
  await enterPin(tab, pin);
  await enterNumberB(tab, numberB);
}

async function checkThrough(tab: Page): Promise<void> {
  await type(tab);
  await expect(tab.getByRole('heading', { name: '確認の結果' })).toBeVisible();
}

/** Up to the moment when the card has done this one of its commands and the reader does not say so any more. */
async function silentFrom(desk: Desk, xfrBlock: number): Promise<void> {
  await desk.page.evaluate((from) => window.desk.readers['reader']?.faults.add({ kind: 'silence', on: ['xfrBlock'], from }), xfrBlock);
}

async function commands(desk: Desk): Promise<{ verify: number; readBinary: number }> {
  return desk.page.evaluate(() => {
    const log = window.desk.readers['reader']?.cardLog ?? [];
    return { verify: log.filter(({ ins, dataLength }) => ins === 0x20 && dataLength > 0).length, readBinary: log.filter(({ ins }) => ins === 0xb0).length };
  });
}

/** After a fault: the card is given back and put down again. */
async function putDownAgain(desk: Desk, tab: Page): Promise<void> {
  await tab.getByRole('button', { name: '終了してカードを返す' }).click();
  await desk.remove();
  await expect(tab.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
  await desk.insert('standard');
}

for (const way of ways) {
  test.describe(way, () => {
    test('idle: the reader is ready again, nobody has to do anything', async ({ context }) => {
      const { desk, tab } = await begin(context);
      await desk.sleepAndWake(way, night);
      await desk.insert('standard');
      await askedForThePin(tab);
      await expect(tab.getByText(returned)).toHaveCount(0);
      await checkThrough(tab);
      expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
    });

    test('a nap in the middle of the entry: what was typed is asked for again, and why is said', async ({ context }) => {
      const { desk, tab } = await begin(context);
      await desk.insert('standard');
      await askedForThePin(tab);
      await desk.sleepAndWake(way, nap);
      if (way === 'kept') {
        // Only the card could tell, and it is asked when something is sent.
        await type(tab);
        await expect(tab.getByText('カードが離れて確認済みの状態が失われたため')).toBeVisible();
        expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 0 });
      } else {
        await expect(tab.getByText(returned)).toBeVisible({ timeout: 10_000 });
      }
      await checkThrough(tab);
      expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
    });

    test('a night in the middle of the entry: nothing of what was typed is left', async ({ context }) => {
      const { desk, tab } = await begin(context);
      await desk.insert('standard');
      await askedForThePin(tab);
      await tab.keyboard.type('12');
      await desk.sleepAndWake(way, night);
      if (way === 'kept') {
        await expect(tab.getByRole('heading', { name: 'カードをお返しください' })).toBeVisible();
        await expect(tab.getByText('操作がなかったため、入力と読み取った内容を消しました。')).toBeVisible();
        await desk.remove();
        await expect(tab.getByRole('heading', { name: 'カードを置いてください' })).toBeVisible();
        await desk.insert('standard');
      }
      await tab.waitForTimeout(2_000); // a dead handle shows itself after a moment
      await checkThrough(tab);
      expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 2 });
    });

    test('while reading: no try is spent, and the check can be done again', async ({ context }) => {
      const { desk, tab } = await begin(context);
      await desk.insert('standard');
      await askedForThePin(tab);
      await silentFrom(desk, 6);
      await type(tab);
      await expect.poll(async () => (await commands(desk)).readBinary).toBeGreaterThan(1);
      await desk.sleepAndWake(way, night);
      if (way === 'kept') {
        await expect(tab.getByText('この中断では、暗証番号の回数は減っていません。')).toBeVisible();
        await putDownAgain(desk, tab);
      } else {
        await expect(tab.getByText(returned)).toBeVisible({ timeout: 10_000 });
      }
      await askedForThePin(tab);
      await expect(tab.getByText('あと10回').first()).toBeVisible();
      await checkThrough(tab);
      expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 3 });
      expect(await desk.unexpectedInput()).toEqual([]);
    });

    test('during a VERIFY with a wrong PIN: sent once, and the count that the card has now is shown', async ({ context }) => {
      const { desk, tab } = await begin(context);
      await desk.insert('standard');
      await askedForThePin(tab);
      await silentFrom(desk, 3);
      await type(tab, '9999');
      await expect.poll(async () => (await commands(desk)).verify).toBe(1);
      await desk.sleepAndWake(way, night);
      if (way === 'kept') {
        await expect(tab.getByText('残り回数は、次にカードを置いたときに表示します。')).toBeVisible();
        await putDownAgain(desk, tab);
      } else {
        await expect(tab.getByText(returned)).toBeVisible({ timeout: 10_000 });
      }
      await askedForThePin(tab);
      await expect(tab.getByText('あと9回').first()).toBeVisible();
      expect(await desk.tries('standard')).toEqual({ licencePin: 9, numberB: 10, verifyCommands: 1 });
      await checkThrough(tab);
      expect(await desk.tries('standard')).toEqual({ licencePin: 10, numberB: 10, verifyCommands: 3 });
    });
  });
}
