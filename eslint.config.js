/** Correctness and the floor plan; looks are Prettier's. Every ban gives its reason. */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { lintRooms, lookAlikeGlobals } from './tests/architecture/rooms.js';

const testFiles = ['**/*.test.ts', 'src/lib/*/test/**', 'src/isolated-web-app/test/**', 'tests/**'];

const frontDoor = 'Devices come in by the front door only (src/lib/usb).';

/** @param {string} path @param {string} message */
const banPath = (path, message) => ({ group: [path], message });

export default ts.config(
  { ignores: ['build/', 'build-iwa/', '.svelte-kit/', 'node_modules/', 'test-results/', 'playwright-report/', 'static/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node, __APP_BUILD__: 'readonly' },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-undef': 'off', // TypeScript knows better.
      complexity: ['error', 10],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  .../** @type {any[]} */ (
    lintRooms.map(({ room, files, bannedDoors, bannedGlobals }) => ({
      files,
      ignores: testFiles,
      rules: {
        '@typescript-eslint/no-restricted-imports': /** @type {const} */ ([
          'error',
          {
            paths: bannedDoors,
            patterns: [
              banPath('$lib*', 'Use the doors of package.json: #room.'),
              {
                regex: `^(\\.\\./)+(${lintRooms
                  .map((other) => other.room)
                  .filter((other) => other !== room)
                  .join('|')})/`,
                message: 'Another room is entered by its door: #room.',
              },
              banPath('node:*', 'Node built-ins belong to command-line and tests.'),
            ],
          },
        ]),
        'no-restricted-globals': /** @type {const} */ (['error', ...bannedGlobals]),
        'no-restricted-properties':
          room === 'usb' ? 'off' : ['error', ...['usb', 'hid', 'smartCard'].map((property) => ({ object: 'navigator', property, message: frontDoor }))],
      },
    }))
  ),
  {
    files: ['src/lib/*/index.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Program > :not(ExportNamedDeclaration[source])', message: 'A doorway holds explicit re-exports and nothing else.' },
        { selector: 'ExportAllDeclaration', message: 'Name what the room offers.' },
      ],
    },
  },
  { files: ['src/routes/**/*.{ts,svelte}'], rules: { 'no-restricted-globals': ['error', ...lookAlikeGlobals] } },
  {
    files: testFiles,
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['src/command-line/**'], rules: { 'no-console': 'off' } },
);
