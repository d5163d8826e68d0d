import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { extendedWaitingTimeMs, frameSize, informationLength, protocolInfoOf, timeoutMs, unknownParameters, waitingTimeMs } from './parameters.ts';

describe('FSCI', () => {
  it.each([
    [0, 16],
    [1, 24],
    [2, 32],
    [3, 40],
    [4, 48],
    [5, 64],
    [6, 96],
    [7, 128],
    [8, 256],
    [9, 256],
    [12, 256],
    [13, 256],
    [15, 256],
  ])('%i is a frame of %i bytes (iso-dep.md §2; 9 and above: 256)', (fsci, fsc) => {
    expect(frameSize(fsci)).toBe(fsc);
  });
});

describe('FWI', () => {
  it.each([
    [4, 4.833],
    [8, 77.329],
    [11, 618.629],
    [13, 2474.516],
    [14, 4949.031],
    [15, 4949.031],
  ])('%i is %f ms (iso-dep.md §2, D17; 15 is taken as 14)', (fwi, ms) => {
    expect(waitingTimeMs(fwi)).toBeCloseTo(ms, 3);
  });

  it.each([
    { fwi: 8, multiplier: 10, ms: 773 },
    { fwi: 14, multiplier: 59, ms: 4949 },
    { fwi: 11, multiplier: 59, ms: 4949 },
    { fwi: 4, multiplier: 1, ms: 5 },
  ])('WTXM $multiplier at FWI $fwi is $ms ms (D17, §5 rule 9)', ({ fwi, multiplier, ms }) => {
    expect(Math.round(extendedWaitingTimeMs(waitingTimeMs(fwi), multiplier))).toBe(ms);
  });

  it.each([
    { fwi: 0, ms: 400 },
    { fwi: 8, ms: 400 },
    { fwi: 10, ms: 400 },
    { fwi: 11, ms: 669 },
    { fwi: 13, ms: 2525 },
    { fwi: 14, ms: 5000 },
  ])('time-out at FWI $fwi is $ms ms: 50 ms more, never below 400 (open-points.md 19)', ({ fwi, ms }) => {
    expect(timeoutMs(waitingTimeMs(fwi))).toBe(ms);
  });
});

describe('INF', () => {
  it.each([
    { fsc: 16, cid: 0, length: 13 },
    { fsc: 128, cid: 0, length: 125 },
    { fsc: 256, cid: 0, length: 253 },
    { fsc: 16, cid: 2, length: 12 },
    { fsc: 256, cid: 2, length: 252 },
  ])('FSC $fsc, CID $cid: $length bytes (iso-dep.md §1.1, §2)', ({ fsc, cid, length }) => {
    expect(informationLength({ fsc, cid, fwtMs: 5 })).toBe(length);
  });

  it('is 13 bytes, and the time 4949 ms, where nothing is known (iso-dep.md §2)', () => {
    const unknown = unknownParameters(0);
    expect(informationLength(unknown)).toBe(13);
    expect(Math.floor(unknown.fwtMs)).toBe(4949);
  });
});

it('protocol info F7 71 85 (iso-dep.md §3.4)', () => {
  const info = protocolInfoOf(unhex('F77185'));
  expect(info).toMatchObject({ bitRateCapability: 0xf7, speaksIsoDep: true, fsc: 128, takesCid: true });
  expect(info?.fwtMs).toBeCloseTo(77.329, 3);
  expect(protocolInfoOf(unhex('F771'))).toBeUndefined();
});
