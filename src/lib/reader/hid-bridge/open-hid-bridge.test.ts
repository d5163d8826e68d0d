import { unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import type { Reader } from '../slot.ts';
import { HidDouble, reportsOf, type BridgeAnswers } from '../test/hid-double.ts';
import { openly, SELECT, wait } from '../test/open.ts';
import { ATR, hasty, reply, slotStatus, status } from '../test/replies.ts';

/** ccid.md §15: 04E6:511A (TPDU, 271); 054C:0DC8 (extended, 522). */
const scr3310 = '36210001000703000000C0120000401F00000067320000E74C060000FC0000000000000000000000BA0101000F010000FFFF00000001';
const rcs300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';

const tells =
  (descriptor: string) =>
  (command: Bytes): Bytes[] => [reply(command, { type: 0x83, data: descriptor })];

/** A bridge in order, with a card that answers 9000. Tests replace what shall go wrong. */
const wellBehaved: BridgeAnswers = {
  0x6b: tells(rcs300),
  0x65: (command) => [slotStatus(command)],
  0x62: (command) => [reply(command, { data: ATR })],
  0x63: (command) => [slotStatus(command)],
  0x6f: (command) => [reply(command, { data: '9000' })],
};

async function opened(answers: BridgeAnswers = {}): Promise<{ hid: HidDouble; reader: Reader }> {
  const hid = new HidDouble({ ...wellBehaved, ...answers });
  return { hid, reader: await openReader(hid, { timeouts: hasty }) };
}

async function connected(answers: BridgeAnswers = {}): Promise<{ hid: HidDouble; reader: Reader }> {
  const all = await opened(answers);
  await all.reader.slots[0].connect();
  all.hid.sent.length = 0;
  return all;
}

describe('opening', () => {
  it('asks by Escape FF first, then the slot status (open-points.md 15)', async () => {
    const { hid, reader } = await opened();
    expect(hid.sent).toEqual(['6B010000000000000000FF', '65000000000001000000']);
    expect(reader.description).toEqual({
      name: 'Bridge',
      vendorId: 0x1209,
      productId: 2,
      deviceVersion: '',
      level: 'extendedApdu',
      slotCount: 1,
    });
    expect(hid.problems).toEqual([]);
    await reader.close();
    expect(hid.closeCount).toBe(1);
  });

  it('what the descriptor says is believed: TPDU', async () => {
    const { reader } = await opened({ 0x6b: tells(scr3310) });
    expect(reader.description.level).toBe('tpdu');
    await reader.close();
  });

  it.each([
    { name: 'says nothing', answer: () => [] },
    { name: 'refuses with an Escape', answer: (command: Bytes) => [reply(command, { type: 0x83, status: status.failedInactive })] },
    { name: 'refuses with a SlotStatus', answer: (command: Bytes) => [slotStatus(command, status.failedInactive)] },
    {
      name: 'asks for time and no more',
      answer: (command: Bytes) => Array.from({ length: 2_001 }, () => reply(command, { type: 0x83, status: status.extension })),
    },
    {
      name: 'answers another page',
      answer: (command: Bytes, _: number, channel: number) => [{ reports: reportsOf(reply(command, { type: 0x83, data: rcs300 }), channel ^ 1) }],
    },
  ])('a bridge that $name: short APDU, one slot', async ({ answer }) => {
    const { reader } = await opened({ 0x6b: answer });
    expect(reader.description).toMatchObject({ level: 'shortApdu', slotCount: 1 });
    expect(reader.slots[0].carriesExtended).toBe(false);
    await reader.close();
  });

  it('an answer to the Escape that comes late is no answer to something else', async () => {
    const late: Bytes[] = [];
    const hid = new HidDouble({
      ...wellBehaved,
      0x6b: (command, _, channel) => {
        late.push(...reportsOf(reply(command, { type: 0x83, data: rcs300 }), channel));
        return [];
      },
      0x65: (command) => [{ reports: late.splice(0) }, slotStatus(command, status.absent)],
    });
    const reader = await openReader(hid, { timeouts: hasty });
    expect(await reader.slots[0].presence()).toBe('absent');
    await reader.close();
  });

  it.each([
    { name: 'an answer that is no descriptor', answers: { 0x6b: tells('3621') }, code: 'READER_DESCRIPTOR_INVALID' },
    { name: 'an empty answer', answers: { 0x6b: tells('') }, code: 'READER_DESCRIPTOR_INVALID' },
    { name: 'character level', answers: { 0x6b: tells(rcs300.replace('7E0004000A02', '7E0000000A02')) }, code: 'READER_UNSUPPORTED' },
    { name: 'a bare status word, as a Ledger wallet answers', answers: { 0x6b: () => [unhex('6E00')] }, code: 'READER_MALFORMED_MESSAGE' },
    { name: 'silence', answers: { 0x6b: () => [], 0x65: () => [] }, code: 'READER_TIMED_OUT' },
    { name: 'unplugged at the Escape', answers: { 0x6b: () => ['DEVICE_LOST' as const] }, code: 'READER_LOST' },
    { name: 'unplugged at the status', answers: { 0x65: () => ['DEVICE_LOST' as const] }, code: 'READER_LOST' },
  ])('gives up and closes: $name', async ({ answers, code }) => {
    const hid = new HidDouble({ ...wellBehaved, ...answers });
    await expect(openReader(hid, { timeouts: hasty })).rejects.toMatchObject({ code });
    expect(hid.closeCount).toBe(1);
  });

  it('each opening has a channel of its own', async () => {
    const channels = new Set<number>();
    for (let count = 0; count < 6; count++) {
      const { hid, reader } = await opened();
      channels.add(hid.channel);
      await reader.close();
    }
    // Six times the same of 65536 by chance: once in 10^24.
    expect(channels.size).toBeGreaterThan(1);
  });
});

describe('a card behind the bridge', () => {
  it('connects and transmits', async () => {
    const { hid, reader } = await connected();
    expect(await reader.slots[0].transmit(SELECT)).toEqual(unhex('9000'));
    expect(hid.problems).toEqual([]);
    await reader.close();
  });

  it('long APDUs both ways, in as many reports as they need', async () => {
    const answer = new Uint8Array(300).fill(7);
    answer.set([0x90, 0x00], 298);
    const { hid, reader } = await connected({ 0x6f: (command) => [reply(command, { data: answer })] });
    const command = openly(`00D6000000 012C ${'AB'.repeat(300)}`);
    expect(await reader.slots[0].transmit(command)).toEqual(answer);
    expect(hid.sent).toHaveLength(1);
    expect(hid.problems).toEqual([]);
    await reader.close();
  });

  it('longer than the bridge takes: chained by wLevelParameter', async () => {
    const { hid, reader } = await connected({
      0x6f: (command) => [command[8] === 1 ? reply(command, { specific: 0x10 }) : reply(command, { data: '9000' })],
    });
    await reader.slots[0].transmit(openly(`00D6000000 0258 ${'AB'.repeat(600)}`));
    expect(hid.sent).toHaveLength(2);
    expect(hid.problems).toEqual([]);
    await reader.close();
  });

  it('a secret is in no record, and in no report once it was sent', async () => {
    const { hid, reader } = await connected();
    const before = hid.reportsSent.length;
    await reader.slots[0].transmit({ bytes: unhex('002000810431323334'), secret: true });
    expect(hid.sent).toEqual(['secret, 19 bytes']);
    expect(hid.reportsSent.length).toBe(before + 1);
    expect(hid.reportsSent.at(-1)).toEqual(new Uint8Array(64));
    await reader.close();
  });

  it('a secret is gone from every report although sending failed in the middle, and nothing is sent again', async () => {
    const { hid, reader } = await connected();
    const before = hid.reportsSent.length;
    hid.failAfter = 1;
    await expect(reader.slots[0].transmit({ bytes: unhex(`0020008180${'31'.repeat(128)}`), secret: true })).rejects.toMatchObject({
      code: 'READER_TRANSFER_FAILED',
    });
    expect(hid.reportsSent.slice(before)).toEqual([new Uint8Array(64)]);
    expect(hid.sent).toEqual([]);
    hid.failAfter = Number.POSITIVE_INFINITY;
    await reader.close();
  });

  it('presence is polled, and told', async () => {
    let present = false;
    const { reader } = await opened({ 0x65: (command) => [slotStatus(command, present ? status.inactive : status.absent)] });
    const told: string[] = [];
    const stop = reader.slots[0].watchPresence((presence) => told.push(presence));
    await wait(60);
    present = true;
    await expect.poll(() => told.at(-1)).toBe('inactive');
    stop();
    await reader.close();
  });

  it('an unplug is told once, and ends what is under way', async () => {
    const { reader } = await connected({ 0x6f: () => ['DEVICE_LOST'] });
    await expect(reader.slots[0].transmit(SELECT)).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(await reader.lost).toMatchObject({ code: 'READER_LOST' });
    await reader.close();
  });
});

describe('hostile answers to an exchange', () => {
  const changed = (reports: Bytes[], index: number, offset: number, value: number): Bytes[] =>
    reports.map((each, at) => (at === index ? each.map((byte, position) => (position === offset ? value : byte)) : each));
  /** Three reports. */
  const long = (command: Bytes, channel: number): Bytes[] => reportsOf(reply(command, { data: `${'00'.repeat(120)}9000` }), channel);

  it.each([
    { name: 'wrong channel', reports: (c: Bytes, channel: number) => reportsOf(reply(c, { data: '9000' }), channel ^ 0x8000), code: 'READER_TIMED_OUT' },
    { name: 'wrong tag', reports: (c: Bytes, channel: number) => changed(long(c, channel), 1, 2, 0x04), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'a report lost', reports: (c: Bytes, channel: number) => long(c, channel).filter((_, at) => at !== 1), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'a report twice', reports: (c: Bytes, channel: number) => long(c, channel).flatMap((each) => [each, each]), code: 'READER_MALFORMED_MESSAGE' },
    { name: 'the last report never comes', reports: (c: Bytes, channel: number) => long(c, channel).slice(0, 2), code: 'READER_TIMED_OUT' },
    { name: 'only the rest of a message', reports: (c: Bytes, channel: number) => long(c, channel).slice(1), code: 'READER_TIMED_OUT' },
    {
      name: 'longer than its own limit',
      reports: (c: Bytes, channel: number) => reportsOf(reply(c, { data: new Uint8Array(513) }), channel),
      code: 'READER_MALFORMED_MESSAGE',
    },
    {
      name: 'a length that the header denies',
      reports: (c: Bytes, channel: number) => reportsOf(reply(c, { data: '9000', length: 3 }), channel),
      code: 'READER_MALFORMED_MESSAGE',
    },
    { name: 'a report of 8 bytes', reports: (c: Bytes, channel: number) => long(c, channel).map((each) => each.slice(0, 8)), code: 'READER_MALFORMED_MESSAGE' },
    {
      name: 'foreign sequence numbers (B18)',
      reports: (c: Bytes, channel: number) => Array.from({ length: 11 }, () => reportsOf(reply(c, { data: '9000', sequence: 0xee }), channel)).flat(),
      code: 'READER_OUT_OF_STEP',
    },
  ])('$name: $code, and the command is not sent again', async ({ reports, code }) => {
    const { hid, reader } = await connected({ 0x6f: (command, _, channel) => [{ reports: reports(command, channel) }] });
    await expect(reader.slots[0].transmit(SELECT)).rejects.toMatchObject({ code });
    expect(hid.sent.filter((each) => each.startsWith('6F'))).toHaveLength(1);
    await reader.close();
    expect(hid.problems).toEqual([]);
  });

  it('never-ending reports of another page do not hold an answer up, nor the time-out', async () => {
    const { hid, reader } = await connected({ 0x6f: () => [] });
    const noise = setInterval(() => hid.push(new Uint8Array(64)), 1);
    await expect(reader.slots[0].transmit(SELECT)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    clearInterval(noise);
    await reader.close();
  });

  it('after a broken answer the next exchange is in step', async () => {
    const { reader } = await connected({
      0x6f: (command, count, channel) => (count === 1 ? [{ reports: long(command, channel).slice(0, 2) }] : [reply(command, { data: '6A82' })]),
    });
    await expect(reader.slots[0].transmit(SELECT)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    await reader.slots[0].connect();
    expect(await reader.slots[0].transmit(SELECT)).toEqual(unhex('6A82'));
    await reader.close();
  });
});
