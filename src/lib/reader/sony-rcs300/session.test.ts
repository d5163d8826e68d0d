import { unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { MessagePipe } from '../ccid/message-pipe.ts';
import {
  cardSays,
  DONE,
  escapeReader,
  escapeReply,
  exchangeOf,
  hastyTimings,
  NO_CARD,
  OTHER_CLIENT,
  OUTSIDE,
  REFUSED,
  type EscapeReader,
  type EscapeScript,
} from '../test/escape-reader.ts';
import { wait } from '../test/open.ts';
import { hasty } from '../test/replies.ts';
import { EscapeChannel } from './escape-channel.ts';
import { LargeTransferPipe } from './large-transfer-pipe.ts';
import { flags } from './payloads.ts';
import { Sessions } from './sessions.ts';

const [END, START, OFF, ON] = ['FF50000002820000', 'FF50000002810000', 'FF50000002830000', 'FF50000002840000'];
const KEEP_ALIVE = 'FF56000000';
const block = { bytes: unhex('02AA'), secret: false };
const EXCHANGE = exchangeOf('001C', '801A0600', '02AA');

interface Desk extends EscapeReader {
  readonly sessions: Sessions;
  readonly lost: string[];
}

function desk(script: EscapeScript = () => undefined, keepAliveMs = 10_000): Desk {
  const reader = escapeReader(script);
  const channel = new EscapeChannel(new MessagePipe(new LargeTransferPipe(reader.pipe), hasty), { ...hastyTimings, keepAliveMs });
  const lost: string[] = [];
  return { ...reader, lost, sessions: new Sessions(channel, () => lost.push('lost')) };
}

describe('a reader that is busy (open-points.md, 4)', () => {
  const busy = (command: Bytes): readonly Bytes[] => [escapeReply(command, '', { status: 0x41, error: 0xe0 })];

  it('has perhaps sent a frame: it is not sent again, and counts as no answer (ISO/IEC 14443-4 §7.5.5.2)', async () => {
    const { sessions, sent } = desk((payload, _count, command) => (payload === EXCHANGE ? busy(command) : undefined));
    const session = await sessions.begin(false);
    expect(await session.exchange(flags.hostAddsPrologue, block, 400, 'noAnswer')).toEqual({ outcome: 'noAnswer' });
    expect(sent.filter((payload) => payload === EXCHANGE).length).toBe(1);
    expect(session.isOpen).toBe(true);
    session.abandon();
  });

  it('a look for cards is asked again: it can be heard twice, and "busy" is not "no card"', async () => {
    const { sessions, sent } = desk((payload, count, command) => (payload === EXCHANGE ? (count === 1 ? busy(command) : cardSays('02')) : undefined));
    const session = await sessions.begin(false);
    expect(await session.exchange(flags.hostAddsPrologue, block, 400)).toMatchObject({ outcome: 'data' });
    expect(sent.filter((payload) => payload === EXCHANGE).length).toBe(2);
    session.abandon();
  });

  it('a frame with a secret is no exception, but the fault is told as it is', async () => {
    const { sessions, pipe } = desk((payload, _count, command) => (payload.startsWith('FF500001') ? busy(command) : undefined));
    const session = await sessions.begin(false);
    await expect(session.exchange(flags.hostAddsPrologue, { bytes: unhex('02AA'), secret: true }, 400, 'noAnswer')).rejects.toMatchObject({
      code: 'SLOT_BUSY',
    });
    expect(pipe.sent.filter((sent) => sent.startsWith('secret')).length).toBe(1);
  });
});

describe('a session begins (browser-and-readers.md §6.7 steps 3 to 6)', () => {
  it.each([
    { name: 'as it should', script: () => undefined },
    { name: 'END refused: there was nothing to end', script: (payload: string) => (payload === END ? OUTSIDE : undefined) },
    { name: 'END answered 6A81', script: (payload: string) => (payload === END ? '6A81' : undefined) },
    { name: 'END not answered', script: (payload: string) => (payload === END ? [] : undefined) },
  ])('END, START, RF off, RF on: $name', async ({ script }) => {
    const { sessions, sent } = desk(script);
    const session = await sessions.begin(false);
    expect(sent).toEqual([END, START, OFF, ON]);
    expect(session.isOpen).toBe(true);
    session.abandon();
  });

  it.each([
    { name: 'START', at: START },
    { name: 'RF off', at: OFF },
    { name: 'RF on', at: ON },
  ])('takes the reader from another client by END and START, once: $name', async ({ at }) => {
    const { sessions, sent } = desk((payload, count) => (payload === at && count === 1 ? OTHER_CLIENT : undefined));
    (await sessions.begin(false)).abandon();
    expect(sent.filter((payload) => payload === START).length).toBe(2);
  });

  it.each([
    { name: 'another client stays, inside', answer: OTHER_CLIENT, code: 'SLOT_BUSY' },
    { name: 'another client stays, trailing', answer: '698A', code: 'SLOT_BUSY' },
    { name: 'taken away each time', answer: OUTSIDE, code: 'SLOT_BUSY' },
    { name: 'refused', answer: REFUSED, code: 'READER_REPORTED_ERROR' },
    { name: 'without a result', answer: '9000', code: 'READER_MALFORMED_MESSAGE' },
    { name: 'silence', answer: [], code: 'READER_TIMED_OUT' },
  ])('does not begin: $name', async ({ answer, code }) => {
    const { sessions } = desk((payload) => (payload === START ? answer : undefined));
    await expect(sessions.begin(false)).rejects.toMatchObject({ code });
    expect(sessions.idle).toBeUndefined();
  });
});

describe('an exchange (§6.5, §6.6)', () => {
  it.each([
    { name: 'card data', answer: cardSays('029000'), outcome: { outcome: 'data', bytes: unhex('029000') } },
    { name: 'no card', answer: NO_CARD, outcome: { outcome: 'noAnswer' } },
    { name: 'an unpublished card result', answer: 'C003026F01' + '9000', outcome: { outcome: 'damaged', statusWord: 0x6f01 } },
    { name: 'seven bits in the last byte', answer: 'C003009000920107' + '9702' + '02B09000', outcome: { outcome: 'damaged', statusWord: 0 } },
    { name: 'done without data', answer: DONE, outcome: { outcome: 'data', bytes: new Uint8Array(0) } },
  ])('$name', async ({ answer, outcome }) => {
    const { sessions, sent } = desk((payload) => (payload === EXCHANGE ? answer : undefined));
    const session = await sessions.begin(false);
    expect(await session.exchange(flags.hostAddsPrologue, block, 400)).toEqual(outcome);
    expect(sent.at(-1)).toBe(EXCHANGE);
    expect(session.isOpen).toBe(true);
    session.abandon();
  });

  it.each([
    { name: 'another client, inside', answer: OTHER_CLIENT, code: 'CARD_REMOVED' },
    { name: 'another client, trailing', answer: '698A', code: 'CARD_REMOVED' },
    { name: 'outside a session', answer: OUTSIDE, code: 'CARD_REMOVED' },
    { name: 'silence', answer: [], code: 'READER_TIMED_OUT' },
    { name: 'rubbish', answer: '00', code: 'READER_MALFORMED_MESSAGE' },
  ])('$name: the session is over, and nothing more goes out in its name', async ({ answer, code }) => {
    const { sessions, sent } = desk((payload) => (payload.startsWith('FF500001') ? answer : undefined));
    const session = await sessions.begin(true);
    await expect(session.exchange(flags.hostAddsPrologue, block, 400)).rejects.toMatchObject({ code });
    expect(session.isOpen).toBe(false);
    const before = sent.length;
    await expect(session.exchange(flags.hostAddsPrologue, block, 400)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await session.end();
    expect(sent.length).toBe(before);
  });

  it('refused for another reason: the reader is told of, the session stays', async () => {
    const { sessions } = desk((payload) => (payload === EXCHANGE ? REFUSED : undefined));
    const session = await sessions.begin(false);
    await expect(session.exchange(flags.hostAddsPrologue, block, 400)).rejects.toMatchObject({
      code: 'READER_REPORTED_ERROR',
      facts: { statusWord: 0x6a81 },
    });
    expect(session.isOpen).toBe(true);
    session.abandon();
  });

  it('a secret goes out once and is wiped behind us; the lender keeps his own bytes', async () => {
    const { sessions, pipe } = desk((payload, _count, command) =>
      payload.startsWith('FF500001') ? [escapeReply(command, '', { status: 0x40, error: 0xe0 })] : undefined,
    );
    const session = await sessions.begin(false);
    const secret = { bytes: unhex('0231323334'), secret: true };
    pipe.sent.length = 0;
    await expect(session.exchange(flags.hostAddsPrologue, secret, 400)).rejects.toMatchObject({ code: 'SLOT_BUSY' });
    expect(pipe.sent).toEqual(['secret, 40 bytes']);
    expect(secret.bytes).toEqual(unhex('0231323334'));
  });
});

describe('keep-alive (§6.4; open-points.md, 2)', () => {
  it.each(['9000', '6A81', DONE, '00', ''])('goes on as long as the session, whatever is answered: %s', async (answer) => {
    const { sessions, sent, lost } = desk((payload) => (payload === KEEP_ALIVE ? answer : undefined), 5);
    const session = await sessions.begin(false);
    await wait(60);
    expect(sent.filter((payload) => payload === KEEP_ALIVE).length).toBeGreaterThan(2);
    await session.end();
    const before = sent.length;
    expect(sent.slice(-2)).toEqual([OFF, END]);
    await wait(30);
    expect(sent.length).toBe(before);
    expect(lost).toEqual([]);
  });

  it.each([
    { name: 'silence', answer: (): readonly Bytes[] => [] },
    { name: 'a failure', answer: (command: Bytes): readonly Bytes[] => [escapeReply(command, '', { status: 0x40, error: 7 })] },
    { name: 'another client, trailing', answer: (command: Bytes): readonly Bytes[] => [escapeReply(command, '698A')] },
    { name: 'another client, inside', answer: (command: Bytes): readonly Bytes[] => [escapeReply(command, OTHER_CLIENT)] },
    { name: 'outside a session', answer: (command: Bytes): readonly Bytes[] => [escapeReply(command, OUTSIDE)] },
    { name: 'busy again and again', answer: (command: Bytes): readonly Bytes[] => [escapeReply(command, '', { status: 0x40, error: 0xe0 })] },
  ])('$name: the session is lost, told once, and the card in it is CARD_REMOVED', async ({ answer }) => {
    const { sessions, sent, lost } = desk((payload, _count, command) => (payload === KEEP_ALIVE ? answer(command) : undefined), 5);
    const session = await sessions.begin(false);
    await wait(100);
    expect(lost).toEqual(['lost']);
    expect(session.isOpen).toBe(false);
    const before = sent.length;
    await expect(session.exchange(flags.hostAddsPrologue, block, 400)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(sent.length).toBe(before);
  });

  it('never runs beside an exchange', async () => {
    const { sessions, sent, pipe } = desk((payload) => (payload === EXCHANGE ? [] : undefined), 5);
    const session = await sessions.begin(false);
    const exchange = session.exchange(flags.hostAddsPrologue, block, 400);
    await wait(30);
    expect(sent.at(-1)).toBe(EXCHANGE);
    pipe.push(escapeReply(unhex(pipe.sent.at(-1) ?? ''), cardSays('029000')));
    expect(await exchange).toMatchObject({ outcome: 'data' });
    session.abandon();
  });
});
