/**
 * Who adds the block prologue on the RC-S300's vendor interface is not known: five ways of reaching a Type B card, of which one will do.
 * Each is a setting, tried with a harmless command, and never an assumption.
 */
import { unhex, type Bytes, type Outgoing } from '#bytes';
import type { ActiveCard } from '../../contactless-slot.ts';
import type { CcidTimeouts } from '../../ccid/timeouts.ts';
import { ReaderError } from '../../reader-error.ts';
import type { Sessions } from '../sessions.ts';
import type { LargeTransferPipe } from '../large-transfer-pipe.ts';

export const strategyNames = ['T1', 'T2', 'T3', 'T4', 'T5'] as const;
export type StrategyName = (typeof strategyNames)[number];

export interface Strategy {
  readonly name: StrategyName;
  /** Only while no card is active. @throws ReaderError a refusal (`isRefusal`) when the reader does not know this way */
  detect(): Promise<'present' | 'absent'>;
  /** From nothing to a card that takes APDUs. While probing, silence is not waited for long. @throws ReaderError `CARD_ABSENT` and others */
  activate(isProbing: boolean): Promise<ActiveCard>;
  /** Whether the answer to `SELECT_CARD_INFO` proves that the card has answered, and not the reader. */
  proves(response: Bytes): boolean;
}

/** What a strategy is made from. */
export interface StrategyParts {
  readonly sessions: Sessions;
  readonly pipe: LargeTransferPipe;
  readonly timeouts: CcidTimeouts;
}

/** SELECT of the card-info application, no answer data wanted: harms nothing, costs no try. The only command sent while probing. */
export const SELECT_CARD_INFO: Outgoing = { bytes: unhex('00A4040C0AD3921000310001010408'), secret: false };

/** Selected, or no such application: words of a card. Readers say `6A 81`, `6D 00`, `69 85` and the like of themselves. */
const cardWords: readonly number[] = [0x9000, 0x6a82];

/** A bare status word, where nothing but its value tells whose it is. */
export function isWordOfCard(response: Bytes): boolean {
  return response.length === 2 && cardWords.includes(new DataView(response.buffer, response.byteOffset, 2).getUint16(0));
}

/** The reader itself has said no, as against silence, a missing card or a lost session. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'READER_REPORTED_ERROR';
}

/** @throws ReaderError `READER_MALFORMED_MESSAGE` when there is no status word */
export function responseOf(bytes: Bytes): Bytes {
  if (bytes.length >= 2) return bytes;
  throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'Response without a status word', facts: { length: bytes.length } });
}

/** The card was active and does not answer any more. */
export function cardRemoved(): ReaderError {
  return new ReaderError({ code: 'CARD_REMOVED', message: 'The card has fallen silent' });
}
