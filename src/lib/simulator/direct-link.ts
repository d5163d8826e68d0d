/**
 * A contactless reader that speaks whole APDUs: what happens over the air is its own affair, so no blocks are played here; only the time they
 * would take passes (ISO/IEC 14443-4, FSC and FSD 256, no CID).
 */
import { exchange } from './card-link.ts';
import type { FaultSchedule } from './faults.ts';
import type { LinkClock, RateIndex } from './link-clock.ts';
import type { RadioField } from './radio-field.ts';
import { ReaderPcd } from './reader-pcd.ts';
import { atrOfTypeB } from './type-b-parameters.ts';
import type { ApduLink } from './virtual-slot.ts';

/** FSD or FSC 256 without PCB and CRC_B [bytes]. */
const INF_LENGTH = 253;

export function directLink(faults: FaultSchedule, clock: LinkClock, rate: RateIndex): ApduLink {
  return {
    powerOn: (card) => Promise.resolve(card.powerOn()),
    exchange: async (card, command) => {
      const result = await exchange(card, command, faults);
      takeContactlessTime(clock, rate, command, result.outcome === 'response' ? result.bytes.length : 0);
      return result;
    },
  };
}

/** A reader that plays every block over its antenna. */
export function pcdLink(field: RadioField): ApduLink {
  const pcd = new ReaderPcd(field);
  return {
    powerOn: async (card) => {
      const answer = await pcd.activate({ frameLengthCode: 8, cid: 0, rates: { toCard: 0, fromCard: 0 } });
      return answer === undefined ? undefined : atrOfTypeB(card.image.atqb, (answer[0] ?? 0) >> 4);
    },
    exchange: async (_card, command) => {
      const response = await pcd.transmit(command);
      return response === undefined ? { outcome: 'mute' } : { outcome: 'response', bytes: response };
    },
  };
}

/** The blocks of one command and its response over the air. */
export function takeContactlessTime(clock: LinkClock, rate: RateIndex, command: Uint8Array, responseLength: number): void {
  const commandParts = partsOf(command.length);
  commandParts.forEach((part, index) => {
    clock.radioFrame(1 + part, rate);
    if (index < commandParts.length - 1) clock.radioAnswer(1, rate);
  });
  clock.cardWorks(command[1] ?? 0);
  partsOf(responseLength).forEach((part, index) => {
    if (index > 0) clock.radioFrame(1, rate);
    clock.radioAnswer(1 + part, rate);
  });
}

function partsOf(length: number): readonly number[] {
  const full = Array.from({ length: Math.max(0, Math.ceil(length / INF_LENGTH) - 1) }, () => INF_LENGTH);
  return [...full, length - full.length * INF_LENGTH];
}
