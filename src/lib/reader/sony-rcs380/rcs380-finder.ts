/** Type B cards on an RC-S380: the host does REQB, ATTRIB and the blocks. ISO/IEC 14443-3 §7.7 to §7.10, ISO/IEC 14443-4 §7. */
import { unhex } from '#bytes';
import { isoDepCapacity } from '../command-capacity.ts';
import type { ActiveCard, CardFinder } from '../contactless-slot.ts';
import { openIsoDep } from '../iso-dep/iso-dep.ts';
import { activateTypeB } from '../iso-dep/type-b.ts';
import { ReaderError } from '../reader-error.ts';
import { ActivationEar } from '../type-b-atr.ts';
import type { Port100 } from './port100.ts';
import { RadioPort } from './radio-port.ts';

/** All applications, one slot, extended ATQB understood. */
const REQB = unhex('050010');
const ACTIVATION_TIMEOUT_MS = 30;
const MAXIMUM_TRIES = 3;

export class RcS380Finder implements CardFinder {
  readonly #port100: Port100;
  readonly #radio: RadioPort;

  constructor(port100: Port100) {
    this.#port100 = port100;
    this.#radio = new RadioPort(port100);
  }

  /** A damaged answer is a card too, or several. The field goes off again: a card must not be left half awake. */
  async detect(): Promise<'present' | 'absent'> {
    const { outcome } = await this.#radio.exchange({ bytes: REQB, secret: false }, ACTIVATION_TIMEOUT_MS);
    await this.#port100.radioOff();
    return outcome === 'timeout' ? 'absent' : 'present';
  }

  async activate(): Promise<ActiveCard> {
    for (let tries = 0; tries < MAXIMUM_TRIES; tries++) {
      await this.#port100.radioOff();
      const ear = new ActivationEar(this.#radio);
      const activated = await activateTypeB(ear, { reqb: REQB, timeoutMs: ACTIVATION_TIMEOUT_MS });
      if (activated.outcome === 'noCard') throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
      if (activated.outcome === 'unclear') continue;
      const isoDep = openIsoDep(this.#radio, activated.activation);
      return {
        ...isoDepCapacity,
        atr: ear.atr(),
        transmit: (command) => isoDep.transmit(command),
        isPresent: () => isoDep.isPresent(),
        release: () => isoDep.deselect(),
      };
    }
    throw new ReaderError({ code: 'CARD_RESET_FAILED', message: 'The card, or several, cannot be understood' });
  }

  rest(): Promise<void> {
    return this.#port100.radioOff();
  }
}
