/** Readers at TPDU level, message by message. Sources: spec/ccid.md §4, §8.3, §9, §10.2, §15; the LRC of every block worked out by hand or in the sheet. */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import type { Fault, ReaderProfileName } from '../index.ts';
import { rehearse } from '../test/host.ts';

const AID = 'A0000002310600000000000000000000';

type Say = Awaited<ReturnType<typeof rehearse>>['say'];

function speaker(say: Say): (type: string, data?: string, tail?: string, slot?: string) => Promise<string> {
  let sequence = 0;
  return async (type, data = '', tail = '000000', slot = '00') => {
    const length = (data.length / 2).toString(16).padStart(2, '0');
    sequence++;
    const answer = await say(`${type}${length}000000${slot}${sequence.toString(16).padStart(2, '0')}${tail}${data}`);
    return answer.slice(0, 2) + answer.slice(14);
  };
}

/** NAD, PCB, LEN, INF and the exclusive or of them all. */
function block(pcb: string, inf = ''): string {
  const body = `00${pcb}${(inf.length / 2).toString(16).padStart(2, '0')}${inf}`.toUpperCase();
  const check = unhex(body).reduce((sum, byte) => sum ^ byte, 0);
  return body + hex(Uint8Array.of(check));
}

async function desk(profile: ReaderProfileName, faults: readonly Fault[] = []) {
  const { reader, say } = await rehearse(profile);
  const send = speaker(say);
  return {
    reader,
    send,
    arm: () => reader.faults.set(faults),
    /** XfrBlock; what is behind bStatus and bError. */
    xfr: async (tpdu: string): Promise<string> => {
      const answer = await send('6F', tpdu);
      return answer.startsWith('80000000') || answer.startsWith('80400') ? answer.slice(8) : answer.slice(2, 6);
    },
  };
}

describe('T=1 (§9)', () => {
  it('power, parameters, IFS of §15, SELECT, both numbers turn', async () => {
    const { send, xfr, reader } = await desk('ccidTpduT1');
    expect(await send('62')).toBe('80000000' + '3BE000FF8131FE4514');
    expect(await send('6C')).toBe('82000001' + '1110FF4500FE00');
    expect(await xfr('00C101FE3E')).toBe('00E101FE1E');
    expect(await xfr(block('00', `00A4040C10${AID}`))).toBe('000002900092');
    expect(await xfr(block('40', '0020008604' + '31323334'))).toBe('0040029000D2');
    expect(await xfr(block('00', '00B09B0005')).then((answer) => answer.length)).toBe((4 + 7) * 2);
    reader.assertNoUnexpectedInput();
  });

  it('chains both ways', async () => {
    const { send, xfr, reader } = await desk('ccidTpduT1');
    await send('62');
    expect(await xfr(block('20', `00A4040C10`))).toBe(block('90'));
    expect(await xfr(block('40', AID))).toBe(block('00', '9000'));
    await xfr(block('00', '002000860431323334'));
    const first = await xfr(block('40', '00B09B0040'));
    expect(first.slice(0, 6)).toBe('002020');
    const second = await xfr(block('90'));
    expect(second.slice(0, 6)).toBe('006020');
    const third = await xfr(block('80'));
    expect(third.slice(0, 6)).toBe('000002');
    expect(third.slice(6, 10)).toBe('9000');
    reader.assertNoUnexpectedInput();
  });

  it.each<{ name: string; faults: readonly Fault[]; script: readonly (readonly [string, string])[] }>([
    {
      name: 'WTX',
      faults: [{ kind: 'waitingTime', multiplier: 1, copies: 1 }],
      script: [
        [block('00', `00A4040C10${AID}`), '00C30101C3'],
        ['00E30101E3', block('00', '9000')],
      ],
    },
    {
      name: 'parity, then R(0, error 1)',
      faults: [{ kind: 'blockGarbled' }],
      script: [
        [block('00', `00A4040C10${AID}`), '40FD'],
        [block('81'), block('00', '9000')],
      ],
    },
    {
      name: 'command lost, then R(0): the card asks for it',
      faults: [{ kind: 'blockToCardLost' }],
      script: [
        [block('00', `00A4040C10${AID}`), '40FE'],
        [block('82'), block('82')],
        [block('00', `00A4040C10${AID}`), block('00', '9000')],
      ],
    },
    {
      name: 'RESYNCH: numbers begin anew, the card keeps its selection',
      faults: [],
      script: [
        [block('00', `00A4040C10${AID}`), block('00', '9000')],
        [block('C0'), block('E0')],
        [block('00', '0020008604' + '31323334'), block('00', '9000')],
      ],
    },
    {
      name: 'S(IFS) from the card',
      faults: [{ kind: 'cardRequest', pcb: 0xc1, inf: '20' }],
      script: [
        [block('00', `00A4040C10${AID}`), block('C1', '20')],
        [block('E1', '20'), block('00', '9000')],
      ],
    },
    {
      name: 'S(ABORT) from the card',
      faults: [{ kind: 'cardRequest', pcb: 0xc2, inf: '' }],
      script: [
        [block('00', `00A4040C10${AID}`), block('C2')],
        [block('E2'), block('90')],
      ],
    },
    {
      name: 'S(ABORT) of the host',
      faults: [],
      script: [
        [block('20', '00A4040C10'), block('90')],
        [block('C2'), block('E2')],
      ],
    },
  ])('$name', async ({ faults, script }) => {
    const at = await desk('ccidTpduT1', faults);
    await at.send('62');
    at.arm();
    for (const [sent, answer] of script) expect(await at.xfr(sent)).toBe(answer);
    at.reader.assertNoUnexpectedInput();
  });

  it.each([
    { name: 'LRC off by one', sent: '000002900093', answer: block('81') },
    { name: 'LEN FF', sent: '0000FF90006F', answer: block('82') },
    { name: 'wrong N(S)', sent: block('40', `00A4040C10${AID}`), answer: block('82') },
    { name: 'IFS 0', sent: block('C1', '00'), answer: block('82') },
    { name: 'IFS 255', sent: block('C1', 'FF'), answer: block('82') },
    { name: 'unknown S', sent: block('C4'), answer: block('82') },
  ])('a host that sends $name is recorded (B29)', async ({ sent, answer }) => {
    const { send, xfr, reader } = await desk('ccidTpduT1');
    await send('62');
    expect(await xfr(sent)).toBe(answer);
    expect(reader.unexpectedInput.length).toBe(1);
  });
});

describe('T=0 (§10.2)', () => {
  it('cases 1, 2, 3, 4 with 6Cxx, 61xx and GET RESPONSE', async () => {
    const { send, xfr, reader } = await desk('ccidTpduT0');
    expect(await send('62')).toBe('80000000' + '3B00');
    expect(await send('6C')).toBe('82000000' + '1100000A00');
    expect(await xfr(`00A4040C10${AID}`)).toBe('9000');
    expect(await xfr('0020008600')).toBe('63CA');
    expect(await xfr('002000860431323334')).toBe('9000');
    expect(await xfr('00B09B0005').then((answer) => answer.slice(-4))).toBe('9000');
    expect(await xfr('00B09A0008')).toBe('6C03');
    expect(await xfr('00B09A0003').then((answer) => answer.length)).toBe(10);
    reader.assertNoUnexpectedInput();
  });

  it('a signature is fetched with GET RESPONSE', async () => {
    const { send, xfr, reader } = await desk('ccidTpduT0');
    await send('62');
    await xfr(`00A4040C10${AID}`);
    const signed = await xfr(`802A000033${'3031300D060960864801650304020105000420' + '00'.repeat(32)}`);
    expect(['6100', '6D00', '6985']).toContain(signed);
    if (signed === '6100') expect((await xfr('80C0000000')).length).toBe(516);
    reader.assertNoUnexpectedInput();
  });

  it.each([
    { name: 'Lc not the number of bytes', sent: '00A4040C10A000' },
    { name: 'an APDU of case 4', sent: '802A000001' + '00' + '00' },
    { name: 'four bytes', sent: '00200086' },
    { name: 'INS 9x', sent: '0090000000' },
  ])('a host that sends $name is recorded', async ({ sent }) => {
    const { send, xfr, reader } = await desk('ccidTpduT0');
    await send('62');
    expect(await xfr(sent)).toBe('40FE');
    expect(reader.unexpectedInput.length).toBe(1);
  });
});

describe('parameters, PPS, voltage (§8)', () => {
  it('SetParameters makes the reader do the PPS, up to TA1 and no further', async () => {
    const { send } = await desk('ccidTpduT1Fast');
    await send('62');
    expect(await send('61', '1310FF4600FB00', '010000')).toBe('82000001' + '1310FF4600FB00');
    expect(await send('61', '9610FF4600FB00', '010000')).toBe('82400A00');
    expect(await send('61', '1100000A00', '000000')).toBe('82400700');
    expect(await send('61', '7010FF4600FB00', '010000')).toBe('82400A00');
  });

  it('PPS of §15 by the host, echoed; 5 V and 1.8 V mute', async () => {
    const { send, xfr, reader } = await desk('ccidTpduHostPps');
    expect(await send('62')).toBe('80410700');
    expect(await send('62', '', '010000')).toBe('8041FE00');
    expect(await send('62', '', '030000')).toBe('8041FE00');
    expect((await send('62', '', '020000')).slice(0, 10)).toBe('80000000' + '3B');
    expect(await send('6C').then((answer) => answer.slice(0, 8))).toBe('82000000');
    expect(await xfr('FF119678')).toBe('FF119678');
    expect(await send('61', '9610004500FE00', '010000')).toBe('82000001' + '9610004500FE00');
    expect(await xfr(block('00', `00A4040C10${AID}`))).toBe(block('00', '9000'));
    reader.assertNoUnexpectedInput();
  });

  it('a faster rate is a shorter time', async () => {
    const times: number[] = [];
    for (const parameters of ['1110FF4600FB00', '1310FF4600FB00']) {
      const { send, xfr, reader } = await desk('ccidTpduT1Fast');
      await send('62');
      await send('61', parameters, '010000');
      const before = reader.modelledMs;
      await xfr(block('00', `00A4040C10${AID}`));
      times.push(reader.modelledMs - before - 0.5);
    }
    // 25 and 6 bytes of 11 etu and two guard times: 385 etu at 4.8 MHz, F 372, D 1 and 4 (§16.2).
    expect(times[0]).toBeCloseTo((385 * 372) / 4800, 9);
    expect(times[1]).toBeCloseTo((385 * 372) / 4800 / 4, 9);
  });
});

describe('two slots (open-points.md, 14)', () => {
  it('contact in slot 0, contactless in slot 1, each told apart', async () => {
    const { send, reader } = await desk('ccidTpduTwoSlots');
    const { card } = reader;
    expect(await send('65', '', '000000', '00')).toBe('81010000');
    expect(await send('65', '', '000000', '01')).toBe('81020000');
    expect(await send('62', '', '010000', '00')).toBe('80000000' + '3BE000FF8131FE4514');
    reader.removeCard(0);
    if (card !== undefined) reader.insertCard(card, 1);
    expect(await send('62', '', '010000', '01')).toBe('80000000' + '3B888001000005E0B381A1007F');
    expect(await send('6C', '', '000000', '01')).toBe('82000001' + '1110004D002000');
    expect(await send('65', '', '000000', '02')).toBe('81420500');
  });

  it('NotifySlotChange has two bits a slot (§4.3)', async () => {
    const { reader, device } = await rehearse('ccidTpduTwoSlots');
    expect(hex(new Uint8Array((await device.transferIn(3, 8)).data?.buffer ?? new ArrayBuffer(0)).slice(0, 2))).toBe('5003');
    const { card } = reader;
    if (card !== undefined) reader.insertCard(card, 1);
    expect(hex(new Uint8Array((await device.transferIn(3, 8)).data?.buffer ?? new ArrayBuffer(0)).slice(0, 2))).toBe('500D');
  });
});
