/** Every card reads with the same result through every virtual reader: what differs between readers ends in the hall. */
import { describe, expect, it } from 'vitest';
import { practiceCards, readerNames } from '#simulator';
import type { CheckResult } from './state.ts';
import { fullEntry, image, openTestCounter } from './test/counter.ts';

const readers = Object.entries(readerNames);

async function readThrough(profile: (typeof readers)[number][1], name: string): Promise<{ result: CheckResult; verifies: number }> {
  const card = await image(name);
  // Cards take their time over the air: the readers' own time-outs, not the hasty ones of the fault tests.
  const counter = await openTestCounter({ image: card, profile, timeouts: {} });
  try {
    await counter.session.reopenReader();
    const entry = await counter.until('entry');
    const licence = entry.card.licence.state === 'pinNeeded' || entry.card.licence.state === 'noPin' ? fullEntry(card).licence : 'skip';
    counter.session.submit({ ...fullEntry(card), licence });
    if ((await counter.until('confirmLastTry', 'result')).name === 'confirmLastTry') counter.session.confirmLastTry();
    const { result } = await counter.until('result');
    counter.reader.assertNoUnexpectedInput();
    return { result, verifies: result.link.verifyCommands };
  } finally {
    await counter.close();
  }
}

const verdictOf = (part: CheckResult['licence'] | CheckResult['personalDetails']): string => ('verdict' in part ? part.verdict.verdict : part.notRead);
const promised = (word: string | undefined): string | undefined => (word === 'genuine-in-training' ? 'genuine' : word);

describe.each(readers)('%s', { timeout: 60_000 }, (_name, profile) => {
  it.each(practiceCards.map(({ name }) => name))('reads %s as its image promises', async (name) => {
    const { expect: promise } = await image(name);
    const { result, verifies } = await readThrough(profile, name);
    expect(verdictOf(result.licence)).toBe(promise.error ?? promised(promise.licence));
    if (promise.personalDetails !== undefined) expect(verdictOf(result.personalDetails)).toBe(promised(promise.personalDetails));
    for (const reason of promise.reasons ?? []) expect(result.reasons).toContain(reason);
    expect(verifies).toBe(promise.error === undefined ? 2 : 1);
  });
});
