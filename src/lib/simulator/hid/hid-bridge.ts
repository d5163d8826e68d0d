/**
 * A bridge that carries CCID messages in HID reports: one contactless slot at short APDU level, 271 bytes a message, no notices (a host asks). CCID
 * Escape `FF` gives the 54-byte class descriptor a USB reader would have in its configuration (spec/open-points.md, 15).
 */
import { equalBytes, unhex, type Bytes } from '#bytes';
import { failed, succeeded, type Reply } from '../ccid-message.ts';
import { CcidSlots } from '../ccid-slots.ts';
import { directLink } from '../direct-link.ts';
import type { DeviceParts } from '../make-function.ts';
import type { ReaderProfile } from '../reader-profiles.ts';
import { readerTraits } from '../reader-traits.ts';
import type { UsbFunction } from '../usb-function.ts';
import { VirtualCcidReader } from '../virtual-ccid-reader.ts';
import { VirtualSlot } from '../virtual-slot.ts';
import { encodeReports, ReportJoiner } from './hid-frames.ts';

/** bcdCCID 1.10, one slot, T=1, dwFeatures 0x0002007E, dwMaxCCIDMessageLength 271. */
export const BRIDGE_DESCRIPTOR = '36211001000702000000A00F0000A00F00000000C2010000100E0000FE00000000000000000000007E0002000F010000FFFF00000001';
const ASK_DESCRIPTOR = Uint8Array.of(0xff);
const COMMAND_NOT_SUPPORTED = 0;

export interface HidOptions {
  /** Says nothing when asked for the descriptor. False by default. */
  readonly silentAboutDescriptor?: boolean;
}

/** What pages see of the bridge. */
export interface HidSide extends UsbFunction {
  /** Hears every input report. */
  listen(listener: (report: Bytes) => void): () => void;
  /** A message out of the blue. */
  send(message: Bytes): void;
}

export function makeHidBridge(profile: ReaderProfile, options: HidOptions, parts: DeviceParts): HidSide | undefined {
  const { faults, clock, places } = parts;
  const traits = readerTraits(profile, { ...noEndpoints, functionalDescriptor: BRIDGE_DESCRIPTOR });
  if (traits === undefined) return undefined;
  const listeners = new Set<(report: Bytes) => void>();
  const joiner = new ReportJoiner(traits.maximumMessageLength);
  const slots = places.map((place) => new VirtualSlot({ traits, faults, place, link: directLink(faults, clock, profile.highestRate) }));
  const send = (message: Bytes): void => {
    for (const report of encodeReports(joiner.channel, message)) {
      if (!parts.mayDeliver(report.length)) return;
      for (const listener of [...listeners]) setTimeout(() => listener(report), 0);
    }
  };
  const reader = new VirtualCcidReader(new CcidSlots(slots, (data) => answerEscape(data, options)), faults, {
    ...parts,
    sendBulk: (bytes) => send(bytes),
    sendInterrupt: () => undefined,
    assemble: (report) => joiner.add(report),
    forgetTransfers: () => joiner.forget(),
  });
  const listen = (listener: (report: Bytes) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return Object.assign(reader, { listen, send });
}

const noEndpoints = { interfaceClass: 0x03, interfaceSubclass: 0, interfaceProtocol: 0, bulkIn: 0x81, bulkOut: 0x01, packetLength: 64 } as const;

function answerEscape(data: Bytes, { silentAboutDescriptor }: HidOptions): Reply | undefined {
  if (!equalBytes(data, ASK_DESCRIPTOR)) return failed(COMMAND_NOT_SUPPORTED);
  return silentAboutDescriptor === true ? undefined : succeeded(unhex(BRIDGE_DESCRIPTOR));
}
