/**
 * Which faults of looking at a card are worth a second look, from the beginning: those of a card that touches and leaves for a moment as it is
 * put down, and those over the extended form of a harmless question, which the second look leaves out.
 */
import type { ConnectOptions } from '#iso7816';
import type { CardRun } from './card-run.ts';
import { isCardLoss, isReaderLoss, isRoomError } from './fault-view.ts';

export class SecondLook {
  #extendedLe: ConnectOptions['extendedLe'] = 'learn';

  /** `never` after something between here and a card choked on that question: no card is asked again. */
  get extendedLe(): ConnectOptions['extendedLe'] {
    return this.#extendedLe;
  }

  /** @param run - The run that faulted, if it came to one. */
  async grant(run: CardRun | undefined, thrown: unknown, isStillHere: () => Promise<boolean>): Promise<boolean> {
    const choked = isChoked(run, thrown);
    if (!(choked || isCardLoss(thrown)) || !(await isStillHere())) return false;
    if (choked) this.#extendedLe = 'never';
    return true;
  }
}

function isChoked(run: CardRun | undefined, thrown: unknown): boolean {
  return run?.connection.extendedLe === 'asking' && isRoomError(thrown) && !isReaderLoss(thrown);
}
