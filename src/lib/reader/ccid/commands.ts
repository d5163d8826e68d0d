/**
 * PC_to_RDR messages: what the host sends on bulk OUT. CCID Rev 1.1 §6.1. Ten bytes of header, then data; little-endian.
 * All fourteen messages. The data of Escape and Secure are opaque here. Reserved bytes are zero and nothing else.
 */
import * as P from 'micro-packed';

/** Fields every message has after its type, for messages that carry nothing. */
const emptyHead = {
  dataLength: P.magic(P.U32LE, 0), // dwLength [bytes]
  slot: P.U8, // bSlot
  sequence: P.U8, // bSeq
};

const head = {
  dataLength: P.U32LE, // dwLength [bytes]
  slot: P.U8, // bSlot
  sequence: P.U8, // bSeq
};

const reservedTwo = P.magic(P.U16LE, 0); // abRFU
const reservedThree = P.magicBytes(new Uint8Array(3)); // abRFU

const Empty = P.struct({ ...emptyHead, reserved: reservedThree });
const data = P.bytes('dataLength');

/** bPowerSelect of IccPowerOn. */
export const powerSelect = { automatic: 0, volts5: 1, volts3: 2, volts1_8: 3 } as const;
export type PowerSelect = (typeof powerSelect)[keyof typeof powerSelect];

/** wLevelParameter of XfrBlock at the extended APDU level. */
export const levelParameter = { whole: 0x0000, begins: 0x0001, ends: 0x0002, continues: 0x0003, askForMore: 0x0010 } as const;

const upTo = (maximum: number): P.CoderType<number> =>
  P.validate(P.U8, (value) => {
    if (value > maximum) throw new RangeError(`value above ${String(maximum)}`);
    return value;
  });

/** Any PC_to_RDR message; bMessageType is the tag. */
export const Command = P.mappedTag(P.U8, {
  iccPowerOn: [0x62, P.struct({ ...emptyHead, powerSelect: upTo(3), reserved: reservedTwo })],
  iccPowerOff: [0x63, Empty],
  getSlotStatus: [0x65, Empty],
  xfrBlock: [0x6f, P.struct({ ...head, blockWaitingTime: P.U8 /* bBWI */, levelParameter: P.U16LE, data })],
  getParameters: [0x6c, Empty],
  resetParameters: [0x6d, Empty],
  setParameters: [0x61, P.struct({ ...head, protocol: P.U8 /* bProtocolNum */, reserved: reservedTwo, data })],
  escape: [0x6b, P.struct({ ...head, reserved: reservedThree, data })],
  iccClock: [0x6e, P.struct({ ...emptyHead, clockCommand: upTo(1), reserved: reservedTwo })],
  t0Apdu: [0x6a, P.struct({ ...emptyHead, changes: upTo(3), classGetResponse: P.U8, classEnvelope: P.U8 })],
  secure: [0x69, P.struct({ ...head, blockWaitingTime: P.U8 /* bBWI */, levelParameter: P.U16LE, data })],
  mechanical: [0x71, P.struct({ ...emptyHead, functionCode: upTo(5), reserved: reservedTwo })],
  abort: [0x72, Empty],
  setDataRateAndClockFrequency: [
    0x73,
    P.struct({
      dataLength: P.magic(P.U32LE, 8),
      slot: P.U8,
      sequence: P.U8,
      reserved: reservedThree,
      clockFrequencyKhz: P.U32LE,
      dataRate: P.U32LE /* [bit/s] */,
    }),
  ],
});
export type Command = P.UnwrapCoder<typeof Command>;
export type CommandName = Command['TAG'];

/** A command before the channel gives it a sequence number. */
export type CommandBody = {
  [Name in CommandName]: { readonly TAG: Name; readonly data: Omit<Extract<Command, { TAG: Name }>['data'], 'sequence'> };
}[CommandName];

/** abProtocolDataStructure for T=0. */
export const T0Parameters = P.struct({
  fiDi: P.U8, // bmFindexDindex
  tccks: P.U8, // bmTCCKST0
  guardTime: P.U8, // bGuardTimeT0
  waitingInteger: P.U8, // bWaitingIntegerT0
  clockStop: P.U8, // bClockStop
});

/** abProtocolDataStructure for T=1. */
export const T1Parameters = P.struct({
  fiDi: P.U8, // bmFindexDindex
  tccks: P.U8, // bmTCCKST1
  guardTime: P.U8, // bGuardTimeT1
  waitingIntegers: P.U8, // bmWaitingIntegersT1
  clockStop: P.U8, // bClockStop
  informationFieldLength: P.U8, // bIFSC
  nodeAddress: P.U8, // bNadValue
});
