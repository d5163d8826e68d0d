import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { describeDescriptor, type DescribedInterface } from './describe-descriptor.ts';

const rcs300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';
const scr3310 = '36211001000703000000C0120000401F00000067320000E74C060000FC0000000000000000000000BA0101000F010000FFFF00000001';
const scr331di = '36210001010103000000A00F0000E02E000000012A00002940050000FC0000000000000000000000BA00010007010000FFFF00000001';
const omnikey = '36210001000703000000C0120000401F000004002A0000E74C06006AFE0000000700000000000000B20702000F010000FFFF00000001';

const describeHex = (text: string, about: DescribedInterface): ReturnType<typeof describeDescriptor> => describeDescriptor(unhex(text), about);

describe('describeDescriptor', () => {
  // Bytes and the meaning beside them: ccid.md §15 "Descriptors"; duties by the rules of ccid.md §2.2.
  it.each([
    {
      name: '054C:0DC8 RC-S300, class 0B',
      bytes: rcs300,
      about: { interfaceClass: 'smartCard' },
      expected: {
        level: 'extendedApdu',
        protocols: [1],
        slots: 1,
        maxMessageLength: 522,
        ifsd: 254,
        claimable: false,
        duties: { t1: false, ifs: false, pps: false, setParameters: false, voltage: false, poll: null },
      },
    },
    {
      name: '04E6:511A SCR3310-NTTCom',
      bytes: scr3310,
      about: { interfaceClass: 'vendor' },
      expected: {
        level: 'tpdu',
        protocols: [0, 1],
        slots: 1,
        maxMessageLength: 271,
        ifsd: 252,
        claimable: true,
        duties: { t1: true, ifs: true, pps: false, setParameters: true, voltage: false, poll: null },
      },
    },
    {
      name: '04E6:5120 SCR331-DI-NTTCom: 263 means 270 (quirk 17)',
      bytes: scr331di,
      about: { interfaceClass: 'vendor', endpointCount: 3 },
      expected: {
        level: 'tpdu',
        protocols: [0, 1],
        slots: 2,
        maxMessageLength: 270,
        ifsd: 252,
        claimable: true,
        duties: { t1: true, ifs: true, pps: false, setParameters: true, voltage: false, poll: false },
      },
    },
    {
      name: '076B:532A OMNIKEY 5321 CLi',
      bytes: omnikey,
      about: { interfaceClass: 'vendor', endpointCount: 2 },
      expected: {
        level: 'shortApdu',
        protocols: [0, 1],
        slots: 1,
        maxMessageLength: 271,
        ifsd: 254,
        claimable: true,
        duties: { t1: false, ifs: false, pps: false, setParameters: true, voltage: true, poll: true },
      },
    },
  ] as const)('$name', ({ bytes, about, expected }) => {
    expect(describeHex(bytes, about)).toEqual(expected);
  });

  it.each([
    { name: 'nothing', bytes: '', interfaceClass: 'vendor' },
    { name: 'cut short', bytes: scr3310.slice(0, -4), interfaceClass: 'vendor' },
    { name: 'one byte too many', bytes: `${scr3310}00`, interfaceClass: 'vendor' },
    { name: 'type 22', bytes: `3622${scr3310.slice(4)}`, interfaceClass: 'vendor' },
    { name: 'a HID descriptor', bytes: '092111010001223F00', interfaceClass: 'vendor' },
    { name: 'type FF on class 0B (ccid.md §3.2 rule 3)', bytes: `36FF${scr3310.slice(4)}`, interfaceClass: 'smartCard' },
    { name: '53 bytes on class 0B (ccid.md §3.2 rule 4)', bytes: `3521${scr3310.slice(4, -2)}`, interfaceClass: 'smartCard' },
  ] as const)('refuses $name', ({ bytes, interfaceClass }) => {
    expect(() => describeHex(bytes, { interfaceClass })).toThrow(expect.objectContaining({ code: 'READER_DESCRIPTOR_INVALID' }));
  });

  it.each([
    { name: 'type FF (Dell SK-3106, browser-and-readers.md §8.2)', bytes: `36FF${scr3310.slice(4)}` },
    { name: '53 bytes (pico-keys WebCCID, §8.4)', bytes: `3521${scr3310.slice(4, -2)}` },
  ])('takes on class FF: $name', ({ bytes }) => {
    expect(describeHex(bytes, { interfaceClass: 'vendor' })).toMatchObject({ level: 'tpdu', claimable: true });
  });
});
