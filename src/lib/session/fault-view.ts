/** From a thrown fault to what a screen may show: a code, harmless numbers, and what is known of the tries. */
import { RoomError } from '#bytes';
import type { FaultView } from './state.ts';

/** `tryUsed` is `unknown` when a VERIFY was under way: the card is asked for the count before anything else is sent. */
export function faultView(thrown: unknown, tryUsed: FaultView['tryUsed']): FaultView {
  if (!isRoomError(thrown)) return { code: 'UNEXPECTED_FAULT', facts: {}, tryUsed };
  return { code: thrown.code, facts: thrown.facts, tryUsed };
}

/** Any room's fault. */
export function isRoomError(thrown: unknown): thrown is RoomError<string> {
  return thrown instanceof RoomError;
}

/** Codes after which the card may simply be put back. */
const cardLossCodes: ReadonlySet<string> = new Set(['CARD_REMOVED', 'CARD_ABSENT', 'CARD_MUTE']);

export function isCardLoss(thrown: unknown): boolean {
  return isRoomError(thrown) && cardLossCodes.has(thrown.code);
}

/** The cable, not the card. */
export function isReaderLoss(thrown: unknown): boolean {
  return isRoomError(thrown) && ['READER_LOST', 'DEVICE_LOST', 'PIPE_CLOSED'].includes(thrown.code);
}
