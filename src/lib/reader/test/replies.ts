/** Replies of a CCID reader for tests, written by hand from CCID Rev 1.1 §6.2: type, dwLength, bSlot, bSeq, bStatus, bError, byte 9, data. */
import { unhex, type Bytes } from '#bytes';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import type { Answers } from './pipe-double.ts';

/** Short, so that a test of a time-out takes milliseconds. */
export const hasty: CcidTimeouts = {
  writeMs: 60,
  replyMs: 40,
  powerOnMs: 40,
  longestReplyMs: 50,
  commandBudgetMs: 250,
  recoveryMs: 15,
  busyPauseMs: 1,
  pollMs: 20,
  lookAnywayMs: 3_000,
  coalesceMs: 15,
  closeMs: 80,
};

/** bStatus: bits 7-6 command, bits 1-0 card. */
export const status = { active: 0x00, inactive: 0x01, absent: 0x02, failedActive: 0x40, failedInactive: 0x41, failedAbsent: 0x42, extension: 0x80 } as const;

export interface ReplyFields {
  readonly type?: number;
  readonly slot?: number;
  readonly sequence?: number;
  readonly status?: number;
  readonly error?: number;
  readonly specific?: number;
  readonly data?: string | Bytes;
  /** dwLength, when it shall lie. */
  readonly length?: number;
}

/** A reply to `command`: its slot and sequence unless others are given. */
export function reply(command: Bytes, fields: ReplyFields = {}): Bytes {
  const data = typeof fields.data === 'string' ? unhex(fields.data) : (fields.data ?? new Uint8Array(0));
  return Uint8Array.from([...header(command, { length: data.length, ...fields }), ...data]);
}

function header(command: Bytes, fields: ReplyFields & { readonly length: number }): number[] {
  const { length, type = 0x80, slot = at(command, 5), sequence = at(command, 6), status: state = 0, error = 0, specific = 0 } = fields;
  const lengthBytes = [0, 8, 16, 24].map((shift) => (length >>> shift) & 0xff);
  return [type, ...lengthBytes, slot, sequence, state, error, specific];
}

function at(command: Bytes, offset: number): number {
  const byte = command[offset];
  if (byte === undefined) throw new RangeError('a command without a header');
  return byte;
}

export const slotStatus = (command: Bytes, cardStatus: number = status.inactive, error = 0): Bytes => reply(command, { type: 0x81, status: cardStatus, error });

/** T=1 only, IFSC 254: ccid.md §15. */
export const ATR = '3BF81300008131FE15597562696B657934D4';

/** A reader in order, with a card that answers 9000. Tests replace what shall go wrong. */
export const wellBehaved: Answers = {
  0x65: (command) => [slotStatus(command)],
  0x62: (command) => [reply(command, { data: ATR })],
  0x63: (command) => [slotStatus(command)],
  0x61: (command) => [reply(command, { type: 0x82, specific: command[7] ?? 0, data: command.slice(10) })],
  0x6f: (command) => [reply(command, { data: '9000' })],
  0x72: (command) => [slotStatus(command)],
};
