/**
 * The broken and hostile inputs of spec/ccid.md §14 that a reader or a card can produce, as fault schedules with their B-number.
 * Not here: what needs another descriptor (a profile of one's own does that), T=1 blocks, several slots.
 */
import type { CardFault, Fault, ReplyFault } from './faults.ts';

export interface HostileCase {
  /** B-number of spec/ccid.md §14, or `usb`, `card`. */
  readonly id: string;
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Messages the reader sends unasked when the case is armed (hexadecimal). */
  readonly bulk?: readonly string[];
  readonly interrupt?: readonly string[];
  /** What a host must make of it: carry on as if nothing had been, or end in a coded fault; `either` where the specification leaves it open. */
  readonly outcome: 'survive' | 'fault' | 'either';
}

const READ_BINARY = 0xb0;
const GET_RESPONSE = 0xc0;

export const hostileCases: readonly HostileCase[] = [
  ...[0xffffffff, 0x80000000, 0x20001].map((length) =>
    xfr('B1', `dwLength 0x${length.toString(16)}`, 'fault', { kind: 'declaredLength', length, times: 'endless' }),
  ),
  powerOn('B3', 'ATR whose interface bytes leave no room', '3BFF112233F0112233F0112233F0112233F0112233F0112233F011223300112233', 'either'),
  powerOn('B4', 'ATR with a TD chain without end', `3B80${'80'.repeat(31)}`, 'either'),
  ...[34, 64, 255].map((length) => powerOn('B5', `ATR of ${String(length)} bytes`, `3B${'00'.repeat(length - 1)}`, 'fault')),
  powerOn('B5', 'ATR of 65535 bytes', `3B${'00'.repeat(65_534)}`, 'fault'),
  ...['', '3B', '003B8001', 'FF8001', '3A8001'].map((atr) => powerOn('B6', `ATR ${atr === '' ? 'empty' : atr}`, atr, atr.length <= 2 ? 'fault' : 'either')),
  powerOn('B6', 'ATR of TS and T0 alone', '3B00', 'survive'),
  ...Array.from({ length: 10 }, (_, length) => xfr('B11', `reply of ${String(length)} bytes`, 'fault', { kind: 'shortReply', length, times: 'endless' })),
  xfr('B13', 'dwLength larger than the reply', 'fault', { kind: 'declaredLength', length: 300, times: 'endless' }),
  xfr('B13', 'dwLength smaller than the reply', 'fault', { kind: 'declaredLength', length: 1, times: 'endless' }),
  xfr('B13', 'bytes behind the message', 'either', { kind: 'extraBytes', length: 8 }),
  ...[0x00, 0x50, 0x81, 0x82, 0x83, 0x84, 0xff].map((type) =>
    xfr('B16', `XfrBlock answered by 0x${type.toString(16)}`, 'fault', { kind: 'wrongType', type, times: 'endless' }),
  ),
  ...[0x80, 0x82].map((type) =>
    any('B16', `GetSlotStatus answered by 0x${type.toString(16)}`, 'fault', { kind: 'wrongType', type, times: 'endless', on: ['getSlotStatus'] }),
  ),
  ...[0x01, 0xff].map((slot) => xfr('B17', `reply for slot ${String(slot)}`, 'fault', { kind: 'wrongSlot', slot, times: 'endless' })),
  ...[1, 2, 10].map((copies) => xfr('B18', `${String(copies)} foreign replies first`, 'survive', { kind: 'foreignSequence', copies })),
  xfr('B18', '11 foreign replies first', 'fault', { kind: 'foreignSequence', copies: 11 }),
  xfr('B18', 'foreign replies without end', 'fault', { kind: 'foreignSequence', copies: 'endless' }),
  xfr('B19', 'every reply twice', 'survive', { kind: 'duplicateReply', times: 5 }),
  { id: 'B20', name: 'a reply before the command', faults: [], bulk: ['80020000000063000000' + '9000'], outcome: 'survive' },
  xfr('B21', 'no reply', 'fault', { kind: 'silence' }),
  any('B21', 'no reply to IccPowerOn', 'fault', { kind: 'silence', times: 'endless', on: ['iccPowerOn'] }),
  ...[0, 1, 255].map((multiplier) =>
    xfr('B22', `time extensions (×${String(multiplier)}) without end`, 'fault', { kind: 'timeExtension', copies: 'endless', multiplier }),
  ),
  any('B22', 'time extensions of IccPowerOn without end', 'fault', {
    kind: 'timeExtension',
    copies: 'endless',
    multiplier: 1,
    times: 'endless',
    on: ['iccPowerOn'],
  }),
  xfr('B22', 'three time extensions', 'survive', { kind: 'timeExtension', copies: 3, multiplier: 2 }),
  any('B22', 'a time extension of every message', 'survive', { kind: 'timeExtension', copies: 1, multiplier: 1, times: 'endless' }),
  xfr('B23', 'bStatus 0xC0', 'fault', { kind: 'status', status: 0xc0, error: 0, times: 'endless' }),
  xfr('B23', 'card status 3', 'fault', { kind: 'status', status: 0x03, error: 0, times: 'endless' }),
  ...[0x02, 0x7f].map((value) =>
    xfr('B25', `bChainParameter ${value.toString(16)} first`, 'fault', { kind: 'chainParameter', value, data: 'keep', times: 'endless' }),
  ),
  xfr('B25', 'empty parts for ever', 'fault', { kind: 'chainParameter', value: 0x03, data: 'drop', times: 'endless' }),
  xfr('B25', 'a chain that begins for ever', 'fault', { kind: 'chainParameter', value: 0x01, data: 'keep', times: 'endless' }),
  xfr('B25', 'data with 10', 'fault', { kind: 'chainParameter', value: 0x10, data: 'keep', times: 'endless' }),
  xfr('B26', 'other data than is due', 'either', { kind: 'data', bytes: 'DEADBEEF', times: 'endless' }),
  any('B27', 'one byte of status word', 'fault', { kind: 'response', bytes: '90', ins: READ_BINARY, times: 'endless' }),
  any('B27', 'no bytes at all', 'fault', { kind: 'response', bytes: '', ins: READ_BINARY, times: 'endless' }),
  { id: 'B35', name: 'interrupt: hardware error', faults: [], interrupt: ['51000001'], outcome: 'survive' },
  { id: 'B35', name: 'interrupt: unknown type', faults: [], interrupt: ['00', 'FFFF'], outcome: 'survive' },
  { id: 'B35', name: 'interrupt: empty', faults: [], interrupt: [''], outcome: 'survive' },
  { id: 'B35', name: 'interrupt: a slot that does not exist', faults: [], interrupt: ['5003000080'], outcome: 'survive' },
  xfr('B36', 'empty packets before and after', 'survive', { kind: 'zeroLengthPackets', before: 1, after: 2 }),
  xfr('B37', 'a message of full packets without the empty one', 'survive', { kind: 'missingZeroLengthPacket', times: 'endless' }),
  xfr('B38', 'packets of one byte', 'either', { kind: 'splitPackets', packetLength: 1 }),
  any('B41', 'open fails once', 'fault', { kind: 'openFails', failure: 'accessDenied' }),
  any('B41', 'claim fails until the reader is plugged in again', 'fault', { kind: 'claimFails', times: 'untilReset' }),
  any('B41', 'transfers fail until reset', 'fault', { kind: 'transferOutFails', times: 'untilReset' }),
  any('B45', '61FF for ever', 'fault', ...loop('61FF')),
  any('B45', '6100 for ever', 'fault', ...loop('6100')),
  any('B45', '6C00 for ever', 'fault', ...loop('6C00')),
  any('B45', '6CC8 for ever', 'fault', ...loop('6CC8')),
  any('B46', 'READ BINARY answers more than Le', 'fault', { kind: 'longRead', extraLength: 8, times: 'endless' }),
  any('B46', 'a file without end', 'fault', { kind: 'endlessFile', times: 'endless' }),
  any('B47', 'an answer of 4096 bytes', 'fault', { kind: 'longRead', extraLength: 4096, times: 'endless' }),
  xfr('usb', 'stalled IN once', 'either', { kind: 'stallIn' }),
  any('usb', 'stalled OUT once', 'either', { kind: 'stallOut' }),
  xfr('usb', 'babble', 'fault', { kind: 'babble' }),
  any('usb', 'unplugged at the fifth message', 'fault', { kind: 'unplugAtMessage', from: 5 }),
  any('usb', 'unplugged in the hundredth byte', 'fault', { kind: 'unplugAtInByte', byte: 100 }),
  xfr('card', 'busy once', 'either', { kind: 'status', status: 0x40, error: 0xe0 }),
  any('card', 'taken away at the fourth command', 'fault', { kind: 'cardRemoved', from: 4, executed: false }),
  any('card', 'taken away and put back', 'either', { kind: 'cardRemoved', from: 4, executed: true, backAfterMs: 50 }),
  any('card', 'mute once', 'fault', { kind: 'cardMute', from: 4, executed: false }),
  any('card', 'presence flickers', 'either', { kind: 'presenceFlicker', from: 4, executed: false }),
];

type Outcome = HostileCase['outcome'];

/** A fault of the replies to XfrBlock. */
function xfr(id: string, name: string, outcome: Outcome, fault: ReplyFault): HostileCase {
  return { id, name, faults: [{ ...fault, on: ['xfrBlock'] }], outcome };
}

function powerOn(id: string, name: string, atr: string, outcome: Outcome): HostileCase {
  return { id, name, faults: [{ kind: 'data', bytes: atr, on: ['iccPowerOn'], times: 'endless' }], outcome };
}

function any(id: string, name: string, outcome: Outcome, ...faults: readonly Fault[]): HostileCase {
  return { id, name, faults, outcome };
}

function loop(statusWord: string): readonly CardFault[] {
  return [READ_BINARY, GET_RESPONSE].map((ins) => ({ kind: 'response', bytes: statusWord, ins, times: 'endless' }));
}
