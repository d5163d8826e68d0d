/**
 * The same promise below the APDU: whatever is lost, late, repeated or damaged between reader and card, and whichever reader it is,
 * a VERIFY arrives at most once for each time a person asked for it. iso-dep.md §5–§8; ccid.md §9, §14 (B28, B29).
 */
import { fc, test } from '@fast-check/vitest';
import { afterAll, describe, expect } from 'vitest';
import { readerNames, type Fault, type ReaderName } from '#simulator';
import { image, openTestCounter } from './test/counter.ts';
import { expectDecent, expectNothingAfterBlocked } from './test/decency.ts';
import { schedules } from './test/fault-schedules.ts';
import { Operator, type Turn } from './test/operator.ts';
import { WatchedCard } from './test/watched-card.ts';

/** `npm run fuzz:link -- --seeds N` asks for more; see tests/fuzz/link.js. */
const runs = Number(process.env['LINK_FUZZ_RUNS'] ?? 8);

/** For the closing line: how many readings, how many faults were planned in them, how many came to a result all the same. */
const seen = { runs: 0, faults: 0, results: 0, burned: 0 };

afterAll(() => {
  if (process.env['LINK_FUZZ_RUNS'] === undefined) return;
  process.stdout.write(
    `runs ${String(seen.runs)}, faults ${String(seen.faults)}, survived with a result ${String(seen.results)}, tries burned ${String(seen.burned)}\n`,
  );
});

const from = fc.integer({ min: 1, max: 60 });
const times = fc.integer({ min: 1, max: 3 });

/** Under T2 to T4 the firmware repeats blocks by itself, and no host can prevent it: forged acknowledgements are left out. */
const blockFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .record({ from, times })
    .chain((when) =>
      fc.constantFrom<Fault>(
        { kind: 'blockToCardLost', ...when },
        { kind: 'blockFromCardLost', ...when },
        { kind: 'blockGarbled', ...when },
        { kind: 'blockLate', ...when },
        { kind: 'blockNumber', ...when },
        { kind: 'blockRepeated', ...when },
        { kind: 'blockTruncated', length: 1, ...when },
        { kind: 'blockTooLong', extraLength: 3, ...when },
      ),
    ),
  fc.record({ from, times, ins: fc.constant(0x20) }).map((when): Fault => ({ kind: 'waitingTime', multiplier: 2, copies: 2, ...when })),
  fc.record({ from, times, partLength: fc.integer({ min: 1, max: 40 }) }).map((rest): Fault => ({ kind: 'cardChains', ...rest })),
  fc.record({ from, partLength: fc.constantFrom(0, 1) }).map((rest): Fault => ({ kind: 'endlessChain', ...rest })),
  fc.record({ from, times, trailing: fc.boolean() }).map((rest): Fault => ({ kind: 'otherClient', ...rest })),
);

const turn: fc.Arbitrary<Turn> = fc.record({
  licence: fc.constantFrom('right', 'right', 'wrong', 'skip'),
  personal: fc.constantFrom('numberB', 'numberB', 'wrongNumberB', 'pin', 'skip'),
  confirms: fc.boolean(),
});

const plan = fc.record({
  card: fc.constantFrom('standard', 'standard', 'one-try-left', 'pin-locked', 'pin-unset'),
  turns: fc.array(turn, { minLength: 1, maxLength: 3 }),
  faults: fc.tuple(fc.array(blockFaults, { minLength: 1, maxLength: 3 }), schedules).map(([blocks, others]) => [...blocks, ...others.slice(0, 1)]),
});

const readers = Object.entries(readerNames).filter(([name]) => !new Set<string>(['ccid', 'web-smart-card'] satisfies ReaderName[]).has(name));

describe.each(readers)('%s', (_name, profile) => {
  test.prop([plan], { numRuns: runs, interruptAfterTimeLimit: 60_000 + runs * 5_000 })(
    'no VERIFY that nobody asked for, and an end',
    async ({ card, turns, faults }) => {
      const cardImage = await image(card);
      const onReader = new WatchedCard(cardImage);
      const counter = await openTestCounter({ image: cardImage, onReader, profile });
      const operator = new Operator(counter, onReader, turns);
      try {
        await counter.session.reopenReader();
        await operator.work(() => counter.reader.faults.set(faults));
        seen.runs += 1;
        seen.faults += faults.length;
        if (operator.ends.some(({ name }) => name === 'result')) seen.results += 1;
        seen.burned += burnedBy(onReader, operator);
        expectDecent(onReader, operator, cardImage);
        expectNothingAfterBlocked(onReader.seen);
        expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
      } finally {
        await counter.close();
      }
      for (const bytes of operator.typedBytes) expect(bytes.every((byte) => byte === 0)).toBe(true);
    },
    90_000 + runs * 5_000,
  );
});

/** VERIFY commands at the card beyond what the person asked for. 0, or the counts would not hold either. */
function burnedBy({ seen: commands }: WatchedCard, { submissions }: Operator): number {
  const asked = submissions.licencePin + submissions.noPin + submissions.numberB + submissions.cardInfoPin;
  return Math.max(0, commands.filter(({ kind }) => kind === 'verify').length - asked);
}
