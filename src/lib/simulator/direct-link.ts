/**
 * A contactless reader that speaks whole APDUs: what happens over the air is its own affair, so no blocks are played here; only the time they
 * would take passes (ISO/IEC 14443-4, FSC and FSD 256, no CID).
 */
import { exchange } from './card-link.ts';
import type { FaultSchedule } from './faults.ts';
import type { AirRates, LinkClock, RateIndex } from './link-clock.ts';
import type { RadioField } from './radio-field.ts';
import { ReaderPcd } from './reader-pcd.ts';
import { atrOfTypeB, readAtqb } from './type-b-parameters.ts';
import type { VirtualCard } from './virtual-card.ts';
import type { ApduLink } from './virtual-slot.ts';

/** The fastest a reader of whole APDUs goes over the air when its profile does not say: 848 kbit/s. */
const USUAL_HIGHEST: RateIndex = 3;

/** What a reader that chooses for itself and this card settle on. No host has a say in it. */
export function settledRates(card: VirtualCard, highest: RateIndex = USUAL_HIGHEST): AirRates {
  const { carriesUpTo = 3, attribUpTo = 3 } = card.radio;
  return readAtqb(card.image.atqb).fastestRates(Math.min(highest, carriesUpTo, attribUpTo) as RateIndex); // the least of three indices
}

/** FSD or FSC 256 without PCB and CRC_B [bytes]. */
const INF_LENGTH = 253;

/** `highest`: of the reader. */
export function directLink(faults: FaultSchedule, clock: LinkClock, highest?: RateIndex): ApduLink {
  return {
    powerOn: (card) => Promise.resolve(card.powerOn()),
    exchange: async (card, command) => {
      const result = await exchange(card, command, faults);
      takeContactlessTime(clock, settledRates(card, highest), command, result.outcome === 'response' ? result.bytes.length : 0);
      return result;
    },
  };
}

/** A reader that plays every block over its antenna. */
export function pcdLink(field: RadioField, highest: RateIndex = USUAL_HIGHEST): ApduLink {
  const pcd = new ReaderPcd(field);
  return {
    powerOn: async (card) => {
      const answer = await pcd.activate({ frameLengthCode: 8, cid: 0, rates: (offered) => offered.fastestRates(highest) });
      return answer === undefined ? undefined : atrOfTypeB(card.image.atqb, (answer[0] ?? 0) >> 4);
    },
    exchange: async (_card, command) => {
      const response = await pcd.transmit(command);
      return response === undefined ? { outcome: 'mute' } : { outcome: 'response', bytes: response };
    },
  };
}

/** The blocks of one command and its response over the air. */
export function takeContactlessTime(clock: LinkClock, { toCard, fromCard }: AirRates, command: Uint8Array, responseLength: number): void {
  const commandParts = partsOf(command.length);
  commandParts.forEach((part, index) => {
    clock.radioFrame(1 + part, toCard);
    if (index < commandParts.length - 1) clock.radioAnswer(1, fromCard);
  });
  clock.cardWorks(command[1] ?? 0);
  partsOf(responseLength).forEach((part, index) => {
    if (index > 0) clock.radioFrame(1, toCard);
    clock.radioAnswer(1 + part, fromCard);
  });
}

function partsOf(length: number): readonly number[] {
  const full = Array.from({ length: Math.max(0, Math.ceil(length / INF_LENGTH) - 1) }, () => INF_LENGTH);
  return [...full, length - full.length * INF_LENGTH];
}
