/**
 * The one way from a state of reception to the next. Pure: no card, no clock. An event that makes no sense in a state leaves it
 * as it is, so a doubled key press or a late answer changes nothing.
 */
import type { ReaderDescription } from '#reader';
import type { CardInspection, CheckResult, CredentialFailure, CredentialName, EntryProgress, FaultView, ReadingProgress, ReceptionState, Recording } from './state.ts';

export type ReceptionEvent =
  | { readonly event: 'readerOpening' }
  | { readonly event: 'readerOpened'; readonly reader: ReaderDescription }
  /** It did not open, or the person closed the chooser (no fault). */
  | { readonly event: 'readerNotOpened'; readonly fault?: FaultView }
  | { readonly event: 'readerLost'; readonly fault: FaultView }
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
  switch (event.event) {
    case 'readerOpening':
      return state.name === 'noReader' ? { name: 'noReader', busy: true } : state;
    case 'readerOpened':
      return state.name === 'noReader' ? { name: 'waitingForCard', reader: event.reader } : state;
    case 'readerNotOpened':
      return state.name === 'noReader' ? noReader(event.fault) : state;
    case 'readerLost':
      return readerLost(state, event.fault);
    default:
      return state.name === 'noReader' || state.reader === undefined ? state : withReader(state, state.reader, event);
  }
}

type CardEvent = Exclude<ReceptionEvent, { event: 'readerOpening' | 'readerOpened' | 'readerNotOpened' | 'readerLost' }>;
type StateWithReader = Exclude<ReceptionState, { name: 'noReader' }>;

function withReader(state: StateWithReader, reader: ReaderDescription, event: CardEvent): ReceptionState {
  switch (event.event) {
    case 'ended':
      return ended(reader, event);
    case 'faulted':
      return state.name === 'inspecting' || state.name === 'reading' || state.name === 'cardAway'
        ? { name: 'cardFault', reader, fault: event.fault, cardPresent: event.cardPresent }
        : state;
    case 'cardArrived':
      return state.name === 'waitingForCard' ? { name: 'inspecting', reader } : presence(state, true);
    case 'cardLeft':
      return cardLeft(state, reader);
    case 'inspected':
      return state.name === 'inspecting'
        ? { name: 'entry', reader, card: event.card, progress: event.progress, ...(event.notice === undefined ? {} : { notice: event.notice }) }
        : state;
    default:
      return withCard(state, reader, event);
  }
}

type ReadingEvent = Exclude<CardEvent, { event: 'ended' | 'faulted' | 'cardArrived' | 'cardLeft' | 'inspected' }>;

/** What can happen only while a card with an inspection is being worked on. */
function withCard(state: StateWithReader, reader: ReaderDescription, event: ReadingEvent): ReceptionState {
  switch (event.event) {
    case 'submitted':
      return state.name === 'entry' ? { name: 'reading', reader, card: state.card, progress: event.progress } : state;
    case 'lastTryFound':
      return state.name === 'reading' ? { name: 'confirmLastTry', reader, card: state.card, progress: event.progress, credential: event.credential } : state;
    case 'lastTryConfirmed':
      return state.name === 'confirmLastTry' ? { name: 'reading', reader, card: state.card, progress: event.progress } : state;
    case 'lastTryDeclined':
      return state.name === 'confirmLastTry' ? { name: 'entry', reader, card: state.card, progress: event.progress } : state;
    case 'progressed':
      return state.name === 'reading' ? { ...state, progress: event.progress } : state;
    case 'cardStillThere':
      return state.name === 'cardAway' ? { name: 'reading', reader, card: state.card, progress: event.progress } : state;
    case 'refused':
      return state.name === 'reading' ? { name: 'entry', reader, card: event.card, progress: event.progress, failure: event.failure } : state;
    case 'verifiedStateLost':
      return state.name === 'cardAway' || state.name === 'reading' ? { name: 'inspecting', reader } : state;
    case 'checked':
      return state.name === 'reading'
        ? { name: 'result', reader, result: event.result, recording: event.recording, cardPresent: event.cardPresent }
        : state;
  }
}

function cardLeft(state: StateWithReader, reader: ReaderDescription): ReceptionState {
  switch (state.name) {
    case 'reading':
      return { name: 'cardAway', reader, card: state.card, progress: state.progress };
    case 'inspecting':
    case 'confirmLastTry':
      return { name: 'waitingForCard', reader };
    case 'entry':
      return startedReading(state.progress) ? { name: 'waitingForCard', reader, notice: 'VERIFIED_STATE_LOST' } : { name: 'waitingForCard', reader };
    case 'returnCard':
      return { name: 'waitingForCard', reader };
    default:
      return presence(state, false);
  }
}

function startedReading({ licence, personalDetails }: EntryProgress): boolean {
  return licence === 'read' || personalDetails === 'read';
}

function presence(state: StateWithReader, cardPresent: boolean): ReceptionState {
  return (state.name === 'result' || state.name === 'cardFault') && state.cardPresent !== cardPresent ? { ...state, cardPresent } : state;
}

function ended(reader: ReaderDescription, { why, cardPresent }: Extract<ReceptionEvent, { event: 'ended' }>): ReceptionState {
  if (cardPresent) return { name: 'returnCard', reader };
  return why === 'FINISHED' ? { name: 'waitingForCard', reader } : { name: 'waitingForCard', reader, notice: why };
}

/** A shown result outlives its reader: it is in the log already, and people are reading it. */
function readerLost(state: ReceptionState, fault: FaultView): ReceptionState {
  return state.name === 'result' ? { ...state, reader: undefined, cardPresent: false } : noReader(fault);
}

function noReader(fault: FaultView | undefined): ReceptionState {
  return { name: 'noReader', busy: false, ...(fault === undefined ? {} : { fault }) };
}
