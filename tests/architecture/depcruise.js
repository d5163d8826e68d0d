/** dependency-cruiser's rules, made from the rooms table. It sees what ESLint does not: import(), re-exports, circles, the way past a door. */
import { cruiseRooms } from './rooms.js';

const tests = '\\.test\\.ts$|/test/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'A circle has no floor to stand on.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: /** @type {const} */ (['type-only']) } },
    },
    {
      name: 'past-the-door',
      severity: 'error',
      comment: 'Another room is entered through its index.ts only.',
      from: { path: '^src/lib/([^/]+)/' },
      to: { path: '^src/lib/[^/]+/', pathNot: ['^src/lib/$1/', '^src/lib/[^/]+/index\\.ts$'] },
    },
    {
      name: 'past-the-door-from-outside',
      severity: 'error',
      comment: 'A page or a command enters a room through its index.ts only.',
      from: { path: '^src/(routes|command-line)/' },
      to: { path: '^src/lib/[^/]+/', pathNot: '^src/lib/[^/]+/index\\.ts$' },
    },
    {
      name: 'pages-are-thin',
      severity: 'error',
      comment: 'Pages may import #ui and #session.',
      from: { path: '^src/routes/' },
      to: { path: '^src/lib/', pathNot: '^src/lib/(ui|session)/' },
    },
    ...cruiseRooms.flatMap(
      ({ room, allowed, typesOnly, packages, message }) =>
        /** @type {import('dependency-cruiser').IForbiddenRuleType[]} */ ([
          {
            name: `${room}-imports`,
            severity: /** @type {const} */ ('error'),
            comment: message,
            from: { path: `^src/lib/${room}/`, pathNot: tests },
            to: { path: '^src/', pathNot: allowed },
          },
          ...(typesOnly === undefined
            ? []
            : [
                {
                  name: `${room}-types-only`,
                  severity: /** @type {const} */ ('error'),
                  comment: message,
                  from: { path: `^src/lib/${room}/`, pathNot: tests },
                  to: { path: typesOnly, dependencyTypesNot: ['type-only'] },
                },
              ]),
          {
            name: `${room}-packages`,
            severity: /** @type {const} */ ('error'),
            comment: `${room} may use ${packages.join(', ') || 'no package'} (tests/architecture/rooms.js).`,
            from: { path: `^src/lib/${room}/`, pathNot: tests },
            to: { path: '^node_modules/', pathNot: packages.length > 0 ? `^node_modules/(${packages.join('|')})/` : '^$' },
          },
          {
            name: `${room}-no-node`,
            severity: /** @type {const} */ ('error'),
            comment: 'Node built-ins belong to command-line and tests.',
            from: { path: `^src/lib/${room}/`, pathNot: tests },
            to: { dependencyTypes: ['core'] },
          },
        ]),
    ),
    {
      name: 'service-worker-enters-no-room',
      severity: 'error',
      comment: 'The pantry holds files, it does not read cards.',
      from: { path: '^src/service-worker/' },
      to: { path: '^src/lib/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|\\.svelte-kit)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'types', 'default'],
    },
  },
};
