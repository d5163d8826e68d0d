/**
 * `npm run fuzz:link -- --seeds N`: N random fault schedules, the virtual readers in turn, each a whole check by a person who errs, on virtual time.
 * `--first S` begins at another seed than 0, `--reader NAME` stays with one reader, `--jobs J` uses that many processes (as many as cores).
 * `--seed S --reader NAME` replays one schedule and tells what happened. Ends with runs, faults survived by kind, and tries burned (0).
 * A seed is a schedule: the same one always takes the same course, alone or among others.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages, root } from '../../src/command-line/prepare.js';

/**
 * @typedef {import('./link-worker.ts').Report} Report
 * @typedef {import('./link-worker.ts').Share} Share
 * @typedef {import('./link-worker.ts').Failure} Failure
 */

/** A process that reports nothing for this long runs a schedule without end [ms]. */
const SILENCE_MS = 180_000;
const MOST_FAILURES_SHOWN = 20;
/** One run leaves little behind: a young generation with room, and no further threads of the collector beside as many processes as cores. */
const execArgv = ['--max-semi-space-size=32', '--single-threaded-gc'];

ensurePackages();
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1100' },
    first: { type: 'string', default: '0' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seed: { type: 'string' },
    reader: { type: 'string' },
  },
});
const first = wholeNumber(values.seed ?? values.first, 0);
const seeds = values.seed === undefined ? wholeNumber(values.seeds, 1) : 1;
const jobs = Math.min(wholeNumber(values.jobs, 1), seeds);
if (values.seed !== undefined && values.reader === undefined) usage();

/**
 * @param {string} text
 * @param {number} least
 */
function wholeNumber(text, least) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) usage();
  return number;
}

/** @returns {never} */
function usage() {
  process.stderr.write('usage: npm run fuzz:link -- [--seeds N] [--first S] [--reader NAME] [--jobs J]\n       npm run fuzz:link -- --seed S --reader NAME\n');
  process.exit(2);
}

const parent = path.join(root, 'test-results', 'fuzz');
mkdirSync(parent, { recursive: true });
const scratch = mkdtempSync(path.join(parent, 'link-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const { build } = await import('vite');
await build({
  root,
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  ssr: { noExternal: true },
  build: { ssr: true, outDir: scratch, target: 'node20', rollupOptions: { input: path.join(import.meta.dirname, 'link-worker.ts') } },
});

const totals = { runs: 0, results: 0, burned: 0, failures: /** @type {Failure[]} */ ([]), lost: /** @type {string[]} */ ([]) };
const counts = /** @type {Map<string, { struck: number, survived: number }>} */ (new Map());
const costs = /** @type {Map<string, { ms: number, runs: number }>} */ (new Map());
const began = performance.now();
let toldAt = began;

/** @param {Report} report */
function add({ runs, results, burned, counts: byGroup, failures, cost }) {
  totals.runs += runs;
  totals.results += results;
  totals.burned += burned;
  for (const failure of failures) fail(failure);
  for (const [group, { struck, survived }] of Object.entries(byGroup)) {
    const sum = counts.get(group) ?? { struck: 0, survived: 0 };
    counts.set(group, { struck: sum.struck + struck, survived: sum.survived + survived });
  }
  for (const [reader, { ms, runs: ofReader }] of Object.entries(cost)) {
    const sum = costs.get(reader) ?? { ms: 0, runs: 0 };
    costs.set(reader, { ms: sum.ms + ms, runs: sum.runs + ofReader });
  }
  if (performance.now() - toldAt < 60_000) return;
  toldAt = performance.now();
  process.stderr.write(`${String(totals.runs)} of ${String(seeds)}, tries burned ${String(totals.burned)}, failures ${String(totals.failures.length)}\n`);
}

/** @param {Failure} failure */
function fail(failure) {
  totals.failures.push(failure);
  if (totals.failures.length > MOST_FAILURES_SHOWN) return;
  process.stdout.write(`${failure.broken.join('; ')}\n  npm run fuzz:link -- --seed ${String(failure.seed)} --reader ${failure.reader}\n`);
}

/** @param {Share} share */
function runShare(share) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const worker = fork(path.join(scratch, 'link-worker.js'), [JSON.stringify(share)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv });
      let next = share.first;
      let timer = setTimeout(() => worker.kill('SIGKILL'), SILENCE_MS);
      worker.on('message', (message) => {
        const report = /** @type {Report} */ (message);
        next = report.next;
        clearTimeout(timer);
        timer = setTimeout(() => worker.kill('SIGKILL'), SILENCE_MS);
        add(report);
      });
      worker.on('exit', (code) => {
        clearTimeout(timer);
        if (code !== 0 || next < share.end)
          totals.lost.push(`a process ended (${String(code)}) at seed ${String(next)} or within ${String(50 * share.step)} after it`);
        resolve();
      });
    })
  );
}

const aloud = values.seed !== undefined;
const only = values.reader === undefined ? {} : { reader: values.reader };
await Promise.all(Array.from({ length: jobs }, (_, job) => runShare({ first: first + job, end: first + seeds, step: jobs, aloud, ...only })));

const seconds = (performance.now() - began) / 1000;
const struck = [...counts.values()].reduce((sum, count) => sum + count.struck, 0);
const survived = [...counts.values()].reduce((sum, count) => sum + count.survived, 0);
for (const line of totals.lost) process.stdout.write(`${line}\n`);
if (totals.failures.length > MOST_FAILURES_SHOWN) process.stdout.write(`… and ${String(totals.failures.length - MOST_FAILURES_SHOWN)} more failures\n`);
for (const [group, count] of [...counts].sort()) process.stdout.write(`  ${group.padEnd(16)} survived ${String(count.survived)} of ${String(count.struck)}\n`);
for (const [reader, { ms, runs }] of [...costs].sort())
  process.stdout.write(`  ${reader.padEnd(16)} ${(ms / runs).toFixed(1)} ms of processor a run (mean of ${String(runs)})\n`);
process.stdout.write(
  `runs ${String(totals.runs)}, with a result ${String(totals.results)}, faults ${String(struck)}, survived ${String(survived)}, tries burned ${String(totals.burned)}, ` +
    `failures ${String(totals.failures.length + totals.lost.length)} (${seconds.toFixed(0)} s, ${(totals.runs / seconds).toFixed(0)} runs/s)\n`,
);
process.exitCode = totals.failures.length + totals.lost.length + totals.burned === 0 && totals.runs === seeds ? 0 : 1;
