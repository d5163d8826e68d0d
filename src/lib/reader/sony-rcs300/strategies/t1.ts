/** T1: the reader activates, the host writes the blocks. ISO/IEC 14443-4 §7 over exchanges with the reader's prologue switched off. */
import type { Bytes } from '#bytes';
import { FirstErrorPort } from '../../iso-dep/first-error-port.ts';
import { openIsoDep } from '../../iso-dep/iso-dep.ts';
import { RateMemory } from '../../iso-dep/rate-memory.ts';
import { activationOfAtr } from '../../iso-dep/type-b.ts';
import type { Session } from '../session.ts';
import { cardOfBlocks, SessionPort } from './host-blocks.ts';
import { activateByReader, detectLayer4, type Layer4Card } from './layer-4.ts';
import type { Strategy, StrategyParts } from './strategy.ts';

export function strategyT1({ sessions }: StrategyParts): Strategy {
  const layer4 = { sessions, memory: new RateMemory(), cardIn };
  return {
    name: 'T1',
    detect: () => detectLayer4(sessions),
    activate: (isProbing) => activateByReader(layer4, isProbing),
    // What arrives was inside a valid I-block, and no reader makes one of its own refusal.
    proves: (response) => response.length === 2,
  };
}

function cardIn(session: Session, atr: Bytes | undefined): Promise<Layer4Card> {
  const port = new FirstErrorPort(new SessionPort(session));
  const card = cardOfBlocks(openIsoDep(port, activationOfAtr(atr, 0)), atr ?? new Uint8Array(0));
  return Promise.resolve({ card, endTrial: () => port.endTrial() });
}
