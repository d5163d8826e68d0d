/**
 * A whole EF with as little ceremony as the card allows. ISO/IEC 7816-4 §7.3.2: READ BINARY by short EF identifier also selects the EF, so
 * no SELECT is needed. Nobody has reported what the two applications do with that, so it is tried and watched: whatever a read by
 * short identifier, or the first read by offset behind one, does not bring is asked for again by SELECT.
 */
import type { Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { FileOutcome, FileReadOptions, ReadOutcome, SelectOutcome } from './card-connection.ts';
import { isShortEfIdentifier } from './identifiers.ts';
import { readBinaryByShortIdentifier } from './read-binary.ts';
import { append, isEnd, loweredTo, nextLength, readToEnd, type AskCard } from './read-file.ts';
import type { ReadLengths } from './read-lengths.ts';

/**
 * What a card has shown of its short EF identifiers: nothing yet, or that they select the EF as well. `insufficient` once a readable EF was
 * selected without knowing: from then on a read by offset could bring another file without anybody noticing.
 */
export interface ShortIdentifierHabit {
  state: 'untried' | 'selects' | 'insufficient';
}

export interface FileAccess {
  readonly ask: AskCard;
  readonly select: (efIdentifier: number) => Promise<SelectOutcome>;
  /** A read by short identifier succeeded: this is the current EF now, if the card keeps to the standard. */
  readonly opened: (efIdentifier: number) => void;
  readonly habit: ShortIdentifierHabit;
  readonly lengths: ReadLengths;
}

/** @throws ApduError as `CardConnection.readFile` */
export async function readWholeFile(access: FileAccess, efIdentifier: number, options: FileReadOptions): Promise<FileOutcome> {
  const mayTry = access.habit.state !== 'insufficient' && options.resumeAfter === undefined && isShortEfIdentifier(efIdentifier);
  const first = mayTry ? await firstByShortIdentifier(access, efIdentifier, options) : undefined;
  if (first === undefined) return bySelection(access, efIdentifier, options);
  if (first.isWhole) return { outcome: 'read', bytes: first.bytes };
  const behind = { ...options, resumeAfter: first.bytes };
  if (access.habit.state === 'selects') return readToEnd(access.ask, behind, access.lengths, first.bound);
  const rest = await restOrNothing(access, behind, first.bound);
  if (rest === undefined) return bySelection(access, efIdentifier, behind);
  access.habit.state = 'selects';
  return rest;
}

interface FirstPart {
  readonly bytes: Bytes;
  readonly isWhole: boolean;
  /** The Le of a 6Cxx, which holds for the rest [bytes]. */
  readonly bound: number;
}

/** `undefined` for anything but data: an error, an empty file and a refusal look alike here and are told apart by SELECT. */
async function firstByShortIdentifier(access: FileAccess, efIdentifier: number, options: FileReadOptions): Promise<FirstPart | undefined> {
  const { ask, opened, lengths } = access;
  const le = nextLength(new Uint8Array(0), options, lengths);
  if (le === 0) return undefined;
  const answer = await ask(readBinaryByShortIdentifier.build(efIdentifier, le));
  const read = understood(() => readBinaryByShortIdentifier.parse(answer));
  if (read?.step === 'wrongLength' && lengths.shorten(le)) return firstByShortIdentifier(access, efIdentifier, options);
  if (read === undefined || read.bytes.length === 0) return undefined;
  opened(efIdentifier);
  const bytes = append(new Uint8Array(0), read.bytes, options);
  const isWhole = read.step === 'end' || isEnd(answer, le, bytes, options) || nextLength(bytes, options, lengths) === 0;
  return { bytes, isWhole, bound: loweredTo(answer, le) };
}

/** The first read by offset behind a short identifier: does it go on in the same file? An end, a refusal or an error is not believed yet. */
async function restOrNothing(
  { ask, lengths }: FileAccess,
  options: FileReadOptions & { readonly resumeAfter: Bytes },
  bound: number,
): Promise<ReadOutcome | undefined> {
  const before = options.resumeAfter.length;
  try {
    const read = await readToEnd(ask, options, lengths, bound);
    return read.bytes.length > before ? read : undefined;
  } catch (thrown) {
    if (thrown instanceof ApduError && thrown.code === 'UNEXPECTED_STATUS') return undefined;
    throw thrown;
  }
}

async function bySelection({ ask, select, lengths }: FileAccess, efIdentifier: number, options: FileReadOptions): Promise<FileOutcome> {
  const selected = await select(efIdentifier);
  return selected.outcome === 'selected' ? readToEnd(ask, options, lengths) : selected;
}

function understood<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof ApduError && thrown.code === 'UNEXPECTED_STATUS') return undefined;
    throw thrown;
  }
}
