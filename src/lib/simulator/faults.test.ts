/** Each fault does what it says and stops when it says so; together they never break the double. */
import { unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { FaultSchedule, hostileCases, virtualReader, type Fault } from './index.ts';
import { deviceOf, failureOf, image, read, rehearse, say, settles } from './test/host.ts';

const POWER_ON = '62 00000000 00 01 000000';
const SELECT = '6F 15000000 00 %% 000000 00A4040C10A0000002310600000000000000000000';
const READ = '6F 05000000 00 %% 000000 00B09A0003';
const FLAG = '05000000' + '00%%000000' + 'C101019000';
const numbered = (message: string, sequence: number): string => message.replace('%%', sequence.toString(16).padStart(2, '0').toUpperCase());

/** Card powered, application selected; the next sequence number is 3. */
async function ready(faults: readonly Fault[]) {
  const rehearsal = await rehearse();
  await rehearsal.say(POWER_ON);
  await rehearsal.say(numbered(SELECT, 2));
  rehearsal.reader.faults.set(faults);
  return rehearsal;
}

describe('faults of a reply', () => {
  const good = (sequence: number): string => `80${numbered(FLAG, sequence)}`;
  it.each<{ name: string; fault: Fault; first: string; length?: number }>([
    { name: 'foreign sequence', fault: { kind: 'foreignSequence', copies: 1 }, first: '8004000000002A000000DEADBEEF' },
    { name: 'time extension', fault: { kind: 'timeExtension', copies: 1, multiplier: 7 }, first: '80000000000003800700' },
    { name: 'wrong type', fault: { kind: 'wrongType', type: 0x81 }, first: `81${numbered(FLAG, 3)}` },
    { name: 'wrong slot', fault: { kind: 'wrongSlot', slot: 0xff }, first: '8005000000FF03000000C101019000' },
    { name: 'short reply', fault: { kind: 'shortReply', length: 7 }, first: '80050000000003' },
    { name: 'empty reply', fault: { kind: 'shortReply', length: 0 }, first: '' },
    { name: 'dwLength FFFFFFFF', fault: { kind: 'declaredLength', length: 0xffffffff }, first: '80FFFFFFFF0003000000C101019000' },
    { name: 'extra bytes', fault: { kind: 'extraBytes', length: 2 }, first: `${good(3)}0000` },
    { name: 'status C0', fault: { kind: 'status', status: 0xc0, error: 0 }, first: '8000000000' + '0003C00000' },
    { name: 'chain 03, empty', fault: { kind: 'chainParameter', value: 3, data: 'drop' }, first: '80000000000003000003' },
    { name: 'chain 10, with data', fault: { kind: 'chainParameter', value: 0x10, data: 'keep' }, first: '80050000000003000010C101019000' },
    { name: 'other data', fault: { kind: 'data', bytes: 'DEADBEEF' }, first: '80040000000003000000DEADBEEF' },
    { name: 'raw reply', fault: { kind: 'rawReply', bytes: 'FF' }, first: 'FF' },
    { name: 'duplicate', fault: { kind: 'duplicateReply' }, first: good(3) },
    { name: 'empty packet before', fault: { kind: 'zeroLengthPackets', before: 1, after: 0 }, first: '' },
    { name: 'split packets', fault: { kind: 'splitPackets', packetLength: 1 }, first: '80' },
  ])('$name', async ({ fault, first }) => {
    const { say: tell, reader } = await ready([fault]);
    expect(await tell(numbered(READ, 3))).toBe(first);
    expect(reader.faults.hitsOf(fault.kind)).toBe(1);
    expect(reader.faults.isArmed).toBe(false);
  });

  it('silence once, then answers again', async () => {
    const { say: tell, device } = await ready([{ kind: 'silence' }]);
    const pending = tell(numbered(READ, 3));
    expect(await settles(pending)).toBe('pending');
    await device.transferOut(1, unhex(numbered(READ, 4)));
    expect(await pending).toBe(good(4));
  });

  it('babble: the transfer ends so although there was room', async () => {
    const { device } = await ready([{ kind: 'babble' }]);
    await device.transferOut(1, unhex(numbered(READ, 3)));
    expect((await device.transferIn(2, 1024)).status).toBe('babble');
  });

  it('endless time extensions leave the host its timers', async () => {
    const { say: tell, device, reader } = await ready([{ kind: 'timeExtension', copies: 'endless', multiplier: 1 }]);
    let reads = 0;
    const clock = { late: false };
    setTimeout(() => (clock.late = true), 30);
    await tell(numbered(READ, 3));
    while (!clock.late) {
      await read(device);
      reads++;
    }
    expect(reads).toBeGreaterThan(1);
    await device.reset(); // ends it
    reader.assertNoUnexpectedInput();
  });

  it('hits the n-th event, so many times', async () => {
    const { say: tell } = await ready([{ kind: 'wrongType', type: 0, from: 2, times: 2 }]);
    const types: string[] = [];
    for (let sequence = 3; sequence < 8; sequence++) types.push((await tell(numbered(READ, sequence))).slice(0, 2));
    expect(types).toEqual(['80', '00', '00', '80', '80']);
  });

  it('composes: foreign reply, then a time extension, then a wrong slot', async () => {
    const { say: tell, device } = await ready([
      { kind: 'foreignSequence', copies: 1 },
      { kind: 'timeExtension', copies: 1, multiplier: 1 },
      { kind: 'wrongSlot', slot: 1 },
    ]);
    const replies = [await tell(numbered(READ, 3)), await read(device), await read(device)];
    expect(replies).toEqual(['8004000000002A000000DEADBEEF', '80000000000003800100', '80050000000103000000C101019000']);
  });
});

describe('faults between reader and card', () => {
  it('presence flickers: failed and absent once, power and PIN state kept', async () => {
    const { say: tell } = await ready([{ kind: 'presenceFlicker', executed: false, from: 2 }]);
    await tell('6F 09000000 00 03 000000 002000860431323334');
    expect(await tell(numbered(READ, 4))).toBe('8000000000000442FE00');
    expect(await tell('65 00000000 00 05 000000')).toBe('81000000000005000000');
    expect((await tell('6F 05000000 00 06 000000 00B09B0001')).slice(-4)).toBe('9000');
  });

  it.each([{ executed: false }, { executed: true }])('card removed at a command (executed: $executed)', async ({ executed }) => {
    const { say: tell, reader } = await ready([{ kind: 'cardRemoved', executed }]);
    const card = reader.card;
    expect(await tell('6F 09000000 00 03 000000 002000860430303030')).toBe('8000000000000342FE00');
    expect(reader.card).toBeUndefined();
    expect(card?.snapshot().credentials.find(({ efIdentifier }) => efIdentifier === 6)?.remaining).toBe(executed ? 9 : 10);
  });

  it('card comes back without power', async () => {
    const { say: tell } = await ready([{ kind: 'cardRemoved', executed: false, backAfterMs: 5 }]);
    await tell(numbered(READ, 3));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await tell('65 00000000 00 04 000000')).toBe('81000000000004010000');
  });

  it('mute once', async () => {
    const { say: tell } = await ready([{ kind: 'cardMute', executed: false }]);
    expect(await tell(numbered(READ, 3))).toBe('8000000000000340FE00');
    expect(await tell(numbered(READ, 4))).toBe(`80${numbered(FLAG, 4)}`);
  });

  it('response only where the INS fits', async () => {
    const { say: tell } = await ready([{ kind: 'response', bytes: '61FF', ins: 0xb0, times: 'endless' }]);
    expect((await tell('6F 04000000 00 03 000000 00200086')).slice(20)).toBe('63CA');
    expect((await tell(numbered(READ, 4))).slice(20)).toBe('61FF');
    expect((await tell(numbered(READ, 5))).slice(20)).toBe('61FF');
  });

  it.each<{ name: string; fault: Fault; answer: string }>([
    { name: 'more than Le', fault: { kind: 'longRead', extraLength: 2 }, answer: 'C1010100009000' },
    { name: 'filled up past the end', fault: { kind: 'endlessFile' }, answer: `${'00'.repeat(3)}9000` },
  ])('READ BINARY: $name', async ({ fault, answer }) => {
    const { say: tell } = await ready([fault]);
    expect((await tell(fault.kind === 'endlessFile' ? '6F 05000000 00 03 000000 00B09A0903' : numbered(READ, 3))).slice(20)).toBe(answer);
  });
});

describe('faults of the bus', () => {
  it.each<{ name: string; fault: Fault; failures: readonly string[] }>([
    { name: 'open fails once', fault: { kind: 'openFails', failure: 'accessDenied' }, failures: ['SecurityError', 'no failure'] },
    { name: 'open fails twice', fault: { kind: 'openFails', failure: 'accessDenied', times: 2 }, failures: ['SecurityError', 'SecurityError', 'no failure'] },
  ])('$name', async ({ fault, failures }) => {
    const reader = virtualReader();
    reader.faults.set([fault]);
    const device = await deviceOf(reader.usb);
    const seen: string[] = [];
    while (seen.length < failures.length) seen.push((await failureOf(device.open())).replace(/:.*/u, ''));
    expect(seen).toEqual(failures);
  });

  it('claim fails until the reader is plugged in again', async () => {
    const reader = virtualReader();
    reader.faults.set([{ kind: 'claimFails', times: 'untilReset' }]);
    const device = await deviceOf(reader.usb);
    await device.open();
    for (let attempt = 0; attempt < 3; attempt++) expect(await failureOf(device.claimInterface(0))).toContain('Unable to claim interface.');
    reader.unplug();
    await new Promise((resolve) => setTimeout(resolve, 5));
    reader.plugIn();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const again = await deviceOf(reader.usb);
    await again.open();
    expect(await failureOf(again.claimInterface(0))).toBe('no failure');
  });

  it('claim hangs', async () => {
    const reader = virtualReader();
    reader.faults.set([{ kind: 'claimHangs' }]);
    const device = await deviceOf(reader.usb);
    await device.open();
    expect(await settles(device.claimInterface(0))).toBe('pending');
  });

  it('unplugged at the second message: that one is not answered', async () => {
    const { device, reader } = await ready([{ kind: 'unplugAtMessage', from: 2 }]);
    expect(await say(device, numbered(READ, 3))).toBe(`80${numbered(FLAG, 3)}`);
    await device.transferOut(1, unhex(numbered(READ, 4)));
    expect(reader.plugged).toBe(false);
    expect(await failureOf(device.transferIn(2, 64))).toContain('NetworkError');
  });

  it.each([
    { byte: 15, answers: 0 },
    { byte: 16, answers: 1 },
    { byte: 31, answers: 2 },
  ])('unplugged at IN byte $byte: $answers answers of 15 bytes got through', async ({ byte, answers }) => {
    const { device } = await ready([{ kind: 'unplugAtInByte', byte }]);
    let got = 0;
    for (let sequence = 3; sequence < 7; sequence++) {
      if ((await failureOf(say(device, numbered(READ, sequence)))) !== 'no failure') break;
      got++;
    }
    expect(got).toBe(answers);
  });

  it('replaces the configuration descriptor and control answers', async () => {
    const { device } = await ready([
      { kind: 'configurationDescriptor', bytes: '0902' },
      { kind: 'controlReply', request: 3, bytes: '010203' },
      { kind: 'controlStalls', request: 2 },
    ]);
    const lengths = [
      (await device.controlTransferIn({ requestType: 'standard', recipient: 'device', request: 6, value: 0x0200, index: 0 }, 255)).data?.byteLength,
      (await device.controlTransferIn({ requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 0 }, 255)).data?.byteLength,
    ];
    expect(lengths).toEqual([2, 3]);
    expect((await device.controlTransferIn({ requestType: 'class', recipient: 'interface', request: 2, value: 0, index: 0 }, 4)).status).toBe('stall');
  });
});

describe('FaultSchedule', () => {
  it('counts per fault and forgets with set', () => {
    const schedule = new FaultSchedule();
    schedule.set([
      { kind: 'silence', times: 2 },
      { kind: 'claimFails', times: 'untilReset' },
    ]);
    expect([schedule.strike(['silence']).length, schedule.strike(['silence']).length, schedule.strike(['silence']).length]).toEqual([1, 1, 0]);
    expect(schedule.hasStruck).toBe(true);
    schedule.reset();
    expect(schedule.strike(['claimFails'])).toEqual([]);
    schedule.set([]);
    expect(schedule.hasStruck).toBe(false);
  });
});

it('names every hostile case once', () => {
  expect(new Set(hostileCases.map(({ id, name }) => `${id} ${name}`)).size).toBe(hostileCases.length);
});

it.each(hostileCases)('$id $name: the double carries on', async (hostileCase) => {
  const reader = virtualReader({ card: await image() });
  reader.arm(hostileCase);
  await script(reader);
  expect(reader.card === undefined || reader.card.snapshot().credentials.every(({ verifyCount }) => verifyCount <= 1)).toBe(true);
  reader.assertNoUnexpectedInput();
});

const when = {
  from: fc.integer({ min: 1, max: 4 }),
  times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant('endless' as const), fc.constant('untilReset' as const)),
};
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom(...hostileCases.flatMap(({ faults }) => faults)),
  fc.record({ ...when, kind: fc.constant('rawReply' as const), bytes: fc.uint8Array({ maxLength: 200 }).map(toHex) }),
  fc.record({ ...when, kind: fc.constant('data' as const), bytes: fc.uint8Array({ maxLength: 200 }).map(toHex) }),
  fc.record({ ...when, kind: fc.constant('declaredLength' as const), length: fc.nat(0xffffffff) }),
  fc.record({ ...when, kind: fc.constant('status' as const), status: fc.nat(255), error: fc.nat(255) }),
  fc.record({ ...when, kind: fc.constant('unplugAtInByte' as const), byte: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ ...when, kind: fc.constant('response' as const), bytes: fc.uint8Array({ maxLength: 300 }).map(toHex) }),
);

test.prop([fc.array(anyFault, { maxLength: 4 })], { numRuns: 40 })(
  'any schedule of faults ends in replies or DOMExceptions, and never in a broken double',
  async (faults) => {
    const reader = virtualReader({ card: await image() });
    reader.faults.set(faults);
    await script(reader);
    reader.assertNoUnexpectedInput();
  },
);

/** A short session of a host that understands nothing: it sends, reads until 5 ms of silence, goes on. */
async function script(reader: ReturnType<typeof virtualReader>): Promise<void> {
  const device = await deviceOf(reader.usb);
  const commands = [POWER_ON, numbered(SELECT, 2), numbered(READ, 3), '6F 09000000 00 04 000000 002000860431323334', numbered(READ, 5), numbered(READ, 6)];
  let pending: Promise<string> | undefined;
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await failureOf(work()); // throws what is no DOMException
  };
  await attempt(() => device.open());
  await attempt(() => device.claimInterface(0));
  for (const command of commands) {
    await attempt(() => device.transferOut(1, unhex(command)));
    pending ??= failureOf(device.transferIn(2, 1024));
    const silence = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 4));
    if ((await Promise.race([pending, silence])) !== undefined) pending = undefined;
  }
  reader.unplug();
  await pending;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
