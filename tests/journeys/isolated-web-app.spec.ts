/** `npm run build:iwa` as it was built: the signed bundle by the documents, and the app in real Chromium as an Isolated Web App. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { inlineCode } from '../../src/isolated-web-app/external-scripts.js';
import { enterNumberB, enterPin, openPracticeHere, placePracticeCard } from './support/counter.ts';
import { builtBundle, installApp } from './support/isolated-web-app.ts';

const numberB = '02051520344821';
const routes = path.resolve(import.meta.dirname, '..', '..', 'src', 'routes');

test.describe('the bundle', () => {
  test('is signed by the key its id is made of', async () => {
    const { id, idOfKey, signatureIsValid, keyType } = await builtBundle();
    expect(signatureIsValid).toBe(true);
    expect(id).toBe(idOfKey);
    expect(keyType).toBe('ed25519PublicKey');
  });

  test('has every route as a page without inline code, and every file a page names', async () => {
    const { id, responses } = await builtBundle();
    const origin = `isolated-app://${id}`;
    const text = (url: string): string => Buffer.from(responses.get(url)?.body ?? []).toString('utf8');
    const wanted = readdirSync(routes, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === '+page.svelte')
      .map((file) => `${origin}/${path.dirname(file) === '.' ? '' : `${path.dirname(file)}/`}`);
    const pages = [...responses.keys()].filter((url) => responses.get(url)?.headers.get('content-type')?.startsWith('text/html') === true);
    expect(pages.sort()).toEqual(wanted.sort());
    expect(pages.length).toBeGreaterThanOrEqual(3);
    for (const page of pages) {
      expect(inlineCode(text(page))).toEqual([]);
      const named = [...text(page).matchAll(/(?:href|src)="([^"]+)"/gu)].map(([, address]) => String(address));
      expect(named.length).toBeGreaterThan(5);
      for (const address of named) expect([...responses.keys()]).toContain(new URL(address, page).href.replace(/^isolated-app:\/\/[^/]*/u, origin));
    }
  });

  test('has the manifest where the browser looks for it, and no service worker', async () => {
    const { id, responses } = await builtBundle();
    const manifest: unknown = JSON.parse(Buffer.from(responses.get(`isolated-app://${id}/.well-known/manifest.webmanifest`)?.body ?? []).toString('utf8'));
    expect(manifest).toMatchObject({ start_url: '/', version: '0.1.0', permissions_policy: { 'usb-unrestricted': ['self'], 'smart-card': ['self'] } });
    expect([...responses.keys()].filter((url) => /service-worker|\.map$/u.test(url))).toEqual([]);
  });
});

test('in Chromium: installed, a practice card is genuine, readers of class 0x0B are asked for, and the forced policy has no complaint', async ({
  launchOptions,
}) => {
  const app = await installApp(await builtBundle(), launchOptions);
  try {
    const { page } = app;
    await watchPolicy(page);
    expect(await page.evaluate(() => ({ scheme: location.protocol, isolated: crossOriginIsolated, worker: navigator.serviceWorker.controller }))).toEqual({
      scheme: 'isolated-app:',
      isolated: true,
      worker: null,
    });
    expect(await filtersAskedFor(page)).toContainEqual({ classCode: 0x0b });

    await openPracticeHere(page);
    await placePracticeCard(page, 'standard');
    await enterPin(page, '1234');
    await enterNumberB(page, numberB);
    await expect(page.getByText('訓練用の鍵で一致', { exact: true })).toBeVisible();
    await page.screenshot({ path: 'test-results/isolated-web-app.png', fullPage: true });
    await page.getByRole('button', { name: '終了してカードを返す' }).first().click();
    expect(await policyComplaints(page)).toEqual([]);

    // Loaded from the bundle anew, without a server to ask.
    await page.goto(new URL('/reader/', page.url()).href);
    await expect(page.getByRole('heading', { level: 1, name: 'リーダーの診断' })).toBeVisible();
    await page.goto(new URL('/log/', page.url()).href);
    await expect(page.getByRole('heading', { name: '確認の記録' })).toBeVisible();
    expect(await policyComplaints(page)).toEqual([]);
    // On Linux there is no Web Smart Card API, and Chromium says so.
    expect(app.console.filter((line) => line !== "warning: Error with IWA Permissions-Policy: Unrecognized feature: 'smart-card'.")).toEqual([]);

    // The watch itself: markup as text is refused here, and that is heard.
    const refused = await page.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<b></b>';
      } catch (error) {
        return String(error);
      }
      return undefined;
    });
    expect(refused).toContain('TrustedHTML');
    // Once for each policy that refuses it.
    expect((await policyComplaints(page))?.[0]).toContain('require-trusted-types-for');
  } finally {
    await app.close();
  }
});

declare global {
  interface Window {
    complaints?: string[];
  }
}

/** From the first line of every page; the window that is open is loaded anew. */
async function watchPolicy(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const complaints: string[] = (window.complaints = []);
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      complaints.push(`${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  await page.reload();
  await expect(page.getByRole('heading', { name: 'カードリーダーを接続してください' })).toBeVisible();
}

/** A list that is not there is no empty list. */
function policyComplaints(page: Page): Promise<string[] | undefined> {
  return page.evaluate(() => window.complaints);
}

/** What the app asks the chooser for; nobody can choose in a browser without a screen. */
async function filtersAskedFor(page: Page): Promise<USBDeviceFilter[]> {
  const asked = await page.evaluateHandle(() => {
    const requests: USBDeviceFilter[] = [];
    navigator.usb.requestDevice = (options) => {
      requests.push(...(options?.filters ?? []));
      return Promise.reject(new DOMException('closed', 'NotFoundError'));
    };
    return requests;
  });
  await page.getByRole('button', { name: 'リーダーを接続' }).click();
  await expect(page.getByRole('button', { name: 'リーダーを接続' })).toBeEnabled();
  return asked.jsonValue();
}
