/** What a card may see of us, whatever happens: every VERIFY asked for by a person, right after the count was told; nothing of 個人番号. */
import { expect } from 'vitest';
import type { CardImage } from '#simulator';
import type { Operator } from './operator.ts';
import { CARD_INFO_AID, LICENCE_AID, type Seen, type WatchedCard } from './watched-card.ts';

const lastTry = '63C1';
const keys = { licencePin: `${LICENCE_AID}/0006`, numberB: `${CARD_INFO_AID}/0015`, cardInfoPin: `${CARD_INFO_AID}/0011` } as const;

/** What arrived at the contacts of the card. */
export function expectDecent({ seen }: WatchedCard, operator: Operator, { enter }: CardImage): void {
  const spent: Record<string, number> = {};
  const spentOnLast: Record<string, number> = {};
  seen.forEach((command, index) => {
    if (command.kind === 'selectFile' || command.kind === 'read') expectHarmless(command);
    if (command.kind !== 'verify') return;
    const before = seen[index - 1];
    const key = `${command.aid}/${command.file}`;
    expect(before).toMatchObject({ kind: 'count', aid: command.aid, file: command.file });
    expect(before?.response).toMatch(/^63C[1-9A-F]$/u);
    spent[key] = (spent[key] ?? 0) + 1;
    if (before?.response === lastTry) spentOnLast[key] = (spentOnLast[key] ?? 0) + 1;
    if (command.value === '****') expect(enter.licencePin).toBeNull();
    else expect(operator.typed).toContain(command.value);
  });
  expect(Object.keys(spent).filter((key) => !Object.values<string>(keys).includes(key))).toEqual([]);
  for (const credential of ['licencePin', 'numberB', 'cardInfoPin'] as const) {
    const allowed = operator.submissions[credential] + (credential === 'licencePin' ? operator.submissions.noPin : 0);
    expect(spent[keys[credential]] ?? 0).toBeLessThanOrEqual(allowed);
    expect(spentOnLast[keys[credential]] ?? 0).toBeLessThanOrEqual(operator.confirmations[credential]);
  }
}

/** 個人番号 and the keys that open it are never touched. */
function expectHarmless({ aid, file }: Seen): void {
  const allowed = aid === LICENCE_AID ? ['0006', '001A', '001B', '001C'] : ['0002', '0003', '0004', '0011', '0015', ''];
  if (aid !== '') expect(allowed).toContain(file);
  expect(['0001', '0012', '0014']).not.toContain(file);
}

export function expectNothingAfterBlocked(seen: readonly Seen[]): void {
  const blocked = new Set<string>();
  for (const { kind, aid, file, response } of seen) {
    if (kind === 'verify') expect(blocked).not.toContain(`${aid}/${file}`);
    if ((kind === 'verify' || kind === 'count') && ['63C0', '6983', '6984'].includes(response)) blocked.add(`${aid}/${file}`);
  }
}
