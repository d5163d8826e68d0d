/**
 * From a correct reply and the faults that strike it to what the reader really does: send, wait, halt, or repeat without end.
 * CCID Rev 1.1 §6.2 for the offsets (type 0, dwLength 1–4, bSlot 5, bSeq 6, bStatus 7, bError 8, specific 9).
 */
import { concatBytes, unhex, type Bytes } from '#bytes';
import { HEADER_LENGTH } from './ccid-message.ts';
import type { FaultOf, FaultSchedule, ReplyFault } from './faults.ts';
import type { MessagePackets } from './in-endpoint.ts';
import type { MessageName } from './usb-function.ts';

/** Between two repeats of an endless fault: long enough for the host's own timers to run. */
const ENDLESS_INTERVAL_MS = 2;

export type ReplyStep =
  | { readonly step: 'send'; readonly bytes: Bytes; readonly packets?: Partial<MessagePackets> }
  | { readonly step: 'wait'; readonly ms: number }
  | { readonly step: 'halt' }
  | { readonly step: 'forever'; readonly bytes: Bytes; readonly everyMs: number };

type ReplyKind = ReplyFault['kind'];

/** What each fault of content does to the bytes; faults of framing and of time are in `frame` and `prelude`. */
const rewrites: { readonly [Kind in ReplyKind]?: (reply: Bytes, fault: FaultOf<Kind>) => Bytes } = {
  wrongType: (reply, { type }) => withBytes(reply, 0, type),
  wrongSlot: (reply, { slot }) => withBytes(reply, 5, slot),
  declaredLength: (reply, { length }) => withLength(reply, length),
  extraBytes: (reply, { length }) => concatBytes(reply, new Uint8Array(length)),
  shortReply: (reply, { length }) => reply.slice(0, length),
  status: (reply, { status, error }) => withBytes(withLength(reply.slice(0, HEADER_LENGTH), 0), 7, status, error),
  chainParameter: (reply, { value, data }) => withBytes(data === 'keep' ? reply : withLength(reply.slice(0, HEADER_LENGTH), 0), 9, value),
  data: (reply, { bytes }) => withData(reply, unhex(bytes)),
  rawReply: (_reply, { bytes }) => unhex(bytes),
};

export const replyFaultKinds: readonly ReplyKind[] = [
  'foreignSequence',
  'timeExtension',
  'wrongType',
  'wrongSlot',
  'duplicateReply',
  'shortReply',
  'declaredLength',
  'extraBytes',
  'status',
  'chainParameter',
  'data',
  'rawReply',
  'silence',
  'lateReply',
  'babble',
  'stallIn',
  'zeroLengthPackets',
  'splitPackets',
  'missingZeroLengthPacket',
];

/** The steps for `reply`, the answer to message `name`. */
export function planReply(reply: Bytes, name: MessageName, schedule: FaultSchedule): readonly ReplyStep[] {
  const faults = schedule.strike(replyFaultKinds, ({ on }) => on === undefined || on.includes(name));
  const steps: ReplyStep[] = [];
  for (const fault of faults) {
    const before = prelude(fault, reply);
    steps.push(...before);
    if (before.some(({ step }) => step === 'forever')) return steps;
  }
  if (faults.some(({ kind }) => kind === 'silence')) return steps;
  const bytes = faults.reduce(rewrite, reply);
  return [...steps, ...frame(bytes, faults)];
}

/** What comes before the reply itself. */
function prelude(fault: ReplyFault, reply: Bytes): readonly ReplyStep[] {
  switch (fault.kind) {
    case 'foreignSequence':
      return repeated(foreign(reply), fault.copies, 0);
    case 'timeExtension':
      return repeated(timeExtension(reply, fault.multiplier), fault.copies, fault.everyMs ?? 1);
    case 'lateReply':
      return [{ step: 'wait', ms: fault.delayMs }];
    case 'stallIn':
      return [{ step: 'halt' }];
    default:
      return [];
  }
}

function repeated(bytes: Bytes, copies: number | 'endless', everyMs: number): readonly ReplyStep[] {
  if (copies === 'endless') return [{ step: 'forever', bytes, everyMs: Math.max(everyMs, ENDLESS_INTERVAL_MS) }];
  const pause: readonly ReplyStep[] = everyMs === 0 ? [] : [{ step: 'wait', ms: everyMs }];
  return Array.from({ length: copies }, (): readonly ReplyStep[] => [{ step: 'send', bytes }, ...pause]).flat();
}

function frame(bytes: Bytes, faults: readonly ReplyFault[]): readonly ReplyStep[] {
  const packets: { -readonly [Key in keyof MessagePackets]?: MessagePackets[Key] } = {};
  const empty: ReplyStep = { step: 'send', bytes: new Uint8Array(0) };
  let before: readonly ReplyStep[] = [];
  let after: readonly ReplyStep[] = [];
  for (const fault of faults) {
    if (fault.kind === 'babble') packets.babbles = true;
    if (fault.kind === 'splitPackets') packets.packetLength = fault.packetLength;
    if (fault.kind === 'missingZeroLengthPacket') packets.endWithZeroLengthPacket = false;
    if (fault.kind === 'zeroLengthPackets') {
      before = Array.from({ length: fault.before }, () => empty);
      after = Array.from({ length: fault.after }, () => empty);
    }
  }
  const copies = faults.some(({ kind }) => kind === 'duplicateReply') ? 2 : 1;
  return [...before, ...Array.from({ length: copies }, (): ReplyStep => ({ step: 'send', bytes, packets })), ...after];
}

function rewrite(reply: Bytes, fault: ReplyFault): Bytes {
  // The table is keyed by kind, so the function found takes exactly this fault; TypeScript cannot follow the link between the two.
  const change = rewrites[fault.kind] as ((reply: Bytes, fault: ReplyFault) => Bytes) | undefined;
  return change === undefined ? reply : change(reply, fault);
}

/** Another program's answer: sequence 42 (or 43) and data DEADBEEF. */
function foreign(reply: Bytes): Bytes {
  const bytes = withData(reply.slice(0, HEADER_LENGTH), unhex('DEADBEEF'));
  return withBytes(bytes, 6, reply[6] === 42 ? 43 : 42);
}

function timeExtension(reply: Bytes, multiplier: number): Bytes {
  const header = withLength(reply.slice(0, HEADER_LENGTH), 0);
  return withBytes(header, 7, 0x80, multiplier, 0);
}

function withBytes(reply: Bytes, offset: number, ...values: readonly number[]): Bytes {
  const bytes = reply.slice();
  if (bytes.length >= offset + values.length) bytes.set(values, offset);
  return bytes;
}

function withLength(reply: Bytes, length: number): Bytes {
  const bytes = reply.slice();
  if (bytes.length >= 5) new DataView(bytes.buffer).setUint32(1, length, true);
  return bytes;
}

function withData(reply: Bytes, data: Bytes): Bytes {
  return withLength(concatBytes(reply.slice(0, HEADER_LENGTH), data), data.length);
}
