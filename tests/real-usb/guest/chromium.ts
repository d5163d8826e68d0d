/** Real Chromium with the readers permitted by managed policy: a headless chooser never opens. */
import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { readerProfiles } from '#simulator';

const policyFile = '/etc/chromium/policies/managed/readers.json';
const LAUNCH_LIMIT_MS = 120_000;
const args = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-extensions',
  '--disable-sync',
  '--password-store=basic',
];

/** Every reader of the simulator, for these origins. Read by Chromium when it starts. */
export async function permitReaders(origins: readonly string[]): Promise<void> {
  const devices = Object.values(readerProfiles).map(({ vendorId, productId }) => ({ vendor_id: vendorId, product_id: productId }));
  await mkdir(path.dirname(policyFile), { recursive: true });
  await writeFile(
    policyFile,
    JSON.stringify({ WebUsbAllowDevicesForUrls: [{ devices, urls: origins }], WebHidAllowDevicesForUrls: [{ devices, urls: origins }] }),
  );
}

export async function freshProfile(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'profile-'));
}

export function launchChromium(profile: string, moreArgs: readonly string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    timeout: LAUNCH_LIMIT_MS,
    viewport: { width: 1280, height: 800 },
    args: [...args, ...moreArgs],
  });
}
