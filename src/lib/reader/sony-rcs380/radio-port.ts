/** The RC-S380 as the block protocol sees it: what the status of InCommRF means for a block. */
import type { Bytes, Outgoing } from '#bytes';
import type { BlockExchange, BlockOutcome } from '../iso-dep/transceiver.ts';
import { ReaderError } from '../reader-error.ts';
import type { Port100, RadioAnswer } from './port100.ts';

const radioStatus = { protocol: 0x01, parity: 0x02, crc: 0x04, collision: 0x08, receiveTimeout: 0x80, receiveLength: 0x8000_0000 } as const;
const damaged: readonly number[] = [radioStatus.protocol, radioStatus.parity, radioStatus.crc, radioStatus.collision, radioStatus.receiveLength];
/** Bits in the last byte: all eight. */
const wholeBytes: readonly number[] = [0x00, 0x08];

export class RadioPort implements BlockExchange {
  readonly #port100: Port100;

  constructor(port100: Port100) {
    this.#port100 = port100;
  }

  async exchange(block: Outgoing, timeoutMs: number): Promise<BlockOutcome> {
    await this.#port100.setTypeB();
    return outcomeOf(await this.#port100.communicate(block, timeoutMs));
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
