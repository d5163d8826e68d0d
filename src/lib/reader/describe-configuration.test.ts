/** Interfaces of a configuration descriptor, good and hostile. USB 2.0 §9.6.3, §9.6.5; CCID Rev 1.1 §5.1. */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { hex, unhex } from '#bytes';
import { describeConfiguration } from './describe-configuration.ts';

const header = '09025D00010100A032';
/** 054C:0DC8, ../shared/spec/ccid.md §15. */
const RC_S300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';
const bulk = '07058202400000 07050102400000';
const protectedOne = `0904000002 0B000000 ${RC_S300} ${bulk}`;
const vendor = `0904010002 FF000000 ${bulk}`;
const SHORT = `35${RC_S300.slice(2, -2)}`;

const rows = [
  { name: 'two interfaces, one with a class descriptor', bytes: `${header} ${protectedOne} ${vendor}`, found: ['0 11 extendedApdu', '1 255 -'] },
  { name: 'behind the last endpoint', bytes: `${header} 0904000002 FF000000 ${bulk} ${RC_S300}`, found: ['0 255 extendedApdu'] },
  { name: '53 bytes on a vendor interface', bytes: `${header} 0904000002 FF000000 ${SHORT} ${bulk}`, found: ['0 255 extendedApdu'] },
  { name: '53 bytes on a protected one are none', bytes: `${header} 0904000002 0B000000 ${SHORT} ${bulk}`, found: ['0 11 -'] },
  { name: 'HID, whose descriptor is of type 21 too', bytes: `${header} 0904000001 03000000 092111010001222200`, found: ['0 3 -'] },
  { name: 'alternate setting 1 is passed over', bytes: `${header} 0904000102 FF000000 ${RC_S300}`, found: [] },
  { name: 'an interface descriptor of 8 bytes', bytes: `${header} 0804000002FF0000 ${RC_S300}`, found: [] },
  { name: 'of two class descriptors the first counts', bytes: `${header} 0904000002 FF000000 ${RC_S300} ${RC_S300}`, found: ['0 255 extendedApdu'] },
  { name: 'cut short in the middle', bytes: `${header} 0904000002 FF000000 ${RC_S300.slice(0, 40)}`, found: ['0 255 -'] },
  { name: 'a bLength of 0', bytes: `${header} 00 ${vendor}`, found: [] },
  { name: 'a bLength of 1', bytes: `${header} 0104 ${vendor}`, found: [] },
  { name: 'nothing', bytes: '', found: [] },
  { name: 'one byte', bytes: '09', found: [] },
] as const;

describe('interfaces', () => {
  it.each(rows)('$name', ({ bytes, found }) => {
    const told = describeConfiguration(unhex(bytes)).map((one) => `${String(one.interfaceNumber)} ${String(one.interfaceClass)} ${one.decoded?.level ?? '-'}`);
    expect(told).toEqual(found);
  });

  it('the class descriptor stands beside what it means', () => {
    const [first] = describeConfiguration(unhex(`${header} ${protectedOne}`));
    expect(hex(first?.classDescriptor ?? new Uint8Array())).toBe(RC_S300);
    expect(first).toMatchObject({ endpointCount: 2, decoded: { claimable: false, slots: 1 } });
  });

  it('at most 32', () => {
    expect(describeConfiguration(unhex(`${header} ${vendor.repeat(40)}`))).toHaveLength(32);
  });

  it.prop([fc.uint8Array({ maxLength: 300 })])('whatever the bytes, it ends and throws nothing', (bytes) => {
    expect(describeConfiguration(Uint8Array.from(bytes)).length).toBeLessThanOrEqual(32);
  });
});
