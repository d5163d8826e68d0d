/** Before the journeys: the rehearsal room as one script that stands in for `navigator.usb` before a page's own code runs. */
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
export const virtualUsbScript = path.join(root, 'test-results', 'virtual-usb', 'virtual-usb-page.js');

async function buildVirtualUsb(): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: path.dirname(virtualUsbScript),
      emptyOutDir: true,
      minify: false,
      lib: { entry: path.join(import.meta.dirname, 'virtual-usb-page.ts'), formats: ['iife'], name: 'virtualUsbPage', fileName: () => 'virtual-usb-page.js' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}

// Playwright's globalSetup takes the default export.
export default buildVirtualUsb;
