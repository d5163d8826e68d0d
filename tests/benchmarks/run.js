/**
 * `npm run bench`: what one check of the `standard` card costs. Prints; judges nothing.
 * Plain JavaScript, because on a clean clone there is nothing yet that could compile it; what it runs is compiled first.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium, ensurePackages, importFile, root } from '../../src/command-line/prepare.js';

/**
 * @typedef {import('./compare.ts').Comparison} Comparison
 * @typedef {import('./reading.ts').ReadingFigures} ReadingFigures
 * @typedef {import('./link.ts').LinkTime} LinkTime
 * @typedef {import('./usb-stack.ts').UsbStackFigures} UsbStackFigures
 */

ensurePackages();
const executablePath = ensureChromium();
const { build } = await import('vite');
const { chromium } = await import('playwright');
const scratch = path.join(root, 'test-results', 'benchmarks');
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });

const common = { root, configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ('error'), publicDir: /** @type {const} */ (false) };
const define = { __APP_BUILD__: JSON.stringify('0.1.0+benchmark') };

/** @returns {Promise<{ reading: ReadingFigures, link: readonly LinkTime[] }>} */
async function measureInNode() {
  const outDir = path.join(scratch, 'node');
  const input = { reading: path.join(import.meta.dirname, 'reading.ts'), link: path.join(import.meta.dirname, 'link.ts') };
  await build({ ...common, define, ssr: { noExternal: true }, build: { ssr: true, outDir, target: 'node20', rollupOptions: { input } } });
  const reading = await (await importFile(path.join(outDir, 'reading.js'))).measureReading();
  return { reading, link: await (await importFile(path.join(outDir, 'link.js'))).measureLink() };
}

/**
 * In a profile on disk: a private window keeps IndexedDB in memory, where nothing has to be flushed.
 * @returns {Promise<{ version: string, appending: Comparison, usbStack: UsbStackFigures }>}
 */
async function measureInPage() {
  const outDir = path.join(scratch, 'page');
  for (const name of ['appending', 'usb-stack']) {
    const entry = path.join(import.meta.dirname, `${name}.ts`);
    await build({ ...common, define, build: { outDir, emptyOutDir: false, lib: { entry, formats: ['es'], fileName: () => `${name}.js` } } });
  }
  const context = await chromium.launchPersistentContext(path.join(scratch, 'profile'), {
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    await context.route('**/*', (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: readFileSync(path.join(outDir, path.basename(route.request().url())), 'utf8') })
        : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>benchmark</title>' }),
    );
    const page = await context.newPage();
    await page.goto('http://localhost/');
    const appending = /** @type {Comparison} */ (await page.evaluate(`import('/appending.js').then((module) => module.measureAppending())`));
    const usbStack = /** @type {UsbStackFigures} */ (await page.evaluate(`import('/usb-stack.js').then((module) => module.measureUsbStack())`));
    return { version: context.browser()?.version() ?? 'Chromium', appending, usbStack };
  } finally {
    await context.close();
  }
}

/**
 * @param {string} what
 * @param {Comparison} comparison
 * @param {string} against
 */
function line(what, { ours, baseline, runs }, against) {
  return `  ${what.padEnd(26)}${ms(ours)}   ${against} ${ms(baseline)}   ratio ${(ours / baseline).toFixed(2)}   (median of ${String(runs)})\n`;
}

/** @param {number} value */
function ms(value) {
  return `${value.toFixed(2).padStart(7)} ms`;
}

/** @param {LinkTime} time */
function linkLine({ reader, form, rate, apdus, modelledMs, shortestMs, beforeMs }) {
  const times = `${ms(modelledMs)} ${shortestMs === undefined ? ' '.repeat(28) : `  shortest ${ms(shortestMs)}   ratio ${(modelledMs / shortestMs).toFixed(3)}`}`;
  return `  ${reader.padEnd(15)} ${form.padEnd(9)}${String(rate).padStart(4)}   APDUs ${String(apdus).padStart(2)}   ${times}   before it ${ms(beforeMs)}\n`;
}

const { reading, link } = await measureInNode();
process.stdout.write(`Card "standard", both data sets, on the link clock; "shortest" is the least legal sequence of APDUs at the same rate [kbit/s]
${link.map(linkLine).join('')}
The same through the reception at the counter, where every count of tries is shown before anybody types
  APDUs                     ${String(reading.link.apdus).padStart(7)}
  VERIFY commands           ${String(reading.link.verifyCommands).padStart(7)}
  bytes to the card         ${String(reading.link.bytesToCard).padStart(7)}
  bytes from the card       ${String(reading.link.bytesFromCard).padStart(7)}

From the last byte to both verdicts, Node ${process.version}; beside it the same WebCrypto calls alone (${reading.judging.bareCalls})
${line('elapsed', reading.judging.elapsedMs, 'bare')}${line('CPU, all threads', reading.judging.cpuMs, 'bare')}`);

const { version, appending, usbStack } = await measureInPage();
process.stdout.write(`
A complete read from open() to the last byte, Chromium ${version}; beside it a bare loop with the same ${String(usbStack.transfers)} transfers through the same virtual device
${line('elapsed', usbStack.comparison, 'bare')}
One entry into the audit log, flushed (strict), Chromium ${version}; beside it a bare idb put of the same entry
${line('elapsed', appending, 'bare')}`);
