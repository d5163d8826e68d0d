/**
 * The RC-S380 as the block protocol sees it: rates, and what the status of InCommRF means for a block. The public drivers set radio and
 * protocol before every exchange; here it is done once in each field and at each change of rate, and again after every exchange that went
 * wrong. A reader that forgets all the same shows it at ATTRIB, the first exchange that comes without, and is then spoken to as they do.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { BitRates } from '../iso-dep/bit-rates.ts';
import type { FramePort } from '../iso-dep/host-activation.ts';
import type { BlockOutcome } from '../iso-dep/transceiver.ts';
import { ReaderError } from '../reader-error.ts';
import type { Port100, Port100Rate, RadioAnswer } from './port100.ts';

const radioStatus = { protocol: 0x01, parity: 0x02, crc: 0x04, collision: 0x08, receiveTimeout: 0x80, receiveLength: 0x8000_0000 } as const;
const damaged: readonly number[] = [radioStatus.protocol, radioStatus.parity, radioStatus.crc, radioStatus.collision, radioStatus.receiveLength];
/** Bits in the last byte: all eight. */
const wholeBytes: readonly number[] = [0x00, 0x08];

/** One field: from RF off to RF off. */
export class RadioPort implements FramePort {
  readonly isOurs = true;
  readonly #port100: Port100;
  readonly #repeatsSettings: boolean;
  #rate: Port100Rate = 106;
  #isSet = false;

  constructor(port100: Port100, repeatsSettings: boolean) {
    this.#port100 = port100;
    this.#repeatsSettings = repeatsSettings;
  }

  async exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    if (!this.#isSet) await this.#port100.setTypeB(this.#rate);
    this.#isSet = false; // also when what follows throws
    const outcome = outcomeOf(await this.#port100.communicate(block, timeoutMs));
    this.#isSet = outcome.outcome === 'block' && !this.#repeatsSettings;
    return outcome;
  }

  async raise({ toCard, fromCard }: BitRates): Promise<'done' | 'refused'> {
    if (toCard !== fromCard || toCard === 848) return 'refused';
    this.#rate = toCard;
    this.#isSet = false;
    try {
      await this.#port100.setTypeB(toCard);
    } catch (error) {
      if (error instanceof ReaderError && error.facts['status'] !== undefined) return 'refused';
      throw error;
    }
    this.#isSet = true;
    return 'done';
  }
}

/** @throws ReaderError `READER_REPORTED_ERROR` (facts.status), `READER_MALFORMED_MESSAGE` */
export function outcomeOf({ status, rest }: RadioAnswer): BlockOutcome {
  if (status === 0) return received(rest);
  // Every bit must be one we know; 32-bit values would turn negative under `&`, so they are taken off by arithmetic.
  const known = [...damaged, radioStatus.receiveTimeout].filter((bit) => Math.floor(status / bit) % 2 === 1);
  if (known.reduce((sum, bit) => sum + bit, 0) !== status) {
    throw new ReaderError({ code: 'READER_REPORTED_ERROR', message: 'The radio has failed', facts: { status } });
  }
  return { outcome: known.includes(radioStatus.receiveTimeout) ? 'timeout' : 'invalid' };
}

function received(rest: Bytes): BlockOutcome {
  const [validBits] = rest;
  if (validBits === undefined) throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'InCommRF without the valid-bits byte' });
  return wholeBytes.includes(validBits) ? { outcome: 'block', bytes: rest.slice(1) } : { outcome: 'invalid' };
}
