/** Activation by the reader, for T1 and T2: protocol switch to Type B layer 4, then the highest bit rate both offer. ISO/IEC 14443-3 §7.10. */
import type { Bytes } from '#bytes';
import { bitRates, fastestRates, type BitRate, type BitRateOffer } from '../../iso-dep/bit-rates.ts';
import type { ActiveCard } from '../../contactless-slot.ts';
import { ReaderError } from '../../reader-error.ts';
import { onlyValue, tags } from '../answer.ts';
import { payloads, speedPayload } from '../payloads.ts';
import type { Session } from '../session.ts';
import { notDone, type Sessions } from '../sessions.ts';

/** The ATR the reader has made, where it tells it. @throws ReaderError `CARD_ABSENT`, `CARD_RESET_FAILED`, `SLOT_BUSY`, a refusal */
export async function activateLayer4(session: Session): Promise<Bytes | undefined> {
  const answer = await session.ask(payloads.activateTypeB);
  if (answer.result !== 'done') throw notDone(answer);
  session.hasCard = true;
  return onlyValue(answer.objects, tags.atr);
}

/** A session in which no card was found is used again; one with an active card is begun anew, for that card does not answer a second time. */
export async function detectLayer4(sessions: Sessions): Promise<'present' | 'absent'> {
  const session = sessions.idle ?? (await sessions.begin(false));
  const answer = await session.ask(payloads.activateTypeB);
  if (answer.result === 'noAnswer') return 'absent';
  if (answer.result !== 'done' && answer.result !== 'damaged') {
    session.abandon();
    throw notDone(answer);
  }
  session.hasCard = true;
  return 'present';
}

/** `usual`: 106 kbit/s. `unclear`: nobody knows how the card listens now, and it is to be activated anew. */
export type RateOutcome = 'fast' | 'usual' | 'unclear';

/** What is remembered of a reader's rates from one card to the next. */
export class RateLimit {
  #ceiling: BitRate = 848;

  /** A card that answers at 106 kbit/s did not at the rate agreed on, or not cleanly. */
  distrust(): void {
    this.#ceiling = 106;
  }

  /** The first damage at a raised rate is the last: the next activation stays at 106 kbit/s. */
  watch(card: ActiveCard): ActiveCard {
    return {
      ...card,
      transmit: async (command) => {
        try {
          return await card.transmit(command);
        } catch (error) {
          if (isDamage(error)) this.distrust();
          throw error;
        }
      },
    };
  }

  /**
   * Asks for the fastest rates, then for slower ones; a refusal leaves the card as it is, any other fault leaves it unclear.
   * @throws ReaderError `READER_LOST`
   */
  async raise(session: Session, offer: BitRateOffer): Promise<RateOutcome> {
    try {
      return await this.#ask(session, offer);
    } catch (error) {
      if (!(error instanceof ReaderError) || error.code === 'READER_LOST') throw error;
      return 'unclear';
    }
  }

  async #ask(session: Session, offer: BitRateOffer): Promise<RateOutcome> {
    for (const ceiling of [...bitRates].reverse()) {
      const { toCard, fromCard } = fastestRates(offer, ceiling);
      const isWorthAsking = ceiling <= this.#ceiling && Math.max(toCard, fromCard) === ceiling && ceiling > 106;
      if (!isWorthAsking) continue;
      const answer = await session.ask(speedPayload(bitRates.indexOf(toCard), bitRates.indexOf(fromCard)));
      if (answer.result === 'done') return 'fast';
      if (answer.result !== 'refused') throw notDone(answer);
    }
    return 'usual';
  }
}

/** Something came, and not as it was sent. Silence is a card that was taken away. */
function isDamage(error: unknown): boolean {
  return error instanceof ReaderError && (error.code === 'READER_MALFORMED_MESSAGE' || error.facts['last'] === 'damaged');
}
