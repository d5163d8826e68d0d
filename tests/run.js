/**
 * `npm test`: everything, in the order in which a fault is cheapest to see. Installs what is missing first.
 * `npm test -- unit` (or check, fuzz, journeys) runs one part. Ends with one line, `Tests: N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { appBuild, ensureChromium, ensureCommandLine, ensurePackages, root, runBin, runNode } from '../src/command-line/prepare.js';

ensurePackages();
const environment = { CHROMIUM_PATH: ensureChromium(), APP_BUILD: appBuild() };
const reports = path.join(root, 'test-results', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

/** Of `npm run fuzz:link`, the readers in turn. */
const FAULT_SCHEDULES = 5_000;

const totals = { passed: 0, failed: 0, skipped: 0 };
const failedStages = /** @type {string[]} */ ([]);

/**
 * @param {string} name
 * @param {() => number} work gives an exit code
 */
function stage(name, work) {
  process.stderr.write(`\n── ${name}\n`);
  if (work() !== 0) failedStages.push(name);
}

/**
 * @param {string} file
 * @param {(report: any) => { passed: number, failed: number, skipped: number }} read
 */
function count(file, read) {
  const report = path.join(reports, file);
  if (!existsSync(report)) return;
  const counted = read(JSON.parse(readFileSync(report, 'utf8')));
  totals.passed += counted.passed;
  totals.failed += counted.failed;
  totals.skipped += counted.skipped;
}

/** What `npm run check` does, each under its own name. */
const checks = /** @type {const} */ ([
  ['types', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
  ['types of the service worker', 'tsc', '-p', 'src/service-worker'],
  ['lint', 'eslint', '.'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['floor plan', 'depcruise', '--config', 'tests/architecture/depcruise.js', 'src'],
  ['dead code', 'knip'],
]);

const parts = {
  check() {
    stage('sync', () => runBin('svelte-kit', ['sync'], environment));
    for (const [name, command, ...args] of checks) stage(name, () => runBin(command, args, environment));
  },
  unit() {
    const json = path.join(reports, 'unit.json');
    stage('unit tests, Node and Chromium', () => runBin('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${json}`], environment));
    count('unit.json', (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests }));
  },
  fuzz() {
    const link = [path.join(root, 'tests', 'fuzz', 'link.js'), '--seeds', String(FAULT_SCHEDULES)];
    stage(`${String(FAULT_SCHEDULES)} fault schedules`, () => spawnSync(process.execPath, link, { cwd: root, stdio: ['ignore', 2, 2] }).status ?? 1);
  },
  async journeys() {
    stage('build', () => runBin('vite', ['build', '--logLevel', 'warn'], environment));
    await ensureCommandLine();
    // Signed with a key of its own: a test has no business with the one this machine keeps.
    const signing = { IWA_SIGNING_KEY: path.join(root, 'test-results', 'iwa-key.pem') };
    stage('build of the Isolated Web App', () => runNode('src/isolated-web-app/build.js', { ...environment, ...signing }));
    const json = { PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(reports, 'journeys.json') };
    stage('journeys', () => runBin('playwright', ['test'], { ...environment, ...json }));
    count('journeys.json', ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }));
  },
};

const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part();
}

if (failedStages.length > 0) process.stderr.write(`\nFailed: ${failedStages.join(', ')}\n`);
// A stage can fail without one failed test (types, a crash): it still counts as one.
const failed = Math.max(totals.failed, failedStages.length);
process.stdout.write(`\nTests: ${String(totals.passed)} passed, ${String(failed)} failed, ${String(totals.skipped)} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
