/**
 * Random checks over one virtual reader: which card, what the person types, and what goes wrong on the way: lost, repeated, late, foreign, truncated
 * and oversized frames, unplug, card away, slot busy, another client. One seed is one plan, always the same.
 */
import * as fc from 'fast-check';
import { readerNames, type Fault, type FaultKind, type MessageName, type ReaderName } from '#simulator';
import type { Turn } from './operator.ts';

export interface LinkPlan {
  readonly card: string;
  readonly verifiedQuery: 'tries' | '9000';
  readonly turns: readonly Turn[];
  /** Whether the faults wait for the first entry, or are there when the reader is opened. */
  readonly armed: 'beforeOpening' | 'beforeEntry';
  readonly faults: readonly Fault[];
}

export const linkReaders = Object.keys(readerNames) as readonly ReaderName[]; // the keys of a const object

/** The same plan for the same seed and reader. */
export function linkPlan(seed: number, reader: ReaderName): LinkPlan {
  const [plan] = fc.sample(planOf(reader), { seed, numRuns: 1 });
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

/** What a fault is to the person who reads the closing line. */
export type FaultGroup =
  'lost' | 'repeated' | 'late' | 'foreign' | 'truncated' | 'oversized' | 'unplug' | 'card away' | 'slot busy' | 'another client' | 'refused';

const groups: Partial<Readonly<Record<FaultKind, FaultGroup>>> = {
  silence: 'lost',
  blockToCardLost: 'lost',
  blockFromCardLost: 'lost',
  blockGarbled: 'lost',
  duplicateReply: 'repeated',
  blockRepeated: 'repeated',
  lateReply: 'late',
  blockLate: 'late',
  timeExtension: 'late',
  waitingTime: 'late',
  foreignSequence: 'foreign',
  wrongType: 'foreign',
  wrongSlot: 'foreign',
  data: 'foreign',
  blockNumber: 'foreign',
  cardRequest: 'foreign',
  shortReply: 'truncated',
  blockTruncated: 'truncated',
  splitPackets: 'truncated',
  cardChains: 'truncated',
  chainParameter: 'truncated',
  declaredLength: 'oversized',
  extraBytes: 'oversized',
  babble: 'oversized',
  blockTooLong: 'oversized',
  longRead: 'oversized',
  endlessFile: 'oversized',
  endlessChain: 'oversized',
  unplugAtMessage: 'unplug',
  unplugAtInByte: 'unplug',
  cardRemoved: 'card away',
  presenceFlicker: 'card away',
  cardMute: 'card away',
  otherClient: 'another client',
};

/** `refused`: a transfer or a call of the browser fails, or the reader reports an error of its own. */
export function groupOf(fault: Fault): FaultGroup {
  if (fault.kind === 'status' && fault.error === SLOT_BUSY) return 'slot busy';
  return groups[fault.kind] ?? 'refused';
}

/** bError of a reader whose slot is busy. */
const SLOT_BUSY = 0xe0;

/** What lies between page and card, and so what can go wrong there. */
interface Link {
  /** Messages that carry what is meant for the card; without any, no bytes of messages are seen. */
  readonly messages: readonly MessageName[];
  readonly packets: boolean;
  readonly blocks: 'none' | 'contacts' | 'air';
  readonly turns: boolean;
  readonly otherClients: boolean;
}

const usb = { packets: true, otherClients: false } as const;
const sony = { ...usb, messages: ['escape'], blocks: 'air', turns: true, otherClients: true } as const;

const links: Readonly<Record<ReaderName, Link>> = {
  ccid: { ...usb, messages: ['xfrBlock'], blocks: 'none', turns: false },
  'ccid-tpdu-t1': { ...usb, messages: ['xfrBlock'], blocks: 'contacts', turns: true },
  'ccid-tpdu-t0': { ...usb, messages: ['xfrBlock'], blocks: 'none', turns: true },
  'rcs300-t1': sony,
  'rcs300-t2': sony,
  'rcs300-t3': sony,
  'rcs300-t4': { ...sony, messages: ['xfrBlock', 'escape'] },
  'rcs300-t5': sony,
  rcs380: { ...sony, messages: ['port100'], otherClients: false },
  'hid-bridge': { messages: ['xfrBlock'], packets: false, blocks: 'none', turns: false, otherClients: false },
  'web-smart-card': { messages: [], packets: false, blocks: 'none', turns: false, otherClients: true },
};

/** Which event is hit first: early ones more often, since a check that ended early has no late ones. */
const from = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 }));
const times = fc.integer({ min: 1, max: 3 });
/** The nth command of all, or the nth of one kind: VERIFY is rare among the others. */
const command = fc.oneof(
  fc.record({ from, times }),
  fc.record({ from: fc.integer({ min: 1, max: 7 }), times, ins: fc.constant(0x20) }),
  fc.record({ from: fc.integer({ min: 1, max: 25 }), times, ins: fc.constantFrom(0xa4, 0xb0) }),
);

const cardFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .tuple(command, fc.boolean(), fc.option(fc.integer({ min: 1, max: 400 })))
    .map(([when, executed, backAfterMs]): Fault => ({ kind: 'cardRemoved', executed, ...(backAfterMs === null ? {} : { backAfterMs }), ...when })),
  fc.tuple(command, fc.boolean(), fc.constantFrom('presenceFlicker', 'cardMute')).map(([when, executed, kind]): Fault => ({ kind, executed, ...when })),
  fc.record({ from, times }).map((when): Fault => ({ kind: 'endlessFile', ...when })),
  fc.record({ from, times, extraLength: fc.integer({ min: 1, max: 300 }) }).map((rest): Fault => ({ kind: 'longRead', ...rest })),
);

const blockFaults: fc.Arbitrary<Fault> = fc.record({ from, times }).chain((when) =>
  fc.constantFrom<Fault>(
    { kind: 'blockToCardLost', ...when },
    { kind: 'blockFromCardLost', ...when },
    { kind: 'blockGarbled', ...when },
    { kind: 'blockLate', ...when },
    { kind: 'blockNumber', ...when },
    { kind: 'blockRepeated', ...when },
    { kind: 'blockTruncated', length: 1, ...when },
    // Longer than any frame. A few bytes more within one, under a CRC that fits, are the card's own words to any host.
    { kind: 'blockTooLong', extraLength: 300, ...when },
  ),
);

/** A card that asks for time without end costs a hundred readings: seldom. */
const waits = fc.oneof(
  { arbitrary: fc.constantFrom<number | 'endless'>(1, 2, 5, 12), weight: 30 },
  { arbitrary: fc.constant<number | 'endless'>('endless'), weight: 1 },
);
/** Parts of one byte take a second of computing to the host's limit of 64 KiB: seldom. */
const endlessParts = fc.oneof(
  { arbitrary: fc.constant(0), weight: 10 },
  { arbitrary: fc.integer({ min: 100, max: 250 }), weight: 30 },
  { arbitrary: fc.constant(1), weight: 1 },
);

const turnFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(command, waits).map(([when, copies]): Fault => ({ kind: 'waitingTime', multiplier: 2, copies, ...when })),
  fc.record({ from, times, partLength: fc.integer({ min: 1, max: 40 }) }).map((rest): Fault => ({ kind: 'cardChains', ...rest })),
  fc.record({ from, partLength: endlessParts }).map((rest): Fault => ({ kind: 'endlessChain', ...rest })),
);

/** S(RESYNCH), S(IFS), S(ABORT) requests of a card on contacts. */
const requestFaults: fc.Arbitrary<Fault> = fc
  .record({ from, times, request: fc.constantFrom({ pcb: 0xc0, inf: '' }, { pcb: 0xc1, inf: '20' }, { pcb: 0xc1, inf: 'FE' }, { pcb: 0xc2, inf: '' }) })
  .map(({ request, ...when }): Fault => ({ kind: 'cardRequest', ...request, ...when }));

/** Most often the messages that carry commands, now and then whatever comes. */
function messagesOf({ messages }: Link): fc.Arbitrary<{ readonly on?: readonly MessageName[] }> {
  return fc.oneof({ arbitrary: fc.constant({ on: messages }), weight: 3 }, { arbitrary: fc.constant({}), weight: 1 });
}

function replyFaults(link: Link): fc.Arbitrary<Fault> {
  const when = fc.tuple(fc.record({ from, times }), messagesOf(link)).map(([at, which]) => ({ ...at, ...which }));
  const plain = when.chain((at) =>
    fc.constantFrom<Fault>(
      { kind: 'silence', ...at },
      { kind: 'duplicateReply', ...at },
      { kind: 'wrongType', type: 0x81, ...at },
      { kind: 'wrongSlot', slot: 1, ...at },
      { kind: 'data', bytes: 'DEADBEEF', ...at },
      { kind: 'chainParameter', value: 0x01, data: 'keep', ...at },
      { kind: 'chainParameter', value: 0x03, data: 'drop', ...at },
      { kind: 'status', status: 0x40, error: SLOT_BUSY, ...at },
      { kind: 'status', status: 0x42, error: 0xfe, ...at },
    ),
  );
  const packets = when.chain((at) =>
    fc.constantFrom<Fault>(
      { kind: 'babble', ...at },
      { kind: 'stallIn', ...at },
      { kind: 'missingZeroLengthPacket', ...at },
      { kind: 'zeroLengthPackets', before: 1, after: 2, ...at },
      { kind: 'splitPackets', packetLength: 1, ...at },
    ),
  );
  const measured = fc.oneof(
    fc.tuple(when, fc.integer({ min: 1, max: 12 })).map(([at, copies]): Fault => ({ kind: 'foreignSequence', copies, ...at })),
    fc
      .tuple(when, fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1, 255))
      .map(([at, copies, multiplier]): Fault => ({ kind: 'timeExtension', copies, multiplier, ...at })),
    fc.tuple(when, fc.integer({ min: 0, max: 12 })).map(([at, length]): Fault => ({ kind: 'shortReply', length, ...at })),
    fc.tuple(when, fc.constantFrom(0, 1, 300, 0x20001, 0xffffffff)).map(([at, length]): Fault => ({ kind: 'declaredLength', length, ...at })),
    fc.tuple(when, fc.constantFrom(1, 7, 64, 300)).map(([at, length]): Fault => ({ kind: 'extraBytes', length, ...at })),
    fc.tuple(when, fc.integer({ min: 1, max: 600 })).map(([at, delayMs]): Fault => ({ kind: 'lateReply', delayMs, ...at })),
    fc
      .tuple(when, fc.constantFrom(0x40, 0x41, 0x42, 0xc0, 0x03), fc.constantFrom(0, 8, 0xe0, 0xf2, 0xfb, 0xfe, 0xff))
      .map(([at, status, error]): Fault => ({ kind: 'status', status, error, ...at })),
  );
  return link.packets ? fc.oneof(plain, packets, measured) : fc.oneof(plain, measured);
}

function cableFaults({ packets, messages }: Link): fc.Arbitrary<Fault> {
  const once = { times: fc.constant(1) };
  const unplug = fc.record({ from, ...once }).map((when): Fault => ({ kind: 'unplugAtMessage', ...when }));
  const opening = fc
    .record({ from: fc.constantFrom(1, 2), ...once, failure: fc.constant('transferFailed' as const) })
    .map((rest): Fault => ({ kind: 'openFails', ...rest }));
  if (messages.length === 0)
    return fc.oneof(
      unplug,
      opening,
      fc.record({ from: fc.constantFrom(1, 2), ...once }).map((when): Fault => ({ kind: 'claimFails', ...when })),
    );
  const byte = fc.integer({ min: 1, max: 4000 }).map((at): Fault => ({ kind: 'unplugAtInByte', byte: at }));
  const out = fc.record({ from, ...once }).map((when): Fault => ({ kind: 'transferOutFails', ...when }));
  if (!packets) return fc.oneof(unplug, byte, out, opening);
  const transfers = fc.record({ from, ...once, kind: fc.constantFrom('transferInFails', 'stallOut') });
  const state = fc.record({ from: fc.constantFrom(1, 2), ...once, kind: fc.constantFrom('claimFails', 'claimHangs', 'resetFails') });
  return fc.oneof(unplug, byte, out, transfers, opening, state);
}

function faultsOf(link: Link): fc.Arbitrary<Fault> {
  const others = fc.record({ from, times, trailing: fc.boolean() }).map((rest): Fault => ({ kind: 'otherClient', ...rest }));
  return fc.oneof(
    { arbitrary: cardFaults, weight: 3 },
    { arbitrary: cableFaults(link), weight: 1 },
    ...(link.messages.length > 0 ? [{ arbitrary: replyFaults(link), weight: 4 }] : []),
    ...(link.blocks === 'none' ? [] : [{ arbitrary: blockFaults, weight: 6 }]),
    ...(link.blocks === 'contacts' ? [{ arbitrary: requestFaults, weight: 1 }] : []),
    ...(link.turns ? [{ arbitrary: turnFaults, weight: 2 }] : []),
    ...(link.otherClients ? [{ arbitrary: others, weight: 1 }] : []),
  );
}

const turn: fc.Arbitrary<Turn> = fc.record({
  licence: fc.constantFrom('right', 'right', 'wrong', 'skip'),
  personal: fc.constantFrom('numberB', 'numberB', 'wrongNumberB', 'pin', 'wrongPin', 'skip'),
  confirms: fc.boolean(),
});

const plans = new Map<ReaderName, fc.Arbitrary<LinkPlan>>();

function planOf(reader: ReaderName): fc.Arbitrary<LinkPlan> {
  const made =
    plans.get(reader) ??
    fc.record<LinkPlan>({
      card: fc.constantFrom('standard', 'standard', 'one-try-left', 'pin-locked', 'pin-unset', 'no-licence', 'forged-expiry', 'published-test-card'),
      verifiedQuery: fc.constantFrom('tries', '9000'),
      turns: fc.array(turn, { minLength: 1, maxLength: 3 }),
      armed: fc.constantFrom('beforeEntry', 'beforeEntry', 'beforeEntry', 'beforeOpening'),
      faults: fc.array(faultsOf(links[reader]), { minLength: 1, maxLength: 4 }),
    });
  plans.set(reader, made);
  return made;
}
