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

/** @returns {Promise<ReadingFigures>} */
async function measureReading() {
  const outDir = path.join(scratch, 'node');
  const input = path.join(import.meta.dirname, 'reading.ts');
  await build({ ...common, define, ssr: { noExternal: true }, build: { ssr: true, outDir, target: 'node20', rollupOptions: { input } } });
  return (await importFile(path.join(outDir, 'reading.js'))).measureReading();
}

/**
 * In a profile on disk: a private window keeps IndexedDB in memory, where nothing has to be flushed.
 * @returns {Promise<{ version: string, comparison: Comparison }>}
 */
async function measureAppending() {
  const outDir = path.join(scratch, 'page');
  const entry = path.join(import.meta.dirname, 'appending.ts');
  await build({ ...common, define, build: { outDir, lib: { entry, formats: ['es'], fileName: () => 'appending.js' } } });
  const context = await chromium.launchPersistentContext(path.join(scratch, 'profile'), {
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const script = readFileSync(path.join(outDir, 'appending.js'), 'utf8');
    await context.route('**/*', (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: script })
        : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>benchmark</title>' }),
    );
    const page = await context.newPage();
    await page.goto('http://localhost/');
    const comparison = /** @type {Comparison} */ (await page.evaluate(`import('/appending.js').then((module) => module.measureAppending())`));
    return { version: context.browser()?.version() ?? 'Chromium', comparison };
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

const { link, judging } = await measureReading();
process.stdout.write(`Card "standard", both data sets, through the reception over the virtual reader
  APDUs                     ${String(link.apdus).padStart(7)}
  VERIFY commands           ${String(link.verifyCommands).padStart(7)}
  bytes to the card         ${String(link.bytesToCard).padStart(7)}
  bytes from the card       ${String(link.bytesFromCard).padStart(7)}

From the last byte to both verdicts, Node ${process.version}; beside it the same WebCrypto calls alone (${judging.bareCalls})
${line('elapsed', judging.elapsedMs, 'bare')}${line('CPU, all threads', judging.cpuMs, 'bare')}`);

const { version, comparison } = await measureAppending();
process.stdout.write(`
One entry into the audit log, flushed (strict), Chromium ${version}; beside it a bare idb put of the same entry
${line('elapsed', comparison, 'bare')}`);
