import { unhex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { reportsOf } from '../test/hid-double.ts';
import { Assembler, framesOf, LONGEST_FRAMED_MESSAGE } from './frames.ts';

/** Filled up with zeros to 64 bytes. */
function report(head: string): Bytes {
  const bytes = new Uint8Array(64);
  bytes.set(unhex(head));
  return bytes;
}

/** A reply whose dwLength is right, CCID Rev 1.1 §6.2: type, dwLength, bSlot, bSeq, bStatus, bError, byte 9, data. */
function message(dataLength: number, fill = 0xa5): Bytes {
  const bytes = new Uint8Array(10 + dataLength).fill(fill, 10);
  bytes.set([0x80, dataLength & 0xff, (dataLength >> 8) & 0xff]);
  return bytes;
}

function feed(assembler: Assembler, reports: readonly Bytes[]): ReturnType<Assembler['accept']> {
  const outcomes = reports.map((each) => assembler.accept(each));
  const last = outcomes.pop();
  expect(outcomes.every(({ kind }) => kind === 'more')).toBe(true);
  if (last === undefined) throw new Error('no report');
  return last;
}

describe('framesOf', () => {
  // Offsets written by hand from browser-and-readers.md §9.3.
  it('a GetSlotStatus fits one report', () => {
    expect(framesOf(unhex('65000000000000000000'), 0x1234)).toEqual([report('1234 05 0000 000A 65000000000000000000')]);
  });

  it('57 bytes fill the first report, the 58th begins a second, which holds 59', () => {
    const bytes = Uint8Array.from({ length: 57 + 59 + 1 }, (_, index) => index);
    expect(framesOf(bytes.slice(0, 57), 0)).toHaveLength(1);
    expect(framesOf(bytes.slice(0, 58), 0xffff)[1]).toEqual(report('FFFF 05 0001 39'));
    expect(framesOf(bytes.slice(0, 116), 0)).toHaveLength(2);
    expect(framesOf(bytes, 1)[2]).toEqual(report('0001 05 0002 74'));
  });

  it('65535 bytes take 1111 reports; one more cannot be said', () => {
    const frames = framesOf(new Uint8Array(LONGEST_FRAMED_MESSAGE), 1);
    expect(frames).toHaveLength(1_111);
    expect(frames.at(-1)?.subarray(0, 5)).toEqual(unhex('0001 05 0456'));
    expect(() => framesOf(new Uint8Array(LONGEST_FRAMED_MESSAGE + 1), 1)).toThrow(RangeError);
    expect(() => framesOf(new Uint8Array(0), 1)).toThrow(RangeError);
  });

  test.prop([fc.uint8Array({ minLength: 1, maxLength: 700 }), fc.nat(0xffff)])('cuts as an independent bridge cuts', (bytes, channel) => {
    expect(framesOf(Uint8Array.from(bytes), channel)).toEqual(reportsOf(Uint8Array.from(bytes), channel));
  });
});

describe('Assembler', () => {
  test.prop([fc.nat(2_000), fc.nat(0xffff), fc.nat(255)])('joins what a bridge cuts', (dataLength, channel, fill) => {
    const sent = message(dataLength, fill);
    expect(feed(new Assembler(channel, 65_535), reportsOf(sent, channel))).toEqual({ kind: 'message', message: sent });
  });

  it('65535 bytes', () => {
    const sent = message(65_525);
    expect(feed(new Assembler(7, 65_535), reportsOf(sent, 7))).toEqual({ kind: 'message', message: sent });
  });

  test.prop([fc.array(fc.tuple(fc.nat(300), fc.nat(3)), { maxLength: 6 })])('messages one after another, with reports of other channels between', (plan) => {
    const assembler = new Assembler(9, 65_535);
    for (const [dataLength, foreign] of plan) {
      const sent = message(dataLength);
      const outcomes = reportsOf(sent, 9).flatMap((each) => [
        ...reportsOf(message(foreign * 60), 8).map((other) => assembler.accept(other)),
        assembler.accept(each),
      ]);
      expect(outcomes.filter(({ kind }) => kind !== 'foreign' && kind !== 'more')).toEqual([{ kind: 'message', message: sent }]);
    }
  });

  test.prop([fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 30 })])(
    'never throws, never gives a message of a length its header does not say',
    (reports) => {
      const assembler = new Assembler(0, 271);
      for (const each of reports) {
        const outcome = assembler.accept(Uint8Array.from(each));
        if (outcome.kind === 'message') {
          const view = new DataView(outcome.message.buffer);
          expect(outcome.message.length).toBe(10 + view.getUint32(1, true));
          expect(outcome.message.length).toBeLessThanOrEqual(271);
        }
      }
    },
  );

  test.prop([fc.nat(200), fc.nat(3), fc.nat(10), fc.integer({ min: 1, max: 255 })])(
    'a byte wrong in what frames the message, in any report: no message',
    (dataLength, which, offset, change) => {
      const reports = reportsOf(message(dataLength), 0x0102);
      const index = which % reports.length;
      // First: channel, tag, sequence, length, and dwLength of the message; the others: channel, tag, sequence.
      const framing = index === 0 ? [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11] : [0, 1, 2, 3, 4];
      const victim = framing[offset % framing.length] ?? 0;
      const assembler = new Assembler(0x0102, 65_535);
      const damaged = reports.map((each, at) => each.map((byte, position) => (at === index && position === victim ? byte ^ change : byte)));
      expect(damaged.map((each) => assembler.accept(each).kind)).not.toContain('message');
    },
  );
});

describe('hostile reports', () => {
  const head = '0102 05 0000';
  /** Two reports: 10 + 60 bytes. */
  const [first, second] = reportsOf(message(60), 0x0102) as [Bytes, Bytes];
  const changed = (bytes: Bytes, offset: number, value: number): Bytes => bytes.map((byte, index) => (index === offset ? value : byte));

  it.each([
    { name: 'wrong channel, high byte', reports: [changed(first, 0, 0x81)], outcome: { kind: 'foreign' } },
    { name: 'wrong channel, low byte', reports: [changed(first, 1, 0x03)], outcome: { kind: 'foreign' } },
    { name: 'another tag', reports: [changed(first, 2, 0x06)], outcome: { kind: 'flawed', flaw: 'tag' } },
    { name: 'another tag in the middle', reports: [first, changed(second, 2, 0x02)], outcome: { kind: 'flawed', flaw: 'tag' } },
    { name: 'a sequence left out', reports: [first, changed(second, 4, 2)], outcome: { kind: 'flawed', flaw: 'sequence' } },
    { name: 'sequence in little-endian', reports: [first, changed(changed(second, 3, 1), 4, 0)], outcome: { kind: 'flawed', flaw: 'sequence' } },
    { name: 'a report before any message', reports: [second], outcome: { kind: 'rest' } },
    { name: 'announced 0', reports: [report(`${head} 0000`)], outcome: { kind: 'flawed', flaw: 'messageLength' } },
    { name: 'announced 9: less than a header', reports: [report(`${head} 0009 80`)], outcome: { kind: 'flawed', flaw: 'messageLength' } },
    {
      name: 'announced one more than dwLength says',
      reports: [report(`${head} 000B 80000000000000000000`)],
      outcome: { kind: 'flawed', flaw: 'messageLength' },
    },
    { name: 'dwLength FFFFFFFF (B1)', reports: [report(`${head} 000A 80FFFFFFFF0000000000`)], outcome: { kind: 'flawed', flaw: 'messageLength' } },
    { name: 'dwLength with the top bit set (B2)', reports: [report(`${head} 000A 800000008000 00000000`)], outcome: { kind: 'flawed', flaw: 'messageLength' } },
    { name: 'length over the limit', reports: [report(`${head} 0110 8006010000 0000000000`)], outcome: { kind: 'flawed', flaw: 'limit' } },
    { name: 'length FFFF', reports: [report(`${head} FFFF 80F5FF0000 0000000000`)], outcome: { kind: 'flawed', flaw: 'limit' } },
    { name: 'an empty report', reports: [new Uint8Array(0)], outcome: { kind: 'flawed', flaw: 'length' } },
    { name: 'a report of 63 bytes', reports: [first.slice(0, 63)], outcome: { kind: 'flawed', flaw: 'length' } },
    { name: 'a report of 65 bytes', reports: [Uint8Array.from([...first, 0])], outcome: { kind: 'flawed', flaw: 'length' } },
    { name: 'a short APDU answer in little-endian length', reports: [report(`${head} 0A00 80000000000000000000`)], outcome: { kind: 'flawed', flaw: 'limit' } },
    { name: 'a bare status word, as a Ledger wallet answers', reports: [report(`${head} 0002 6E00`)], outcome: { kind: 'flawed', flaw: 'messageLength' } },
  ])('$name', ({ reports, outcome }) => {
    expect(feed(new Assembler(0x0102, 271), reports)).toEqual(outcome);
  });

  it('exactly the limit is taken', () => {
    const sent = message(261);
    expect(feed(new Assembler(3, 271), reportsOf(sent, 3))).toEqual({ kind: 'message', message: sent });
  });

  it('after a flaw the rest of that message is passed over and the next one is taken', () => {
    const assembler = new Assembler(0x0102, 271);
    const long = reportsOf(message(150), 0x0102);
    expect(long.map((each, index) => assembler.accept(index === 1 ? changed(each, 4, 9) : each).kind)).toEqual(['more', 'flawed', 'rest']);
    expect(feed(assembler, [first, second])).toEqual({ kind: 'message', message: message(60) });
  });

  it('a message that begins anew forgets the one before', () => {
    const assembler = new Assembler(0x0102, 271);
    assembler.accept(first);
    expect(feed(assembler, reportsOf(message(60, 0x11), 0x0102))).toEqual({ kind: 'message', message: message(60, 0x11) });
  });

  it('what is not zero behind the end is not part of the message', () => {
    const padded = reportsOf(message(0), 0x0102)[0]?.map((byte, index) => (index >= 17 ? 0xee : byte)) ?? new Uint8Array(0);
    expect(new Assembler(0x0102, 271).accept(padded)).toEqual({ kind: 'message', message: message(0) });
  });
});
