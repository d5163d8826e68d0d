import { concatBytes, hex, unhex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { configuration } from '../test/descriptors.ts';
import { findFunctionalDescriptor } from './find-functional-descriptor.ts';
import { decodeFunctionalDescriptor, FunctionalDescriptor } from './functional-descriptor.ts';
import { readerDuties } from './reader-duties.ts';

/** ccid.md §15, golden descriptors. */
const golden = {
  '08E6:3437': '36210101000703000000C0120000C01200000067320000CE990C0035FE0000000000000000000000300201000F010000000000000001',
  '054C:0DC8': '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001',
  '04E6:511A': '36211001000703000000C0120000401F00000067320000E74C060000FC0000000000000000000000BA0101000F010000FFFF00000001',
  '04E6:5120': '36210001010103000000A00F0000E02E000000012A00002940050000FC0000000000000000000000BA00010007010000FFFF00000001',
  '076B:532A': '36210001000703000000C0120000401F000004002A0000E74C06006AFE0000000700000000000000B20702000F010000FFFF00000001',
} as const;
const functional = golden['054C:0DC8'];
const identity = { interfaceNumber: 0, interfaceClass: 0xff };

/** The descriptor of the Gem e-Seal Pro kind: ccid.md §3.2 item 3, type FF on a vendor class. */
const typeFf = `36FF${functional.slice(4)}`;
/** ccid.md §3.2 item 4, browser-and-readers.md §8.4: 53 bytes, dwFeatures 0x00040840, maximum message 2048. */
const shortForm = `35${functional.slice(2, 80)}4008040000080000${functional.slice(96, 106)}`;

describe('FunctionalDescriptor', () => {
  it.each([
    { id: '08E6:3437', bcdCCID: 0x0101, slots: 1, features: 0x10230, length: 271, ifsd: 254, rates: 53 },
    { id: '054C:0DC8', bcdCCID: 0x0110, slots: 1, features: 0x4007e, length: 522, ifsd: 254, rates: 0 },
    { id: '04E6:511A', bcdCCID: 0x0110, slots: 1, features: 0x101ba, length: 271, ifsd: 252, rates: 0 },
    { id: '04E6:5120', bcdCCID: 0x0100, slots: 2, features: 0x100ba, length: 263, ifsd: 252, rates: 0 },
    { id: '076B:532A', bcdCCID: 0x0100, slots: 1, features: 0x207b2, length: 271, ifsd: 254, rates: 106 },
  ] as const)('$id (ccid.md §15)', ({ id, bcdCCID, slots, features, length, ifsd, rates }) => {
    const decoded = FunctionalDescriptor.decode(unhex(golden[id]));
    expect(decoded).toMatchObject({
      bcdCCID,
      bMaxSlotIndex: slots - 1,
      dwFeatures: features,
      dwMaxCCIDMessageLength: length,
      dwMaxIFSD: ifsd,
      bNumDataRatesSupported: rates,
    });
    expect(hex(FunctionalDescriptor.encode(decoded))).toBe(golden[id]);
  });

  it.each([
    ...Array.from({ length: 54 }, (_, length) => ({ name: `B33 truncated to ${String(length)} bytes`, bytes: functional.slice(0, length * 2) })),
    { name: 'B33 55 bytes', bytes: `${functional}00` },
    { name: 'B33 bLength 55', bytes: `37${functional.slice(2)}` },
    { name: 'B33 type 22', bytes: `3622${functional.slice(4)}` },
  ])('refuses: $name', ({ bytes }) => {
    expect(() => decodeFunctionalDescriptor(unhex(bytes))).toThrow(expect.objectContaining({ code: 'READER_DESCRIPTOR_INVALID' }));
  });

  test.prop([fc.uint8Array({ minLength: 52, maxLength: 52 })])(
    'any 52 bytes behind length and type decode, encode back and get duties within bounds',
    (rest) => {
      const bytes = concatBytes(Uint8Array.of(54, 0x21), rest);
      const descriptor = decodeFunctionalDescriptor(bytes);
      expect(hex(FunctionalDescriptor.encode(descriptor))).toBe(hex(bytes));
      const duties = readerDuties(descriptor, true);
      expect(duties.maximumMessageLength).toBeGreaterThanOrEqual(64);
      expect(duties.maximumMessageLength).toBeLessThanOrEqual(65_554);
      expect(duties.informationFieldLength).toBeGreaterThanOrEqual(1);
      expect(duties.informationFieldLength).toBeLessThanOrEqual(254);
      expect(duties.busySlots).toBeGreaterThanOrEqual(1);
      expect(duties.busySlots).toBeLessThanOrEqual(duties.slotCount);
      expect(new Set(duties.powerSelections).size).toBe(duties.powerSelections.length);
    },
  );
});

describe('findFunctionalDescriptor', () => {
  it.each([
    { name: 'behind the interface descriptor', bytes: configuration(functional) },
    { name: 'behind the last endpoint (Oz776, REINER SCT)', bytes: configuration(functional, { afterEndpoints: true }) },
    { name: 'type FF on a vendor class', bytes: configuration(typeFf) },
    { name: 'B33 a HID descriptor of type 21 before it', bytes: configuration(`092111010001223F00${functional}`) },
    { name: 'B33 two functional descriptors: the first', bytes: configuration(`${functional}${golden['04E6:511A']}`) },
    { name: 'B33 wTotalLength FFFF', bytes: withTotalLength(configuration(functional), 0xffff) },
  ])('finds it $name', ({ bytes }) => {
    expect(findFunctionalDescriptor(bytes, identity)).toMatchObject({ dwMaxCCIDMessageLength: 522, dwFeatures: 0x4007e });
  });

  it('recognises the 53-byte form of WebCCID firmware on a vendor class (browser-and-readers.md §8.4)', () => {
    expect(unhex(shortForm)).toHaveLength(53);
    expect(findFunctionalDescriptor(configuration(shortForm), identity)).toMatchObject({
      dwFeatures: 0x40840,
      dwMaxCCIDMessageLength: 2048,
      bMaxCCIDBusySlots: 1,
    });
    expect(findFunctionalDescriptor(configuration(shortForm, { interfaceClass: '0B' }), { ...identity, interfaceClass: 0x0b })).toBeUndefined();
  });

  it.each([
    { name: 'no descriptor at all', bytes: configuration('') },
    { name: 'B33 bLength 0 before it', bytes: configuration(`0000${functional}`) },
    { name: 'B33 bLength 1 before it', bytes: configuration(`0121${functional}`) },
    { name: 'B33 bLength beyond the end', bytes: configuration(`F024${functional}`) },
    { name: 'B33 55 bytes', bytes: configuration(`37${functional.slice(2)}00`) },
    { name: 'B33 type 22', bytes: configuration(`3622${functional.slice(4)}`) },
    { name: 'type FF on class 0B', bytes: configuration(typeFf, { interfaceClass: '0B' }), interfaceClass: 0x0b },
    { name: 'another interface', bytes: configuration(functional), interfaceNumber: 1 },
    { name: 'an alternate setting other than 0', bytes: alternate(configuration(functional)) },
    { name: 'an empty configuration', bytes: new Uint8Array(0) },
  ])('finds none: $name', ({ bytes, ...other }) => {
    expect(findFunctionalDescriptor(bytes, { ...identity, ...other })).toBeUndefined();
  });

  it('walks over an endpoint descriptor of length 2 (B33)', () => {
    expect(findFunctionalDescriptor(configuration(`0205${functional}`), identity)).toMatchObject({ dwFeatures: 0x4007e });
  });

  it('truncated at every offset: none or invalid, never found (B33)', () => {
    const whole = configuration(functional, { afterEndpoints: true });
    for (let length = 0; length < whole.length; length++) {
      try {
        expect(findFunctionalDescriptor(whole.slice(0, length), identity)).toBeUndefined();
      } catch (error) {
        expect(error).toMatchObject({ code: 'READER_DESCRIPTOR_INVALID' });
      }
    }
  });

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 255 })])('any bytes: an end and nothing but ReaderError', (bytes, interfaceClass) => {
    try {
      findFunctionalDescriptor(bytes.slice(), { interfaceNumber: 0, interfaceClass });
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
  });
});

function withTotalLength(bytes: Bytes, length: number): Bytes {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint16(2, length, true);
  return copy;
}

function alternate(bytes: Bytes): Bytes {
  const copy = bytes.slice();
  copy[9 + 3] = 1; // bAlternateSetting of the first interface
  return copy;
}
