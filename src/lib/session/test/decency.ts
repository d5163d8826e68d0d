/**
 * What a card may see of us, whatever happens: every VERIFY asked for by a person, right after the count was told; nothing of 個人番号.
 * Each check gives what was broken, in words; an empty list is a promise kept. None of them names a value that was typed.
 */
import { hex } from '#bytes';
import type { CardImage } from '#simulator';
import type { CredentialName } from '../state.ts';
import type { Operator } from './operator.ts';
import { CARD_INFO_AID, LICENCE_AID, type Seen, type WatchedCard } from './watched-card.ts';

const lastTry = '63C1';
const keys: Readonly<Record<CredentialName, string>> = {
  licencePin: `${LICENCE_AID}/0006`,
  numberB: `${CARD_INFO_AID}/0015`,
  cardInfoPin: `${CARD_INFO_AID}/0011`,
};
const knownKeys: ReadonlySet<string> = new Set(Object.values(keys));
const credentials: readonly CredentialName[] = ['licencePin', 'numberB', 'cardInfoPin'];
const licenceFiles: ReadonlySet<string> = new Set(['0006', '001A', '001B', '001C']);
const cardInfoFiles: ReadonlySet<string> = new Set(['0002', '0003', '0004', '0011', '0015', '']);
const forbiddenFiles: ReadonlySet<string> = new Set(['0001', '0012', '0014']);

/** What arrived at the contacts of the card. */
export function indecencies({ seen }: WatchedCard, operator: Operator, { enter }: CardImage): readonly string[] {
  const broken: string[] = [];
  const spent = new Map<string, number>();
  const spentOnLast = new Map<string, number>();
  seen.forEach((command, index) => {
    if (command.kind === 'selectFile' || command.kind === 'read') broken.push(...harm(command));
    if (command.kind !== 'verify') return;
    const before = seen[index - 1];
    const key = keyOf(command);
    broken.push(...rashness(command, before));
    count(spent, key);
    if (before?.response === lastTry) count(spentOnLast, key);
    if (command.value === '****' ? enter.licencePin !== null : !operator.typed.has(command.value)) broken.push(`VERIFY of ${key} with what nobody typed`);
  });
  for (const key of spent.keys()) if (!knownKeys.has(key)) broken.push(`VERIFY of ${key}, a key of nobody`);
  for (const credential of credentials) {
    const allowed = operator.submissions[credential] + (credential === 'licencePin' ? operator.submissions.noPin : 0);
    broken.push(...tooMany(`VERIFY of ${credential}`, spent.get(keys[credential]), allowed));
    broken.push(...tooMany(`VERIFY of ${credential} on its last try`, spentOnLast.get(keys[credential]), operator.confirmations[credential]));
  }
  return broken;
}

/** A VERIFY comes right after the count of its key, and only when that told of a try. */
function rashness(verify: Seen, before: Seen | undefined): readonly string[] {
  const key = keyOf(verify);
  if (before?.kind !== 'count' || keyOf(before) !== key) return [`VERIFY of ${key} without its count asked right before`];
  return /^63C[1-9A-F]$/u.test(before.response) ? [] : [`VERIFY of ${key} although its count was ${before.response}`];
}

/** Nothing but a count is asked of a key that has said that it is blocked. */
export function knocksAtBlockedKeys(seen: readonly Seen[]): readonly string[] {
  const broken: string[] = [];
  const blocked = new Set<string>();
  for (const command of seen) {
    const key = keyOf(command);
    if (command.kind === 'verify' && blocked.has(key)) broken.push(`VERIFY of ${key}, which is blocked`);
    if ((command.kind === 'verify' || command.kind === 'count') && ['63C0', '6983', '6984'].includes(command.response)) blocked.add(key);
  }
  return broken;
}

/** Tries that are missing on the card beyond the wrong entries of the person, by credential. A right entry only fills a count up. */
export function triesBurned(card: WatchedCard, { wrongEntries }: Operator): Readonly<Record<CredentialName, number>> {
  const left = new Map(card.snapshot().credentials.map(({ aid, efIdentifier, remaining }) => [keyName(hex(aid), efIdentifier), remaining]));
  const burned = { licencePin: 0, numberB: 0, cardInfoPin: 0 };
  for (const { aid, credentials: onImage } of card.image.applications) {
    for (const [efIdentifier, { remaining }] of onImage) {
      const key = keyName(hex(aid), efIdentifier);
      const credential = credentials.find((name) => keys[name] === key);
      const missing = remaining - (left.get(key) ?? 0) - (credential === undefined ? 0 : wrongEntries[credential]);
      if (missing > 0) burned[credential ?? 'cardInfoPin'] += missing;
    }
  }
  return burned;
}

function keyName(aid: string, efIdentifier: number): string {
  return `${aid}/${efIdentifier.toString(16).padStart(4, '0').toUpperCase()}`;
}

function keyOf({ aid, file }: Seen): string {
  return `${aid}/${file}`;
}

/** 個人番号 and the keys that open it are never touched. */
function harm({ aid, file }: Seen): readonly string[] {
  const allowed = aid === LICENCE_AID ? licenceFiles : cardInfoFiles;
  return (aid !== '' && !allowed.has(file)) || forbiddenFiles.has(file) ? [`EF ${file} of ${aid} touched`] : [];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function tooMany(what: string, times = 0, allowed: number): readonly string[] {
  return times > allowed ? [`${what} ${String(times)} times, asked for ${String(allowed)} times`] : [];
}
