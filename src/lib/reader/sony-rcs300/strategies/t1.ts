/** T1: the reader activates, the host writes the blocks. ISO/IEC 14443-4 §7 over exchanges with the reader's prologue switched off. */
import type { ActiveCard } from '../../contactless-slot.ts';
import { openIsoDep } from '../../iso-dep/iso-dep.ts';
import { activationOfAtr } from '../../iso-dep/type-b.ts';
import type { Session } from '../session.ts';
import { cardOfBlocks, SessionPort } from './host-blocks.ts';
import { activateLayer4, detectLayer4, RateLimit } from './layer-4.ts';
import type { Strategy, StrategyParts } from './strategy.ts';

export function strategyT1({ sessions }: StrategyParts): Strategy {
  const rates = new RateLimit();
  return {
    name: 'T1',
    detect: () => detectLayer4(sessions),
    activate: (isProbing) =>
      sessions.fresh(isProbing, async (session) => {
        if (isProbing) return cardIn(session);
        const fast = await fastCardIn(session, rates);
        if (fast !== undefined) return fast;
        const slow = await cardIn(await sessions.begin(false));
        rates.distrust();
        return slow;
      }),
    // What arrives was inside a valid I-block, and no reader makes one of its own refusal.
    proves: (response) => response.length === 2,
  };
}

async function cardIn(session: Session): Promise<ActiveCard> {
  const atr = await activateLayer4(session);
  return cardOfBlocks(openIsoDep(new SessionPort(session), activationOfAtr(atr, 0)), atr ?? new Uint8Array(0));
}

/** `undefined`: the card does not answer at the rate it was given, and is to be activated anew. */
async function fastCardIn(session: Session, rates: RateLimit): Promise<ActiveCard | undefined> {
  const atr = await activateLayer4(session);
  const activation = activationOfAtr(atr, 0);
  const rate = await rates.raise(session, activation.bitRates);
  if (rate === 'unclear') return undefined;
  const card = cardOfBlocks(openIsoDep(new SessionPort(session), activation), atr ?? new Uint8Array(0));
  if (rate === 'usual') return card;
  return (await card.isPresent()) ? rates.watch(card) : undefined;
}
