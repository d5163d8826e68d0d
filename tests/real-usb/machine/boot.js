/** One run of the guest: boots it over a throw-away layer of its disk, with a folder of this computer as /share, and runs /share/command there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { image, kernel } from './folder.js';
import { GUEST_MEMORY_MIB } from './needs.js';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** What the kernel itself says on the way. */
const chatter = /^(?:reboot: |Powering off|vhci_hcd|usb |hub )|^\s*$/u;

/**
 * @param {{ share: string, command: string, limitMs: number, say: (line: string) => void }} options `command` is for sh, its folder is /share
 * @returns {Promise<number | undefined>} its exit code; `undefined` when the guest did not get so far in time
 */
export async function boot({ share, command, limitMs, say }) {
  const work = mkdtempSync(path.join(path.dirname(image), 'run-'));
  const result = path.join(share, 'exit-code');
  rmSync(result, { force: true });
  writeFileSync(path.join(share, 'command'), `${command}\n`);
  try {
    await runKernel({ work, share, limitMs, say });
    return existsSync(result) ? Number(readFileSync(result, 'utf8')) : undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {{ work: string, share: string, limitMs: number, say: (line: string) => void }} options */
async function runKernel({ work, share, limitMs, say }) {
  const guest = spawn(
    kernel,
    [
      ...[`umid=real-usb-${String(process.pid)}`, `uml_dir=${work}`, `mem=${String(GUEST_MEMORY_MIB)}M`, 'ncpus=1', 'seccomp=auto'],
      ...[`ubd0=${path.join(work, 'disk')},${image}`, 'root=/dev/ubda', 'rw', 'rootfstype=ext4', 'init=/sbin/real-usb-init'],
      ...['quiet', 'loglevel=3', 'random.trust_cpu=on', 'con0=fd:0,fd:1', 'con=null', 'ssl=null', `share=${share}`],
    ],
    // A process group of its own: the kernel's processes end with it.
    { stdio: ['ignore', 'pipe', 'ignore'], detached: true, env: { ...process.env, TMPDIR: '/dev/shm' } },
  );
  const stop = () => endGroup(guest.pid);
  const timer = setTimeout(stop, limitMs);
  const leave = () => process.exit(130);
  process.once('exit', stop);
  for (const signal of signals) process.once(signal, leave);
  try {
    for await (const line of createInterface({ input: guest.stdout })) if (!chatter.test(line)) say(line);
    if (guest.exitCode === null && guest.signalCode === null) await new Promise((resolve) => guest.once('exit', resolve));
  } finally {
    clearTimeout(timer);
    process.off('exit', stop);
    for (const signal of signals) process.off(signal, leave);
  }
}

/** @param {number | undefined} pid */
function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ended meanwhile
  }
}
