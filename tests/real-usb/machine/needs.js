/** What has to be there before a machine can be built or booted. Every answer is a sentence for the person who started it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { machineFolder } from './folder.js';

const GIB = 1024 ** 3;
/** The build: kernel source 1.5 GB, root file system 1.4 GB, its image 1.5 GB. */
const DISK_TO_BUILD = 6 * GIB;
const DISK_TO_RUN = 1 * GIB;
/** The guest's memory lies in /dev/shm. */
export const GUEST_MEMORY_MIB = 3072;

/** @param {boolean} toBuild @returns {string | undefined} */
export function whatIsMissing(toBuild) {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') return 'It runs on Linux, x86-64, alone: its kernel is User-Mode Linux.';
  if (process.getuid?.() !== 0) return 'It has to be run as root: it builds a Debian root file system.';
  if (/\s/u.test(machineFolder))
    return `The folder ${machineFolder} has a space in its name, which a kernel command line cannot carry. Set REAL_USB_FOLDER to another one.`;
  if (!toBuild) return missingMemory() ?? missingDisk(DISK_TO_RUN);
  return missingMemory() ?? missingDisk(DISK_TO_BUILD) ?? missingDebian() ?? missingNode();
}

function missingMemory() {
  try {
    accessSync('/dev/shm', constants.W_OK);
  } catch {
    return '/dev/shm has to be there and writable: it holds the memory of the guest.';
  }
  const shm = mountOptions('/dev/shm');
  if (shm.includes('noexec')) return '/dev/shm is mounted noexec; the memory of User-Mode Linux has to be executable.';
  return freeBytes('/dev/shm') < GUEST_MEMORY_MIB * 1024 ** 2 ? `/dev/shm has less than ${String(GUEST_MEMORY_MIB)} MiB free.` : undefined;
}

/** @param {number} bytes */
function missingDisk(bytes) {
  mkdirSync(machineFolder, { recursive: true });
  return freeBytes(machineFolder) < bytes ? `${machineFolder} has less than ${String(bytes / GIB)} GiB free.` : undefined;
}

function missingDebian() {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get'))
    return 'The guest is built from the archive of Debian by apt-get, which is not here.';
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian'], { encoding: 'utf8' });
  return stdout.trim() === '' ? 'apt-get knows no archive of Debian: run apt-get update first.' : undefined;
}

/** Node itself is copied into the guest. */
function missingNode() {
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  return stdout.includes('libnode')
    ? `${process.execPath} needs libnode, which the guest has not. Run this with a self-contained Node (as nodejs.org builds it).`
    : undefined;
}

/** @param {string} folder */
function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @param {string} mountPoint */
function mountOptions(mountPoint) {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((entry) => entry.split(' ')[1] === mountPoint);
  return line?.split(' ')[3]?.split(',') ?? [];
}
