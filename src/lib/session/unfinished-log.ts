/** The log of checks that did not come to a result: what happened, with which reader, and what went wrong on the way. */
import type { Reader } from '#reader';
import type { CardRun } from './card-run.ts';
import type { Floor } from './floor.ts';
import type { ReaderDesk } from './reader-desk.ts';
import { recordUnfinished, type RecordingFacts } from './recording.ts';
import type { ReceptionState } from './state.ts';

export class UnfinishedLog {
  readonly #floor: Floor;
  readonly #readers: ReaderDesk;

  constructor(floor: Floor, readers: ReaderDesk) {
    this.#floor = floor;
    this.#readers = readers;
  }

  /** To be asked before the run and the reader are let go. */
  factsOf(run: CardRun | undefined): RecordingFacts | undefined {
    const { reader } = this.#readers;
    return reader === undefined ? undefined : factsOf(this.#floor.parts.appBuild, run, reader);
  }

  async record(event: 'error' | 'cancelled', reason: string, facts: RecordingFacts | undefined): Promise<void> {
    if (facts === undefined) return;
    const { log, mode, now } = this.#floor.parts;
    const recording = await recordUnfinished(log, { event, at: now(), mode, reasons: [reason] }, facts);
    if (recording.state === 'failed') this.#floor.note('log', { code: recording.code });
  }
}

export function factsOf(appBuild: string, run: CardRun | undefined, reader: Reader): RecordingFacts {
  return { appBuild, reader: reader.description, mishaps: [...(run?.mishaps ?? [])] };
}

/** Ended now, it would leave no other trace in the log. */
export function isUnfinished(name: ReceptionState['name'], run: CardRun | undefined): boolean {
  if (name === 'reading' || name === 'cardAway') return true;
  return name !== 'result' && name !== 'cardFault' && (run?.mishaps.size ?? 0) > 0;
}

/** States in which no card is being dealt with. */
export function isIdle(name: ReceptionState['name']): boolean {
  return ['noReader', 'waitingForCard', 'returnCard'].includes(name);
}
