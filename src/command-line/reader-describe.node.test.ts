/** The built command line as an integrator calls it: one JSON object, exit codes 0, 1, 2, and nothing of what was typed on standard error. */
import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ensureCommandLine } from './prepare.js';

/** Descriptors: ccid.md §15. */
const rcs300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';
const omnikey = '36210001000703000000C0120000401F000004002A0000E74C06006AFE0000000700000000000000B20702000F010000FFFF00000001';
/** The first run may have to build. */
const BUILD_LIMIT_MS = 120_000;

interface Run {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not by run.js: that installs packages where the lock file is newer, which is no business of a test. */
async function madoguchi(...args: string[]): Promise<Run> {
  const entry = await ensureCommandLine();
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('madoguchi reader describe', () => {
  it(
    'prints the report',
    async () => {
      const { exitCode, stdout } = await madoguchi('reader', 'describe', '--descriptor', rcs300, '--interface-class', '0b', '--json');
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        level: 'extendedApdu',
        protocols: [1],
        slots: 1,
        maxMessageLength: 522,
        ifsd: 254,
        claimable: false,
        duties: { t1: false, ifs: false, pps: false, setParameters: false, voltage: false, poll: null },
      });
    },
    BUILD_LIMIT_MS,
  );

  it(
    'takes lower case, and the number of endpoints where it is known',
    async () => {
      const { stdout } = await madoguchi('reader', 'describe', '--descriptor', omnikey.toLowerCase(), '--interface-class', 'FF', '--endpoints', '2', '--json');
      expect(JSON.parse(stdout)).toMatchObject({ level: 'shortApdu', claimable: true, duties: { setParameters: true, voltage: true, poll: true } });
    },
    BUILD_LIMIT_MS,
  );

  it(
    'a descriptor that is none: exit code 1 with a code',
    async () => {
      const { exitCode, stdout } = await madoguchi('reader', 'describe', '--descriptor', omnikey.slice(2), '--interface-class', 'ff', '--json');
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '{"error":{"code":"READER_DESCRIPTOR_INVALID"}}\n' });
    },
    BUILD_LIMIT_MS,
  );

  it.each([
    { name: 'no descriptor', args: ['describe', '--interface-class', 'ff', '--json'] },
    { name: 'half a byte', args: ['describe', '--descriptor', '362', '--interface-class', 'ff', '--json'] },
    { name: 'no class', args: ['describe', '--descriptor', omnikey, '--json'] },
    { name: 'another class', args: ['describe', '--descriptor', omnikey, '--interface-class', '03', '--json'] },
    { name: 'no --json', args: ['describe', '--descriptor', omnikey, '--interface-class', 'ff'] },
    { name: 'endpoints that USB does not have', args: ['describe', '--descriptor', omnikey, '--interface-class', 'ff', '--endpoints', '31', '--json'] },
    { name: 'an option of another command', args: ['describe', '--descriptor', omnikey, '--interface-class', 'ff', '--licence-pin', '8642', '--json'] },
    { name: 'no such command', args: ['list'] },
  ])(
    'wrong usage: $name',
    async ({ args }) => {
      const { exitCode, stdout, stderr } = await madoguchi('reader', ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('usage: madoguchi');
      expect(stderr).not.toContain('8642');
    },
    BUILD_LIMIT_MS,
  );
});
