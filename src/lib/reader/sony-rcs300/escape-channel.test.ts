import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { MessagePipe } from '../ccid/message-pipe.ts';
import { DONE, escapeReader, escapeReply, hastyTimings, type EscapeReader, type EscapeScript } from '../test/escape-reader.ts';
import { wait } from '../test/open.ts';
import { hasty, reply, status } from '../test/replies.ts';
import { EscapeChannel } from './escape-channel.ts';
import { LargeTransferPipe } from './large-transfer-pipe.ts';

const ASK = { bytes: unhex('FF560000'), secret: false };
const SECRET = { bytes: unhex('FF5000010031323334'), secret: true };

function channelOf(script: EscapeScript): EscapeReader & { readonly channel: EscapeChannel } {
  const reader = escapeReader(script);
  return { ...reader, channel: new EscapeChannel(new MessagePipe(new LargeTransferPipe(reader.pipe), hasty), hastyTimings) };
}

const busy = (command: Bytes): readonly Bytes[] => [escapeReply(command, '', { status: status.failedActive, error: 0xe0 })];

describe('frames (browser-and-readers.md §6.3, §6.7)', () => {
  it('6B, LE32 length, slot 0, sequence, three zeros; the sequence goes up and wraps', async () => {
    const { pipe, channel } = channelOf(() => '9000');
    await channel.escape(ASK);
    await channel.escape({ bytes: unhex('FF50000210FF6E03010108FF6E030801008F02010400'), secret: false });
    expect(pipe.sent).toEqual(['6B040000000000000000FF560000', '6B160000000001000000FF50000210FF6E03010108FF6E030801008F02010400']);
    for (let message = 2; message < 256; message++) await channel.escape(ASK);
    await channel.escape(ASK);
    expect(pipe.sent.slice(-2)).toEqual(['6B0400000000FF000000FF560000', '6B040000000000000000FF560000']);
  });

  it('gives the payload, also one of many packets', async () => {
    const long = 'A5'.repeat(300);
    const { channel } = channelOf(() => `${long}9000`);
    expect(hex(await channel.escape(ASK))).toBe(`${long}9000`);
  });

  it('reads with one large transfer, and ends full packets with an empty one (open-points.md, 11)', async () => {
    const reader = escapeReader(() => '9000');
    const lengths: number[] = [];
    const endings: (boolean | undefined)[] = [];
    const spied = new Proxy(reader.pipe, {
      get(target, property) {
        if (property === 'bulkIn')
          return (length: number, ms: number) => {
            lengths.push(length);
            return target.bulkIn(length, ms);
          };
        if (property === 'bulkOut')
          return (message: Parameters<typeof target.bulkOut>[0], options?: { endWithZeroLengthPacket?: boolean }) => {
            endings.push(options?.endWithZeroLengthPacket);
            return target.bulkOut(message);
          };
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
    const channel = new EscapeChannel(new MessagePipe(new LargeTransferPipe(spied), hasty), hastyTimings);
    await channel.escape(ASK);
    await channel.escape(ASK);
    expect(lengths).toEqual([1024, 1024]);
    expect(endings).toEqual([true, true]);
  });

  it('an answer of full packets without an empty one comes together with the next: both are read (§5.2, unknown 7)', async () => {
    const full = 'A5'.repeat(52) + '9000'; // 10 + 54 bytes: one full packet
    const { channel } = channelOf((payload) => (payload === 'FF560000' ? full : '9000'));
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    expect(hex(await channel.escape({ bytes: unhex('FF56000000'), secret: false }))).toBe('9000');
  });
});

describe('what does not belong (browser-and-readers.md §6.3; iso-dep.md §8 row 10)', () => {
  it.each([
    { name: 'another sequence', foreign: (c: Bytes) => escapeReply(c, DONE, { sequence: 0x77 }) },
    { name: 'another slot', foreign: (c: Bytes) => reply(c, { type: 0x83, slot: 1, data: '9000' }) },
    { name: 'another type', foreign: (c: Bytes) => reply(c, { type: 0x80, data: '9000' }) },
    { name: 'a message type of the host', foreign: (c: Bytes) => reply(c, { type: 0x6b, data: '9000' }) },
    { name: 'nine bytes', foreign: (c: Bytes) => escapeReply(c, '').slice(0, 9) },
    { name: 'one byte', foreign: () => unhex('83') },
  ])('passes over $name, twice, and not a third time', async ({ foreign }) => {
    let count = 2;
    const { channel } = channelOf((_payload, _count, command) => [...Array.from({ length: count }, () => foreign(command)), escapeReply(command, '9000')]);
    expect(hex(await channel.escape(ASK))).toBe('9000');
    count = 3;
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
  });

  it('an answer that comes late is not taken for the next one', async () => {
    const late: Bytes[] = [];
    const { pipe, channel } = channelOf((payload, _count, command) => {
      if (payload !== 'FF560000') return '6D00';
      late.push(escapeReply(command, '0102039000'));
      return [];
    });
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    for (const answer of late) pipe.push(answer);
    expect(hex(await channel.escape({ bytes: unhex('FF56000000'), secret: false }))).toBe('6D00');
  });

  it.each([
    { name: 'dwLength above what came', answer: (c: Bytes) => reply(c, { type: 0x83, data: '9000', length: 20 }), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'dwLength below what came', answer: (c: Bytes) => reply(c, { type: 0x83, data: '01029000', length: 2 }), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'dwLength FFFFFFFF', answer: (c: Bytes) => reply(c, { type: 0x83, data: '9000', length: 0xffffffff }), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'status 11', answer: (c: Bytes) => escapeReply(c, '9000', { status: 0xc0 }), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'failed', answer: (c: Bytes) => escapeReply(c, '', { status: 0x40, error: 0x07 }), code: 'READER_REPORTED_ERROR' },
    { name: 'failed as SlotStatus', answer: (c: Bytes) => reply(c, { type: 0x81, status: 0x40, error: 0 }), code: 'READER_REPORTED_ERROR' },
  ])('$name', async ({ answer, code }) => {
    const { channel } = channelOf((_payload, _count, command) => [answer(command)]);
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code });
  });

  it.each([
    { fault: 'ENDPOINT_STALLED' as const, code: 'READER_TRANSFER_FAILED' },
    { fault: 'BABBLE' as const, code: 'READER_TRANSFER_FAILED' },
    { fault: 'DEVICE_LOST' as const, code: 'READER_LOST' },
  ])('$fault', async ({ fault, code }) => {
    const { channel } = channelOf(() => [fault]);
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code });
  });

  it.each([300, 600])('%i failed transfers of one answer: the next escape reads them first, and no answer but its own', async (transfers) => {
    const { channel } = channelOf((payload, count) =>
      payload === 'FF560000' ? Array.from({ length: transfers }, () => 'BABBLE' as const) : `0${String(count)}9000`,
    );
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_TRANSFER_FAILED' });
    for (let count = 1; count <= 3; count++) expect(hex(await channel.escape({ bytes: unhex('FF56000000'), secret: false }))).toBe(`0${String(count)}9000`);
  });

  it('an answer torn into transfers of one byte: the rest of it is not in the way of the next', async () => {
    const { channel } = channelOf((payload, _count, command) =>
      payload === 'FF560000' ? [{ packets: Array.from(escapeReply(command, `${'A5'.repeat(290)}9000`), (byte) => Uint8Array.of(byte)) }] : '6D00',
    );
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(hex(await channel.escape({ bytes: unhex('FF56000000'), secret: false }))).toBe('6D00');
  });

  it('a reader that never ends is told as out of step, and asked nothing', async () => {
    const endless = Array.from({ length: 5_000 }, () => 'BABBLE' as const);
    const { sent, channel } = channelOf(() => endless);
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_TRANSFER_FAILED' });
    await expect(channel.escape(SECRET)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(sent).toEqual(['FF560000']);
  });

  it('waits on after a time extension, and not for ever', async () => {
    const extension = (c: Bytes): Bytes => escapeReply(c, '', { status: status.extension, error: 1 });
    const { channel } = channelOf((_payload, count, command) =>
      count === 1 ? [extension(command), extension(command), escapeReply(command, '9000')] : Array.from({ length: 2_002 }, () => extension(command)),
    );
    expect(hex(await channel.escape(ASK))).toBe('9000');
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
  });
});

describe('busy (open-points.md, 4)', () => {
  it('is waited out once, four times for END', async () => {
    const { sent, channel } = channelOf((_payload, count, command) => (count <= 4 ? busy(command) : '9000'));
    await expect(channel.escape(ASK)).rejects.toMatchObject({ code: 'SLOT_BUSY' });
    expect(sent.length).toBe(2);
    expect(hex(await channel.escape({ bytes: unhex('FF50000002820000'), secret: false }, { busyRetries: 4 }))).toBe('9000');
    expect(sent.length).toBe(7);
  });

  it('is never waited out for a secret, which goes out once and is wiped', async () => {
    const { pipe, channel } = channelOf((_payload, _count, command) => busy(command));
    await expect(channel.escape(SECRET, { busyRetries: 4 })).rejects.toMatchObject({ code: 'SLOT_BUSY' });
    expect(pipe.sent).toEqual(['secret, 19 bytes']);
  });
});

it('one message at a time, in the order asked for', async () => {
  const { pipe, sent, channel } = channelOf(() => []);
  const first = channel.escape(ASK);
  const second = channel.escape({ bytes: unhex('FF56000000'), secret: false });
  await wait(5);
  expect(sent).toEqual(['FF560000']);
  pipe.push(unhex('83020000000000000000' + '9000'));
  await first;
  await wait(5);
  expect(sent).toEqual(['FF560000', 'FF56000000']);
  pipe.push(unhex('83020000000001000000' + '9000'));
  expect(hex(await second)).toBe('9000');
});
