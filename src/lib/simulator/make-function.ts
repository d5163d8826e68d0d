/** From an interface profile to what stands behind its endpoints. */
import type { Bytes } from '#bytes';
import type { CardPlace } from './card-place.ts';
import { CcidSlots } from './ccid-slots.ts';
import { directLink, pcdLink } from './direct-link.ts';
import type { FaultSchedule } from './faults.ts';
import type { MessagePackets } from './in-endpoint.ts';
import type { LinkClock } from './link-clock.ts';
import { MessageAssembler, type Framing } from './message-assembler.ts';
import type { InterfaceProfile, ReaderProfile } from './reader-profiles.ts';
import { RadioField } from './radio-field.ts';
import { RcS300Commands } from './rc-s300/rc-s300-commands.ts';
import type { RcS300Options } from './rc-s300/rc-s300-options.ts';
import { RcS380Commands, type RcS380Options } from './rc-s380/rc-s380-commands.ts';
import { VirtualRcS380 } from './rc-s380/virtual-rc-s380.ts';
import { TpduSlot } from './contact/tpdu-slot.ts';
import { readerTraits, tpduTraits } from './reader-traits.ts';
import type { SimulatorError } from './simulator-error.ts';
import type { UsbFunction } from './usb-function.ts';
import { VirtualCcidReader, type ReaderWires } from './virtual-ccid-reader.ts';
import { VirtualSlot } from './virtual-slot.ts';

/** What a function reaches of its device. */
export interface DeviceParts {
  readonly faults: FaultSchedule;
  readonly clock: LinkClock;
  readonly places: readonly CardPlace[];
  sendBulk(bytes: Bytes, packets: Partial<MessagePackets>): void;
  haltBulkIn(): void;
  sendInterrupt(bytes: Bytes): void;
  /** `length` bytes are about to leave: false = the device is gone. */
  mayDeliver(length: number): boolean;
  report(error: SimulatorError): void;
  unplug(): void;
}

/** `undefined`: nobody is behind these endpoints. */
export function makeFunction(profile: ReaderProfile, interfaceProfile: InterfaceProfile, parts: DeviceParts): UsbFunction | undefined {
  const { rcS300, rcS380 } = interfaceProfile;
  if (rcS380 !== undefined) return makeRcS380(rcS380, parts);
  if (rcS300 !== undefined) return makeRcS300(rcS300, profile, parts);
  return makeCcidReader(profile, interfaceProfile, parts);
}

function makeRcS380(options: RcS380Options, parts: DeviceParts): UsbFunction | undefined {
  const { faults, clock } = parts;
  const [place] = parts.places;
  if (place === undefined) return undefined;
  const field = new RadioField({ place, faults, clock, report: (error) => parts.report(error) });
  return new VirtualRcS380({ commands: new RcS380Commands(field, options), options, faults, wires: parts });
}

/** dwMaxCCIDMessageLength of the vendor interface is not published; 290 bytes of a frame with all objects fit well. */
const RC_S300_MESSAGE_LENGTH = 1034;

function makeRcS300(options: RcS300Options, profile: ReaderProfile, parts: DeviceParts): UsbFunction | undefined {
  const { faults, clock } = parts;
  const [place] = parts.places;
  const ccid = profile.interfaces.find(({ functionalDescriptor }) => functionalDescriptor !== undefined);
  const traits = ccid === undefined ? undefined : readerTraits(profile, ccid);
  if (place === undefined || traits === undefined) return undefined;
  const field = new RadioField({ place, faults, clock, report: (error) => parts.report(error) });
  const slots = options.strategy === 'T4' ? new CcidSlots([new VirtualSlot({ traits, faults, place, link: pcdLink(field, options.highestRate) })]) : undefined;
  const commands = new RcS300Commands({ options, field, place, faults, slots });
  const wires = ccidWires(parts, { maximumMessageLength: RC_S300_MESSAGE_LENGTH, packetLength: 64, awaitsZeroLengthPacket: true });
  return new VirtualCcidReader(commands, faults, wires);
}

function makeCcidReader(profile: ReaderProfile, interfaceProfile: InterfaceProfile, parts: DeviceParts): UsbFunction | undefined {
  const traits = readerTraits(profile, interfaceProfile);
  if (traits === undefined) return undefined;
  const { faults, clock, places } = parts;
  const link = directLink(faults, clock, profile.highestRate);
  const around = { faults, clock, report: (error: SimulatorError) => parts.report(error) };
  const slots = places.map((place, slot) =>
    interfaceProfile.tpdu === undefined
      ? new VirtualSlot({ traits, faults, place, link })
      : new TpduSlot(tpduTraits(interfaceProfile, slot), { ...around, place }),
  );
  // Some firmware says 263 and means 270 (spec/ccid.md §6.1, rule 7).
  const maximumMessageLength = traits.maximumMessageLength === 263 ? 271 : traits.maximumMessageLength;
  const wires = ccidWires(parts, { maximumMessageLength, packetLength: interfaceProfile.packetLength, awaitsZeroLengthPacket: false });
  const reader = new VirtualCcidReader(new CcidSlots(slots), faults, wires);
  places.forEach((place, slot) => place.watch(() => reader.notify(slot)));
  return reader;
}

function ccidWires(parts: DeviceParts, framing: Framing): ReaderWires {
  const assembler = new MessageAssembler(framing);
  return { ...parts, assemble: (transfer) => assembler.add(transfer), forgetTransfers: () => assembler.forget() };
}
