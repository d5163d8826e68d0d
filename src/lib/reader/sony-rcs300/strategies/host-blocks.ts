/** Blocks of ISO/IEC 14443-4 through transparent exchanges, for T1 and T5: the host writes them, the reader adds and checks CRC_B. */
import type { Outgoing } from '#bytes';
import { isoDepCapacity } from '../../command-capacity.ts';
import type { ActiveCard } from '../../contactless-slot.ts';
import type { IsoDep } from '../../iso-dep/iso-dep.ts';
import type { BlockExchange, BlockOutcome } from '../../iso-dep/transceiver.ts';
import { flags } from '../payloads.ts';
import type { Session } from '../session.ts';

export class SessionPort implements BlockExchange {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    // Exactly once, as the port promises: after "busy" R(NAK) asks the card what it has heard (ISO/IEC 14443-4 §7.5.5.2).
    const outcome = await this.#session.exchange(flags.hostAddsPrologue, block, timeoutMs, 'noAnswer');
    switch (outcome.outcome) {
      case 'data':
        return { outcome: 'block', bytes: outcome.bytes };
      case 'noAnswer':
        return { outcome: 'timeout' };
      case 'damaged':
        return { outcome: 'invalid' };
    }
  }
}

export function cardOfBlocks(isoDep: IsoDep, atr: ActiveCard['atr']): ActiveCard {
  return {
    ...isoDepCapacity,
    atr,
    transmit: (command) => isoDep.transmit(command),
    isPresent: () => isoDep.isPresent(),
    release: () => isoDep.deselect(),
  };
}
