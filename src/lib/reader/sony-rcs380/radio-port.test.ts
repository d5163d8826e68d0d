import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './radio-port.ts';

describe('status of InCommRF (browser-and-readers.md §7.2; open-points.md, 13)', () => {
  it.each([
    { name: 'ok, valid bits 08', status: 0, rest: '08029000', outcome: { outcome: 'block', bytes: unhex('029000') } },
    { name: 'ok, valid bits 00', status: 0, rest: '00029000', outcome: { outcome: 'block', bytes: unhex('029000') } },
    { name: 'ok, no data', status: 0, rest: '08', outcome: { outcome: 'block', bytes: new Uint8Array(0) } },
    { name: 'ok, three bits of the last byte', status: 0, rest: '03029000', outcome: { outcome: 'invalid' } },
    { name: 'receive time-out', status: 0x80, rest: '', outcome: { outcome: 'timeout' } },
    { name: 'receive time-out with valid bits', status: 0x80, rest: '00', outcome: { outcome: 'timeout' } },
    { name: 'protocol', status: 0x01, rest: '', outcome: { outcome: 'invalid' } },
    { name: 'parity', status: 0x02, rest: '', outcome: { outcome: 'invalid' } },
    { name: 'CRC', status: 0x04, rest: '00', outcome: { outcome: 'invalid' } },
    { name: 'collision', status: 0x08, rest: '', outcome: { outcome: 'invalid' } },
    { name: 'receive length', status: 0x8000_0000, rest: '', outcome: { outcome: 'invalid' } },
    { name: 'CRC and collision', status: 0x0c, rest: '', outcome: { outcome: 'invalid' } },
    { name: 'time-out and CRC', status: 0x84, rest: '', outcome: { outcome: 'timeout' } },
  ])('$name', ({ status, rest, outcome }) => {
    expect(outcomeOf({ status, rest: unhex(rest) })).toEqual(outcome);
  });

  it.each([0x10, 0x20, 0x40, 0x100, 0x200, 0x400, 0x800, 0x8000_0010, 0x84_0000, 0xffff_ffff, 0x90])('is fatal: %i', (status) => {
    expect(() => outcomeOf({ status, rest: new Uint8Array(0) })).toThrow(expect.objectContaining({ code: 'READER_REPORTED_ERROR', facts: { status } }));
  });

  it('ok without the valid-bits byte is no answer', () => {
    expect(() => outcomeOf({ status: 0, rest: new Uint8Array(0) })).toThrow(expect.objectContaining({ code: 'READER_MALFORMED_MESSAGE' }));
  });
});
