/** T5: the reader sends frames (Type B, layer 3), the host does everything else: REQB, ATTRIB, blocks. ISO/IEC 14443-3 §7.7 to §7.10. */
import { unhex } from '#bytes';
import type { ActiveCard } from '../../contactless-slot.ts';
import { openIsoDep } from '../../iso-dep/iso-dep.ts';
import { activateTypeB } from '../../iso-dep/type-b.ts';
import { ReaderError } from '../../reader-error.ts';
import { ActivationEar } from '../../type-b-atr.ts';
import { flags, payloads } from '../payloads.ts';
import type { Session } from '../session.ts';
import { notDone } from '../sessions.ts';
import { cardOfBlocks, SessionPort } from './host-blocks.ts';
import type { Strategy, StrategyParts } from './strategy.ts';

/** All applications, one slot, no extended ATQB. */
const REQB = unhex('050000');
const ACTIVATION_TIMEOUT_MS = 20;
const MAXIMUM_TRIES = 3;

export function strategyT5({ sessions }: StrategyParts): Strategy {
  return {
    name: 'T5',
    async detect() {
      const session = sessions.idle ?? (await sessions.begin(false));
      await switchToFrames(session);
      const { outcome } = await session.exchange(flags.hostAddsPrologue, { bytes: REQB, secret: false }, ACTIVATION_TIMEOUT_MS);
      if (outcome === 'noAnswer') return 'absent';
      session.hasCard = true;
      return 'present';
    },
    async activate(isProbing) {
      for (let tries = 0; tries < MAXIMUM_TRIES; tries++) {
        const card = await sessions.fresh(isProbing, activateIn);
        if (card !== undefined) return card;
      }
      throw new ReaderError({ code: 'CARD_RESET_FAILED', message: 'The card, or several, cannot be understood' });
    },
    proves: (response) => response.length === 2,
  };
}

/** `undefined`: the field has to go off and on, and then again. */
async function activateIn(session: Session): Promise<ActiveCard | undefined> {
  await switchToFrames(session);
  session.hasCard = true;
  const port = new SessionPort(session);
  const ear = new ActivationEar(port);
  const activated = await activateTypeB(ear, { reqb: REQB, timeoutMs: ACTIVATION_TIMEOUT_MS });
  switch (activated.outcome) {
    case 'noCard':
      throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
    case 'unclear':
      return undefined;
    case 'activated':
      return cardOfBlocks(openIsoDep(port, activated.activation), ear.atr());
  }
}

async function switchToFrames(session: Session): Promise<void> {
  const answer = await session.ask(payloads.framesTypeB);
  if (answer.result === 'done') return;
  session.abandon();
  throw notDone(answer);
}
