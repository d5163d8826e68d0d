/** T2: the reader activates and writes the blocks; the host sends bare APDUs in exchanges with the reader's prologue switched on. */
import type { Bytes } from '#bytes';
import { shortCapacity } from '../../command-capacity.ts';
import type { ActiveCard } from '../../contactless-slot.ts';
import { RateMemory } from '../../iso-dep/rate-memory.ts';
import { ReaderError } from '../../reader-error.ts';
import { flags } from '../payloads.ts';
import type { Session } from '../session.ts';
import { activateByReader, detectLayer4, type Layer4Card } from './layer-4.ts';
import { presenceByPupi } from './pupi.ts';
import { cardRemoved, isWordOfCard, responseOf, type Strategy, type StrategyParts } from './strategy.ts';

/** For one whole APDU: what a card may ask for at most, since its requests for more time end in the reader [ms]. */
const APDU_TIMER_MS = 5_000;

export function strategyT2({ sessions }: StrategyParts): Strategy {
  const { channel } = sessions;
  const memory = new RateMemory();
  const cardIn = async (session: Session, atr: Bytes | undefined): Promise<Layer4Card> => {
    const isPresent = await presenceByPupi(channel);
    const card = cardOf(session, atr ?? new Uint8Array(0), async () => session.isOpen && (await isPresent()));
    return { card, endTrial: () => undefined };
  };
  return {
    name: 'T2',
    detect: () => detectLayer4(sessions),
    activate: (isProbing) => activateByReader({ sessions, memory, cardIn }, isProbing),
    proves: isWordOfCard,
  };
}

function cardOf(session: Session, atr: ActiveCard['atr'], isPresent: () => Promise<boolean>): ActiveCard {
  return {
    ...shortCapacity,
    atr,
    async transmit(command) {
      const outcome = await session.exchange(flags.readerAddsPrologue, command, APDU_TIMER_MS);
      switch (outcome.outcome) {
        case 'data':
          return responseOf(outcome.bytes);
        case 'noAnswer':
          throw cardRemoved();
        case 'damaged':
          throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'A damaged response', facts: { statusWord: outcome.statusWord } });
      }
    },
    isPresent,
    release: () => Promise.resolve(),
  };
}
