/**
 * `madoguchi read`: the same reception as at the counter, with a virtual reader and the card image on it. The person's decisions are
 * the arguments: a credential given is sent once, a last try included; nothing is asked and nothing is sent again.
 */
import {
  commandLineReaders,
  numberBFromBirthDate,
  numberBFromDigits,
  openCommandLineReception,
  parseIsoDate,
  Secret,
  type CardInspection,
  type CardSession,
  type CheckResult,
  type CommandLineReception,
  type CredentialFailure,
  type Entry,
  type NumberBOutcome,
  type ReceptionState,
} from '#session';
import type { ReadArguments } from './read-arguments.ts';
import { readOutput, type ReadError } from './read-output.ts';
import { UsageError } from './usage-error.ts';

export async function readCard(args: ReadArguments): Promise<{ output: object; exitCode: 0 | 1 }> {
  const readers = await commandLineReaders();
  if (!readers.includes(args.reader)) throw new UsageError(`--reader is one of ${readers.join(', ')}`);
  const wanted: Entry = { licence: licenceEntry(args.licencePin), personalDetails: personalEntry(args.personal) };
  let reception: CommandLineReception;
  try {
    reception = await openCommandLineReception({
      imageText: args.imageText,
      mode: args.practice ? 'practice' : 'service',
      reader: args.reader,
      bitRates: args.bitRates,
    });
  } catch (thrown) {
    return {
      output: readOutput(undefined, { code: codeOf(thrown) }, { apdus: 0, verifyCommands: 0, bytesToCard: 0, bytesFromCard: 0, modelledMs: 0 }),
      exitCode: 1,
    };
  }
  try {
    const { result, error } = await converse(reception.session, wanted);
    return { output: readOutput(result, error, { ...reception.session.link, modelledMs: reception.modelledMs() }), exitCode: error === null ? 0 : 1 };
  } finally {
    await reception.close();
  }
}

/** Answers each state as the arguments say, until there is a result or a fault. */
async function converse(session: CardSession, wanted: Entry): Promise<{ result: CheckResult | undefined; error: ReadError | null }> {
  let error: ReadError | null = null;
  let entry = wanted;
  void session.reopenReader();
  for (;;) {
    const state = await nextDecision(session);
    if (state.name === 'entry') {
      const { failure } = state;
      error ??= failure === undefined ? null : failureError(failure);
      entry = failure === undefined ? entry : withoutFailed(entry, failure, state.progress.personalHeld);
      session.submit(suitingCard(entry, state.card.licence.state));
    } else if (state.name === 'confirmLastTry') {
      session.confirmLastTry();
    } else {
      return state.name === 'result'
        ? { result: state.result, error: error ?? notReadError(state.result) }
        : { result: undefined, error: error ?? faultError(state) };
    }
  }
}

function faultError(state: ReceptionState): ReadError {
  return { code: 'fault' in state ? state.fault.code : 'READER_LOST' };
}

/** A card without a PIN is opened without the one that was given; a part that cannot be read is not asked for. */
function suitingCard(entry: Entry, licence: CardInspection['licence']['state']): Entry {
  if (licence === 'pinNeeded') return entry;
  if (typeof entry.licence === 'object') entry.licence.pin.wipe();
  return { ...entry, licence: licence === 'noPin' ? 'noPin' : 'skip' };
}

/** Waits for a state in which somebody has to do something. */
function nextDecision(session: CardSession): Promise<ReceptionState> {
  const waiting = new Set<ReceptionState['name']>(['waitingForCard', 'inspecting', 'reading', 'cardAway', 'returnCard']);
  const isDecision = (state: ReceptionState): boolean => (state.name === 'noReader' ? !state.busy : !waiting.has(state.name));
  if (isDecision(session.state)) return Promise.resolve(session.state);
  return new Promise((resolve) => {
    const unsubscribe = session.subscribe(() => {
      if (!isDecision(session.state)) return;
      unsubscribe();
      resolve(session.state);
    });
  });
}

function licenceEntry(pin: string | undefined): Entry['licence'] {
  return pin === undefined ? 'skip' : { pin: secretOf(pin) };
}

function personalEntry(personal: ReadArguments['personal']): Entry['personalDetails'] {
  if (personal === undefined) return 'skip';
  if ('numberB' in personal) return { numberB: composedOf(numberBFromDigits(digits(personal.numberB))) };
  if ('cardInfoPin' in personal) return { pin: secretOf(personal.cardInfoPin) };
  const composed = numberBFromBirthDate(birthDate(personal.birthDate), digits(personal.expiryYear), digits(personal.securityCode));
  return { numberB: composedOf(composed) };
}

/** What no card can have printed is refused here, as on the page: it would cost a try. */
function composedOf(outcome: NumberBOutcome): Secret {
  if (outcome.outcome === 'invalid') throw new UsageError(`the card cannot print this: ${outcome.parts.join(', ')}`);
  return outcome.numberB;
}

function birthDate(text: string): ReturnType<typeof parseIsoDate> {
  try {
    return parseIsoDate(text);
  } catch {
    throw new UsageError('--birth-date is not a day of the calendar');
  }
}

function secretOf(text: string): Secret {
  return new Secret(digits(text));
}

function digits(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function withoutFailed(entry: Entry, failure: CredentialFailure, personalHeld: boolean): Entry {
  if (failure.credential === 'licencePin') return { licence: 'skip', personalDetails: personalHeld ? 'held' : entry.personalDetails };
  return { licence: 'held', personalDetails: 'skip' };
}

function failureError({ credential, outcome, triesLeft }: CredentialFailure): ReadError {
  const code = credential === 'numberB' ? { wrong: 'WRONG_NUMBER_B', blocked: 'NUMBER_B_BLOCKED' } : { wrong: 'WRONG_PIN', blocked: 'PIN_BLOCKED' };
  return { code: code[outcome], credential, triesLeft };
}

/** A part that was wanted and could not be read is the error; one that was not asked for is not. */
function notReadError({ licence, personalDetails }: CheckResult): ReadError | null {
  for (const part of [licence, personalDetails]) {
    if ('notRead' in part && part.notRead !== 'SKIPPED' && part.notRead !== 'NOT_ASKED') return { code: part.notRead };
  }
  return null;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'UNEXPECTED_FAULT';
}
