/** What a virtual reader does, read from its own functional descriptor (CCID Rev 1.1 §5.1), so that it keeps what it announces. */
import { unhex } from '#bytes';
import type { TpduTraits } from './contact/tpdu-slot.ts';
import type { InterfaceProfile, ReaderProfile } from './reader-profiles.ts';

export interface ReaderTraits {
  readonly highestSlot: number;
  /** Short and extended APDUs; otherwise short only. */
  readonly extended: boolean;
  /** wLevelParameter of an XfrBlock that carries (part of) a command. */
  readonly levelParameters: readonly number[];
  /** dwMaxCCIDMessageLength, header included [bytes]. */
  readonly maximumMessageLength: number;
  /** [bytes of abData] */
  readonly responsePartLength: number | undefined;
  /** bPowerSelect: 0 automatic, 1 = 5 V, 2 = 3 V, 3 = 1.8 V. */
  acceptsPowerSelect(value: number): boolean;
}

/** What a slot at TPDU level does, from the same descriptor. `slot`: which ATR its card shows. */
export function tpduTraits({ functionalDescriptor = '', tpdu }: InterfaceProfile, slot: number): TpduTraits {
  const view = new DataView(unhex(functionalDescriptor).buffer);
  const features = view.getUint32(40, true);
  const voltages = view.getUint8(5);
  const atr = tpdu?.contactAtrs[slot];
  return {
    clockKhz: view.getUint32(10, true),
    doesPps: (features & 0xc0) !== 0,
    acceptsPowerSelect: (value) => acceptsPowerSelect(features, voltages, value),
    maxDataRate: view.getUint32(23, true),
    atr: atr === undefined ? undefined : unhex(atr),
    muteAt: tpdu?.muteAt ?? [],
  };
}

function acceptsPowerSelect(features: number, voltages: number, value: number): boolean {
  return value === 0 ? (features & 0x0c) !== 0 : (voltages & (1 << (value - 1))) !== 0;
}

export function readerTraits(profile: ReaderProfile, { functionalDescriptor }: InterfaceProfile): ReaderTraits | undefined {
  if (functionalDescriptor === undefined) return undefined;
  const view = new DataView(unhex(functionalDescriptor).buffer);
  const features = view.getUint32(40, true);
  const voltages = view.getUint8(5);
  return {
    highestSlot: view.getUint8(4),
    extended: (features & 0x40000) !== 0,
    levelParameters: (features & 0x40000) !== 0 ? [0, 1, 2, 3] : [0],
    maximumMessageLength: view.getUint32(44, true),
    responsePartLength: profile.responsePartLength,
    acceptsPowerSelect: (value) => acceptsPowerSelect(features, voltages, value),
  };
}

/** How many cards an interface takes. */
export function slotsOf({ functionalDescriptor }: InterfaceProfile): number {
  return functionalDescriptor === undefined ? 1 : 1 + new DataView(unhex(functionalDescriptor).buffer).getUint8(4);
}
