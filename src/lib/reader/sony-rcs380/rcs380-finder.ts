/**
 * Type B cards on an RC-S380: the host does REQB, ATTRIB and the blocks. ISO/IEC 14443-3 §7.7 to §7.10, ISO/IEC 14443-4 §7. The field stays
 * on behind a card that was seen, so that it can be activated as it is; to another look it answers once more.
 */
import { unhex } from '#bytes';
import type { ActiveCard, CardFinder } from '../contactless-slot.ts';
import { activateByHost, type FoundCard } from '../iso-dep/host-activation.ts';
import { RateMemory } from '../iso-dep/rate-memory.ts';
import type { Port100 } from './port100.ts';
import { RadioPort } from './radio-port.ts';

/** All applications, one slot, extended ATQB understood. */
const REQB = unhex('050010');
const ACTIVATION_TIMEOUT_MS = 30;
/** The last try of an activation, when nothing else was to blame for the first two. */
const FAILURES_BEFORE_REPEATING = 2;

export class RcS380Finder implements CardFinder {
  readonly #port100: Port100;
  readonly #memory = new RateMemory({ highest: 424, sameBothWays: true });
  /** Found out with a card that answered in no other way. */
  #repeatsSettings = false;
  #found: FoundCard | undefined;

  constructor(port100: Port100) {
    this.#port100 = port100;
  }

  /** A damaged answer is a card too, or several. */
  async detect(): Promise<'present' | 'absent'> {
    const port = this.#found?.port ?? new RadioPort(this.#port100, this.#repeatsSettings);
    this.#found = undefined;
    const answer = await port.exchange({ bytes: REQB, secret: false }, ACTIVATION_TIMEOUT_MS);
    if (answer.outcome === 'block') this.#found = { port, atqb: answer.bytes };
    else await this.#port100.radioOff();
    return answer.outcome === 'timeout' ? 'absent' : 'present';
  }

  async activate(): Promise<ActiveCard> {
    const found = this.#found;
    this.#found = undefined;
    const repeated = this.#repeatsSettings;
    const begin = async (failures: number): Promise<RadioPort> => {
      if (failures === FAILURES_BEFORE_REPEATING) this.#repeatsSettings = true;
      await this.#port100.radioOff();
      return new RadioPort(this.#port100, this.#repeatsSettings);
    };
    try {
      return await activateByHost({ reqb: REQB, timeoutMs: ACTIVATION_TIMEOUT_MS, memory: this.#memory, begin }, found);
    } catch (error) {
      this.#repeatsSettings = repeated; // no card, or several: nothing was found out
      throw error;
    }
  }

  rest(): Promise<void> {
    this.#found = undefined;
    return this.#port100.radioOff();
  }
}
