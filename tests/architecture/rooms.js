/**
 * The one table of ARCHITECTURE.md §3 as data: what a room may import and what it may touch.
 * ESLint and dependency-cruiser are both fed from here; rooms.test.ts leans on both fences and compares this file with the document.
 */

/**
 * @typedef {object} Room
 * @property {readonly string[]} may rooms whose door it may use
 * @property {readonly string[]} [types] rooms of which it may name types only
 * @property {readonly string[]} packages npm packages
 * @property {readonly string[]} touches globals that are banned elsewhere
 */

const timers = /** @type {const} */ (['setTimeout', 'clearTimeout']);

/** @type {Readonly<Record<string, Room>>} */
export const rooms = {
  bytes: { may: [], packages: ['micro-packed'], touches: [] },
  usb: { may: ['bytes'], packages: [], touches: ['navigator', 'document', ...timers] },
  reader: { may: ['bytes', 'usb'], packages: ['micro-packed'], touches: [...timers] },
  iso7816: { may: ['bytes'], types: ['reader'], packages: ['micro-packed'], touches: [] },
  card: { may: ['bytes', 'iso7816'], packages: ['micro-packed'], touches: [] },
  trust: { may: ['bytes'], packages: ['asn1js', 'pkijs'], touches: ['crypto'] },
  entitlement: { may: ['bytes'], types: ['card'], packages: [], touches: [] },
  audit: { may: ['bytes'], packages: ['idb', '@noble/hashes', 'valibot'], touches: ['indexedDB', 'crypto', 'navigator', 'BroadcastChannel'] },
  simulator: { may: ['bytes'], types: ['iso7816'], packages: [], touches: [...timers, 'crypto'] },
  session: {
    may: ['bytes', 'usb', 'reader', 'iso7816', 'card', 'trust', 'entitlement', 'audit', 'simulator'],
    packages: ['valibot'],
    touches: ['Date', ...timers, 'performance'],
  },
  ui: {
    may: ['session'],
    packages: ['svelte', '@digital-go-jp/design-tokens'],
    touches: ['document', 'window', 'navigator', 'Date', ...timers],
  },
};

/** Globals that reach out of the room: time, network, page, storage, chance, log. Banned unless a row names them. */
export const reachingGlobals = [
  'Date',
  'performance',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'requestAnimationFrame',
  'queueMicrotask',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'navigator',
  'window',
  'document',
  'location',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
  'crypto',
  'console',
  'process',
  'globalThis',
  'eval',
  'Function',
];

/** Names a forgotten variable silently borrows from `window`. Banned everywhere. */
export const lookAlikeGlobals = [
  'closed',
  'name',
  'status',
  'event',
  'length',
  'top',
  'parent',
  'open',
  'close',
  'stop',
  'print',
  'find',
  'focus',
  'history',
  'origin',
  'screen',
  'self',
];

const roomNames = Object.keys(rooms);

/**
 * What ESLint needs a room.
 * @typedef {{ room: string, files: string[], bannedDoors: { name: string, message: string, allowTypeImports: boolean }[], bannedGlobals: { name: string, message: string }[] }} LintRoom
 */

/** @type {readonly LintRoom[]} */
export const lintRooms = Object.entries(rooms).map(([room, { may, types = [], touches }]) => ({
  room,
  files: [`src/lib/${room}/**/*.{ts,svelte}`],
  bannedDoors: roomNames
    .filter((other) => !may.includes(other))
    .map((other) => ({ name: `#${other}`, message: sentence(room), allowTypeImports: types.includes(other) })),
  bannedGlobals: [
    ...reachingGlobals
      .filter((name) => !touches.includes(name))
      .map((name) => ({ name, message: `${room} may touch ${touches.join(', ') || 'nothing outside'} (tests/architecture/rooms.js).` })),
    ...lookAlikeGlobals.map((name) => ({ name, message: `This is window.${name}, not a variable of yours.` })),
  ],
}));

/**
 * What dependency-cruiser needs: one rule per room for the rooms, one for the packages.
 * @type {readonly { room: string, allowed: string, typesOnly: string | undefined, packages: readonly string[], message: string }[]}
 */
export const cruiseRooms = Object.entries(rooms).map(([room, { may, types = [], packages }]) => ({
  room,
  allowed: `^src/lib/(${[room, ...may, ...types].join('|')})/`,
  typesOnly: types.length > 0 ? `^src/lib/(${types.join('|')})/` : undefined,
  packages,
  message: sentence(room),
}));

/** @param {string} room */
function sentence(room) {
  const { may = [], types = [] } = rooms[room] ?? {};
  const doors = may.map((other) => `#${other}`).join(', ') || 'no other room';
  return `${room} may import ${doors}${types.length > 0 ? `, and types of ${types.map((other) => `#${other}`).join(', ')}` : ''} (tests/architecture/rooms.js).`;
}
