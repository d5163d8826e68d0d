/** A fence nobody has leaned on is a drawing: plants forbidden imports and globals and expects both guards to bark. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { lookAlikeGlobals, reachingGlobals, rooms } from './rooms.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const roomNames = Object.keys(rooms);

/** Rule names that ESLint reports for code that stands in a room. */
async function lint(room: string, code: string, file = 'planted.ts'): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: {
      languageOptions: {
        parserOptions: {
          projectService: { allowDefaultProject: ['src/lib/*/planted.ts'], maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 32 },
        },
      },
    },
  });
  const [result] = await eslint.lintText(code, { filePath: path.join(root, 'src/lib', room, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? 'parse');
}

describe('the table', () => {
  it('is the one in ARCHITECTURE.md', () => {
    const document = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
    const list = (names: readonly string[] | undefined): string => (names === undefined || names.length === 0 ? '–' : names.join(', '));
    for (const [room, { may, types, packages, touches }] of Object.entries(rooms)) {
      expect(document).toContain(`| ${room} | ${list(may)} | ${list(types)} | ${list(packages)} | ${list(touches)} |`);
    }
  });

  it('has a door for every room and a room for every folder', () => {
    expect(readdirSync(path.join(root, 'src/lib')).sort()).toEqual([...roomNames].sort());
    for (const room of roomNames) expect(packageJson.imports).toHaveProperty(`#${room}`, `./src/lib/${room}/index.ts`);
  });

  it('lets imports go down only', () => {
    for (const [room, { may, types = [] }] of Object.entries(rooms)) {
      for (const below of [...may, ...types])
        expect(roomNames.indexOf(below)).toBeLessThan(roomNames.indexOf(room) + (types.includes(below) ? roomNames.length : 0));
    }
  });
});

describe('ESLint', { timeout: 120_000 }, () => {
  it.each(roomNames)('%s: refuses a forbidden door, a forbidden global, a look-alike, a way past a door', async (room) => {
    const forbiddenRoom = roomNames.find((other) => other !== room && !rooms[room]?.may.includes(other));
    const forbiddenGlobal = reachingGlobals.find((name) => !rooms[room]?.touches.includes(name));
    const code = [
      `import '#${String(forbiddenRoom)}';`,
      `import type { Bytes } from '../../lib/${room === 'bytes' ? 'usb' : 'bytes'}/bytes.ts';`,
      `export const planted: unknown = [${String(forbiddenGlobal)}, ${String(lookAlikeGlobals[0])}];`,
      'export type Planted = Bytes;',
    ].join('\n');
    const rules = await lint(room, code);
    expect(rules.filter((rule) => rule === '@typescript-eslint/no-restricted-imports').length).toBeGreaterThanOrEqual(1);
    expect(rules.filter((rule) => rule === 'no-restricted-globals')).toHaveLength(2);
  });

  it('lets a room name types of a room on its types list, and only types', async () => {
    expect(await lint('iso7816', "import type { Slot } from '#reader';\nexport type Planted = Slot;\n")).not.toContain(
      '@typescript-eslint/no-restricted-imports',
    );
    expect(await lint('iso7816', "import { openReader } from '#reader';\nexport const planted = openReader;\n")).toContain(
      '@typescript-eslint/no-restricted-imports',
    );
  });

  it('finds devices entering by another door, and code in a doorway', async () => {
    expect(await lint('ui', 'export const planted: unknown = navigator.usb;\n')).toContain('no-restricted-properties');
    expect(await lint('bytes', 'export const planted = 1;\n', 'index.ts')).toContain('no-restricted-syntax');
    expect(await lint('bytes', "export * from './hex.ts';\n", 'index.ts')).toContain('no-restricted-syntax');
  });
});

describe('dependency-cruiser', { timeout: 120_000 }, () => {
  /** A small house of its own, so that nothing is planted in the real one while other tests run. */
  let house = '';
  beforeAll(() => {
    house = mkdtempSync(path.join(root, 'test-results-house-'));
    for (const room of roomNames) {
      mkdirSync(path.join(house, 'src/lib', room), { recursive: true });
      writeFileSync(path.join(house, 'src/lib', room, 'index.ts'), "export { inside } from './inside.ts';\n");
      writeFileSync(path.join(house, 'src/lib', room, 'inside.ts'), 'export const inside = 1;\n');
    }
    writeFileSync(
      path.join(house, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { allowImportingTsExtensions: true, noEmit: true, module: 'esnext', moduleResolution: 'bundler' } }),
    );
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  /** Plants one file per room, cruises once, takes them away again: violations as `rule from`. */
  function cruise(planted: Readonly<Record<string, string>>): string[] {
    const files = Object.entries(planted).map(([file, code]) => [path.join(house, 'src/lib', file), code] as const);
    for (const [file, code] of files) writeFileSync(file, code);
    const config = path.join(root, 'tests/architecture/depcruise.js');
    const bin = path.join(root, 'node_modules/.bin/depcruise');
    const { stdout } = spawnSync(bin, ['--config', config, '--output-type', 'json', 'src'], { cwd: house, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    for (const [file] of files) rmSync(file);
    const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
    return report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  }

  it('is content with a house in order', () => {
    expect(cruise({ 'bytes/planted.ts': 'export const planted = 1;\n' })).toEqual([]);
  });

  it('refuses import() of a forbidden room, in every room', () => {
    const fenced = roomNames.filter((room) => room !== 'session');
    const forbiddenTo = (room: string): string =>
      roomNames.find((other) => other !== room && !rooms[room]?.may.includes(other) && !rooms[room]?.types?.includes(other)) ?? '';
    const violations = cruise(
      Object.fromEntries(fenced.map((room) => [`${room}/planted.ts`, `export const planted = import('../${forbiddenTo(room)}/index.ts');\n`])),
    );
    for (const room of fenced) expect(violations).toContain(`${room}-imports src/lib/${room}/planted.ts`);
  });

  it('refuses the way past a door, values of a types-only room, circles and Node built-ins', () => {
    const violations = cruise({
      'session/planted.ts': "export { inside } from '../usb/inside.ts';\n",
      'iso7816/planted.ts': "export { inside } from '../reader/index.ts';\n",
      'card/planted.ts': "import * as fs from 'node:fs';\nexport const planted = fs;\n",
      'bytes/other.ts': "export { planted } from './planted.ts';\n",
      'bytes/planted.ts': "export { planted as again } from './other.ts';\nexport const planted = 1;\n",
    });
    expect(violations).toContain('past-the-door src/lib/session/planted.ts');
    expect(violations).toContain('iso7816-types-only src/lib/iso7816/planted.ts');
    expect(violations).toContain('card-no-node src/lib/card/planted.ts');
    expect(violations.join()).toMatch(/no-circle src\/lib\/bytes\/(other|planted)\.ts/u);
  });
});
