/** Every state against every event: where it leads, or that it leads nowhere. */
import { describe, expect, it } from 'vitest';
import { Secret } from '#bytes';
import type { CheckResult, CredentialFailure, EntryProgress, FaultView, ReadingProgress, ReceptionState } from './state.ts';
import { usualOrder } from './purpose.ts';
import { step, type ReceptionEvent } from './step.ts';

const reader = { name: 'r', vendorId: 1, productId: 2, deviceVersion: '1.0.0', level: 'extendedApdu', slotCount: 1 } as const;
const card = { licence: { state: 'noPin' }, personalDetails: { state: 'absent' } } as const;
const progress: EntryProgress = { licence: 'open', personalDetails: 'open', licencePinHeld: false, personalHeld: false };
const reading: ReadingProgress = { steps: ['judge'], current: 'judge', receivedLength: 1, expectedLength: 2 };
const further: ReadingProgress = { ...reading, receivedLength: 2 };
const fault: FaultView = { code: 'CARD_MUTE', facts: {}, tryUsed: 'no' };
const failure: CredentialFailure = { credential: 'licencePin', outcome: 'wrong', triesLeft: 9, consecutive: 1 };
const result: CheckResult = {
  at: 0,
  today: { year: 2026, month: 12, day: 1 },
  mode: 'practice',
  order: usualOrder,
  licence: { notRead: 'SKIPPED' },
  personalDetails: { notRead: 'SKIPPED' },
  lamps: {
    genuine: { state: 'notChecked', about: 'nothing' },
    inDate: { state: 'unknown', why: 'NOT_READ' },
    licenceHeld: { state: 'unknown', why: 'NOT_READ' },
  },
  reasons: [],
  link: { apdus: 0, verifyCommands: 0, bytesToCard: 0, bytesFromCard: 0 },
};
const recording = { state: 'failed', code: 'LOG_READ_ONLY' } as const;

const states = {
  noReader: { name: 'noReader', busy: false },
  noReaderBusy: { name: 'noReader', busy: true, fault },
  noReaderInterrupted: { name: 'noReader', busy: false, fault, interrupted: true },
  waitingForCard: { name: 'waitingForCard', reader },
  waitingAfterReturn: { name: 'waitingForCard', reader, notice: 'READER_RETURNED', lying: [1] },
  inspecting: { name: 'inspecting', reader },
  inspectingAfterReturn: { name: 'inspecting', reader, notice: 'READER_RETURNED' },
  entry: { name: 'entry', reader, card, progress },
  entryHalfRead: { name: 'entry', reader, card, progress: { ...progress, licence: 'read' } },
  confirmLastTry: { name: 'confirmLastTry', reader, card, progress, credential: 'licencePin' },
  reading: { name: 'reading', reader, card, progress: reading },
  cardAway: { name: 'cardAway', reader, card, progress: reading },
  result: { name: 'result', reader, result, recording, cardPresent: true },
  resultCardGone: { name: 'result', reader, result, recording, cardPresent: false },
  resultReaderGone: { name: 'result', reader: undefined, result, recording, cardPresent: false },
  cardFault: { name: 'cardFault', reader, fault, cardPresent: true },
  cardFaultCardGone: { name: 'cardFault', reader, fault, cardPresent: false },
  returnCard: { name: 'returnCard', reader },
} as const satisfies Record<string, ReceptionState>;
type StateKey = keyof typeof states;

const events = {
  readerOpening: { event: 'readerOpening' },
  readerOpened: { event: 'readerOpened', reader },
  chooserClosed: { event: 'readerNotOpened' },
  readerNotOpened: { event: 'readerNotOpened', fault: { ...fault, code: 'READER_UNSUPPORTED' } },
  readerLost: { event: 'readerLost', fault },
  readerPutAside: { event: 'readerPutAside' },
  cardsLying: { event: 'cardsLying', slots: [0, 1] },
  noCardsLying: { event: 'cardsLying', slots: [] },
  cardArrived: { event: 'cardArrived' },
  inspected: { event: 'inspected', card, progress },
  inspectedAgain: { event: 'inspected', card, progress, notice: 'VERIFIED_STATE_LOST' },
  submitted: { event: 'submitted', progress: reading },
  lastTryFound: { event: 'lastTryFound', credential: 'numberB', progress },
  lastTryConfirmed: { event: 'lastTryConfirmed', progress: reading },
  lastTryDeclined: { event: 'lastTryDeclined', progress },
  progressed: { event: 'progressed', progress: further },
  refused: { event: 'refused', failure, card, progress },
  cardLeft: { event: 'cardLeft' },
  cardStillThere: { event: 'cardStillThere', progress: further },
  verifiedStateLost: { event: 'verifiedStateLost' },
  checked: { event: 'checked', result, recording, cardPresent: true },
  faulted: { event: 'faulted', fault, cardPresent: true },
  finished: { event: 'ended', why: 'FINISHED', cardPresent: true },
  timedOutCardGone: { event: 'ended', why: 'TIMED_OUT', cardPresent: false },
  cancelledCardGone: { event: 'ended', why: 'CANCELLED', cardPresent: false },
  finishedCardGone: { event: 'ended', why: 'FINISHED', cardPresent: false },
} as const satisfies Record<string, ReceptionEvent>;
type EventKey = keyof typeof events;

const lost: ReceptionState = { name: 'noReader', busy: false, fault };
const interrupted: ReceptionState = { name: 'noReader', busy: false, fault, interrupted: true };
const waiting: ReceptionState = { name: 'waitingForCard', reader };
const inReading: ReceptionState = { name: 'reading', reader, card, progress: reading };
const readingFurther: ReceptionState = { name: 'reading', reader, card, progress: further };
const back: ReceptionState = { name: 'returnCard', reader };
const broken: ReceptionState = { name: 'cardFault', reader, fault, cardPresent: true };
const everyStateWithAReader = [
  'waitingForCard',
  'waitingAfterReturn',
  'inspecting',
  'inspectingAfterReturn',
  'entry',
  'entryHalfRead',
  'confirmLastTry',
  'reading',
  'cardAway',
  'result',
  'resultCardGone',
  'cardFault',
  'cardFaultCardGone',
  'returnCard',
] as const;

/** What is not named here must leave the very same object. */
const leads: Record<EventKey, Partial<Record<StateKey, ReceptionState>>> = {
  readerOpening: {
    noReader: { name: 'noReader', busy: true },
    noReaderBusy: { name: 'noReader', busy: true, fault },
    noReaderInterrupted: { name: 'noReader', busy: true, fault, interrupted: true },
  },
  readerOpened: { noReader: waiting, noReaderBusy: waiting, noReaderInterrupted: { name: 'waitingForCard', reader, notice: 'READER_RETURNED' } },
  chooserClosed: { noReader: { name: 'noReader', busy: false }, noReaderBusy: { name: 'noReader', busy: false, fault }, noReaderInterrupted: interrupted },
  readerPutAside: all(['waitingForCard', 'waitingAfterReturn'], { name: 'noReader', busy: true }),
  cardsLying: {
    waitingForCard: { name: 'waitingForCard', reader, lying: [0, 1] },
    waitingAfterReturn: { name: 'waitingForCard', reader, notice: 'READER_RETURNED', lying: [0, 1] },
  },
  noCardsLying: { waitingAfterReturn: { name: 'waitingForCard', reader, notice: 'READER_RETURNED' } },
  readerNotOpened: {
    noReader: { name: 'noReader', busy: false, fault: { ...fault, code: 'READER_UNSUPPORTED' } },
    noReaderBusy: { name: 'noReader', busy: false, fault: { ...fault, code: 'READER_UNSUPPORTED' } },
    noReaderInterrupted: { name: 'noReader', busy: false, fault: { ...fault, code: 'READER_UNSUPPORTED' }, interrupted: true },
  },
  readerLost: {
    ...all(
      [
        'cardFault',
        'cardFaultCardGone',
        'noReaderInterrupted',
        'inspecting',
        'inspectingAfterReturn',
        'entry',
        'entryHalfRead',
        'confirmLastTry',
        'reading',
        'cardAway',
      ],
      interrupted,
    ),
    ...all(['noReader', 'noReaderBusy', 'waitingForCard', 'waitingAfterReturn', 'returnCard'], lost),
    ...all(['result', 'resultCardGone', 'resultReaderGone'], states.resultReaderGone),
  },
  cardArrived: {
    waitingForCard: { name: 'inspecting', reader },
    waitingAfterReturn: { name: 'inspecting', reader, notice: 'READER_RETURNED' },
    resultCardGone: states.result,
    cardFaultCardGone: broken,
    resultReaderGone: { ...states.resultReaderGone, cardPresent: true },
  },
  inspected: {
    inspecting: { name: 'entry', reader, card, progress },
    inspectingAfterReturn: { name: 'entry', reader, card, progress, notice: 'READER_RETURNED' },
  },
  inspectedAgain: all(['inspecting', 'inspectingAfterReturn'], { name: 'entry', reader, card, progress, notice: 'VERIFIED_STATE_LOST' }),
  submitted: all(['entry', 'entryHalfRead'], inReading),
  lastTryFound: { reading: { name: 'confirmLastTry', reader, card, progress, credential: 'numberB' } },
  lastTryConfirmed: { confirmLastTry: inReading },
  lastTryDeclined: { confirmLastTry: { name: 'entry', reader, card, progress } },
  progressed: { reading: readingFurther },
  refused: { reading: { name: 'entry', reader, card, progress, failure } },
  cardLeft: {
    ...all(['inspecting', 'entry', 'confirmLastTry', 'returnCard'], waiting),
    inspectingAfterReturn: { name: 'waitingForCard', reader, notice: 'READER_RETURNED' },
    entryHalfRead: { name: 'waitingForCard', reader, notice: 'VERIFIED_STATE_LOST' },
    reading: states.cardAway,
    result: states.resultCardGone,
    cardFault: states.cardFaultCardGone,
  },
  cardStillThere: { cardAway: readingFurther },
  verifiedStateLost: all(['reading', 'cardAway'], { name: 'inspecting', reader }),
  checked: { reading: states.result },
  faulted: all(['inspecting', 'inspectingAfterReturn', 'reading', 'cardAway'], broken),
  finished: { ...all(everyStateWithAReader, back), resultReaderGone: { name: 'noReader', busy: false } },
  timedOutCardGone: {
    ...all(everyStateWithAReader, { name: 'waitingForCard', reader, notice: 'TIMED_OUT' }),
    resultReaderGone: { name: 'noReader', busy: false },
  },
  cancelledCardGone: {
    ...all(everyStateWithAReader, { name: 'waitingForCard', reader, notice: 'CANCELLED' }),
    resultReaderGone: { name: 'noReader', busy: false },
  },
  finishedCardGone: { ...all(everyStateWithAReader, waiting), resultReaderGone: { name: 'noReader', busy: false } },
};

const stateKeys = Object.keys(states) as StateKey[];
const eventKeys = Object.keys(events) as EventKey[];
const pairs = stateKeys.flatMap((state) => eventKeys.map((event) => [state, event] as const));

describe('step', () => {
  it.each(pairs)('%s, %s', (state, event) => {
    const before: ReceptionState = states[state];
    const frozen = structuredClone(before);
    const after = step(before, events[event]);
    const expected = leads[event][state];
    if (expected === undefined) expect(after).toBe(before);
    else expect(after).toEqual(expected);
    expect(before).toEqual(frozen);
  });

  it('knows every state and every event by name', () => {
    const names = new Set<string>(stateKeys.map((key) => states[key].name));
    expect([...names].sort()).toEqual(
      ['cardAway', 'cardFault', 'confirmLastTry', 'entry', 'inspecting', 'noReader', 'reading', 'result', 'returnCard', 'waitingForCard'].sort(),
    );
    expect(new Set(eventKeys.map((key) => events[key].event)).size).toBe(20);
  });

  it.each(pairs)('%s, %s: no secret gets in', (state, event) => {
    expect(holdsSecret(step(states[state], events[event]))).toBe(false);
    // The search itself finds one where there is one.
    expect(holdsSecret({ deep: [{ pin: new Secret(new Uint8Array(4)) }] })).toBe(true);
  });
});

function all(keys: readonly StateKey[], state: ReceptionState): Partial<Record<StateKey, ReceptionState>> {
  return Object.fromEntries(keys.map((key) => [key, state]));
}

function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
}

it('a reader that does not open again does not hide that a try may have been spent before', () => {
  const lost: FaultView = { ...fault, tryUsed: 'unknown' };
  const state = step({ name: 'noReader', busy: true, fault: lost }, { event: 'readerNotOpened', fault: { ...fault, code: 'INTERFACE_BUSY', tryUsed: 'no' } });
  expect(state).toEqual({ name: 'noReader', busy: false, fault: { ...fault, code: 'INTERFACE_BUSY', tryUsed: 'unknown' } });
});
