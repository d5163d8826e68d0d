/** From a thrown fault to what a screen may show: a code, harmless numbers, and what is known of the tries. */
import { RoomError } from '#bytes';
import type { FaultView } from './state.ts';

/** `tryUsed` is `unknown` when a VERIFY was under way: the card is asked for the count before anything else is sent. */
export function faultView(thrown: unknown, tryUsed: FaultView['tryUsed']): FaultView {
  if (!(thrown instanceof RoomError)) return { code: 'UNEXPECTED_FAULT', facts: {}, tryUsed };
  const code: unknown = thrown.code;
  return { code: typeof code === 'string' ? code : 'UNEXPECTED_FAULT', facts: thrown.facts as FaultView['facts'], tryUsed };
}

/** Codes after which the card may simply be put back. */
const cardLossCodes: ReadonlySet<string> = new Set(['CARD_REMOVED', 'CARD_ABSENT', 'CARD_MUTE']);

export function isCardLoss(thrown: unknown): boolean {
  return thrown instanceof RoomError && cardLossCodes.has(String(thrown.code));
}

/** The cable, not the card. */
export function isReaderLoss(thrown: unknown): boolean {
  return thrown instanceof RoomError && ['READER_LOST', 'DEVICE_LOST', 'PIPE_CLOSED'].includes(String(thrown.code));
}
