/** CCID behaviour of the virtual readers, byte by byte. Sources: ccid.md §4–§7, §15; CCID Rev 1.1. */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { apduProfiles, bytesOf, read, rehearse } from './test/host.ts';

const ATR = '3B888001000005E0B381A1007F';
const SELECT = '00A4040C10A0000002310600000000000000000000';
const VERIFY = '002000860431323334';

function message(type: string, sequence: number, data = '', tail = '000000'): string {
  const length = (data.length / 2).toString(16).padStart(2, '0');
  return `${type}${length}00000000${sequence.toString(16).padStart(2, '0')}${tail}${data}`;
}

describe('messages', () => {
  it.each([
    { name: 'GetSlotStatus', sent: message('65', 2), reply: '81000000000002000000', source: '§4.2' },
    { name: 'GetParameters, T=1', sent: message('6C', 2), reply: '82070000000002000001' + '1110004D00FE00', source: '§4.1; open-points.md 18' },
    { name: 'SetParameters, T=0', sent: message('61', 2, '9600000A00'), reply: '82050000000002000000' + '9600000A00', source: '§4.1' },
    { name: 'SetParameters, T=1', sent: message('61', 2, '9610004D00FE00', '010000'), reply: '82070000000002000001' + '9610004D00FE00', source: '§4.1' },
    { name: 'SetParameters, synchronous', sent: message('61', 2, '00', '800000'), reply: '82000000000002400700', source: '§5' },
    { name: 'ResetParameters', sent: message('6D', 2), reply: '82070000000002000001' + '1110004D00FE00', source: '§4.1' },
    { name: 'IccPowerOff', sent: message('63', 2), reply: '81000000000002010001', source: '§4.2' },
    { name: 'Escape: not supported', sent: message('6B', 2, 'FF'), reply: '83000000000002400000', source: '§5' },
    { name: 'Mechanical: not supported', sent: message('71', 2, '', '010000'), reply: '81000000000002400000', source: '§17' },
    { name: 'Secure: not supported', sent: message('69', 2, '00'), reply: '80000000000002400000', source: '§17' },
    { name: 'IccClock: not supported', sent: message('6E', 2), reply: '81000000000002400000', source: '§5' },
    { name: 'T0APDU: not supported', sent: message('6A', 2), reply: '81000000000002400000', source: '§5' },
    { name: 'SetDataRate: not supported', sent: message('73', 2, '0000000000000000'), reply: '84000000000002400000', source: '§5' },
    { name: 'slot 15 does not exist', sent: '6500000000' + '0F' + '02' + '000000', reply: '8100000000' + '0F' + '02' + '400500', source: '§5, §17' },
    { name: 'bPowerSelect 4', sent: message('62', 2, '', '040000'), reply: '80000000000002400700', source: '§5' },
    { name: 'warm reset', sent: message('62', 2, '', '020000'), reply: `800D0000000002000000${ATR}`, source: '§4.1' },
  ])('$name ($source)', async ({ sent, reply }) => {
    const { reader, say } = await rehearse();
    expect(await say(message('62', 1))).toBe(`800D0000000001000000${ATR}`);
    expect(await say(sent)).toBe(reply);
    reader.assertNoUnexpectedInput();
  });

  it.each([
    { name: 'IccPowerOn', sent: message('62', 1), reply: '8000000000000142FE00' },
    { name: 'XfrBlock', sent: message('6F', 1, SELECT), reply: '8000000000000142FE00' },
    { name: 'GetSlotStatus', sent: message('65', 1), reply: '81000000000001020000' },
  ])('$name without a card (§5)', async ({ sent, reply }) => {
    const { reader, say } = await rehearse();
    reader.removeCard();
    expect(await say(sent)).toBe(reply);
  });

  it('refuses bPowerSelect 0 where it does not choose the voltage itself (§8.2)', async () => {
    const { say } = await rehearse('shortApdu');
    expect(await say(message('62', 1))).toBe('80000000000001410700');
    expect(await say(message('62', 2, '', '010000'))).toBe(`800D0000000002000000${ATR}`);
  });

  it('XfrBlock before power on: failed, mute, inactive (B30)', async () => {
    const { say } = await rehearse();
    expect(await say(message('6F', 1, SELECT))).toBe('8000000000000141FE00');
  });
});

describe('unknown input is fatal', () => {
  it.each([
    { name: 'unknown message type', sent: [message('60', 1)] },
    { name: 'shorter than a header', sent: ['6500000000'] },
    { name: 'dwLength larger than the message, then a short packet', sent: ['65FF00000000010000'] },
    { name: 'dwLength smaller than the message', sent: [`${message('65', 1)}00`] },
    { name: 'dwLength beyond dwMaxCCIDMessageLength (B49)', sent: ['6FFFFFFFFF0001000000'] },
    { name: 'zero-length packet (browser-and-readers.md §5.2)', sent: [''] },
    { name: 'reserved byte set', sent: [message('65', 1, '', '010000')] },
    { name: 'data where none belongs', sent: [message('65', 1, '00')] },
    { name: 'bSeq repeated', sent: [message('65', 1), message('63', 1)] },
    { name: 'protocol data of a wrong length', sent: [message('61', 2, '0000')] },
    { name: 'empty XfrBlock', sent: [message('62', 1), message('6F', 2)] },
    { name: 'not a command APDU', sent: [message('62', 1), message('6F', 2, '00A4')] },
    { name: 'a chain that never began', sent: [message('62', 1), message('6F', 2, '00', '000200')] },
    { name: 'wLevelParameter 4', sent: [message('62', 1), message('6F', 2, '00', '000400')] },
    { name: 'a part asked for that is not there', sent: [message('62', 1), message('6F', 2, '', '001000')] },
  ])('$name', async ({ sent }) => {
    const { reader, device } = await rehearse();
    for (const bytes of sent) {
      await device.transferOut(1, unhex(bytes));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(reader.unexpectedInput[0]?.code).toBe('SIMULATOR_UNEXPECTED_INPUT');
    expect(() => reader.assertNoUnexpectedInput()).toThrow();
    const messages = reader.messageLog.length;
    await device.transferOut(1, unhex(message('65', 9)));
    expect(reader.messageLog.length).toBe(messages);
  });

  it('an extended APDU to a reader of short APDUs (§7)', async () => {
    const { reader, device, say } = await rehearse('shortApdu');
    await say(message('62', 1));
    await device.transferOut(1, unhex(`6F06010000000200000000D600000000FF${'00'.repeat(255)}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(reader.unexpectedInput.length).toBe(1);
  });

  it('a command in parts that grows beyond any APDU (B48)', async () => {
    const { reader, device, say } = await rehearse();
    await say(message('62', 1));
    const part = '00'.repeat(1004);
    // 65 parts of 1004 bytes are below 65544, the 66th is not.
    for (let sequence = 2; sequence <= 66; sequence++) {
      const level = sequence === 2 ? '000100' : '000300';
      expect(await say(`6FEC03000000${hex(Uint8Array.of(sequence))}${level}${part}`)).toContain('80000000');
    }
    expect(reader.unexpectedInput).toEqual([]);
    await device.transferOut(1, unhex(`6FEC0300000043000300${part}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(reader.unexpectedInput[0]).toMatchObject({ code: 'SIMULATOR_UNEXPECTED_INPUT', message: 'Command APDU too long' });
  });

  it('never names the bytes of a command', async () => {
    const { reader, device, say } = await rehearse();
    await say(message('62', 1));
    await device.transferOut(1, unhex(message('6F', 2, `${VERIFY}39393939`)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(JSON.stringify(reader.unexpectedInput) + String(reader.unexpectedInput[0])).not.toMatch(/3132|1234|49,\s*50/u);
  });
});

describe('chaining (§7)', () => {
  it('takes a command in parts and gives the answer in parts of 54 bytes', async () => {
    const { reader, say } = await rehearse('smallMessages');
    await say(message('62', 1));
    expect(await say(message('6F', 2, SELECT.slice(0, 20), '000100'))).toBe('80000000000002000010');
    expect(await say(message('6F', 3, SELECT.slice(20, 30), '000300'))).toBe('80000000000003000010');
    expect(await say(message('6F', 4, SELECT.slice(30), '000200'))).toBe('800200000000040000009000');
    await say(message('6F', 5, VERIFY));
    const first = await say(message('6F', 6, '00B09B0064'));
    const second = await say(message('6F', 7, '', '001000'));
    expect(first.slice(0, 20)).toBe('80360000000006000001');
    expect(second.slice(0, 20)).toBe('80300000000007000002');
    expect((first.slice(20) + second.slice(20)).slice(-4)).toBe('9000');
    expect((first.slice(20) + second.slice(20)).length / 2).toBe(102);
    reader.assertNoUnexpectedInput();
  });

  it('marks the middle of three parts 03', async () => {
    const { say } = await rehearse('smallMessages');
    await say(message('62', 1));
    await say(message('6F', 2, SELECT));
    await say(message('6F', 3, VERIFY));
    const marks = [await say(message('6F', 4, '00B09B0078')), await say(message('6F', 5, '', '001000')), await say(message('6F', 6, '', '001000'))];
    expect(marks.map((reply) => reply.slice(18, 20))).toEqual(['01', '03', '02']);
  });

  it('splits answers at short level where the reader does (§7, OMNIKEY 3x21)', async () => {
    const { reader, say } = await rehearse('shortApduInParts');
    await say(message('62', 1, '', '010000')); // no automatic voltage
    await say(message('6F', 2, SELECT));
    await say(message('6F', 3, VERIFY));
    expect((await say(message('6F', 4, '00B09B00C8'))).slice(0, 20)).toBe('80800000000004000001');
    expect((await say(message('6F', 5, '', '001000'))).slice(0, 20)).toBe('804A0000000005000002');
    reader.assertNoUnexpectedInput();
  });
});

describe('abort (§6.3)', () => {
  const abort = (sequence: number) => ({ requestType: 'class', recipient: 'interface', request: 1, value: sequence * 0x100, index: 0 }) as const;

  it.each([{ order: ['control', 'bulk'] }, { order: ['bulk', 'control'] }])('answers when both have come: $order', async ({ order }) => {
    const { reader, device, say } = await rehearse();
    await say(message('62', 1));
    reader.faults.set([{ kind: 'timeExtension', copies: 'endless', multiplier: 1, everyMs: 5, on: ['xfrBlock'] }]);
    expect(await say(message('6F', 2, SELECT))).toBe('80000000000002800100');
    for (const part of order) {
      if (part === 'control') await device.controlTransferOut(abort(2));
      else await device.transferOut(1, unhex(message('72', 2)));
    }
    let reply = await read(device);
    while (reply === '80000000000002800100') reply = await read(device);
    expect(reply).toBe('81000000000002000000');
    expect(await say(message('65', 3))).toBe('81000000000003000000');
    reader.assertNoUnexpectedInput();
  });

  it('answers FF to everything between the two', async () => {
    const { device, say } = await rehearse();
    await device.controlTransferOut(abort(1));
    expect(await say(message('65', 2))).toBe('8100000000000241FF00');
  });

  it('stalls for a slot that does not exist', async () => {
    const { device } = await rehearse();
    expect((await device.controlTransferOut({ ...abort(1), value: 0x0103 })).status).toBe('stall');
  });

  it('answers E0 to a second command while one is running (§5)', async () => {
    const { reader, device, say } = await rehearse();
    reader.faults.set([{ kind: 'lateReply', delayMs: 10, on: ['iccPowerOn'] }]);
    await device.transferOut(1, unhex(message('62', 1)));
    expect(await say(message('65', 2))).toBe('8100000000000240E000');
    expect((await read(device)).slice(0, 2)).toBe('80');
  });
});

describe('interrupt endpoint (§4.3)', () => {
  it('says a card was there from the beginning, then each change', async () => {
    const { reader, device } = await rehearse();
    const next = async (): Promise<string> => hex(bytesOf((await device.transferIn(3, 8)).data));
    expect(await next()).toBe('5003');
    reader.removeCard();
    expect(await next()).toBe('5002');
    reader.insertCard(reader.card ?? (await import('./test/host.ts').then(({ image }) => image())));
    expect(await next()).toBe('5003');
  });

  it('holds one notice for a host that does not read', async () => {
    const { reader, device } = await rehearse();
    reader.removeCard();
    expect(hex(bytesOf((await device.transferIn(3, 8)).data))).toBe('5002');
  });
});

describe('lists (§3.4)', () => {
  it('gives as many data rates as the descriptor says', async () => {
    const { device } = await rehearse('shortApdu');
    const { data } = await device.controlTransferIn({ requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 0 }, 0x6a * 4);
    expect(data?.byteLength).toBe(106 * 4);
  });

  it('stalls where the count is 0', async () => {
    const { device } = await rehearse();
    expect((await device.controlTransferIn({ requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 0 }, 4)).status).toBe('stall');
  });
});

it.each(apduProfiles)('%s reads the same licence file', async (profile) => {
  const { reader, say, device } = await rehearse(profile);
  let sequence = 0;
  const transmit = async (apdu: string): Promise<string> => {
    let reply = await say(message('6F', ++sequence, apdu));
    let answer = reply.slice(20);
    while (reply.slice(18, 20) === '01' || reply.slice(18, 20) === '03') {
      reply = await say(message('6F', ++sequence, '', '001000'));
      answer += reply.slice(20);
    }
    return answer;
  };
  await say(message('62', ++sequence, '', '010000'));
  expect(await transmit(SELECT)).toBe('9000');
  expect(await transmit(VERIFY)).toBe('9000');
  expect((await transmit('00B09B00C8')).length).toBe(404);
  expect(device.opened).toBe(true);
  reader.assertNoUnexpectedInput();
});
