/**
 * What has to be there before anything else can run: the packages, a browser for the tests, the built command line.
 * Plain JavaScript, because on a clean clone there is nothing yet that could compile it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const commandLineFolder = path.join(root, 'build', 'command-line');

/**
 * Runs a program in the project's folder, its output on our standard error (standard output belongs to results).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @param {string} [cwd]
 * @returns {number} the exit code
 */
function run(command, args, env = {}, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  return status ?? 1;
}

/**
 * A program of node_modules/.bin, run by this Node.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @param {string} [cwd] another folder to run it in
 */
export function runBin(name, args, env, cwd) {
  return run(path.join(root, 'node_modules', '.bin', name), args, env, cwd);
}

/**
 * A script of the project, run by this Node.
 * @param {string} file
 * @param {Record<string, string>} [env]
 */
export function runNode(file, env) {
  return run(process.execPath, [path.join(root, file)], env);
}

/** Installs the packages of the lock file when they are missing or older than it, and what SvelteKit generates. Exits on failure. */
export function ensurePackages() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    const folder = path.join(root, 'node_modules');
    // npm ci empties the folder first; behind a link that would be somebody else's.
    exitOnFailure(lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true ? 1 : 0, 'node_modules is a link: install where it points to.');
    process.stderr.write('Installing packages …\n');
    exitOnFailure(run('npm', ['ci', '--no-audit', '--no-fund']), 'npm ci failed.');
  }
  // Our tsconfig.json extends a generated one; no TypeScript can be compiled before it is there.
  if (!existsSync(path.join(root, '.svelte-kit', 'tsconfig.json'))) exitOnFailure(runBin('svelte-kit', ['sync']), 'svelte-kit sync failed.');
}

/** Where Chromium is; installs Debian's when there is none and we may. Exits on failure. */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installing Chromium …\n');
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-q'], quiet);
    run('apt-get', ['install', '-y', '-q', 'chromium', 'fonts-noto-cjk'], quiet);
  }
  const installed = findChromium();
  if (installed === undefined) {
    process.stderr.write('No Chromium found. Install it (Debian: apt-get install chromium fonts-noto-cjk), or set CHROMIUM_PATH.\n');
    process.exit(1);
  }
  return installed;
}

function findChromium() {
  return [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (candidate) => candidate !== undefined && candidate !== '' && existsSync(candidate),
  );
}

/** `"0.1.0+abc1234"`: what the log and the footer call this build. */
export function appBuild() {
  const { stdout } = spawnSync('git', ['rev-parse', '--short=7', 'HEAD'], { cwd: root, encoding: 'utf8' });
  const commit = (stdout ?? '').trim();
  return `${process.env['npm_package_version'] ?? '0.1.0'}+${commit === '' ? 'unversioned' : commit}`;
}

/** Builds the command line unless it is newer than every source. Safe when several processes do it at once. */
export async function ensureCommandLine() {
  const entry = path.join(commandLineFolder, 'madoguchi.js');
  if (existsSync(entry) && statSync(entry).mtimeMs >= newestSource()) return entry;
  const { build } = await import('vite');
  const scratch = path.join(root, 'build', `.command-line-${String(process.pid)}`);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    define: { __APP_BUILD__: JSON.stringify(appBuild()) },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: scratch,
      emptyOutDir: true,
      target: 'node20',
      copyPublicDir: false,
      rollupOptions: {
        input: { madoguchi: path.join(root, 'src/command-line/madoguchi.ts'), serve: path.join(root, 'src/command-line/serve.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  moveInto(scratch);
  return entry;
}

/**
 * Chunks first, entries last: whoever starts meanwhile finds a whole program, old or new.
 * @param {string} scratch
 */
function moveInto(scratch) {
  mkdirSync(path.join(commandLineFolder, 'chunks'), { recursive: true });
  for (const folder of ['chunks', '.']) {
    const from = path.join(scratch, folder);
    if (!existsSync(from)) continue;
    for (const file of readdirSync(from, { withFileTypes: true })) {
      if (file.isFile()) renameSync(path.join(from, file.name), path.join(commandLineFolder, folder, file.name));
    }
  }
  rmSync(scratch, { recursive: true, force: true });
}

function newestSource() {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs), statSync(path.join(root, 'package-lock.json')).mtimeMs);
}

/** @param {string} file */
export function importFile(file) {
  return import(pathToFileURL(file).href);
}

/**
 * @param {number} code
 * @param {string} message
 */
export function exitOnFailure(code, message) {
  if (code === 0) return;
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
