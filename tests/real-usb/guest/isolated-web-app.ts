/**
 * The app as an Isolated Web App: the site that `npm run build:iwa` puts into its bundle, installed and opened. Debian's Chromium 156 installs no bundle from a
 * file; its development proxy takes the same files from a server under an id it invents, so the policy can name the app only after that. A tab cannot go
 * there (net::ERR_BLOCKED_BY_CLIENT), only the app's own window.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { freshProfile, launchChromium, permitReaders } from './chromium.ts';
import { until } from './until.ts';

const site = path.resolve('isolated-web-app');
const address = 'http://localhost:4175/';
const features = '--enable-features=IsolatedWebApps,IsolatedWebAppDevMode,IsolatedWebAppUnmanagedInstall,UnrestrictedUsb';
const LIMIT_MS = 60_000;
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/** Installed in a fresh profile, its readers permitted, and opened. */
export async function openIsolatedWebApp(): Promise<Page> {
  await serveSite();
  const profile = await freshProfile();
  const manifestId = await install(profile);
  await permitReaders([manifestId.replace(/\/$/u, '')]);
  const context = await launchChromium(profile, [features]);
  const browser = context.browser();
  if (browser === null) throw new Error('a profile without a browser');
  const devTools = await browser.newBrowserCDPSession();
  const opened = context.waitForEvent('page', { timeout: LIMIT_MS });
  await devTools.send('PWA.launch', { manifestId });
  return opened;
}

/** Gives the app's manifest id, `isolated-app://…/`, from the browser's own account of its apps. */
async function install(profile: string): Promise<string> {
  const context = await launchChromium(profile, [features, `--install-isolated-web-app-from-url=${address}`]);
  const page = context.pages()[0] ?? (await context.newPage());
  let manifestId = '';
  await until('the app to be installed', async () => {
    await page.goto('chrome://web-app-internals/');
    const text = await page.evaluate(textOfPage);
    const [failure] = /InstallIsolatedWebAppCommandError[^\n]*/u.exec(text) ?? [];
    if (failure !== undefined) throw new Error(failure);
    manifestId = /"manifest_id": "(isolated-app:[^"]+)"/u.exec(text)?.[1] ?? '';
    return manifestId !== '';
  });
  await context.close();
  return manifestId;
}

/** Runs in the page; its text lies in shadow roots. */
function textOfPage(): string {
  const textOf = (node: Node): string => {
    const shadow = node instanceof Element && node.shadowRoot !== null ? textOf(node.shadowRoot) : '';
    return shadow + (node instanceof Text ? node.data : [...node.childNodes].map(textOf).join(''));
  };
  return textOf(document.body);
}

/** Asked for again whenever the app loads something, for as long as the guest runs. */
async function serveSite(): Promise<void> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', address);
    const file = path.join(site, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    readFile(file).then(
      (bytes) => response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(Number(new URL(address).port), 'localhost', resolve));
}
