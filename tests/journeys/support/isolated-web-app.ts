/**
 * The signed bundle in real Chromium. Debian's Chromium 156 does not open a bundle given by file (measured: it looks at the path
 * and stops, whatever the bundle), so the browser's development proxy stands in: it gets, from a server here, the answers that are
 * in the bundle, byte for byte, and treats the app as any Isolated Web App: forced policy, manifest, permissions, scheme.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type LaunchOptions, type Page } from '@playwright/test';
import { readBundle, type ReadBundle } from '../../../src/isolated-web-app/test/read-bundle.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const features = 'IsolatedWebApps,IsolatedWebAppDevMode,IsolatedWebAppUnmanagedInstall,UnrestrictedUsb';
const INSTALL_PATIENCE_MS = 20_000;

export async function builtBundle(): Promise<ReadBundle> {
  return readBundle(await readFile(path.join(root, 'build-iwa', 'madoguchi.swbn')));
}

export interface InstalledApp {
  /** The app's own window. */
  readonly page: Page;
  /** What pages of the app wrote to the console: type and text. */
  readonly console: readonly string[];
  close(): Promise<void>;
}

/** Installs the app in a profile of its own and opens its window. */
export async function installApp(bundle: ReadBundle, launch: LaunchOptions): Promise<InstalledApp> {
  const server = await serve(bundle);
  const profile = await mkdtemp(path.join(tmpdir(), 'isolated-web-app-'));
  const proxy = `http://localhost:${String((server.address() as AddressInfo).port)}/`;
  const args = [...(launch.args ?? []), `--enable-features=${features}`, `--install-isolated-web-app-from-url=${proxy}`];
  const context = await chromium.launchPersistentContext(profile, { ...launch, args, viewport: { width: 1280, height: 800 } });
  const close = async (): Promise<void> => {
    await context.close();
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const lines: string[] = [];
    context.on('console', (message) => {
      if (message.page()?.url().startsWith('isolated-app:') === true) lines.push(`${message.type()}: ${message.text()}`);
    });
    return { page: await openWindow(context, await installedId(context)), console: lines, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve({ id, responses }: ReadBundle): Promise<Server> {
  const server = createServer((request, response) => {
    const found = responses.get(`isolated-app://${id}${request.url ?? '/'}`);
    response.writeHead(found === undefined ? 404 : Number(found.status), Object.fromEntries(found?.headers ?? []));
    response.end(found?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}

/** The browser's own account of its apps; it invents an id for a development proxy. */
async function installedId(context: BrowserContext): Promise<string> {
  const page = context.pages()[0] ?? (await context.newPage());
  const until = Date.now() + INSTALL_PATIENCE_MS;
  for (;;) {
    await page.goto('chrome://web-app-internals/');
    const text = await page.evaluate(textOfPage);
    const id = /"manifest_id": "(isolated-app:[^"]+)"/u.exec(text)?.[1];
    if (id !== undefined) return id;
    const failure = /InstallIsolatedWebAppCommandError[^\n]*/u.exec(text)?.[0];
    if (failure !== undefined || Date.now() > until) throw new Error(failure ?? 'The app was not installed in time');
    await page.waitForTimeout(200);
  }
}

/** Runs in the page; its text lies in shadow roots. */
function textOfPage(): string {
  const textOf = (node: Node): string =>
    [...(node instanceof Element && node.shadowRoot !== null ? [node.shadowRoot] : []), ...node.childNodes].map(textOf).join('') +
    (node instanceof Text ? node.data : '');
  return textOf(document.body);
}

async function openWindow(context: BrowserContext, manifestId: string): Promise<Page> {
  const browser = context.browser();
  if (browser === null) throw new Error('A profile without a browser');
  const devTools = await browser.newBrowserCDPSession();
  const opened = context.waitForEvent('page');
  await devTools.send('PWA.launch', { manifestId });
  const page = await opened;
  await page.waitForLoadState();
  return page;
}
