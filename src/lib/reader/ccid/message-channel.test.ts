/** The rows B1–B38 of ccid.md §14 that concern messages: each ends in a coded fault within its budget, and the slot works again after a reset. */
import { concatBytes, hex, unhex, type Bytes } from '#bytes';
import { UsbError } from '#usb';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import { ReaderError } from '../reader-error.ts';
import { connected, doubleOf, openly, opened, SELECT } from '../test/open.ts';
import type { Answer, Answers } from '../test/pipe-double.ts';
import { ATR, hasty, reply, slotStatus, status } from '../test/replies.ts';

const good = (command: Bytes): Bytes => reply(command, { data: '9000' });
const foreign = (command: Bytes): Bytes => reply(command, { sequence: 42, data: 'DEADBEEF' });
const times = (count: number, message: Bytes): Bytes[] => Array.from({ length: count }, () => message);
const long = (command: Bytes, length: number): Bytes => reply(command, { data: new Uint8Array(length - 10).fill(0x90) });
/** Goes wrong at the first XfrBlock and is in order from then on. */
const once = (wrong: (command: Bytes) => Answer): Answers => ({ 0x6f: (command, count) => (count === 1 ? wrong(command) : [good(command)]) });

const zlp = { packets: [new Uint8Array(0)] };

describe('a reply that is not in order', () => {
  it.each<{ name: string; wrong: (command: Bytes) => Answer; code: string }>([
    { name: 'B1 dwLength FFFFFFFF', wrong: (c) => [reply(c, { length: 0xffffffff })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B1, B2 dwLength 80000000', wrong: (c) => [reply(c, { length: 0x80000000 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B1 dwLength 20001', wrong: (c) => [reply(c, { length: 0x20001 })], code: 'READER_MALFORMED_MESSAGE' },
    ...Array.from({ length: 10 }, (_, length) => ({
      name: `B11 ${String(length)} bytes`,
      wrong: (c: Bytes): Answer => [{ packets: [good(c).slice(0, length)] }],
      code: 'READER_TIMED_OUT',
    })),
    { name: 'B13 dwLength one more than received', wrong: (c) => [reply(c, { data: '9000', length: 3 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B13 dwLength one less than received', wrong: (c) => [reply(c, { data: '9000', length: 1 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B13 "54 of 258" (Broadcom 5880)', wrong: (c) => [{ packets: [long(c, 268).slice(0, 64)] }], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B16 SlotStatus for XfrBlock', wrong: (c) => [slotStatus(c, status.active)], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B16 Parameters for XfrBlock', wrong: (c) => [reply(c, { type: 0x82 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B16 Escape for XfrBlock', wrong: (c) => [reply(c, { type: 0x83 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B16 data rate for XfrBlock', wrong: (c) => [reply(c, { type: 0x84 })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B16 a type that is none', wrong: (c) => [reply(c, { type: 0x6f })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B17 bSlot FF', wrong: (c) => [reply(c, { slot: 0xff })], code: 'READER_TIMED_OUT' },
    { name: 'B17 bSlot above bMaxSlotIndex', wrong: (c) => [reply(c, { slot: 1 })], code: 'READER_TIMED_OUT' },
    { name: 'B18 eleven foreign messages', wrong: (c) => [...times(11, foreign(c)), good(c)], code: 'READER_OUT_OF_STEP' },
    { name: 'B18 foreign messages without end', wrong: (c) => times(200, foreign(c)), code: 'READER_OUT_OF_STEP' },
    { name: 'B19 the previous reply again, nothing else', wrong: (c) => [reply(c, { sequence: (c[6] ?? 0) - 1, data: ATR })], code: 'READER_TIMED_OUT' },
    { name: 'B21 no reply', wrong: () => [], code: 'READER_TIMED_OUT' },
    { name: 'B23 command status 3', wrong: (c) => [reply(c, { status: 0xc0, data: '9000' })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B23 card status 3', wrong: (c) => [reply(c, { status: 0x03, data: '9000' })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B27 one byte of status word', wrong: (c) => [reply(c, { data: '90' })], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B27 0 bytes, status ok', wrong: (c) => [reply(c)], code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B36 zero-length packets without end', wrong: () => Array.from({ length: 50 }, () => zlp), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'B38 the header in 1-byte packets', wrong: (c) => [{ packets: [...good(c)].map((byte) => Uint8Array.of(byte)) }], code: 'READER_OUT_OF_STEP' },
    { name: 'bulk IN stalls', wrong: () => ['ENDPOINT_STALLED'], code: 'READER_TRANSFER_FAILED' },
    { name: 'babble', wrong: () => ['BABBLE'], code: 'READER_TRANSFER_FAILED' },
    { name: 'a transfer error', wrong: () => ['TRANSFER_FAILED'], code: 'READER_TRANSFER_FAILED' },
  ])('$name: $code; after connect the slot works', async ({ wrong, code }) => {
    const { pipe, slot } = await connected(once(wrong));
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ name: 'ReaderError', code });
    expect(pipe.sent.filter((message) => message.startsWith('6F'))).toHaveLength(1);
    await slot.connect();
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    expect(pipe.problems).toEqual([]);
  });

  it.each([0x62, 0x63, 0x65, 0x61])('B16 every wrong type to command %i ends in a coded fault', async (commandType) => {
    for (const type of [0x80, 0x81, 0x82, 0x83, 0x84]) {
      const pipe = doubleOf({ [commandType]: (command: Bytes) => [reply(command, { type })] }, { features: 0x2003e });
      const work = openReader(pipe, { timeouts: hasty }).then(async (reader) => {
        await reader.slots[0].connect();
        await reader.slots[0].disconnect();
      });
      const [result] = await Promise.allSettled([work]);
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ReaderError);
    }
  });
});

describe('a reply that is in order in the end', () => {
  it.each<{ name: string; answer: (command: Bytes) => Answer; options?: { packetLength: number } }>([
    { name: 'B18 one foreign message', answer: (c) => [foreign(c), good(c)] },
    { name: 'B18 two foreign messages', answer: (c) => [foreign(c), foreign(c), good(c)] },
    { name: 'B18 ten foreign messages', answer: (c) => [...times(10, foreign(c)), good(c)] },
    { name: 'B17 a slot that does not exist, then ours', answer: (c) => [reply(c, { slot: 200, data: '6A82' }), good(c)] },
    { name: 'B19 the previous reply again', answer: (c) => [reply(c, { sequence: (c[6] ?? 0) - 1, data: ATR }), good(c)] },
    { name: 'B36 a zero-length packet before', answer: (c) => [zlp, good(c)] },
    { name: 'B36 two before', answer: (c) => [zlp, zlp, good(c)] },
    { name: 'B22 a time extension', answer: (c) => [reply(c, { status: status.extension, error: 1 }), good(c)] },
    { name: 'B22 a time extension with bError 0', answer: (c) => [reply(c, { status: status.extension, error: 0 }), good(c)] },
    { name: 'B22 a time extension of another type (Cherry)', answer: (c) => [reply(c, { type: 0x83, status: status.extension, error: 255 }), good(c)] },
    { name: 'a foreign time extension', answer: (c) => [reply(c, { status: status.extension, sequence: 99 }), good(c)] },
    { name: 'a wrong type with our sequence, then ours', answer: (c) => [slotStatus(c, status.active), good(c)] },
  ])('$name', async ({ answer }) => {
    const { slot } = await connected(once(answer));
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it.each([64, 65, 127, 128, 129, 268, 512])('B37 a message of exactly %i bytes, with and without a zero-length packet', async (length) => {
    for (const end of [[], [zlp]]) {
      const { slot } = await connected({ 0x6f: (command, count) => (count === 1 ? [long(command, length), ...end] : [good(command)]) }, { messageLength: 522 });
      expect(await slot.transmit(SELECT)).toHaveLength(length - 10);
      expect(hex(await slot.transmit(SELECT))).toBe('9000'); // the zero-length packet behind the last message does no harm
    }
  });

  it('B36 a zero-length packet inside; packets of 8 and of 512 bytes', async () => {
    for (const packetLength of [16, 512]) {
      const { slot } = await connected({ 0x6f: (command) => [long(command, 268)] }, { packetLength });
      expect(await slot.transmit(SELECT)).toHaveLength(258);
    }
    const { slot } = await connected({ 0x6f: (command) => [{ packets: [long(command, 128).slice(0, 64), new Uint8Array(0), long(command, 128).slice(64)] }] });
    expect(await slot.transmit(SELECT)).toHaveLength(118);
  });

  it('B20 a reply before the command is dropped', async () => {
    const { pipe, slot } = await connected();
    pipe.push(unhex('80020000000063000000 6A82'));
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('a late reply does not become the answer to the next command (ccid.md §6.1 rule 9)', async () => {
    const { pipe, slot } = await connected(once(() => []));
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    expect(pipe.bulkInIsPending).toBe(true);
    pipe.push(unhex('80020000000002000000 6A82'));
    await slot.connect();
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });
});

describe('time extensions', () => {
  const extension = (command: Bytes): Bytes => reply(command, { status: status.extension, error: 1 });

  it('B22 without end: the count has a ceiling', async () => {
    const { slot } = await connected(
      once((command) => times(2_500, extension(command))),
      { timeouts: { commandBudgetMs: 10_000 } },
    );
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
  });

  it('B22 without end: the time has a budget', async () => {
    const { pipe, slot } = await connected(once((command) => [extension(command)]));
    const timer = setInterval(() => pipe.push(unhex('80000000000002800100')), 10);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_BUDGET_EXCEEDED' });
    clearInterval(timer);
  });

  it.each([0x62, 0x61, 0x63, 0x65])('are honoured for command %i too', async (commandType) => {
    const type = { 0x62: 0x80, 0x61: 0x82, 0x63: 0x81, 0x65: 0x81 }[commandType] ?? 0;
    const answer = (command: Bytes): Answer => [extension(command), reply(command, { type, data: commandType === 0x62 ? ATR : '' })];
    const { slot } = await connected({ [commandType]: answer }, { features: 0x2003e });
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    await slot.disconnect();
  });
});

/** A transfer that never reaches the reader. */
function lost(): never {
  throw new UsbError({ code: 'TRANSFER_FAILED', message: 'TRANSFER_FAILED' });
}

function lostAtFirst(command: Bytes, count: number): Answer {
  return count === 1 ? lost() : [slotStatus(command)];
}

describe('the abort sequence (ccid.md §6.3)', () => {
  it('sends the control request and PC_to_RDR_Abort with slot and sequence of the lost command', async () => {
    const { pipe, slot } = await connected(once((command) => times(11, foreign(command))));
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(pipe.controls).toEqual([{ type: 'class', recipient: 'interface', request: 1, value: 0x0200, index: 0 }]);
    expect(pipe.sent.slice(1)).toEqual(['72000000000002000000']);
  });

  it('asks for the slot status where the browser refuses the control request', async () => {
    const { pipe, slot } = await connected(
      once((command) => times(11, foreign(command))),
      { control: 'refused' },
    );
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(pipe.sent.slice(1)).toEqual(['65000000000003000000']);
    expect(pipe.resetCount).toBe(0);
  });

  it('resets when nothing else helps', async () => {
    const { pipe, slot } = await connected({
      0x65: (command, count) => (count === 1 ? [slotStatus(command)] : []),
      ...once((command) => times(11, foreign(command))),
      0x72: () => [],
    });
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(pipe.resetCount).toBe(1);
  });

  it('sends PC_to_RDR_Abort once more when its transfer fails: the reader has heard the other half', async () => {
    const { pipe, slot } = await connected({ ...once((command) => times(11, foreign(command))), 0x72: (command, count) => lostAtFirst(command, count) });
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(pipe.sent.slice(1)).toEqual(['72000000000002000000', '72000000000002000000']);
    expect(pipe.resetCount).toBe(0);
  });

  it('resets a reader that answers "aborted" to a question: it waits for half an abort for ever', async () => {
    const { pipe, slot } = await connected({
      0x65: (command, count) => [count === 1 ? slotStatus(command) : slotStatus(command, status.failedActive, 0xff)],
      ...once((command) => times(11, foreign(command))),
      0x72: () => lost(),
    });
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_OUT_OF_STEP' });
    expect(pipe.sent.slice(1).map((message) => message.slice(0, 2))).toEqual(['72', '72', '65']);
    expect(pipe.resetCount).toBe(1);
  });

  it('follows a time-out only before the next command', async () => {
    const { pipe, slot } = await connected(once(() => []));
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    expect(pipe.sent).toHaveLength(1);
    await slot.connect();
    expect(pipe.sent.slice(1).map((message) => message.slice(0, 2))).toEqual(['72', '62']);
  });
});

describe('sequence numbers', () => {
  it('wrap from FF to 00', async () => {
    const { pipe, slot } = await opened();
    for (let count = 0; count < 257; count++) await slot.presence();
    expect(pipe.sent.slice(253, 257).map((message) => message.slice(12, 14))).toEqual(['FE', 'FF', '00', '01']);
  });
});

describe('any reader at all', () => {
  const packet = fc.uint8Array({ maxLength: 64 });
  const plausible = fc
    .tuple(fc.constantFrom(0x80, 0x81, 0x82), fc.nat(70), fc.nat(255), fc.nat(255), fc.nat(16), fc.uint8Array({ maxLength: 54 }))
    .map(([type, length, state, error, specific, data]) => concatBytes(Uint8Array.of(type, length, 0, 0, 0, 0, 0, state, error, specific), data));
  const mended = fc.tuple(plausible, fc.boolean());

  test.prop([fc.array(fc.oneof(packet, mended), { maxLength: 12 }), fc.boolean()], { numRuns: 60 })(
    'throws nothing but ReaderError, never hangs, never sends an APDU twice',
    async (packets, extended) => {
      let next = 0;
      const answer = (command: Bytes): Answer =>
        packets.slice(next, (next += 3)).map((item) => {
          if (item instanceof Uint8Array) return { packets: [item.slice()] };
          const [message, isOurs] = item;
          const bytes = message.slice();
          if (isOurs) bytes.set(command.slice(5, 7), 5);
          return { packets: [bytes] };
        });
      const features = extended ? 0x4003e : 0x2003e;
      const { pipe, slot, reader } = await opened(
        { 0x62: answer, 0x61: answer, 0x6f: answer, 0x63: answer, 0x72: answer },
        { features, timeouts: { ...quick } },
      );
      for (const work of [() => slot.connect(), () => slot.transmit(openly('00B000AB00')), () => slot.presence()]) {
        await work().catch((error: unknown) => {
          expect(error).toBeInstanceOf(ReaderError);
        });
      }
      await reader.close();
      expect(pipe.sent.filter((message) => message.endsWith('00B000AB00')).length).toBeLessThanOrEqual(1);
      expect(pipe.problems).toEqual([]);
    },
    60_000,
  );
});

const quick = { ...hasty, replyMs: 5, powerOnMs: 5, longestReplyMs: 5, commandBudgetMs: 50, recoveryMs: 2, closeMs: 20 };
