import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { AuditEntry, AuditLog, ChainCheck } from '#session';
import { en } from '../messages/en.ts';
import { ja } from '../messages/ja.ts';
import LogView from './log-view.svelte';
import { verdictWords } from './verdict-words.ts';

const genuine = { verdict: 'genuine', reasons: [], anchorFingerprints: ['AB'.repeat(32)] } as const;
const entry: AuditEntry = {
  version: 1,
  sequence: 7,
  event: 'check',
  at: 1_795_000_000_000,
  mode: 'practice',
  licence: genuine,
  personalDetails: { verdict: 'notRead', reasons: ['SKIPPED'], anchorFingerprints: [] },
  reasons: ['WRONG_PIN', 'CODE_OF_A_LATER_VERSION'],
  appBuild: '0.1.0+test',
  bootId: '00',
  clock: 'running',
  previousHash: '0'.repeat(64),
  hash: 'EF'.repeat(32),
};

/** Answers what the view asks; anything else is a mistake of the view. */
function logOf(check: ChainCheck): AuditLog {
  const answers: Partial<AuditLog> = {
    list: async () => [entry],
    size: async () => 8,
    verify: async () => check,
    storage: async () => ({ persisted: false, quota: undefined, usage: undefined, headCopy: 'missing' }),
    onChange: () => () => undefined,
  };
  return answers as AuditLog;
}

describe('log', () => {
  it('lists, opens and explains an entry; a code without words is shown as itself', async () => {
    const screen = await render(LogView, { log: logOf({ outcome: 'intact', size: 8, headHash: '' }), fileName: 'log.json' });
    await screen.getByRole('button', { name: '記録番号 7 を開く' }).click();
    const dialog = screen.getByRole('dialog', { name: '記録番号 7' });
    await expect.element(dialog).toHaveTextContent('練習モード');
    await expect.element(dialog).toHaveTextContent(ja.reasons.WRONG_PIN);
    await expect.element(dialog).toHaveTextContent('CODE_OF_A_LATER_VERSION');
  });

  it.each<[ChainCheck, string]>([
    [{ outcome: 'intact', size: 8, headHash: '' }, '8件すべてがつながっています。'],
    [{ outcome: 'broken', firstBad: 3, why: 'ENTRY_ALTERED' }, '記録番号 3 に食い違いがあります。'],
  ])('says what the chain check found: $outcome', async (check, words) => {
    const screen = await render(LogView, { log: logOf(check), fileName: 'log.json' });
    await screen.getByRole('button', { name: ja.screens.logVerify }).click();
    await expect.element(screen.getByText(words)).toBeVisible();
  });

  it('says openly how little the browser promises', async () => {
    const screen = await render(LogView, { log: logOf({ outcome: 'intact', size: 8, headHash: '' }), fileName: 'log.json' });
    await expect.element(screen.getByText(ja.screens.logNotPersisted)).toBeVisible();
    await expect.element(screen.getByText(ja.screens.logNoHeadCopy)).toBeVisible();
  });

  it('never calls genuine what a training key proved', () => {
    expect(verdictWords(genuine, 'service', en.screens)).toBe('Genuine');
    expect(verdictWords(genuine, 'practice', en.screens)).toBe('Matches a training key');
  });
});
