/**
 * The one way from a state of reception to the next. Pure: no card, no clock. An event that makes no sense in a state leaves it
 * as it is, so a doubled key press or a late answer changes nothing.
 */
import type { ReaderDescription } from '#reader';
import type {
  CardInspection,
  CheckResult,
  CredentialFailure,
  CredentialName,
  EntryProgress,
  FaultView,
  ReadingProgress,
  ReceptionState,
  Recording,
} from './state.ts';

export type ReceptionEvent =
  | { readonly event: 'readerOpening' }
  | { readonly event: 'readerOpened'; readonly reader: ReaderDescription }
  /** It did not open, or the person closed the chooser (no fault). */
  | { readonly event: 'readerNotOpened'; readonly fault?: FaultView }
  | { readonly event: 'readerLost'; readonly fault: FaultView }
  /** A person takes another reader; this one is being let go. */
  | { readonly event: 'readerPutAside' }
  /** Cards that lie there while none is being dealt with. */
  | { readonly event: 'cardsLying'; readonly slots: readonly number[] }
  | { readonly event: 'cardArrived' }
  | { readonly event: 'inspected'; readonly card: CardInspection; readonly progress: EntryProgress; readonly notice?: 'VERIFIED_STATE_LOST' }
  | { readonly event: 'submitted'; readonly progress: ReadingProgress }
  | { readonly event: 'lastTryFound'; readonly credential: CredentialName; readonly progress: EntryProgress }
  | { readonly event: 'lastTryConfirmed'; readonly progress: ReadingProgress }
  | { readonly event: 'lastTryDeclined'; readonly progress: EntryProgress }
  | { readonly event: 'progressed'; readonly progress: ReadingProgress }
  /** A VERIFY did not succeed: the card said so. */
  | { readonly event: 'refused'; readonly failure: CredentialFailure; readonly card: CardInspection; readonly progress: EntryProgress }
  | { readonly event: 'cardLeft' }
  /** The same card, still powered and verified. */
  | { readonly event: 'cardStillThere'; readonly progress: ReadingProgress }
  /** It lost power, or it is another card: everything starts again. */
  | { readonly event: 'verifiedStateLost' }
  | { readonly event: 'checked'; readonly result: CheckResult; readonly recording: Recording; readonly cardPresent: boolean }
  | { readonly event: 'faulted'; readonly fault: FaultView; readonly cardPresent: boolean }
  /** By a person or by the clock; everything is wiped already. */
  | { readonly event: 'ended'; readonly why: 'FINISHED' | 'CANCELLED' | 'TIMED_OUT'; readonly cardPresent: boolean };

/** The next state, or the same object when the event does not belong here. */
export function step(state: ReceptionState, event: ReceptionEvent): ReceptionState {
  // TypeScript does not follow that the handler found by `event.event` takes just this event.
  const handle = transitions[event.event] as (state: ReceptionState, event: ReceptionEvent) => ReceptionState;
  return handle(state, event);
}

type Of<Name extends ReceptionEvent['event']> = Extract<ReceptionEvent, { event: Name }>;

/** One row per event: from which states it leads where. */
const transitions: { readonly [Name in ReceptionEvent['event']]: (state: ReceptionState, event: Of<Name>) => ReceptionState } = {
  readerOpening: (state) => (state.name === 'noReader' ? { ...state, busy: true } : state),
  readerOpened: (state, { reader }) =>
    state.name === 'noReader' ? { name: 'waitingForCard', reader, ...(state.interrupted === true ? { notice: 'READER_RETURNED' as const } : {}) } : state,
  // A chooser that was closed again changes nothing: why the last reader went stays on the screen.
  readerNotOpened: (state, { fault }) => (state.name === 'noReader' ? noReader(worse(state.fault, fault), state.interrupted) : state),
  // A shown result outlives its reader: it is in the log already, and people are reading it.
  readerLost: (state, { fault }) =>
    state.name === 'result' ? { ...state, reader: undefined, cardPresent: false } : noReader(fault, wasInterrupted(state) ? true : undefined),
  readerPutAside: (state) => (state.name === 'waitingForCard' ? { name: 'noReader', busy: true } : state),

  cardsLying: (state, { slots }) => (state.name === 'waitingForCard' ? withLying(state, slots) : state),
  cardArrived: (state) =>
    state.name === 'waitingForCard' ? { name: 'inspecting', reader: state.reader, ...returned(state.notice) } : withPresence(state, true),
  inspected: (state, { card, progress, notice }) =>
    state.name === 'inspecting'
      ? { name: 'entry', reader: state.reader, card, progress, ...(notice === undefined ? returned(state.notice) : { notice }) }
      : state,
  cardLeft: (state) => cardLeft(state),

  submitted: (state, { progress }) => (state.name === 'entry' ? { name: 'reading', reader: state.reader, card: state.card, progress } : state),
  lastTryFound: (state, { credential, progress }) =>
    state.name === 'reading' ? { name: 'confirmLastTry', reader: state.reader, card: state.card, progress, credential } : state,
  lastTryConfirmed: (state, { progress }) => (state.name === 'confirmLastTry' ? { name: 'reading', reader: state.reader, card: state.card, progress } : state),
  lastTryDeclined: (state, { progress }) => (state.name === 'confirmLastTry' ? { name: 'entry', reader: state.reader, card: state.card, progress } : state),

  progressed: (state, { progress }) => (state.name === 'reading' ? { ...state, progress } : state),
  cardStillThere: (state, { progress }) => (state.name === 'cardAway' ? { name: 'reading', reader: state.reader, card: state.card, progress } : state),
  verifiedStateLost: (state) => (state.name === 'cardAway' || state.name === 'reading' ? { name: 'inspecting', reader: state.reader } : state),
  refused: (state, { failure, card, progress }) => (state.name === 'reading' ? { name: 'entry', reader: state.reader, card, progress, failure } : state),
  checked: (state, { result, recording, cardPresent }) =>
    state.name === 'reading' ? { name: 'result', reader: state.reader, result, recording, cardPresent } : state,
  faulted: (state, { fault, cardPresent }) =>
    state.name === 'inspecting' || state.name === 'reading' || state.name === 'cardAway'
      ? { name: 'cardFault', reader: state.reader, fault, cardPresent }
      : state,
  ended: (state, event) => ended(state, event),
};

function cardLeft(state: ReceptionState): ReceptionState {
  switch (state.name) {
    case 'reading':
      return { name: 'cardAway', reader: state.reader, card: state.card, progress: state.progress };
    case 'inspecting':
      return { name: 'waitingForCard', reader: state.reader, ...returned(state.notice) };
    case 'confirmLastTry':
    case 'returnCard':
      return { name: 'waitingForCard', reader: state.reader };
    case 'entry':
      return { name: 'waitingForCard', reader: state.reader, ...(startedReading(state.progress) ? { notice: 'VERIFIED_STATE_LOST' as const } : {}) };
    default:
      return withPresence(state, false);
  }
}

function startedReading({ licence, personalDetails }: EntryProgress): boolean {
  return licence === 'read' || personalDetails === 'read';
}

function withPresence(state: ReceptionState, cardPresent: boolean): ReceptionState {
  return (state.name === 'result' || state.name === 'cardFault') && state.cardPresent !== cardPresent ? { ...state, cardPresent } : state;
}

function ended(state: ReceptionState, { why, cardPresent }: Of<'ended'>): ReceptionState {
  if (state.name === 'noReader') return state;
  // The result was all that was left of a reader that is gone.
  if (state.reader === undefined) return { name: 'noReader', busy: false };
  return { name: cardPresent ? 'returnCard' : 'waitingForCard', reader: state.reader, ...(why === 'FINISHED' ? {} : { notice: why }) };
}

/** The newer fault, which does not hide that a try may have been spent before it. */
function worse(before: FaultView | undefined, now: FaultView | undefined): FaultView | undefined {
  return now !== undefined && before?.tryUsed === 'unknown' ? { ...now, tryUsed: 'unknown' } : (now ?? before);
}

function noReader(fault: FaultView | undefined, interrupted: true | undefined): ReceptionState {
  return { name: 'noReader', busy: false, ...(fault === undefined ? {} : { fault }), ...(interrupted === undefined ? {} : { interrupted }) };
}

/** A check that had begun and was not over, or whose fault nobody has seen yet. */
function wasInterrupted(state: ReceptionState): boolean {
  if (state.name === 'noReader') return state.interrupted === true;
  return ['inspecting', 'entry', 'confirmLastTry', 'reading', 'cardAway', 'cardFault'].includes(state.name);
}

/** Of the notices, the one that goes on being true while the card is looked at. */
function returned(notice: string | undefined): { readonly notice?: 'READER_RETURNED' } {
  return notice === 'READER_RETURNED' ? { notice } : {};
}

function withLying(state: Extract<ReceptionState, { name: 'waitingForCard' }>, slots: readonly number[]): ReceptionState {
  const { lying = [], ...rest } = state;
  if (lying.length === slots.length && lying.every((slot, index) => slot === slots[index])) return state;
  return slots.length === 0 ? rest : { ...rest, lying: slots };
}
