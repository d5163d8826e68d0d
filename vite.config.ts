import { existsSync } from 'node:fs';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** Debian's Chromium; Playwright's own download is used only where that is missing. */
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Rooms whose tests run in real Chromium as well: what they do must not depend on where they run. */
const bothWorlds = ['bytes', 'iso7816', 'card', 'trust', 'entitlement', 'reader', 'usb', 'simulator', 'audit', 'session'];

export default defineConfig({
  plugins: [sveltekit()],
  // src/command-line/prepare.js sets APP_BUILD from version and commit; a build made without it says so.
  define: { __APP_BUILD__: JSON.stringify(process.env['APP_BUILD'] ?? '0.1.0+development') },
  test: {
    // A hung promise is a failure with a name, not a run that never ends.
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'src/**/*.test.ts',
            'tests/architecture/**/*.test.ts',
            'tests/vectors/**/*.test.ts',
            'tests/replay/**/*.test.ts',
            'tests/virtual-time/**/*.test.ts',
            'tests/cards/**/*.test.ts',
            'tests/benchmarks/**/*.test.ts',
          ],
          exclude: ['src/**/*.browser.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'chromium',
          include: ['src/**/*.browser.test.ts', ...bothWorlds.map((room) => `src/lib/${room}/**/*.test.ts`)],
          exclude: ['src/**/*.node.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(existsSync(chromium) ? { executablePath: chromium } : {}),
                args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
