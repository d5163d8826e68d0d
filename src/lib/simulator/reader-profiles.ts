/**
 * Virtual readers as data: device, interfaces, CCID functional descriptors (CCID Rev 1.1 §5.1, 54 bytes) of real or invented products.
 * Descriptors of 076B:532A, 08E6:3437 and 054C:0DC8 are the published ones (spec/ccid.md §15); the others are written for rehearsal.
 */

import type { HidOptions } from './hid/hid-bridge.ts';
import type { RateIndex } from './link-clock.ts';
import type { RcS380Options } from './rc-s380/rc-s380-commands.ts';
import type { RcS300Options } from './rc-s300/rc-s300-options.ts';
import { ATR_T1, contactProfiles } from './contact/contact-profiles.ts';
import { sonyProfiles } from './sony-profiles.ts';

export interface InterfaceProfile {
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  /** bEndpointAddress: bit 7 = IN. */
  readonly bulkIn: number;
  readonly bulkOut: number;
  readonly interruptIn?: number;
  /** wMaxPacketSize of both bulk endpoints [bytes]. */
  readonly packetLength: number;
  /** Hexadecimal, 54 bytes. Without it the interface does not speak CCID. */
  readonly functionalDescriptor?: string;
  /** TPDU level: by slot the ATR at the contacts (hexadecimal; none = an antenna), and the bPowerSelect values at which the card is mute. */
  readonly tpdu?: { readonly contactAtrs: readonly (string | undefined)[]; readonly muteAt?: readonly number[] };
  /** Sony's escapes instead of a reader's own commands. */
  readonly rcS300?: RcS300Options;
  /** Sony's frames of the older reader. */
  readonly rcS380?: RcS380Options;
  /** Some old readers put the functional descriptor behind the last endpoint. */
  readonly descriptorAfterEndpoints?: boolean;
}

export interface ReaderProfile {
  readonly vendorId: number;
  readonly productId: number;
  /** bcdDevice as major, minor, subminor. */
  readonly deviceVersion: readonly [number, number, number];
  readonly manufacturerName: string;
  readonly productName: string;
  readonly serialNumber?: string;
  readonly interfaces: readonly InterfaceProfile[];
  /** Replies longer than this are split by bChainParameter, also at short APDU level [bytes of abData]. */
  readonly responsePartLength?: number;
  /** GET_DATA_RATES [bit/s] */
  readonly dataRates?: readonly number[];
  /** False = the reader leaves the empty packet behind a message of full packets out. */
  readonly endsWithZeroLengthPacket?: boolean;
  /** The fastest a reader of whole APDUs goes over the air, where the card goes along: 0 = 106 … 3 = 848 kbit/s (default). */
  readonly highestRate?: RateIndex;
  /** A HID device instead of USB interfaces. */
  readonly hid?: HidOptions;
  /** Seen through PC/SC alone. */
  readonly webSmartCard?: boolean;
}

const vendorBulk = { interfaceClass: 0xff, interfaceSubclass: 0, interfaceProtocol: 0, bulkIn: 0x82, bulkOut: 0x01, packetLength: 64 } as const;

/** bcdCCID 1.10, one slot, T=0 and T=1, dwFeatures 0x0004007A, dwMaxCCIDMessageLength 1014. */
const EXTENDED = '362110010007 03000000 A00F0000 A00F0000 00 109E0100 80F00C00 00 FE000000 00000000 00000000 7A000400 F6030000 FF FF 0000 00 01';
/** The same with dwMaxCCIDMessageLength 64, as gnuk and TWN4 announce it. */
const EXTENDED_SMALL = '362110010007 03000000 A00F0000 A00F0000 00 109E0100 80F00C00 00 FE000000 00000000 00000000 7A000400 40000000 FF FF 0000 00 01';
const OMNIKEY_5321 = '36210001000703000000C0120000401F000004002A0000E74C06006AFE0000000700000000000000B20702000F010000FFFF00000001';
const IDBRIDGE_CT30 = '36210101000703000000C0120000C01200000067320000CE990C0035FE0000000000000000000000300201000F010000000000000001';
const RC_S300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';

export const readerProfiles = {
  /** The reader of practice mode: vendor class, short and extended APDUs, interrupt endpoint. */
  practice: {
    vendorId: 0x1db2,
    productId: 0x0600,
    deviceVersion: [1, 0, 0],
    manufacturerName: 'Madoguchi',
    productName: 'Madoguchi practice reader',
    serialNumber: 'PRACTICE-1',
    interfaces: [{ ...vendorBulk, interruptIn: 0x83, functionalDescriptor: EXTENDED }],
  },
  /** OMNIKEY 5321 CLi: short APDUs only, 106 data rates. */
  shortApdu: {
    vendorId: 0x076b,
    productId: 0x532a,
    deviceVersion: [5, 1, 0],
    manufacturerName: 'HID Global',
    productName: 'OMNIKEY 5321 CLi',
    interfaces: [{ ...vendorBulk, interruptIn: 0x83, functionalDescriptor: OMNIKEY_5321 }],
    dataRates: Array.from({ length: 0x6a }, (_, index) => 10_752 + index * 100),
  },
  /** No interrupt endpoint: the host has to ask for the slot state. Descriptor behind the last endpoint, no empty packets. */
  polled: {
    vendorId: 0x076b,
    productId: 0x532a,
    deviceVersion: [5, 0, 9],
    manufacturerName: 'HID Global',
    productName: 'OMNIKEY 5321 CLi',
    interfaces: [{ ...vendorBulk, functionalDescriptor: OMNIKEY_5321, descriptorAfterEndpoints: true }],
    dataRates: Array.from({ length: 0x6a }, (_, index) => 10_752 + index * 100),
    endsWithZeroLengthPacket: false,
  },
  /** Short APDUs announced, yet answers of more than 128 bytes come in parts. */
  shortApduInParts: {
    vendorId: 0x076b,
    productId: 0x532a,
    deviceVersion: [5, 2, 0],
    manufacturerName: 'HID Global',
    productName: 'OMNIKEY 5321 CLi',
    interfaces: [{ ...vendorBulk, interruptIn: 0x83, functionalDescriptor: OMNIKEY_5321 }],
    dataRates: Array.from({ length: 0x6a }, (_, index) => 10_752 + index * 100),
    responsePartLength: 128,
  },
  /** Messages of at most 64 bytes: APDUs and answers are chained in parts of 54 bytes. */
  smallMessages: {
    vendorId: 0x1db2,
    productId: 0x0604,
    deviceVersion: [1, 0, 0],
    manufacturerName: 'Madoguchi',
    productName: 'Madoguchi small reader',
    interfaces: [{ ...vendorBulk, interruptIn: 0x83, functionalDescriptor: EXTENDED_SMALL }],
  },
  /** Class 0x0B only: no ordinary page may claim it. Contacts, TPDU level. */
  protectedClass: {
    vendorId: 0x08e6,
    productId: 0x3437,
    deviceVersion: [2, 0, 1],
    manufacturerName: 'Gemalto',
    productName: 'USB SmartCard Reader',
    interfaces: [{ ...vendorBulk, interfaceClass: 0x0b, interruptIn: 0x83, functionalDescriptor: IDBRIDGE_CT30, tpdu: { contactAtrs: [ATR_T1] } }],
  },
  /** As the RC-S300: CCID on a protected interface, beside it a vendor interface that speaks something else. */
  rcS300: {
    vendorId: 0x054c,
    productId: 0x0dc8,
    deviceVersion: [1, 0, 1],
    manufacturerName: 'SONY',
    productName: 'RC-S300/S',
    interfaces: [
      {
        interfaceClass: 0x0b,
        interfaceSubclass: 0,
        interfaceProtocol: 0,
        bulkIn: 0x81,
        bulkOut: 0x01,
        interruptIn: 0x83,
        packetLength: 64,
        functionalDescriptor: RC_S300,
      },
      { interfaceClass: 0xff, interfaceSubclass: 0, interfaceProtocol: 0, bulkIn: 0x82, bulkOut: 0x02, packetLength: 64 },
    ],
  },
  ...sonyProfiles,
  ...contactProfiles,
  /** CCID messages in HID reports. */
  hidBridge: {
    vendorId: 0x1209,
    productId: 0x0001,
    deviceVersion: [1, 0, 0],
    manufacturerName: 'Madoguchi',
    productName: 'Madoguchi HID bridge',
    interfaces: [],
    hid: {},
  },
  /** A reader behind PC/SC, for the Web Smart Card API. */
  webSmartCard: {
    vendorId: 0x054c,
    productId: 0x0dc8,
    deviceVersion: [1, 0, 1],
    manufacturerName: 'SONY',
    productName: 'SONY FeliCa RC-S300/S 0',
    interfaces: [],
    webSmartCard: true,
  },
} as const satisfies Record<string, ReaderProfile>;

export type ReaderProfileName = keyof typeof readerProfiles;

/** The names the command line has for them. */
export const readerNames = {
  ccid: 'practice',
  'ccid-tpdu-t1': 'ccidTpduT1',
  'ccid-tpdu-t0': 'ccidTpduT0',
  'rcs300-t1': 'rcS300T1',
  'rcs300-t2': 'rcS300T2',
  'rcs300-t3': 'rcS300T3',
  'rcs300-t4': 'rcS300T4',
  'rcs300-t5': 'rcS300T5',
  rcs380: 'rcS380',
  'hid-bridge': 'hidBridge',
  'web-smart-card': 'webSmartCard',
} as const satisfies Record<string, ReaderProfileName>;

export type ReaderName = keyof typeof readerNames;
