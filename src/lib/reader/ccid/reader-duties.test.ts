import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { functionalDescriptor } from '../test/descriptors.ts';
import { FunctionalDescriptor } from './functional-descriptor.ts';
import { readerDuties } from './reader-duties.ts';

const base = FunctionalDescriptor.decode(unhex(functionalDescriptor({ features: 0x2007e })));

describe('readerDuties', () => {
  it.each([
    { name: '5, 3, 1.8 V: 5 first, then 1.8, 3 (ccid.md §8.2)', voltage: 7, features: 0x20032, order: [1, 3, 2] },
    { name: '5 V only', voltage: 1, features: 0x20032, order: [1] },
    { name: '3 and 1.8 V', voltage: 6, features: 0x20032, order: [3, 2] },
    { name: 'B10 no voltage named: 5 V, once (MySmartPad)', voltage: 0, features: 0x20032, order: [1] },
    { name: 'automatic voltage', voltage: 7, features: 0x20008, order: [0] },
    { name: 'automatic activation', voltage: 7, features: 0x20004, order: [0] },
  ])('power: $name', ({ voltage, features, order }) => {
    expect(readerDuties({ ...base, bVoltageSupport: voltage, dwFeatures: features }, true).powerSelections).toEqual(order);
  });

  it.each([
    { name: '263 means 270 (quirk 17)', announced: 263, features: 0x10000, expected: 270 },
    { name: '64 at TPDU level is the packet size', announced: 64, features: 0x10000, expected: 271 },
    { name: '64 at extended level is meant', announced: 64, features: 0x40000, expected: 64 },
    { name: '0 at extended level', announced: 0, features: 0x40000, expected: 64 },
    { name: '250 is meant', announced: 250, features: 0x20000, expected: 250 },
    { name: '524288 is nonsense', announced: 524_288, features: 0x40000, expected: 65_554 },
  ])('message length: $name (ccid.md §6.1 rule 7)', ({ announced, features, expected }) => {
    expect(readerDuties({ ...base, dwMaxCCIDMessageLength: announced, dwFeatures: features }, true).maximumMessageLength).toBe(expected);
  });

  it.each([
    { name: 'busy slots 0', fields: { bMaxCCIDBusySlots: 0 }, expected: { busySlots: 1 } },
    { name: 'busy slots 5 of 2 (SpringCard)', fields: { bMaxCCIDBusySlots: 5, bMaxSlotIndex: 1 }, expected: { busySlots: 2, slotCount: 2 } },
    { name: 'dwMaxIFSD 0 (open-points.md 16)', fields: { dwMaxIFSD: 0 }, expected: { informationFieldLength: 32 } },
    { name: 'dwMaxIFSD 4106', fields: { dwMaxIFSD: 4106 }, expected: { informationFieldLength: 254 } },
    { name: 'dwMaxIFSD above the message', fields: { dwMaxIFSD: 254, dwMaxCCIDMessageLength: 240 }, expected: { informationFieldLength: 226 } },
    { name: 'clock 1024000 kHz', fields: { dwDefaultClock: 1_024_000 }, expected: { defaultClockKhz: 4_000 } },
    { name: 'dwProtocols 0x300', fields: { dwProtocols: 0x300 }, expected: { protocols: [0, 1] } },
    { name: 'dwProtocols 0x20003', fields: { dwProtocols: 0x20003 }, expected: { protocols: [0, 1] } },
  ])('clamps: $name', ({ fields, expected }) => {
    expect(readerDuties({ ...base, ...fields }, true)).toMatchObject(expected);
  });
});
