/**
 * `npm run test:real-usb`: the app in real Chromium over a real USB stack. A guest with a kernel of its own sees the simulator's readers as USB devices
 * (USB/IP) or as a HID device (uhid); nothing of the browser is replaced. The first run builds the guest. `-- NAME …` runs the scenarios whose name has NAME.
 * Ends with `N passed, N failed`; an exit code other than 0 when not everything passed, or when it could not run at all.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appBuild, ensureCommandLine, ensurePackages, exitOnFailure, root, runBin } from '../../src/command-line/prepare.js';
import { boot } from './machine/boot.js';
import { buildMachine, isBuilt } from './machine/build.js';
import { machineFolder } from './machine/folder.js';
import { whatIsMissing } from './machine/needs.js';

const LIMIT_MS = 20 * 60_000;
const needs = `Real USB tests need Linux on x86-64, root, Debian's apt, 3 GiB of /dev/shm; once about 15 minutes and 6 GiB of disk in ${machineFolder}.`;

ensurePackages();
const missing = whatIsMissing(!isBuilt());
exitOnFailure(missing === undefined ? 0 : 2, `${needs}\nNot run: ${missing ?? ''}`);
if (!isBuilt()) {
  process.stderr.write(`${needs}\n`);
  buildMachine();
}

const share = mkdtempSync(path.join(machineFolder, 'share-'));
let exitCode;
try {
  buildIsolatedWebApp(path.join(share, 'isolated-web-app'));
  exitOnFailure(runBin('vite', ['build', '--logLevel', 'error'], { APP_BUILD: appBuild() }), 'The app was not built.');
  await ensureCommandLine();
  cpSync(path.join(root, 'build'), path.join(share, 'service'), { recursive: true });
  buildPractice(path.join(share, 'practice'));
  await bundleGuest(share);
  for (const name of ['@playwright/test', 'playwright', 'playwright-core']) {
    cpSync(path.join(root, 'node_modules', name), path.join(share, 'node_modules', name), { recursive: true, dereference: true });
  }
  const words = process.argv.slice(2).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  exitCode = await boot({
    share,
    command: ['NO_COLOR=1 node guest.js', ...words].join(' '),
    limitMs: LIMIT_MS,
    say: (line) => process.stdout.write(`${line}\n`),
  });
} finally {
  rmSync(share, { recursive: true, force: true });
}
exitOnFailure(exitCode === undefined ? 1 : 0, 'The guest gave no result: it crashed, or its time was up.');
process.exitCode = exitCode;

/**
 * What `npm run build:iwa` packs, signed with a key of this run alone.
 * @param {string} target
 */
function buildIsolatedWebApp(target) {
  const key = path.join(share, 'isolated-web-app-key.pem');
  const { status } = spawnSync(process.execPath, [path.join(root, 'src', 'isolated-web-app', 'build.js')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, IWA_SIGNING_KEY: key },
  });
  exitOnFailure(status ?? 1, 'The Isolated Web App was not built.');
  cpSync(path.join(root, 'build-iwa', 'site'), target, { recursive: true });
}

/**
 * The app with one line changed: in practice mode, where training keys count, the readers are the browser's instead of the simulator's. Built from a copy of
 * the sources, so that the delivered build never knows of it.
 * @param {string} target
 */
function buildPractice(target) {
  const copy = path.join(share, 'practice-source');
  mkdirSync(copy);
  for (const name of ['src', 'static', 'package.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const file = path.join(copy, 'src', 'lib', 'session', 'open-practice.ts');
  const source = readFileSync(file, 'utf8');
  const [virtual, real] = ['readerDevicesOf(this.#reader.usb, this.#reader.hid)', 'readerDevicesOf(navigator.usb, navigator.hid)'];
  exitOnFailure(source.split(virtual).length === 2 ? 0 : 1, `open-practice.ts has not the one line that is to be changed: ${virtual}`);
  writeFileSync(file, source.replace(virtual, real));
  exitOnFailure(runBin('vite', ['build', '--logLevel', 'error'], { APP_BUILD: appBuild() }, copy), 'The practice app was not built.');
  cpSync(path.join(copy, 'build'), target, { recursive: true });
  cpSync(path.join(share, 'service', 'command-line'), path.join(target, 'command-line'), { recursive: true });
  rmSync(copy, { recursive: true, force: true });
}

/** @param {string} outDir */
async function bundleGuest(outDir) {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['@playwright/test'] },
    build: {
      ssr: path.join(import.meta.dirname, 'guest', 'main.ts'),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'guest.js', codeSplitting: false } },
    },
  });
  writeFileSync(path.join(outDir, 'package.json'), '{ "type": "module" }\n');
}
