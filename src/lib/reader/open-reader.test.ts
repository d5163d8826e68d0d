import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from './open-reader.ts';
import { connected, doubleOf, opened, openly, SELECT, wait, type OpenOptions } from './test/open.ts';
import { configuration } from './test/descriptors.ts';
import { PipeDouble, type Answers } from './test/pipe-double.ts';
import { hasty, reply, slotStatus, status } from './test/replies.ts';

const dead: Answers = { 0x65: () => [] };

describe('openReader', () => {
  it('describes the reader and asks the slot status once (ccid.md §6.4)', async () => {
    const pipe = doubleOf({}, { features: 0x4007e, messageLength: 522 });
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(reader.description).toEqual({ name: 'Double', vendorId: 0x1209, productId: 1, deviceVersion: '1.00', level: 'extendedApdu', slotCount: 1 });
    expect(reader.slots[0].carriesExtended).toBe(true);
    expect(pipe.sent).toEqual(['65000000000000000000']);
    expect(pipe.interruptReadIsPending).toBe(true);
    expect(pipe.controls).toEqual([]); // bNumDataRatesSupported 0: some readers stall
    await reader.close();
    expect(pipe.problems).toEqual([]);
  });

  it.each([
    { name: 'no functional descriptor (RC-S300 interface 1)', configurationDescriptor: configuration(''), code: 'READER_UNSUPPORTED' },
    { name: 'B33 a descriptor cut short', configurationDescriptor: configuration('').slice(0, 18), cut: '3621', code: 'READER_DESCRIPTOR_INVALID' },
  ])('refuses and closes: $name', async ({ configurationDescriptor, cut, code }) => {
    const bytes = cut === undefined ? configurationDescriptor : Uint8Array.from([...configurationDescriptor, ...unhex(cut)]);
    const pipe = new PipeDouble({}, { configurationDescriptor: bytes });
    await expect(openReader(pipe, { timeouts: hasty })).rejects.toMatchObject({ code });
    expect(pipe.closeCount).toBe(1);
    expect(pipe.sent).toEqual([]);
  });

  it.each([
    { name: 'character level', options: { features: 0x3a }, facts: { level: 'character', vendorId: 0x1209, productId: 1 } },
    { name: 'ICCD version A (quirk 10)', options: { interfaceProtocol: 1 }, facts: { interfaceProtocol: 1, vendorId: 0x1209, productId: 1 } },
    { name: 'ICCD version B (quirk 10)', options: { interfaceProtocol: 2 }, facts: { interfaceProtocol: 2, vendorId: 0x1209, productId: 1 } },
  ])('does not pretend: $name is unsupported, with facts', async ({ options, facts }) => {
    const pipe = doubleOf({}, options);
    await expect(openReader(pipe, { timeouts: hasty })).rejects.toMatchObject({ code: 'READER_UNSUPPORTED', facts });
    expect(pipe.sent).toEqual([]);
    expect(pipe.closeCount).toBe(1);
  });

  it.each([
    { name: 'the first answer is lost', answer: (n: number) => n >= 2, resets: 0 },
    { name: 'two answers are lost', answer: (n: number) => n >= 3, resets: 0 },
    { name: 'three answers are lost: one reset', answer: (n: number) => n >= 4, resets: 1 },
    { name: 'five answers are lost: the last try', answer: (n: number) => n >= 6, resets: 1 },
  ])('opens although $name', async ({ answer, resets }) => {
    const pipe = doubleOf({ 0x65: (command, count) => (answer(count) ? [slotStatus(command)] : []) });
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(pipe.resetCount).toBe(resets);
    await reader.close();
  });

  it.each([
    { name: 'B21 no reply ever', answers: dead, options: {}, code: 'READER_TIMED_OUT' },
    { name: 'B21 no reply, and reset impossible (Windows)', answers: dead, options: { resets: false }, code: 'READER_TIMED_OUT' },
    { name: 'bulk IN stalls', answers: { 0x65: () => ['ENDPOINT_STALLED'] } satisfies Answers, options: {}, code: 'READER_TRANSFER_FAILED' },
    { name: 'B39 unplugged at the first status', answers: { 0x65: () => ['DEVICE_LOST'] } satisfies Answers, options: {}, code: 'READER_LOST' },
    {
      name: 'slot does not exist',
      answers: { 0x65: (c) => [slotStatus(c, status.failedAbsent, 5)] } satisfies Answers,
      options: {},
      code: 'READER_REPORTED_ERROR',
    },
  ])('gives up in time and closes: $name', async ({ answers, options, code }) => {
    const pipe = doubleOf(answers, options);
    await expect(openReader(pipe, { timeouts: hasty })).rejects.toMatchObject({ code });
    expect(pipe.closeCount).toBe(1);
  });

  it.each([
    { name: 'B32 0 bytes', control: new Uint8Array(0) },
    { name: 'B32 3 bytes', control: new Uint8Array(3) },
    { name: 'B32 4 bytes of 53 promised', control: unhex('002A0000') },
    { name: 'B32 2 MB', control: new Uint8Array(2_000_000).fill(0xff) },
    { name: 'B12, refused by the browser', control: 'refused' as const },
    { name: 'never answered', control: 'silent' as const },
  ])('GET_DATA_RATES is not fatal: $name', async ({ control }) => {
    const options: OpenOptions = { rates: 53, control };
    const { pipe, reader } = await opened({}, options);
    expect(pipe.controls).toEqual([{ type: 'class', recipient: 'interface', request: 3, value: 0, index: 0 }]);
    await reader.close();
  });

  it('powers every slot off and closes once', async () => {
    const { pipe, reader } = await opened({}, { slots: 2 });
    await Promise.all([reader.close(), reader.close()]);
    expect(pipe.sent).toEqual(['63000000000002000000', '63000000000103000000']);
    expect(pipe.closeCount).toBe(1);
    await expect(reader.slots[0].transmit(SELECT)).rejects.toMatchObject({ code: 'READER_LOST' });
  });

  it('closes although the reader does not answer any more', async () => {
    const { pipe, reader, slot } = await connected({ 0x6f: () => [], 0x63: () => [] });
    const pending = slot.transmit(SELECT);
    const outcome = expect(pending).rejects.toMatchObject({ name: 'ReaderError' });
    await reader.close();
    expect(pipe.closeCount).toBe(1);
    await outcome;
  });
});

describe('a lost reader', () => {
  it('ends everything pending once, with one error (ccid.md §6.1 rule 11)', async () => {
    const { pipe, reader, slot } = await connected({ 0x6f: () => [] });
    const pending = [slot.transmit(SELECT), slot.presence(), slot.connect()];
    await wait(5);
    pipe.unplug();
    const reasons = (await Promise.allSettled(pending)).map((result) => (result.status === 'rejected' ? (result.reason as unknown) : undefined));
    expect(reasons[0]).toMatchObject({ code: 'READER_LOST' });
    expect(new Set([...reasons, await reader.lost]).size).toBe(1);
    await expect(slot.transmit(openly('00B0000000'))).rejects.toBe(reasons[0]);
    await slot.disconnect();
    await reader.close();
  });

  it('is told when idle, too', async () => {
    const { pipe, reader } = await opened();
    pipe.unplug();
    expect(await reader.lost).toMatchObject({ code: 'READER_LOST' });
  });

  it.each([1, 2, 3, 4])('B39 unplugged at message %i of connect and transmit', async (step) => {
    let messages = 0;
    const orLost =
      (answer: (command: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) =>
      (command: Uint8Array<ArrayBuffer>): readonly (Uint8Array<ArrayBuffer> | 'DEVICE_LOST')[] =>
        ++messages === step ? ['DEVICE_LOST'] : [answer(command)];
    const answers: Answers = {
      0x65: orLost((command) => slotStatus(command)),
      0x62: orLost((command) => reply(command, { data: '3B800181' })),
      0x61: orLost((command) => reply(command, { type: 0x82, data: command.slice(10) })),
      0x6f: orLost((command) => reply(command, { data: '9000' })),
    };
    const pipe = doubleOf(answers, { features: 0x2003e });
    const work = (async () => {
      const reader = await openReader(pipe, { timeouts: hasty });
      await reader.slots[0].connect();
      await reader.slots[0].transmit(SELECT);
    })();
    await expect(work).rejects.toMatchObject({ code: 'READER_LOST' });
  });
});
