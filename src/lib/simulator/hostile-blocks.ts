/**
 * Broken and hostile blocks as fault schedules: spec/iso-dep.md §8 over the air (`I` and the number there) and spec/ccid.md §14 B28, B29 on T=1.
 * T=1 bytes carry their LRC. What a host must make of each is written with it.
 */
import type { BlockFault, TurnFault } from './faults.ts';
import type { HostileCase } from './hostile-cases.ts';

export const hostileAirBlocks: readonly HostileCase[] = [
  replaced('I1', 'empty answer', ''),
  ...['00', 'FF', 'E2', 'D2', '42', '069000', '0A059000'].map((bytes) => replaced('I1', `block ${bytes} for ever`, bytes)),
  ...['00', '0690', '0A059000'].map((bytes) => replacedOnce('I1', `block ${bytes} once`, bytes)),
  block('I2', 'a block of 290 bytes', 'fault', { kind: 'blockTooLong', extraLength: 287, times: 'endless' }),
  block('I3', 'the wrong number for ever', 'fault', { kind: 'blockNumber', times: 'endless' }),
  block('I3', 'the block before once more', 'survive', { kind: 'blockRepeated', from: 2 }),
  replaced('I3', 'R(ACK) 0 for ever', 'A2'),
  replaced('I3', 'R(ACK) 1 for ever', 'A3'),
  turn('I4', 'chaining for ever', 'fault', { kind: 'endlessChain', partLength: 200 }),
  turn('I4', 'empty parts for ever', 'fault', { kind: 'endlessChain', partLength: 0 }),
  ...[0, 60, 63].map((multiplier) => turn('I5', `WTXM ${String(multiplier)}`, 'fault', { kind: 'waitingTime', multiplier, copies: 'endless' })),
  turn('I5', 'WTX for ever', 'fault', { kind: 'waitingTime', multiplier: 1, copies: 'endless' }),
  turn('I5', 'three WTX', 'survive', { kind: 'waitingTime', multiplier: 10, copies: 3 }),
  replaced('I5', 'WTX without INF', 'F2'),
  replaced('I5', 'WTX with two bytes', 'F20101'),
  ...['C2', 'C1FE', 'E1FE'].map((bytes) => replaced('I6', `S-block ${bytes} unasked`, bytes)),
  block('I10', 'an answer late', 'either', { kind: 'blockLate' }),
  block('I7', 'lost once', 'survive', { kind: 'blockFromCardLost' }),
  block('I7', 'a command lost once', 'survive', { kind: 'blockToCardLost' }),
  block('I7', 'garbled once', 'survive', { kind: 'blockGarbled' }),
  block('I11', 'silence for ever', 'fault', { kind: 'blockFromCardLost', times: 'endless' }),
];

export const hostileContactBlocks: readonly HostileCase[] = [
  ...['', '00', '0000', '000002'].map((bytes) => replaced('B28', `a T=1 answer of ${String(bytes.length / 2)} bytes`, bytes)),
  replaced('B29', 'LEN larger than received', '0000059000' + '95'),
  replaced('B29', 'LEN FF', '0000FF90006F'),
  replaced('B29', 'wrong NAD', '120002900080'),
  replaced('B29', 'R with LEN', '0080010081'),
  replaced('B29', 'R with bit 20', '00A000A0'),
  replaced('B29', 'an S-block that does not exist', '00C400C4'),
  replaced('B29', 'LRC off by one', '000002900093'),
  replaced('B29', 'RESYNCH for ever', '00C000C0'),
  ...[0, 255].map((size) => turn('B29', `IFS ${String(size)}`, 'either', { kind: 'cardRequest', pcb: 0xc1, inf: size === 0 ? '00' : 'FF' })),
  turn('B29', 'WTX 0', 'either', { kind: 'waitingTime', multiplier: 0, copies: 1 }),
  turn('B29', 'WTX for ever', 'fault', { kind: 'waitingTime', multiplier: 1, copies: 'endless' }),
  turn('B29', 'M-blocks for ever', 'fault', { kind: 'endlessChain', partLength: 32 }),
  turn('B29', 'S(ABORT)', 'fault', { kind: 'cardRequest', pcb: 0xc2, inf: '' }),
  block('B29', 'a duplicate I-block', 'either', { kind: 'blockRepeated', from: 3 }),
  block('B29', 'parity once', 'survive', { kind: 'blockGarbled', from: 2 }),
  block('B29', 'parity for ever', 'fault', { kind: 'blockGarbled', times: 'endless' }),
];

type Outcome = HostileCase['outcome'];

function block(id: string, name: string, outcome: Outcome, fault: BlockFault): HostileCase {
  return { id, name, faults: [fault], outcome };
}

function replaced(id: string, name: string, bytes: string): HostileCase {
  return block(id, name, 'fault', { kind: 'blockReplaced', bytes, times: 'endless' });
}

function replacedOnce(id: string, name: string, bytes: string): HostileCase {
  return block(id, name, 'survive', { kind: 'blockReplaced', bytes });
}

function turn(id: string, name: string, outcome: Outcome, fault: TurnFault): HostileCase {
  return { id, name, faults: [{ ...fault, times: 'endless' }], outcome };
}
