/**
 * A diagnosis of one reader, step by step: what is plugged in, its descriptors, the driver, each slot and the card in it, letting go.
 * A step that fails is shown with its code, and what does not need it is shown all the same.
 */
import { hex } from '#bytes';
import {
  describeConfiguration,
  openReader,
  readerName,
  type DescriptorReport,
  type InterfaceReport,
  type OpenReaderOptions,
  type Reader,
  type Slot,
} from '#reader';
import type { PermittedDevice, ReaderPipe } from '#usb';
import { diagnoseCard, skipCard } from './diagnose-card.ts';
import type { DiagnosisFacts } from './diagnosis-report.ts';
import { recordingPipe } from './recording-pipe.ts';
import type { StepSheet } from './step-sheet.ts';

/** Readers of more slots exist in descriptors only. */
const MAXIMUM_SLOTS = 8;

/** Something that can be let go in the middle. */
export interface Leash {
  /** True once nobody wants the rest any more. */
  readonly dropped: boolean;
  /** What to close when the leash is dropped; at once when it was. */
  hold(thing: { close(): Promise<void> }): Promise<void>;
}

export interface DiagnoseOptions {
  readonly readerOptions: OpenReaderOptions;
  readonly leash: Leash;
  readonly onDescriptor: (configurationDescriptor: string) => void;
}

/** Never throws: every fault ends in a step. */
export async function diagnose(device: PermittedDevice, sheet: StepSheet, options: DiagnoseOptions): Promise<void> {
  await sheet.attempt({ step: 'find' }, () => Promise.resolve(device), identityFacts);
  const opened = await sheet.attempt({ step: 'open' }, () => openPipe(device, options.leash), pipeFacts);
  if (!opened.done) {
    sheet.notTaken({ step: 'driver' }, 'faultBefore');
    sheet.notTaken({ step: 'presence' }, 'faultBefore');
    return;
  }
  await tellDescriptors(opened.value, sheet, options.onDescriptor);
  const pipe = recordingPipe(opened.value, sheet.recorder);
  const started = await sheet.attempt({ step: 'driver' }, () => openReader(pipe, options.readerOptions), driverFacts);
  if (!started.done) {
    // `openReader` has closed the pipe.
    sheet.notTaken({ step: 'presence' }, 'faultBefore');
    return;
  }
  await options.leash.hold(started.value);
  await tellSlots(started.value, sheet, options.leash);
  await sheet.attempt(
    { step: 'letGo' },
    () => started.value.close(),
    () => ({}),
  );
}

async function openPipe(device: PermittedDevice, leash: Leash): Promise<ReaderPipe> {
  const pipe = await device.open();
  // A reader of the operating system has nothing to close yet.
  if ('close' in pipe) await leash.hold(pipe);
  return pipe;
}

async function tellDescriptors(pipe: ReaderPipe, sheet: StepSheet, onDescriptor: DiagnoseOptions['onDescriptor']): Promise<void> {
  if (!('bulkOut' in pipe)) return;
  const { configurationDescriptor } = pipe.description;
  onDescriptor(hex(configurationDescriptor));
  for (const found of describeConfiguration(configurationDescriptor)) {
    await sheet.attempt({ step: 'descriptor' }, () => Promise.resolve(found), interfaceFacts);
  }
}

async function tellSlots(reader: Reader, sheet: StepSheet, leash: Leash): Promise<void> {
  for (const slot of reader.slots.slice(0, MAXIMUM_SLOTS)) {
    if (leash.dropped) return;
    // Asked anew each time: a reader of several ways tells its way only once a card has answered.
    await tellSlot(slot, sheet, () => reader.description.strategy);
  }
}

async function tellSlot(slot: Slot, sheet: StepSheet, strategy: () => string | undefined): Promise<void> {
  const asked = await sheet.attempt(
    { step: 'presence', slot: slot.index },
    () => slot.presence(),
    (presence) => ({ presence }),
  );
  if (!asked.done) skipCard(sheet, slot.index, 'faultBefore');
  else if (asked.value === 'absent') skipCard(sheet, slot.index, 'noCard');
  else await diagnoseCard(slot, sheet, strategy);
}

/** Readers of the operating system have no vendor and product; USB-IF gives nobody the number 0. */
function identityFacts(device: PermittedDevice): DiagnosisFacts {
  const { vendorId, productId } = device;
  return { ...(vendorId === 0 ? {} : { deviceId: `${fourDigits(vendorId)}:${fourDigits(productId)}` }), name: readerName(device) };
}

function pipeFacts(pipe: ReaderPipe): DiagnosisFacts {
  if (!('bulkOut' in pipe)) return {};
  const { deviceVersion, interfaceNumber, bulkInPacketLength, bulkOutPacketLength, interruptInPacketLength } = pipe.description;
  const packets = [bulkInPacketLength, bulkOutPacketLength, interruptInPacketLength].filter((length) => length !== undefined);
  return { deviceVersion, interface: interfaceNumber, interfaceClass: classOf(pipe.description), packetLengths: packets.join(' / ') };
}

/** @throws ReaderError when the class descriptor cannot be decoded */
function interfaceFacts({ decoded, ...found }: InterfaceReport): DiagnosisFacts {
  const identity = { interface: found.interfaceNumber, interfaceClass: classOf(found), endpoints: found.endpointCount };
  if (found.undecodable !== undefined) throw found.undecodable;
  return decoded === undefined ? identity : { ...identity, ...decodedFacts(decoded) };
}

function decodedFacts({ level, protocols, slots, maxMessageLength, ifsd, claimable, duties }: DescriptorReport): DiagnosisFacts {
  const hostDuties = Object.entries(duties).flatMap(([duty, isOurs]) => (isOurs === true ? [duty] : []));
  return {
    claimable,
    level,
    protocols: protocols.map((protocol) => `T=${String(protocol)}`).join(' '),
    slots,
    maxMessageLength,
    ifsd,
    ...(hostDuties.length === 0 ? {} : { hostDuties: hostDuties.join(' ') }),
  };
}

function driverFacts({ description }: Reader): DiagnosisFacts {
  const { name, level, slotCount, strategy, firmware, caution } = description;
  return {
    name,
    level,
    slots: slotCount,
    ...(strategy === undefined ? {} : { strategy }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(caution === undefined ? {} : { caution }),
  };
}

function classOf(found: { readonly interfaceClass: number; readonly interfaceSubclass: number; readonly interfaceProtocol: number }): string {
  return [found.interfaceClass, found.interfaceSubclass, found.interfaceProtocol].map((part) => twoDigits(part)).join(' ');
}

function twoDigits(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function fourDigits(id: number): string {
  return id.toString(16).toUpperCase().padStart(4, '0');
}
