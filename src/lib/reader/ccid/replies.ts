/**
 * RDR_to_PC messages: what the reader answers on bulk IN. CCID Rev 1.1 §6.2; the status register is §6.2.6. Little-endian.
 * All five messages. Joining the parts of a long answer is in apdu-exchange.ts.
 */
import * as P from 'micro-packed';
import { namedValue } from './named-value.ts';

/** Length of the header of every message on the bulk pipes [bytes]. */
export const HEADER_LENGTH = 10;

const head = {
  dataLength: P.U32LE, // dwLength [bytes], never signed
  slot: P.U8, // bSlot
  sequence: P.U8, // bSeq
  commandStatus: namedValue(P.bits(2), ['done', 'failed', 'timeExtension']), // bStatus, bits 7-6
  reserved: P.bits(4), // bStatus, bits 5-2: some readers leave rubbish here
  iccStatus: namedValue(P.bits(2), ['active', 'inactive', 'absent']), // bStatus, bits 1-0
  error: P.U8, // bError; a time multiplier when commandStatus is timeExtension
};

const data = P.bytes('dataLength'); // a view, copy before keeping

const SlotStatus = P.struct({ ...head, dataLength: P.magic(P.U32LE, 0), clockStatus: P.U8 });

/** Any RDR_to_PC message; bMessageType is the tag. */
export const Reply = P.mappedTag(P.U8, {
  dataBlock: [0x80, P.struct({ ...head, chainParameter: P.U8, data })],
  slotStatus: [0x81, SlotStatus],
  parameters: [0x82, P.struct({ ...head, protocol: P.U8 /* bProtocolNum */, data })],
  escape: [0x83, P.struct({ ...head, reservedByte: P.U8, data })],
  dataRateAndClockFrequency: [0x84, P.struct({ ...head, reservedByte: P.U8, data })],
});
export type Reply = P.UnwrapCoder<typeof Reply>;
export type ReplyName = Reply['TAG'];
export type ReplyOf<Name extends ReplyName> = Extract<Reply, { TAG: Name }>['data'];

/** The first ten bytes of any reply, to learn how long it is before the rest is read. */
export const ReplyHeader = P.struct({
  messageType: P.U8, // bMessageType
  dataLength: P.U32LE, // dwLength [bytes]
  slot: P.U8, // bSlot
  sequence: P.U8, // bSeq
  status: P.U8, // bStatus, judged only for a reply that is ours
  error: P.U8, // bError
  specific: P.U8,
});
export type ReplyHeader = P.UnwrapCoder<typeof ReplyHeader>;

/** bChainParameter of DataBlock. */
export const chainParameter = { whole: 0x00, begins: 0x01, ends: 0x02, continues: 0x03, sendMore: 0x10 } as const;
