/**
 * `npm run fuzz:link -- --seeds N`: N random fault schedules over all virtual readers, each a whole check by a person who errs.
 * Prints readings, faults, results in spite of them, and tries burned (0). A failure prints its seed.
 */
import { parseArgs } from 'node:util';
import { ensurePackages, root } from '../../src/command-line/prepare.js';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Every reader of the test file but the one at APDU level, which has a property of its own. */
const READERS = 9;

ensurePackages();
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '900' } } });
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 1) {
  process.stderr.write('usage: npm run fuzz:link -- --seeds N\n');
  process.exit(2);
}
const { status } = spawnSync(
  path.join(root, 'node_modules', '.bin', 'vitest'),
  ['run', 'src/lib/session/try-budget-readers.node.test.ts', '--project', 'node', '--disable-console-intercept'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, LINK_FUZZ_RUNS: String(Math.ceil(seeds / READERS)) } },
);
process.exitCode = status ?? 1;
