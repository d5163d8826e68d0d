/** What has to work over the real USB stack of the browser and the kernel. */
import { expect as assertion, type Page } from '@playwright/test';
import type { ReaderProfileName } from '#simulator';
import { usbDifferences } from './conformance.ts';
import { openDesk, origins, type Desk } from './desk.ts';
import { openIsolatedWebApp } from './isolated-web-app.ts';

export interface Scenario {
  readonly name: string;
  run(): Promise<void>;
}

/** How long an answer of the screen may take on a busy machine [ms]. */
const SCREEN_LIMIT_MS = 30_000;
const expect = assertion.configure({ timeout: SCREEN_LIMIT_MS });

const PIN = '1234';
const NUMBER_B = '02051520344821';
const waiting = { name: 'カードを置いてください' };

export const scenarios: readonly Scenario[] = [
  { name: "the simulator's double of WebUSB answers as the browser does", run: () => atDesk('rcS300T1', compared) },
  ...(
    [
      ['RC-S300, strategy T1', 'rcS300T1'],
      ['RC-S300, strategy T2', 'rcS300T2'],
      ['RC-S300, strategy T4', 'rcS300T4'],
      ['RC-S380', 'rcS380'],
      ['SCR3310-NTTCom (TPDU, T=1)', 'ccidTpduT1'],
      ['SCR3310-NTTCom (TPDU, T=0)', 'ccidTpduT0'],
      ['HID bridge', 'hidBridge'],
    ] satisfies readonly (readonly [string, ReaderProfileName])[]
  ).map(([name, profile]) => ({ name: `${name}: read and genuine in practice`, run: () => atDesk(profile, readInPractice) })),
  { name: 'the app as delivered, RC-S300: read, not checked', run: () => atDesk('rcS300T1', readInService) },
  { name: 'a reader of class 0x0B alone: refused and named', run: () => atDesk('protectedClass', refused) },
  { name: 'unplugged in the middle and plugged in again', run: () => atDesk('rcS300T1', unplugged) },
  // Last: it changes the policy to permit the app alone.
  { name: 'a reader of class 0x0B alone in the Isolated Web App: read', run: () => atDesk('protectedClass', readWherePossible, openIsolatedWebApp) },
];

async function atDesk(profile: ReaderProfileName, act: (desk: Desk) => Promise<void>, openPage?: () => Promise<Page>): Promise<void> {
  const desk = await openDesk(profile, openPage);
  try {
    await act(desk);
  } catch (thrown) {
    throw new Error(`${String(thrown)}\n${await whatWasSeen(desk)}`, { cause: thrown });
  } finally {
    await desk.close();
  }
}

/** For whoever has to find out why. No card of these tests has a secret. */
async function whatWasSeen({ page, reader }: Desk): Promise<string> {
  const screen = await page.locator('body').innerText().catch(String);
  const complaints = reader.unexpectedInput.map((error) => `${error.message} ${JSON.stringify(error.facts)}`);
  const messages = reader.messageLog.slice(-5).map((message) => JSON.stringify(message));
  return ['screen:', screen, 'reader:', ...messages, ...complaints].join('\n');
}

async function readInPractice(desk: Desk): Promise<void> {
  const { page } = desk;
  await page.goto(origins.practice);
  await page
    .getByRole('radio', { name: '練習' })
    .or(page.getByRole('button', { name: '練習', exact: true }))
    .first()
    .click();
  await expect(page.getByRole('heading', waiting)).toBeVisible();
  // The card on the tray of practice mode says whose training anchors count; the reader is the one on the cable.
  await page.getByLabel('カードを選ぶ').selectOption('standard');
  await page.getByRole('button', { name: 'カードを置く' }).click();
  desk.insertCard();
  await enterBoth(page);
  await expect(page.getByText('訓練用の鍵で一致', { exact: true })).toBeVisible();
  await expect(page.getByText('期限内').first()).toBeVisible();
  await expect(page.getByText('免許あり').first()).toBeVisible();
  await expectTheHolder(page);
  desk.assertUnharmed({ leastSent: 2, mostSent: 2 });
}

async function readInService(desk: Desk): Promise<void> {
  await desk.page.goto(origins.service);
  await readWherePossible(desk);
}

/** Service mode is what the app opens with. Nobody's key is trusted as delivered. */
async function readWherePossible(desk: Desk): Promise<void> {
  await expect(desk.page.getByRole('heading', waiting)).toBeVisible();
  desk.insertCard();
  await enterBoth(desk.page);
  await expect(desk.page.getByText('本物かどうかを確かめられませんでした。')).toBeVisible();
  await expectTheHolder(desk.page);
  await expect(desk.page.getByText('記録しました（記録番号 0）')).toBeVisible();
  desk.assertUnharmed({ leastSent: 2, mostSent: 2 });
}

async function refused({ page, reader }: Desk): Promise<void> {
  await page.goto(origins.service);
  await expect(page.getByText('このリーダーは、ブラウザーの決まりによりページから使えない種類です。')).toBeVisible();
  await expect(page.getByText('PROTECTED_CLASS')).toBeVisible();
  await expect(page.getByText('USB SmartCard Reader')).toBeVisible();
  await expect(page.getByText('08E6:3437 · tpdu')).toBeVisible();
  if (reader.messageLog.length > 0) throw new Error('a message reached a reader that was refused');
}

async function compared({ page, reader }: Desk): Promise<void> {
  // A document of the permitted origin that does not open the reader itself.
  await page.goto(`${origins.service}/manifest.webmanifest`);
  const differences = await usbDifferences(page, reader, 'rcS300T1');
  if (differences.length > 0) throw new Error(`${String(differences.length)} differences:\n${differences.join('\n')}`);
}

/** The cable leaves while files are read, after the first number was sent; what is entered anew is read to the end. */
async function unplugged(desk: Desk): Promise<void> {
  const { page, reader, cable } = desk;
  await openService(desk);
  reader.faults.add({ kind: 'unplugAtInByte', byte: 3000 });
  desk.insertCard();
  await enterBoth(page);
  await expect(page.getByText('READER_LOST')).toBeVisible();
  await expect(page.getByText('この中断では、暗証番号の回数は減っていません。').first()).toBeVisible();
  desk.assertUnharmed({ leastSent: 1, mostSent: 2 });
  await cable.plugIn();
  // The same card lies there still: its count is asked again, and it has not moved.
  await expect(page.getByText('あと10回').first()).toBeVisible();
  await enterBoth(page);
  await expect(page.getByRole('heading', { name: '確認の結果' })).toBeVisible();
  await expectTheHolder(page);
  desk.assertUnharmed({ leastSent: 3, mostSent: 4 });
}

async function openService({ page }: Desk): Promise<void> {
  await page.goto(origins.service);
  await expect(page.getByRole('heading', waiting)).toBeVisible();
}

async function enterBoth(page: Page): Promise<void> {
  await enter(page, '免許の暗証番号を入力してください', PIN);
  await enter(page, 'カードに印字された番号を入力してください', NUMBER_B);
}

async function enter(page: Page, heading: string, digits: string): Promise<void> {
  await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');
}

async function expectTheHolder(page: Page): Promise<void> {
  for (const text of ['免許　花子', '309012345620', '眼鏡等']) await expect(page.getByText(text).first()).toBeVisible();
}
