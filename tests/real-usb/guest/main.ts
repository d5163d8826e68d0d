/** Inside the guest: the app's own servers, then one scenario after another. Prints a line for each and the sum; the exit code says whether all passed. */
import { spawn } from 'node:child_process';
import { permitReaders } from './chromium.ts';
import { origins } from './desk.ts';
import { scenarios } from './scenarios.ts';
import { until } from './until.ts';

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;

await permitReaders(Object.values(origins));
for (const [kind, origin] of Object.entries(origins)) await serve(kind, origin);
for (const { name, run } of scenarios) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
  const started = performance.now();
  const fault = await run().then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${fault === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (fault === undefined) passed += 1;
  else failed += 1;
  if (fault !== undefined)
    process.stdout.write(`${fault.stack ?? fault.message}
`);
}
process.stdout.write(`${String(passed)} passed, ${String(failed)} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function serve(kind: string, origin: string): Promise<void> {
  const { hostname, port } = new URL(origin);
  spawn(process.execPath, [`${kind}/command-line/serve.js`], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HOST: hostname, PORT: port } });
  await until(`the server of ${kind}`, () =>
    fetch(origin).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}
