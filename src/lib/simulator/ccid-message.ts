/**
 * CCID messages as a reader sees them: takes PC_to_RDR apart, puts RDR_to_PC together (CCID Rev 1.1 §6.1, §6.2; ten bytes of header,
 * little-endian). Written from the specification for this room alone: the host's codec must not judge itself.
 */
import type { Bytes } from '#bytes';

export const HEADER_LENGTH = 10;

export const hostMessages = {
  setParameters: 0x61,
  iccPowerOn: 0x62,
  iccPowerOff: 0x63,
  getSlotStatus: 0x65,
  secure: 0x69,
  t0Apdu: 0x6a,
  escape: 0x6b,
  getParameters: 0x6c,
  resetParameters: 0x6d,
  iccClock: 0x6e,
  xfrBlock: 0x6f,
  mechanical: 0x71,
  abort: 0x72,
  setDataRateAndClockFrequency: 0x73,
} as const;
export type HostMessageName = keyof typeof hostMessages;

export const readerMessages = { dataBlock: 0x80, slotStatus: 0x81, parameters: 0x82, escape: 0x83, dataRateAndClockFrequency: 0x84 } as const;

const answers: Readonly<Record<HostMessageName, number>> = {
  setParameters: readerMessages.parameters,
  iccPowerOn: readerMessages.dataBlock,
  iccPowerOff: readerMessages.slotStatus,
  getSlotStatus: readerMessages.slotStatus,
  secure: readerMessages.dataBlock,
  t0Apdu: readerMessages.slotStatus,
  escape: readerMessages.escape,
  getParameters: readerMessages.parameters,
  resetParameters: readerMessages.parameters,
  iccClock: readerMessages.slotStatus,
  xfrBlock: readerMessages.dataBlock,
  mechanical: readerMessages.slotStatus,
  abort: readerMessages.slotStatus,
  setDataRateAndClockFrequency: readerMessages.dataRateAndClockFrequency,
};

export interface HostMessage {
  readonly name: HostMessageName;
  readonly slot: number;
  readonly sequence: number;
  /** Byte 7. */
  readonly specific: number;
  /** Bytes 8–9, little-endian. */
  readonly parameter: number;
  readonly data: Bytes;
}

/** What a command leads to, before it becomes bytes. */
export interface Reply {
  /** bStatus bits 7–6: 0x00 done, 0x40 failed. */
  readonly commandStatus: 0x00 | 0x40;
  readonly error: number;
  /** Byte 9: bChainParameter, bClockStatus or bProtocolNum. */
  readonly specific: number;
  readonly data?: Bytes;
}

/** dwLength of a message of which at least the header is there. */
export function dataLengthOf(message: Bytes): number {
  return new DataView(message.buffer, message.byteOffset).getUint32(1, true);
}

/** The message, or `undefined` when its type is none. */
export function decodeHostMessage(message: Bytes): HostMessage | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const type = view.getUint8(0);
  const name = hostMessageName(type);
  if (name === undefined) return undefined;
  return {
    name,
    slot: view.getUint8(5),
    sequence: view.getUint8(6),
    specific: view.getUint8(7),
    parameter: view.getUint16(8, true),
    data: message.slice(HEADER_LENGTH),
  };
}

/** `iccStatus`: bmICCStatus, 0 active, 1 inactive, 2 absent. */
export function encodeReply({ name, slot, sequence }: Pick<HostMessage, 'name' | 'slot' | 'sequence'>, reply: Reply, iccStatus: number): Bytes {
  const dataLength = reply.data?.length ?? 0;
  const bytes = new Uint8Array(HEADER_LENGTH + dataLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, answers[name]);
  view.setUint32(1, dataLength, true);
  bytes.set([slot, sequence, reply.commandStatus + iccStatus, reply.error, reply.specific], 5);
  if (reply.data !== undefined) bytes.set(reply.data, HEADER_LENGTH);
  return bytes;
}

export function succeeded(data?: Bytes, specific = 0): Reply {
  return { commandStatus: 0x00, error: 0, specific, ...(data === undefined ? {} : { data }) };
}

/** `error`: bError; 0 = command not supported. */
export function failed(error: number): Reply {
  return { commandStatus: 0x40, error, specific: 0 };
}

function hostMessageName(type: number): HostMessageName | undefined {
  for (const name of Object.keys(hostMessages) as HostMessageName[]) if (hostMessages[name] === type) return name; // the keys of a constant are its names
  return undefined;
}
