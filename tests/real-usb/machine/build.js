/**
 * Builds the guest machine once (about 15 minutes on two cores): a Debian root file system with Chromium, udev, usbip and this Node, and a User-Mode Linux
 * kernel with vhci_hcd and uhid from Debian's kernel source. Everything comes from the archive that this computer's apt already uses.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { image, kernel, machineFolder, stamp } from './folder.js';

const here = import.meta.dirname;
/** User-Mode Linux with SMP and seccomp needs a recent kernel; this one is of Debian's sid. */
const kernelSource = process.env['REAL_USB_LINUX_SOURCE'] ?? 'linux-source-7.2';
const IMAGE_SIZE = '3G';

const buildPackages = ['mmdebstrap', 'e2fsprogs', 'xz-utils', 'gcc', 'make', 'flex', 'bison', 'bc', 'libc6-dev'];
const guestPackages = ['udev', 'kmod', 'iproute2', 'usbip', 'ca-certificates', 'procps', 'fonts-dejavu-core', 'libstdc++6', 'busybox-static', 'chromium'];
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'];

const rootFolder = path.join(machineFolder, 'root');
const log = path.join(machineFolder, 'build.log');

/** What a machine is built from: a change of any of it makes another one. */
function recipe() {
  const hash = createHash('sha256');
  for (const file of ['build.js', 'init.sh', 'kernel.config']) hash.update(readFileSync(path.join(here, file)));
  return hash.update(`${kernelSource} ${process.version}`).digest('hex');
}

export function isBuilt() {
  return existsSync(stamp) && existsSync(kernel) && existsSync(image) && readFileSync(stamp, 'utf8') === recipe();
}

/** @throws Error naming the step that failed and the log */
export function buildMachine() {
  mkdirSync(machineFolder, { recursive: true });
  rmSync(stamp, { force: true });
  writeFileSync(log, '');
  step('tools', () => installTools());
  step('root file system', () => makeRoot());
  step('kernel', () => makeKernel());
  step('image', () => makeImage());
  writeFileSync(stamp, recipe());
}

function installTools() {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env: quiet });
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...buildPackages], { env: quiet });
}

function makeRoot() {
  rmSync(rootFolder, { recursive: true, force: true });
  const sources = path.join(machineFolder, 'sources.list');
  writeFileSync(sources, unique(archives('deb $(REPO_URI) $(RELEASE) main')).join('\n') + '\n');
  run('mmdebstrap', [
    ...['--mode=root', '--variant=minbase', `--include=${guestPackages.join(',')}`, '--aptopt=Apt::Install-Recommends "false"'],
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...[release(), rootFolder, sources],
  ]);
}

/** The kernel source is of another release than this computer: apt gets lists of its own for it. */
function makeKernel() {
  const work = path.join(machineFolder, 'kernel');
  mkdirSync(path.join(work, 'lists', 'partial'), { recursive: true });
  mkdirSync(path.join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const [archive] = unique(archives('$(REPO_URI)')).filter((address) => !address.includes('security'));
  writeFileSync(path.join(work, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive ?? ''} sid main\n`);
  const options = {
    'Dir::Etc::sourcelist': path.join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::Lists': path.join(work, 'lists'),
    'Dir::Cache': path.join(work, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  const apt = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', [...apt, 'update', '-q']);
  run('apt-get', [...apt, 'download', kernelSource], { cwd: work });
  const archiveFile = readdirSync(work).find((file) => file.startsWith(kernelSource) && file.endsWith('.deb')) ?? '';
  run('sh', ['-c', `dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$2.tar.xz" | tar -xJ`, 'sh', archiveFile, kernelSource], { cwd: work });
  const source = path.join(work, kernelSource);
  const make = (/** @type {string[]} */ ...args) => run('make', ['-s', ...args], { cwd: source, env: { ARCH: 'um' } });
  make('x86_64_defconfig');
  run('./scripts/kconfig/merge_config.sh', ['-m', '.config', path.join(here, 'kernel.config')], { cwd: source, env: { ARCH: 'um' } });
  make('olddefconfig');
  make(`-j${String(availableParallelism())}`, 'linux');
  run('strip', ['-o', kernel, 'linux'], { cwd: source });
  rmSync(work, { recursive: true, force: true });
}

function makeImage() {
  copyFileSync(path.join(here, 'init.sh'), path.join(rootFolder, 'sbin', 'real-usb-init'));
  run('chmod', ['755', path.join(rootFolder, 'sbin', 'real-usb-init')]);
  cpSync(process.execPath, path.join(rootFolder, 'usr', 'local', 'bin', 'node'));
  run('chroot', [rootFolder, '/usr/local/bin/node', '--version']);
  writeFileSync(path.join(rootFolder, 'etc', 'hosts'), '127.0.0.1 localhost guest\n');
  rmSync(image, { force: true });
  run('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal,^metadata_csum', '-m', '0', '-d', rootFolder, image, IMAGE_SIZE]);
  rmSync(rootFolder, { recursive: true, force: true });
}

/** @param {string} format @returns {string[]} */
function archives(format) {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages', 'Origin: Debian'], { encoding: 'utf8' });
  return stdout.trim().split('\n');
}

function release() {
  const [, name] = /^VERSION_CODENAME=(\w+)/mu.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  if (name === undefined) throw new Error('/etc/os-release does not name the release');
  return name;
}

/** @param {readonly string[]} lines */
function unique(lines) {
  return [...new Set(lines)].sort();
}

/** @param {string} name @param {() => void} work */
function step(name, work) {
  const started = Date.now();
  process.stderr.write(`building the machine: ${name} …`);
  work();
  process.stderr.write(` ${String(Math.round((Date.now() - started) / 1000))} s\n`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [where]
 */
function run(command, args, { cwd = machineFolder, env = {} } = {}) {
  const output = openSync(log, 'a');
  const { status, error } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  if (error !== undefined || status !== 0) throw new Error(`${command} failed (${error?.message ?? `exit code ${String(status)}`}); see ${log}`);
}
