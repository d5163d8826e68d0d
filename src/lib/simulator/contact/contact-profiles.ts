/**
 * Readers at TPDU level that a page can claim (spec/browser-and-readers.md §8.2, descriptors of spec/ccid.md §15), with the ATR their card shows
 * (spec/card-info-applet.md §7; spec/open-points.md, 26).
 */
import type { ReaderProfile } from '../reader-profiles.ts';

/** T=1 only, IFSC 254, guard time 255, rate 372/1. */
export const ATR_T1 = '3BE000FF8131FE4514';
/** T=1 only, TA1 13 (372/4), IFSC 251. */
const ATR_T1_FAST = '3BDA13FF8131FB468012392F31C173C601C03B';
/** T=0 only, nothing said. */
const ATR_T0 = '3B00';
/** T=0 first, then T=1, TA1 96: the host has to ask for T=1 and for the rate. */
const ATR_BOTH = '3BDB960080B1FE451F830031C064C7FC100001900074';

const SCR3310 = '36211001000703000000C0120000401F00000067320000E74C060000FC0000000000000000000000BA0101000F010000FFFF00000001';
/** The same with dwFeatures 0x00010130: no PPS, no parameters, no voltage by the reader. */
const SCR3310_BARE = '36211001000703000000C0120000401F00000067320000E74C060000FC000000000000000000000030010100' + '0F010000FFFF00000001';
const SCR331_DI = '36210001010103000000A00F0000E02E000000012A00002940050000FC0000000000000000000000BA00010007010000FFFF00000001';

function scr3310(functionalDescriptor: string, contactAtr: string, muteAt: readonly number[] = []): ReaderProfile {
  return {
    vendorId: 0x04e6,
    productId: 0x511a,
    deviceVersion: [2, 0, 3],
    manufacturerName: 'SCM Microsystems Inc.',
    productName: 'SCR3310-NTTCom USB SmartCard Reader',
    interfaces: [
      {
        interfaceClass: 0xff,
        interfaceSubclass: 0,
        interfaceProtocol: 0,
        bulkIn: 0x82,
        bulkOut: 0x01,
        interruptIn: 0x83,
        packetLength: 64,
        functionalDescriptor,
        tpdu: { contactAtrs: [contactAtr], muteAt },
      },
    ],
  };
}

export const contactProfiles = {
  ccidTpduT1: scr3310(SCR3310, ATR_T1),
  ccidTpduT1Fast: scr3310(SCR3310, ATR_T1_FAST),
  ccidTpduT0: scr3310(SCR3310, ATR_T0),
  /** PPS by the host, and a card that lives on 3 V alone. */
  ccidTpduHostPps: scr3310(SCR3310_BARE, ATR_BOTH, [1, 3]),
  /** Contacts in slot 0, an antenna in slot 1. */
  ccidTpduTwoSlots: {
    vendorId: 0x04e6,
    productId: 0x5120,
    deviceVersion: [6, 2, 7],
    manufacturerName: 'SCM Microsystems Inc.',
    productName: 'SCR331-DI-NTTCom USB SmartCard Reader',
    interfaces: [
      {
        interfaceClass: 0xff,
        interfaceSubclass: 0,
        interfaceProtocol: 0,
        bulkIn: 0x82,
        bulkOut: 0x01,
        interruptIn: 0x83,
        packetLength: 64,
        functionalDescriptor: SCR331_DI,
        tpdu: { contactAtrs: [ATR_T1, undefined] },
      },
    ],
  },
} as const satisfies Record<string, ReaderProfile>;
