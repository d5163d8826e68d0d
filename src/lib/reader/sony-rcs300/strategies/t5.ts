/** T5: the reader sends frames (Type B, layer 3), the host does everything else: REQB, ATTRIB, blocks. ISO/IEC 14443-3 §7.7 to §7.10. */
import { unhex, type Outgoing } from '#bytes';
import type { BitRates } from '../../iso-dep/bit-rates.ts';
import { activateByHost, type FramePort } from '../../iso-dep/host-activation.ts';
import { RateMemory } from '../../iso-dep/rate-memory.ts';
import type { BlockOutcome } from '../../iso-dep/transceiver.ts';
import { flags, payloads } from '../payloads.ts';
import type { Session } from '../session.ts';
import { notDone } from '../sessions.ts';
import { SessionPort } from './host-blocks.ts';
import { askForRates } from './layer-4.ts';
import type { Strategy, StrategyParts } from './strategy.ts';

/** All applications, one slot, no extended ATQB. */
const REQB = unhex('050000');
const ACTIVATION_TIMEOUT_MS = 20;

export function strategyT5({ sessions }: StrategyParts): Strategy {
  const memory = new RateMemory();
  return {
    name: 'T5',
    async detect() {
      const session = sessions.idle ?? (await sessions.begin(false));
      await switchToFrames(session);
      const answer = await session.exchange(flags.hostAddsPrologue, { bytes: REQB, secret: false }, ACTIVATION_TIMEOUT_MS);
      if (answer.outcome === 'noAnswer') return 'absent';
      session.hasCard = true;
      if (answer.outcome === 'data') session.leave({ way: 'frames', atqb: answer.bytes });
      return 'present';
    },
    activate(isProbing) {
      const begin = async (): Promise<FramePort> => {
        const session = await sessions.begin(isProbing);
        await switchToFrames(session);
        session.hasCard = true;
        return new FrameSessionPort(session);
      };
      const settings = { reqb: REQB, timeoutMs: ACTIVATION_TIMEOUT_MS, memory, begin };
      const found = sessions.found('frames', isProbing);
      return sessions.unlessTaken(
        () => activateByHost(settings, found === undefined ? undefined : { port: new FrameSessionPort(found.session), atqb: found.left.atqb }),
        () => activateByHost(settings),
      );
    },
    proves: (response) => response.length === 2,
  };
}

class FrameSessionPort implements FramePort {
  readonly #session: Session;
  readonly #port: SessionPort;

  constructor(session: Session) {
    this.#session = session;
    this.#port = new SessionPort(session);
  }

  get isOurs(): boolean {
    return this.#session.isOpen;
  }

  exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    return this.#port.exchange(block, timeoutMs);
  }

  /** The reader's own speed: the card was told by ATTRIB. */
  raise(rates: BitRates): Promise<'done' | 'refused' | 'unclear'> {
    return askForRates(this.#session, rates);
  }
}

async function switchToFrames(session: Session): Promise<void> {
  const answer = await session.ask(payloads.framesTypeB);
  if (answer.result === 'done') return;
  session.abandon();
  throw notDone(answer);
}
