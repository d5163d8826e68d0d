/** What a recording port writes down: every row's bytes pass unchanged, and no more of them is kept than the header. */
import { describe, expect, it } from 'vitest';
import { unhex, type Bytes, type Outgoing } from '#bytes';
import type { HidPipe, UsbPipe } from '#usb';
import { UsbError } from '#usb';
import { ExchangeRecorder } from './exchange-recorder.ts';
import { recordingPipe } from './recording-pipe.ts';
import { RecordingSlot } from './recording-slot.ts';

const recorder = (): ExchangeRecorder => new ExchangeRecorder(() => 0);

/** Answers with these bytes, or a fault where there is none left; calls nobody expects are a mistake. */
function usbOver(...answers: readonly string[]): { pipe: UsbPipe; sent: Outgoing[] } {
  const left = [...answers];
  const sent: Outgoing[] = [];
  const answer = async (): Promise<Bytes> => {
    const next = left.shift();
    if (next === undefined) throw new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'nothing left' });
    return unhex(next);
  };
  const pipe = {
    bulkOut: async (message: Outgoing) => void sent.push(message),
    bulkIn: answer,
    interruptIn: answer,
    controlIn: answer,
    controlOut: async () => undefined,
    bulkInIsPending: false,
  } as unknown as UsbPipe;
  return { pipe, sent };
}

function wrapped(pipe: UsbPipe, over: ExchangeRecorder): UsbPipe {
  return recordingPipe(pipe, over) as UsbPipe;
}

describe('bulk OUT', () => {
  // CCID Rev 1.1 §6.1.4: PC_to_RDR_XfrBlock, 10 bytes of header; spec/browser-and-readers.md §7: frames of the RC-S380.
  const verify = '6F090000000000000000 0020008604 31323334';
  it.each([
    { name: 'a command', bytes: '6F050000000001000000 00A4020C02', secret: false, sent: { length: 15, header: '6F050000000001000000' } },
    { name: 'a secret command', bytes: verify, secret: true, sent: { length: 19 } },
    { name: 'a frame of the RC-S380', bytes: '0000FFFFFF 0800F8 D604 AABBCCDDEEFF 0000', secret: false, sent: { length: 18, header: '0000FFFFFF0800F8D604' } },
    { name: 'a secret frame', bytes: '0000FFFFFF 0800F8 D604 AABBCCDDEEFF 0000', secret: true, sent: { length: 18 } },
    { name: 'no message that is known', bytes: '31323334313233343132', secret: false, sent: { length: 10 } },
    { name: 'shorter than a header', bytes: '6F0500', secret: false, sent: { length: 3 } },
    { name: 'nothing', bytes: '', secret: false, sent: { length: 0 } },
  ])('$name', async ({ bytes, secret, sent }) => {
    const record = recorder();
    const { pipe, sent: passed } = usbOver();
    await wrapped(pipe, record).bulkOut({ bytes: unhex(bytes), secret });
    expect(record.take()).toEqual([{ atMs: 0, ms: 0, kind: 'bulkOut', sent }]);
    expect(passed).toEqual([{ bytes: unhex(bytes), secret }]);
  });
});

describe('bulk IN', () => {
  const first = `8014000000000100000011`.padEnd(22, '0');
  it.each([
    { name: 'a whole message', answers: ['80020000000001000000 9000'], headers: ['80020000000001000000'] },
    {
      name: 'later parts have no header, even where they look like one',
      answers: [first, '80020000000001000000 9000'],
      headers: [first.slice(0, 20), undefined],
    },
    {
      name: 'a length that is a lie hides what follows until the next command',
      answers: ['80FFFFFFFF0001000000', '80020000000001000000'],
      headers: ['80FFFFFFFF0001000000', undefined],
    },
    { name: 'an empty packet', answers: [''], headers: [undefined] },
  ])('$name', async ({ answers, headers }) => {
    const record = recorder();
    const pipe = wrapped(usbOver(...answers).pipe, record);
    for (const answer of answers) expect(await pipe.bulkIn(64, 10)).toEqual(unhex(answer));
    expect(record.take().map(({ received }) => received?.header)).toEqual(headers);
  });

  it('the next command begins anew', async () => {
    const record = recorder();
    const pipe = wrapped(usbOver('80FFFFFFFF0001000000', '80020000000001000000').pipe, record);
    await pipe.bulkIn(64, 10);
    await pipe.bulkOut({ bytes: unhex('65000000000002000000'), secret: false });
    await pipe.bulkIn(64, 10);
    expect(record.take().at(-1)?.received?.header).toBe('80020000000001000000');
  });

  it('a fault is written down by its code and thrown on', async () => {
    const record = recorder();
    await expect(wrapped(usbOver().pipe, record).bulkIn(64, 10)).rejects.toMatchObject({ code: 'TRANSFER_TIMED_OUT' });
    expect(record.take()).toEqual([{ atMs: 0, ms: 0, kind: 'bulkIn', fault: 'TRANSFER_TIMED_OUT' }]);
  });
});

it('interrupt and control transfers: the kind of the notice, the request, lengths', async () => {
  const record = recorder();
  const pipe = wrapped(usbOver('5003', '00112233').pipe, record);
  await pipe.interruptIn();
  await pipe.controlIn({ type: 'class', recipient: 'interface', request: 3, value: 0, index: 1 }, 64);
  await pipe.controlOut({ type: 'class', recipient: 'interface', request: 1, value: 0x0102, index: 0x0304 }, unhex('31323334'));
  expect(record.take()).toEqual([
    { atMs: 0, ms: 0, kind: 'interruptIn', received: { length: 2, header: '50' } },
    { atMs: 0, ms: 0, kind: 'controlIn', sent: { length: 0, header: '0300000001' }, received: { length: 4 } },
    { atMs: 0, ms: 0, kind: 'controlOut', sent: { length: 4, header: '0101020304' } },
  ]);
});

it('reports of a HID bridge: framing and header of a first report, the length of any other', async () => {
  // docs/hid-bridge.md §2, the example.
  const first = unhex(`1234050000000A65${'0'.repeat(112)}`);
  const later = unhex(`123405000131323334${'0'.repeat(110)}`);
  const record = recorder();
  const pipe = recordingPipe({ sendReport: async () => undefined, receiveReport: async () => later } as unknown as HidPipe, record) as HidPipe;
  await pipe.sendReport({ bytes: first, secret: false });
  await pipe.sendReport({ bytes: first, secret: true });
  await pipe.receiveReport(10);
  expect(record.take().map(({ sent, received }) => sent ?? received)).toEqual([
    { length: 64, header: '1234050000000A65000000000000000000' },
    { length: 64 },
    { length: 64 },
  ]);
});

it('a slot: CLA INS P1 P2 and the status word; of a secret the length', async () => {
  const record = recorder();
  const slot = new RecordingSlot({ index: 0, transmit: async () => unhex('C101019000') } as never, record);
  await slot.transmit({ bytes: unhex('00B09A0003'), secret: false });
  await slot.transmit({ bytes: unhex('002000860431323334'), secret: true });
  expect(record.take()).toEqual([
    { atMs: 0, ms: 0, kind: 'cardCommand', sent: { length: 5, header: '00B09A00' }, received: { length: 5 }, statusWord: '9000' },
    { atMs: 0, ms: 0, kind: 'cardCommand', sent: { length: 9 }, received: { length: 5 }, statusWord: '9000' },
  ]);
});

it('writes down so much and no more, and says how much was left out', async () => {
  const record = recorder();
  const pipe = wrapped(usbOver().pipe, record);
  for (let count = 0; count < 650; count++) await pipe.bulkOut({ bytes: unhex('00'), secret: false });
  expect(record.take()).toHaveLength(600);
  expect(record.leftOut).toBe(50);
});
