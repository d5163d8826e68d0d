/** Journeys: the built app, served as in production, in real Chromium. Run by `npm test` after the build. */
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const port = 4317;

export default defineConfig({
  testDir: 'tests/journeys',
  globalSetup: './tests/journeys/support/build-virtual-usb.ts',
  outputDir: 'test-results/journeys',
  fullyParallel: true,
  workers: 2,
  timeout: 45_000,
  reporter: [['list'], ['json']],
  use: {
    baseURL: `http://localhost:${String(port)}`,
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    // Practice and service mode must both work with the service worker installed; single journeys that stub the network turn it off.
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
    trace: 'off',
  },
  webServer: {
    command: 'node build/command-line/serve.js',
    env: { PORT: String(port), HOST: 'localhost' },
    url: `http://localhost:${String(port)}/`,
    reuseExistingServer: false,
  },
});
