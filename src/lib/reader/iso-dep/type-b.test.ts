import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { ScriptedPort, type Script } from './test/scripted-port.ts';
import type { BitRates } from './bit-rates.ts';
import { activateTypeB, activationOfAtqb, activationOfAtr } from './type-b.ts';

/** PUPI 11223344, application data, then protocol info. */
const atqb = (info: string, pupi = '11223344') => `50${pupi}00000000${info}`;
const USUAL = atqb('007181');

describe('ATQB', () => {
  it.each([
    { name: '12 bytes', bytes: atqb('F77185'), fsc: 128, fwtMs: 77.329, takesCid: true, guardMs: 0 },
    { name: '13 bytes, SFGI 0', bytes: `${atqb('F77185')}00`, fsc: 128, fwtMs: 77.329, takesCid: true, guardMs: 0 },
    { name: '13 bytes, SFGI 1', bytes: `${atqb('008180')}10`, fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 1 },
    { name: '13 bytes, SFGI 8', bytes: `${atqb('008180')}80`, fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 78 },
    { name: 'SFGI 15, reserved', bytes: `${atqb('008180')}F0`, fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 0 },
    { name: '§8.8 14 bytes: the rest is ignored', bytes: `${atqb('000140')}00FF`, fsc: 16, fwtMs: 4.833, takesCid: false, guardMs: 0 },
    { name: '§8.8 64 bytes', bytes: `${atqb('000140')}00${'FF'.repeat(51)}`, fsc: 16, fwtMs: 4.833, takesCid: false, guardMs: 0 },
    { name: '§8.8 FSCI 9', bytes: atqb('009180'), fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 0 },
    { name: '§8.8 FSCI 15', bytes: atqb('00F180'), fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 0 },
    { name: '§8.8 FWI 15', bytes: atqb('0081F0'), fsc: 256, fwtMs: 4949.031, takesCid: false, guardMs: 0 },
    { name: 'minimum TR2', bytes: atqb('008780'), fsc: 256, fwtMs: 77.329, takesCid: false, guardMs: 0 },
  ])('$name (iso-dep.md §3.2)', ({ bytes, fsc, fwtMs, takesCid, guardMs }) => {
    const activation = activationOfAtqb(unhex(bytes));
    expect(activation).toMatchObject({ fsc, cid: 0, takesCid, startUpGuardMs: guardMs });
    expect(activation.fwtMs).toBeCloseTo(fwtMs, 3);
  });

  it.each([
    { name: '§8.8 empty', bytes: '' },
    { name: '§8.8 11 bytes', bytes: USUAL.slice(0, 22) },
    { name: '§8.8 byte 0 is not 50', bytes: USUAL.replace(/^50/, '51') },
    { name: '§8.8 protocol bit 0', bytes: atqb('008080') },
    { name: 'all zero', bytes: '00'.repeat(12) },
  ])('refuses: $name (iso-dep.md)', ({ bytes }) => {
    expect(() => activationOfAtqb(unhex(bytes))).toThrow(expect.objectContaining({ code: 'CARD_PROTOCOL_UNSUPPORTED' }));
  });

  test.prop([fc.uint8Array({ maxLength: 70 })])('any bytes give a frame of 16 to 256 bytes, or the one fault', (bytes) => {
    try {
      const { fsc, fwtMs } = activationOfAtqb(Uint8Array.from([0x50, ...bytes]));
      expect(fsc).toBeGreaterThanOrEqual(16);
      expect(fsc).toBeLessThanOrEqual(256);
      expect(fwtMs).toBeLessThan(4950);
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
  });
});

describe('ATR of a reader', () => {
  it('3B8880011C2D9411F7718500BE: F7 71 85 (iso-dep.md §3.4)', () => {
    const activation = activationOfAtr(unhex('3B8880011C2D9411F7718500BE'), 0);
    expect(activation).toMatchObject({ fsc: 128, cid: 0, takesCid: true, bitRates: { sameBothWays: true, toCard: [106, 212, 424, 848] } });
    expect(activation.fwtMs).toBeCloseTo(77.329, 3);
  });

  it('keeps the CID the reader gave', () => {
    expect(activationOfAtr(unhex('3B8880011C2D9411F7718500BE'), 2).cid).toBe(2);
    expect(activationOfAtr(undefined, 2).cid).toBe(2);
  });

  it.each([
    { name: 'none', atr: undefined },
    { name: 'empty', atr: '' },
    { name: 'n = 7', atr: '3B8780011C2D9411F77185B1' },
    { name: 'n = 0, iPhone (browser-and-readers.md §6.10)', atr: '3B80800101' },
    { name: 'n = 15, a storage card (browser-and-readers.md §6.10)', atr: '3B8F8001804F0CA000000306030001000000006A' },
    { name: 'no check byte', atr: '3B8880011C2D9411F7718500' },
    { name: 'wrong check byte', atr: '3B8880011C2D9411F7718500BF' },
    { name: 'one byte more', atr: '3B8880011C2D9411F7718500BE00' },
    { name: 'contact card', atr: '3B8890011C2D9411F7718500AE' },
    { name: 'layer 4 not spoken, says the card', atr: '3B8880011C2D9411F7708500BF' },
  ])('$name: FSC 16, FWI 14, 106 kbit/s (iso-dep.md §3.4)', ({ atr }) => {
    const activation = activationOfAtr(atr === undefined ? undefined : unhex(atr), 0);
    expect(activation).toMatchObject({ fsc: 16, startUpGuardMs: 0, bitRates: { toCard: [106], fromCard: [106] } });
    expect(activation.fwtMs).toBeCloseTo(4949.031, 3);
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])('never throws', (bytes) => {
    expect(activationOfAtr(Uint8Array.from(bytes), 0).fsc).toBeGreaterThanOrEqual(16);
  });
});

describe('activateTypeB', () => {
  const request = { reqb: unhex('050010'), timeoutMs: 30 };
  const at106: BitRates = { toCard: 106, fromCard: 106 };
  const activated = async (script: Script) => {
    const port = new ScriptedPort(script);
    const outcome = await activateTypeB(port, request);
    expect(port.isFinished).toBe(true);
    expect(port.sent.every(({ timeoutMs, secret }) => timeoutMs === 30 && !secret)).toBe(true);
    return outcome;
  };
  const ATTRIB = '1D 11223344 00 08 01 00';

  it.each([
    { name: 'CID 0', answer: '00' },
    { name: 'MBLI 8, CID 0', answer: '80' },
    { name: 'with higher-layer bytes', answer: '000102' },
  ])('REQB, ATTRIB, answer $name (iso-dep.md §3.3; browser-and-readers.md §7.4)', async ({ answer }) => {
    expect(
      await activated([
        ['050010', USUAL],
        [ATTRIB, answer],
      ]),
    ).toMatchObject({ outcome: 'activated', activation: { fsc: 128, cid: 0 } });
  });

  it('takes the PUPI of this very ATQB, a new one each time (§8.8)', async () => {
    for (const pupi of ['DEADBEEF', '00000000']) {
      const outcome = await activated([
        ['050010', atqb('007181', pupi)],
        [`1D ${pupi} 00080100`, '00'],
      ]);
      expect(outcome.outcome).toBe('activated');
    }
  });

  it.each<{ name: string; script: Script; outcome: string }>([
    { name: 'nobody', script: [['050010', '..']], outcome: 'noCard' },
    { name: 'collision (§3.2)', script: [['050010', '!!']], outcome: 'unclear' },
    {
      name: '§8.9 ATTRIB answer empty',
      script: [
        ['050010', USUAL],
        [ATTRIB, ''],
      ],
      outcome: 'unclear',
    },
    {
      name: '§8.9 ATTRIB answer with CID 1',
      script: [
        ['050010', USUAL],
        [ATTRIB, '01'],
      ],
      outcome: 'unclear',
    },
    {
      name: 'ATTRIB unanswered',
      script: [
        ['050010', USUAL],
        [ATTRIB, '..'],
      ],
      outcome: 'unclear',
    },
    {
      name: 'ATTRIB answer damaged',
      script: [
        ['050010', USUAL],
        [ATTRIB, '!!'],
      ],
      outcome: 'unclear',
    },
  ])('$name: $outcome', async ({ script, outcome }) => {
    expect(await activated(script)).toEqual(outcome === 'noCard' ? { outcome } : { outcome, rates: at106 });
  });

  it('leaves the card its start-up guard time, SFGI 8: 77.3 ms (§3.2)', async () => {
    vi.useFakeTimers();
    try {
      const port = new ScriptedPort([
        ['050010', `${USUAL}80`],
        [ATTRIB, '00'],
      ]);
      const done = vi.fn();
      const activation = activateTypeB(port, request).then(done);
      await vi.advanceTimersByTimeAsync(77);
      expect([port.isFinished, done.mock.calls.length]).toEqual([true, 0]);
      await vi.advanceTimersByTimeAsync(1);
      await activation;
      expect(done).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  it.each<{ rates: BitRates; p2: string }>([
    { rates: { toCard: 212, fromCard: 212 }, p2: '58' },
    { rates: { toCard: 424, fromCard: 424 }, p2: 'A8' },
    { rates: { toCard: 848, fromCard: 848 }, p2: 'F8' },
    { rates: { toCard: 424, fromCard: 106 }, p2: '28' },
    { rates: { toCard: 106, fromCard: 848 }, p2: 'C8' },
  ])('ATTRIB for $rates.toCard and $rates.fromCard kbit/s: P2 = $p2 (ISO/IEC 14443-3 §7.10)', async ({ rates, p2 }) => {
    const port = new ScriptedPort([
      ['050010', atqb('F77181')],
      [`1D 11223344 00 ${p2} 01 00`, '00'],
    ]);
    const outcome = await activateTypeB(port, { ...request, choose: (offer) => (offer.toCard.length === 4 ? rates : at106) });
    expect(outcome).toMatchObject({ outcome: 'activated', rates, atr: unhex('3B88800100000000F77181000E') });
    expect(port.isFinished).toBe(true);
  });

  it('goes on from an ATQB that was heard a moment ago, without REQB', async () => {
    const port = new ScriptedPort([[ATTRIB, '00']]);
    expect(await activateTypeB(port, { ...request, atqb: unhex(USUAL) })).toMatchObject({ outcome: 'activated', rates: at106 });
    expect(port.isFinished).toBe(true);
  });

  it('refuses what is no ATQB before ATTRIB is sent', async () => {
    const port = new ScriptedPort([['050010', hex(new Uint8Array(11))]]);
    await expect(activateTypeB(port, request)).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED', facts: { length: 11 } });
    expect(port.isFinished).toBe(true);
  });
});
