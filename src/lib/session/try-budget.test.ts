/**
 * No try is burned that no person asked for: whatever reader, cable and card do, at most one VERIFY per submission, each right after
 * the card has told its count. licence-applet §3.4, §3.5; card-info-applet §3.5; product §15.
 */
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { CardImage, Fault } from '#simulator';
import { VirtualTime } from '#virtual-time';
import { platformTimers } from './platform-timers.ts';
import { image, openTestCounter } from './test/counter.ts';
import { indecencies, knocksAtBlockedKeys, triesBurned } from './test/decency.ts';
import { schedules } from './test/fault-schedules.ts';
import { Operator, type Turn } from './test/operator.ts';
import { CARD_INFO_AID, LICENCE_AID, WatchedCard, withTries, type Lie, type Seen } from './test/watched-card.ts';

const runs = typeof window === 'undefined' ? 120 : 40;

/** Lengths of the APDUs that carry reference data: header, Lc, four or fourteen digits. Nothing else we send has them. */
const PIN_COMMAND_LENGTH = 9;
const NUMBER_B_COMMAND_LENGTH = 19;
const COUNT_LENGTH = 4;

const turn: fc.Arbitrary<Turn> = fc.record({
  licence: fc.constantFrom('right', 'right', 'wrong', 'skip'),
  personal: fc.constantFrom('numberB', 'numberB', 'wrongNumberB', 'pin', 'wrongPin', 'skip'),
  confirms: fc.boolean(),
});

interface PlannedLie {
  readonly about: Seen['kind'];
  readonly from: number;
  readonly times: number;
  readonly response: string;
}

const lie: fc.Arbitrary<PlannedLie> = fc.record({
  about: fc.constantFrom('count', 'verify', 'selectApplication', 'selectFile', 'read'),
  from: fc.integer({ min: 0, max: 5 }),
  times: fc.integer({ min: 1, max: 3 }),
  response: fc.constantFrom('9000', '63CF', '63C1', '63C0', '6300', '6983', '6984', '6700', '6A82', '6283', '6982', '6CFF', '6110', '90', ''),
});

const plan = fc.record({
  card: fc.constantFrom('standard', 'standard', 'one-try-left', 'pin-locked', 'pin-unset', 'no-licence'),
  tries: fc.record({ licencePin: fc.integer({ min: 1, max: 4 }), numberB: fc.integer({ min: 1, max: 4 }), cardInfoPin: fc.integer({ min: 0, max: 3 }) }),
  turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
  faults: schedules,
  armed: fc.constantFrom('beforeOpening', 'beforeEntry'),
  lies: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: fc.array(lie, { minLength: 1, maxLength: 2 }), weight: 1 }),
  verifiedQuery: fc.constantFrom('tries', '9000'),
});

let time: VirtualTime;

beforeAll(() => {
  time = VirtualTime.install({ remembered: new Map() });
});

afterAll(() => time.uninstall());

describe('over random faults, cards and people', () => {
  test.prop([plan], { numRuns: runs, interruptAfterTimeLimit: 60_000 })(
    'no VERIFY that nobody asked for, and an end',
    async (plan) => {
      const cardImage = await imageOf(plan.card, plan.tries);
      await time.run(() => check(plan, cardImage));
    },
    90_000,
  );
});

interface Plan {
  readonly card: string;
  readonly tries: { readonly licencePin: number; readonly numberB: number; readonly cardInfoPin: number };
  readonly turns: readonly Turn[];
  readonly faults: readonly Fault[];
  readonly armed: 'beforeOpening' | 'beforeEntry';
  readonly lies: readonly PlannedLie[];
  readonly verifiedQuery: 'tries' | '9000';
}

async function check({ turns, faults, armed, lies, verifiedQuery }: Plan, cardImage: CardImage): Promise<void> {
  const onReader = new WatchedCard(cardImage, { verifiedQuery });
  onReader.lie = liar(lies);
  const counter = await openTestCounter({ image: cardImage, onReader, clock: platformTimers });
  const operator = new Operator(counter, onReader, turns);
  try {
    if (armed === 'beforeOpening') counter.reader.faults.set(faults);
    await counter.session.reopenReader();
    await operator.work(() => {
      if (armed === 'beforeEntry') counter.reader.faults.set(faults);
    });
    expectWithinSubmissions(counter.reader.messageLog, operator);
    expect(indecencies(onReader, operator, cardImage)).toEqual([]);
    expect(triesBurned(onReader, operator)).toEqual({ licencePin: 0, numberB: 0, cardInfoPin: 0 });
    if (lies.length === 0) expect(knocksAtBlockedKeys(onReader.seen)).toEqual([]);
    expect(counter.session.link.apdus).toBeLessThanOrEqual(400);
    expect(counter.reader.messageLog.length).toBeLessThan(2000);
    expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
  } finally {
    await counter.close();
  }
  for (const bytes of operator.typedBytes) expect(bytes.every((byte) => byte === 0)).toBe(true);
}

async function imageOf(name: string, tries: { licencePin: number; numberB: number; cardInfoPin: number }): Promise<CardImage> {
  const card = await image(name);
  if (name !== 'standard') return card;
  return withTries(
    withTries(withTries(card, LICENCE_AID, 0x0006, tries.licencePin), CARD_INFO_AID, 0x0015, tries.numberB),
    CARD_INFO_AID,
    0x0011,
    tries.cardInfoPin,
  );
}

function liar(lies: readonly PlannedLie[]): Lie {
  const told = new Map<PlannedLie, number>();
  return (command) => {
    const about = kindOf(command);
    for (const planned of lies) {
      if (planned.about !== about) continue;
      const events = told.get(planned) ?? 0;
      told.set(planned, events + 1);
      if (events >= planned.from && events < planned.from + planned.times) return planned.response;
    }
    return undefined;
  };
}

function kindOf(command: Uint8Array): Seen['kind'] {
  const [, ins, p1] = command;
  if (ins === 0xa4) return p1 === 0x04 ? 'selectApplication' : 'selectFile';
  if (ins === 0x20) return command.length > COUNT_LENGTH ? 'verify' : 'count';
  return ins === 0xb0 ? 'read' : 'other';
}

/** What left for the card, whether it arrived or not. */
function expectWithinSubmissions(messages: readonly { readonly name: string; readonly dataLength: number }[], { submissions }: Operator): void {
  // An empty block carries no command: it asks a reader that said so for the rest of an answer.
  const lengths = messages.filter(({ name, dataLength }) => name === 'xfrBlock' && dataLength > 0).map(({ dataLength }) => dataLength);
  const sent = (length: number): number => lengths.filter((candidate) => candidate === length).length;
  expect(sent(PIN_COMMAND_LENGTH)).toBeLessThanOrEqual(submissions.licencePin + submissions.cardInfoPin + submissions.noPin);
  expect(sent(NUMBER_B_COMMAND_LENGTH)).toBeLessThanOrEqual(submissions.numberB);
  lengths.forEach((length, index) => {
    if (length === PIN_COMMAND_LENGTH || length === NUMBER_B_COMMAND_LENGTH) expect(lengths[index - 1]).toBe(COUNT_LENGTH);
  });
}
