/** Sony's readers as a page finds them (spec/browser-and-readers.md §6.1, §7.1). One RC-S300 for each way its firmware may turn out to be. */
import type { ReaderProfile } from './reader-profiles.ts';
import type { RcS380Options } from './rc-s380/rc-s380-commands.ts';
import type { RcS300Options } from './rc-s300/rc-s300-options.ts';

const RC_S300 = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001';

/** Interface 0 belongs to the operating system (class 0x0B); interface 1 is the vendor's. */
export function rcS300Profile(rcS300: RcS300Options): ReaderProfile {
  return {
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
      { interfaceClass: 0xff, interfaceSubclass: 0, interfaceProtocol: 0, bulkIn: 0x82, bulkOut: 0x02, packetLength: 64, rcS300 },
    ],
  };
}

export function rcS380Profile(rcS380: RcS380Options = {}): ReaderProfile {
  return {
    vendorId: 0x054c,
    productId: 0x06c3,
    deviceVersion: [1, 1, 1],
    manufacturerName: 'SONY',
    productName: 'RC-S380/P',
    serialNumber: '0000001',
    interfaces: [{ interfaceClass: 0xff, interfaceSubclass: 0, interfaceProtocol: 0, bulkIn: 0x81, bulkOut: 0x02, packetLength: 64, rcS380 }],
  };
}

export const sonyProfiles = {
  rcS300T1: rcS300Profile({ strategy: 'T1' }),
  rcS300T2: rcS300Profile({ strategy: 'T2' }),
  rcS300T3: rcS300Profile({ strategy: 'T3' }),
  rcS300T4: rcS300Profile({ strategy: 'T4' }),
  rcS300T5: rcS300Profile({ strategy: 'T5' }),
  rcS380: rcS380Profile(),
  rcS300None: rcS300Profile({ strategy: 'none' }),
} as const;
