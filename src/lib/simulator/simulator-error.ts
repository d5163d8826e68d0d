/** Faults of the rehearsal room: a card image that is none, and a host that said something no card or reader knows. */
import { RoomError } from '#bytes';

export type SimulatorErrorCode =
  /** The file is not a card image of the form we read. `facts.at` names the place. */
  | 'CARD_IMAGE_INVALID'
  /** The host sent what the standard does not allow. The double records it and answers nothing any more. */
  | 'SIMULATOR_UNEXPECTED_INPUT';

export class SimulatorError extends RoomError<SimulatorErrorCode> {}

/** A broken promise of the host. `message` holds lengths and message types only, never the bytes of a command. */
export function unexpectedInput(message: string, facts: Readonly<Record<string, number | string>> = {}): SimulatorError {
  return new SimulatorError({ code: 'SIMULATOR_UNEXPECTED_INPUT', message, facts });
}
