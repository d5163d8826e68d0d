/**
 * Opens the reader behind a HID bridge. docs/hid-bridge.md. First a CCID Escape of one byte, FF, asks for the class descriptor (CCID Rev
 * 1.1 §5.1, 54 bytes). A bridge that refuses or says nothing is taken for what every reader can do at least: short APDUs, messages of
 * 271 bytes, everything automatic, one slot, presence polled (open-points.md 15). An answer that is no descriptor is a fault.
 */
import type { HidPipe } from '#usb';
import { openCcidReader } from '../ccid/ccid-reader.ts';
import { decodeFunctionalDescriptor, descriptorType, type FunctionalDescriptor } from '../ccid/functional-descriptor.ts';
import { MessageChannel } from '../ccid/message-channel.ts';
import { MessagePipe } from '../ccid/message-pipe.ts';
import { SequenceCounter } from '../ccid/sequence-counter.ts';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import type { Reader } from '../slot.ts';
import { BridgePipe } from './bridge-pipe.ts';
import { LONGEST_FRAMED_MESSAGE } from './frames.ts';

const ASK_FOR_DESCRIPTOR = 0xff;
const ASSUMED_MESSAGE_LENGTH = 271;

/** Silence, or "wait" without an end. */
const noAnswer: ReadonlySet<ReaderErrorCode> = new Set<ReaderErrorCode>(['READER_TIMED_OUT', 'READER_BUDGET_EXCEEDED']);

/** dwFeatures 2007E: short APDU level; parameters, activation, voltage, clock, rate and negotiation are the reader's own business. */
const assumed: FunctionalDescriptor = {
  bDescriptorType: descriptorType.smartCard,
  bcdCCID: 0x0110,
  bMaxSlotIndex: 0,
  bVoltageSupport: 7,
  dwProtocols: 3,
  dwDefaultClock: 4_000,
  dwMaximumClock: 4_000,
  bNumClockSupported: 0,
  dwDataRate: 10_752,
  dwMaxDataRate: 10_752,
  bNumDataRatesSupported: 0,
  dwMaxIFSD: 254,
  dwSynchProtocols: 0,
  dwMechanical: 0,
  dwFeatures: 0x2007e,
  dwMaxCCIDMessageLength: ASSUMED_MESSAGE_LENGTH,
  bClassGetResponse: 0xff,
  bClassEnvelope: 0xff,
  wLcdLayout: 0,
  bPINSupport: 0,
  bMaxCCIDBusySlots: 1,
};

/**
 * Leaves the pipe open when it throws: the caller closes it.
 * @param channel 0–65535, another one for each opening
 * @throws ReaderError `READER_DESCRIPTOR_INVALID`, `READER_UNSUPPORTED`, `READER_LOST`, `READER_MALFORMED_MESSAGE` and what the first slot status gave
 */
export async function openHidBridge(hid: HidPipe, timeouts: CcidTimeouts, channel: number): Promise<Reader> {
  const pipe = new BridgePipe(hid, { channel, limit: ASSUMED_MESSAGE_LENGTH });
  const sequences = new SequenceCounter();
  const told = await askForDescriptor(pipe, timeouts, sequences);
  const descriptor = told === undefined ? assumed : { ...told, dwMaxCCIDMessageLength: Math.min(told.dwMaxCCIDMessageLength, LONGEST_FRAMED_MESSAGE) };
  pipe.acceptUpTo(Math.max(ASSUMED_MESSAGE_LENGTH, descriptor.dwMaxCCIDMessageLength));
  return openCcidReader(pipe, descriptor, timeouts, sequences);
}

/** `undefined` when the bridge does not answer the question. */
async function askForDescriptor(pipe: BridgePipe, timeouts: CcidTimeouts, sequences: SequenceCounter): Promise<FunctionalDescriptor | undefined> {
  // A question must not cost more than one waiting time, whatever extensions are asked for.
  const channel = new MessageChannel(new MessagePipe(pipe, timeouts), 1, { ...timeouts, commandBudgetMs: timeouts.replyMs }, sequences);
  const data = Uint8Array.of(ASK_FOR_DESCRIPTOR);
  const body = { TAG: 'escape', data: { slot: 0, dataLength: data.length, data } } as const;
  try {
    const reply = await channel.exclusively((exchange) => exchange({ body, secret: false, answer: 'escape', timeoutMs: timeouts.replyMs }));
    if (reply.TAG !== 'escape' || reply.data.commandStatus === 'failed') return undefined;
    return decodeFunctionalDescriptor(reply.data.data.slice());
  } catch (error) {
    if (error instanceof ReaderError && noAnswer.has(error.code)) return undefined;
    throw error;
  }
}
