/**
 * T=1 over a line that loses, spoils, repeats and delays, against a card written from the standard alone: a command is carried out once
 * and its answer is its own, or a fault with a code comes; a command with a secret is never carried out twice, whatever happens.
 */
import { equalBytes, hex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { SpoiledLink, type LineFault } from '../test/block-link.ts';
import { T1CardDouble, type T1CardOptions } from '../test/t1-card.ts';
import { crc, lrc } from './check-code.ts';
import { T1Exchange } from './t1-exchange.ts';

interface Sent {
  readonly bytes: Bytes;
  readonly secret: boolean;
}

interface Line {
  readonly takes: number;
  readonly hostTakes: number;
  /** The card begins with what the reader has told it. */
  readonly readerAnnounces: boolean;
  readonly usesCrc: boolean;
}

/** Each command is its own: number, then filling; the answer says which command it answers. */
function commandOf(number: number, length: number): Bytes {
  return Uint8Array.from({ length: 4 + length }, (_, index) => (index === 0 ? number : (number * 31 + index * 7) % 251));
}

function answerTo(command: Bytes, length: number): Bytes {
  return Uint8Array.from([...Array.from({ length }, (_, index) => ((command[0] ?? 0) * 17 + index * 3) % 253), command[0] ?? 0, 0x90, 0x00]);
}

/** After these the slot goes on with the same card if it has kept its power; after others it starts anew. */
const goesOn: readonly string[] = ['CARD_REMOVED', 'CARD_MUTE'];

interface Conversation {
  readonly commands: readonly Sent[];
  readonly answerLength: number;
}

async function converse(card: T1CardDouble, faults: readonly LineFault[], line: Line, { commands, answerLength }: Conversation) {
  const link = new SpoiledLink(card, faults);
  let exchange: T1Exchange | undefined;
  let delivered = 0;
  for (const command of commands) {
    const resynchs = card.resynchs;
    try {
      exchange ??= await connected(link, line);
      const response = await exchange.transmit(link, { bytes: command.bytes.slice(), secret: command.secret });
      delivered++;
      expect(hex(response)).toBe(hex(answerTo(command.bytes, answerLength)));
      assertCarriedOut(card, command, card.resynchs === resynchs);
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      if (!goesOn.includes(error.code)) exchange = undefined;
    }
  }
  assertNothingElse(card, commands);
  return { link, delivered };
}

async function connected(link: SpoiledLink, line: Line): Promise<T1Exchange> {
  await link.warmReset();
  const exchange = new T1Exchange({
    checkCode: line.usesCrc ? crc : lrc,
    cardInformationLength: line.takes,
    longestInformation: 254,
    hostInformationLength: line.hostTakes,
    readerAnnouncesLength: line.readerAnnounces,
    budgetMs: 60_000,
  });
  await exchange.start(link);
  return exchange;
}

/** Once; a command without a secret may have been carried out before a RESYNCH, too. */
function assertCarriedOut(card: T1CardDouble, command: Sent, withoutResynch: boolean): void {
  expect(timesOf(card, command)).toBeGreaterThanOrEqual(1);
  if (withoutResynch || command.secret) expect(timesOf(card, command)).toBe(1);
}

function assertNothingElse(card: T1CardDouble, commands: readonly Sent[]): void {
  for (const command of commands) if (command.secret) expect(timesOf(card, command)).toBeLessThanOrEqual(1);
  for (const executed of card.executed) expect(commands.some(({ bytes }) => equalBytes(bytes, executed))).toBe(true);
}

function timesOf(card: T1CardDouble, { bytes }: Sent): number {
  return card.executed.filter((executed) => equalBytes(executed, bytes)).length;
}

const fault: fc.Arbitrary<LineFault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'commandLost' as const,
      'commandDamaged' as const,
      'answerLost' as const,
      'answerDamaged' as const,
      'parity' as const,
      'wrongSequence' as const,
      'late' as const,
      'twice' as const,
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('removed' as const, 'overrun' as const) },
);

const lines = fc.record({
  takes: fc.integer({ min: 1, max: 40 }),
  hostTakes: fc.integer({ min: 1, max: 40 }),
  readerAnnounces: fc.boolean(),
  usesCrc: fc.constant(false),
});

const work = fc.record({
  commands: fc
    .array(fc.record({ length: fc.integer({ min: 0, max: 60 }), secret: fc.boolean() }), { minLength: 1, maxLength: 5 })
    .map((list) => list.map(({ length, secret }, index) => ({ bytes: commandOf(index + 1, length), secret }))),
  answerLength: fc.integer({ min: 0, max: 90 }),
});

const cardHabits = fc.record({
  timeExtensions: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 2 }),
  announces: fc.option(fc.integer({ min: 1, max: 254 }), { nil: undefined }),
});

function cardFor(
  line: Line,
  answerLength: number,
  { timeExtensions, announces }: { timeExtensions?: readonly number[]; announces?: number | undefined } = {},
): T1CardDouble {
  const options: T1CardOptions = {
    run: (command) => answerTo(command, answerLength),
    takes: line.takes,
    usesCrc: line.usesCrc,
    ...(timeExtensions === undefined ? {} : { timeExtensions }),
    ...(announces === undefined ? {} : { announces }),
  };
  return new T1CardDouble(options);
}

describe('exactly once', () => {
  test.prop([fc.array(fault, { maxLength: 40 }), lines, work, cardHabits], { numRuns: 3_000 })(
    'every command, on every line: its own answer or a coded fault; a secret never twice',
    async (faults, line, conversation, habits) => {
      const card = cardFor(line, conversation.answerLength, habits);
      const { link } = await converse(card, faults, line, conversation);
      expect(link.sent.length).toBeLessThan(conversation.commands.length * 400);
    },
  );

  test.prop([lines.map((line) => ({ ...line, usesCrc: true })), work, cardHabits], { numRuns: 300 })(
    'on a quiet line every command is answered, with either check code, in blocks no longer than agreed',
    async (line, conversation, habits) => {
      for (const usesCrc of [false, true]) {
        const card = cardFor({ ...line, usesCrc }, conversation.answerLength, habits);
        const { delivered } = await converse(card, [], { ...line, usesCrc }, conversation);
        expect(delivered).toBe(conversation.commands.length);
        expect(card.executed).toHaveLength(conversation.commands.length);
        expect(card.longestReceived.length).toBeLessThanOrEqual(Math.max(line.takes, habits.announces ?? 0));
      }
    },
  );

  const single: LineFault[] = ['commandLost', 'commandDamaged', 'answerLost', 'answerDamaged', 'parity', 'wrongSequence', 'late', 'twice'];
  it.each(single)('one fault alone is mended at every place of the conversation: %s', async (kind) => {
    const line: Line = { takes: 5, hostTakes: 6, readerAnnounces: false, usesCrc: false };
    const commands = [commandOf(1, 8), commandOf(2, 0), commandOf(3, 12)].map((bytes, index) => ({ bytes, secret: index === 1 }));
    for (let place = 1; place < 24; place++) {
      const faults: LineFault[] = [...Array.from({ length: place }, () => 'none' as const), kind];
      const card = cardFor(line, 14, { timeExtensions: [3] });
      const { delivered } = await converse(card, faults, line, { commands, answerLength: 14 });
      expect(delivered).toBe(3);
      expect(card.executed).toHaveLength(3);
    }
  });

  it('an old answer to RESYNCH does not pass for that to a new one (found by the property)', async () => {
    const line: Line = { takes: 1, hostTakes: 32, readerAnnounces: true, usesCrc: false };
    const commands = [commandOf(1, 0), commandOf(2, 0)].map((bytes) => ({ bytes, secret: false }));
    const faults: LineFault[] = ['commandLost', 'late', 'twice', 'commandLost', 'none', 'twice', 'removed', 'commandLost'];
    const card = cardFor(line, 0);
    await converse(card, faults, line, { commands, answerLength: 0 });
    expect(card.executed.every((executed) => executed.length === 4)).toBe(true);
  });
});
