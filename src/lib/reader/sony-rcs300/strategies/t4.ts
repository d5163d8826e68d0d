/**
 * T4: the vendor interface speaks CCID like the other one. IccPowerOn as a test by hand, then the CCID engine, with the descriptor that
 * is published for all readers of the family. Without a session and without a word about the field.
 */
import { unhex } from '#bytes';
import { openCcidReader } from '../../ccid/ccid-reader.ts';
import { decodeFunctionalDescriptor } from '../../ccid/functional-descriptor.ts';
import { bError } from '../../ccid/reported-error.ts';
import { ReaderError } from '../../reader-error.ts';
import type { Slot } from '../../slot.ts';
import type { Failure } from '../escape-channel.ts';
import type { Strategy, StrategyParts } from './strategy.ts';

const DESCRIPTOR = unhex('36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0004000A020000000000000001');
/** bmICCStatus */
const ABSENT = 2;

export function strategyT4(parts: StrategyParts): Strategy {
  const { sessions } = parts;
  const ccid = new CcidBehind(parts);
  return {
    name: 'T4',
    async detect() {
      await sessions.end();
      const slot = await ccid.slot();
      if (slot === undefined) return 'absent';
      return (await slot.presence()) === 'absent' ? 'absent' : 'present';
    },
    async activate() {
      await sessions.end();
      const slot = await ccid.slot();
      if (slot === undefined) throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
      const { atr } = await slot.connect();
      const { carriesExtended, bestReadLength } = slot;
      return {
        atr,
        carriesExtended,
        bestReadLength,
        transmit: (command) => slot.transmit(command),
        isPresent: async () => (await slot.presence()) === 'active',
        release: () => slot.disconnect(),
      };
    },
    proves: (response) => response.length === 2,
  };
}

class CcidBehind {
  readonly #parts: StrategyParts;
  #slot: Slot | undefined;

  constructor(parts: StrategyParts) {
    this.#parts = parts;
  }

  /** `undefined`: the interface understands, and has no card. @throws ReaderError a refusal when it does not understand */
  async slot(): Promise<Slot | undefined> {
    if (this.#slot !== undefined) return this.#slot;
    const { sessions, pipe, timeouts } = this.#parts;
    const outcome = await sessions.channel.powerOn();
    if (outcome !== 'done') {
      if (isWithoutCard(outcome)) return undefined;
      throw new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'IccPowerOn refused', facts: { error: outcome.error } });
    }
    const reader = await openCcidReader(pipe, decodeFunctionalDescriptor(DESCRIPTOR), timeouts, sessions.channel.sequences);
    this.#slot = reader.slots[0];
    return this.#slot;
  }
}

/** A missing card is "mute" or "absent"; bError 00 is a message that the reader does not know. */
function isWithoutCard({ error, iccStatus }: Failure): boolean {
  return error === bError.mute || (iccStatus === ABSENT && error > bError.lastBadByteIndex && error !== bError.slotBusy);
}
