/**
 * A `Slot` that plays a transcript back, strictly: the commands in their order, byte for byte, each once, nothing left over.
 * What does not fit fails there and again in `assertFinished`, so a caller that swallows faults cannot hide it.
 * A masked command must arrive marked secret and is compared by header, Lc and length; an unmasked one must not be secret.
 */
import { hex, unhex, type Bytes, type Outgoing } from '#bytes';
import type { Slot } from '#reader';
import { parseTranscript } from './transcript.ts';

export interface ReplayOptions {
  /** Hexadecimal. Default: the contactless ATR of card-info-applet.md §7, row 4. */
  readonly atr?: string;
}

export interface ReplaySlot extends Slot {
  /** @throws Error when an exchange is left over, something unexpected was sent. */
  assertFinished(): void;
}

const CONTACTLESS_ATR = '3B888001000005E0B381A1007F';
const LENGTH_UP_TO_LC = 5;

/** @param transcript the text of a `.jsonl` file */
export function replaySlot(transcript: string, { atr = CONTACTLESS_ATR }: ReplayOptions = {}): ReplaySlot {
  const lines = parseTranscript(transcript);
  let position = 0;
  let isConnected = false;
  const mismatches: string[] = [];

  const answer = (command: Outgoing): Bytes => {
    if (!isConnected) throw new Error('transmit before connect');
    const line = lines[position];
    if (line === undefined) throw new Error(`unexpected command after the last line: ${describeCommand(command)}`);
    if (!fits(line.command, command)) throw new Error(`line ${String(position + 1)}: expected ${line.command}, got ${describeCommand(command)}`);
    position += 1;
    return unhex(line.response);
  };

  return {
    index: 0,
    carriesExtended: false,
    bestReadLength: 256,
    presence: () => Promise.resolve(isConnected ? 'active' : 'inactive'),
    watchPresence: () => () => undefined,
    connect: () => {
      isConnected = true;
      return Promise.resolve({ atr: unhex(atr) });
    },
    transmit: (command) => {
      try {
        return Promise.resolve(answer(command));
      } catch (error) {
        mismatches.push(error instanceof Error ? error.message : 'fault');
        return Promise.reject(new Error(`Replay: ${mismatches.at(-1) ?? ''}`));
      }
    },
    disconnect: () => {
      isConnected = false;
      return Promise.resolve();
    },
    assertFinished: () => {
      if (mismatches.length > 0) throw new Error(`Replay: ${mismatches.join('; ')}`);
      if (position < lines.length) throw new Error(`Replay: ${String(lines.length - position)} exchange(s) left over, next ${lines[position]?.command ?? ''}`);
    },
  };
}

function fits(expected: string, { bytes, secret }: Outgoing): boolean {
  const isMasked = expected.includes('.');
  if (isMasked !== secret || expected.length !== bytes.length * 2) return false;
  return isMasked ? hex(bytes.subarray(0, LENGTH_UP_TO_LC)) === expected.slice(0, LENGTH_UP_TO_LC * 2) : hex(bytes) === expected;
}

/** Header and length of a secret command, all of another. */
function describeCommand({ bytes, secret }: Outgoing): string {
  return secret ? `${hex(bytes.subarray(0, LENGTH_UP_TO_LC))} and ${String(bytes.length - LENGTH_UP_TO_LC)} secret bytes` : hex(bytes);
}
