/**
 * A CCID reader from a claimed interface: data rates, interrupt pump, first slot status, and an orderly end.
 * CCID Rev 1.1 §5.3.3 (GET_DATA_RATES). The first status may fail after another host crashed: three tries, one reset, three more.
 */
import type { UsbPipe } from '#usb';
import { pause, within } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import type { Reader, ReaderDescription, Slot } from '../slot.ts';
import { CcidSlot, type CcidDevice } from './ccid-slot.ts';
import type { FunctionalDescriptor } from './functional-descriptor.ts';
import { pumpInterrupts } from './interrupt-pump.ts';
import { levelDriver } from './level-driver.ts';
import { MessageChannel } from './message-channel.ts';
import { MessagePipe } from './message-pipe.ts';
import { amendDescriptor, amendTimeouts, quirksOf, type ReaderQuirks } from './quirks.ts';
import { readerDuties, type ReaderDuties } from './reader-duties.ts';
import { SpeedMemory } from './speed-memory.ts';
import { SequenceCounter } from './sequence-counter.ts';
import type { CcidTimeouts } from './timeouts.ts';

const GET_DATA_RATES = 0x03;
const DWORD_LENGTH = 4;
/** bInterfaceProtocol of ICCD tokens, which have control transfers only. */
const iccdProtocols: readonly number[] = [1, 2];
const MAXIMUM_NAME_LENGTH = 80;

/**
 * Leaves the pipe open when it throws: the caller closes it.
 * @throws ReaderError `READER_UNSUPPORTED`, `READER_LOST` and whatever the first slot status gave
 */
export async function openCcidReader(
  pipe: UsbPipe,
  descriptor: FunctionalDescriptor,
  usualTimeouts: CcidTimeouts,
  sequences = new SequenceCounter(),
): Promise<Reader> {
  assertNotIccd(pipe);
  const quirks = quirksOf(pipe.description);
  const timeouts = amendTimeouts(usualTimeouts, quirks);
  const duties = readerDuties(amendDescriptor(descriptor, quirks), pipe.description.interruptInPacketLength !== undefined);
  const driver = levelDriver(duties, pipe.description, timeouts);
  if (quirks.startDelayMs !== undefined) await pause(quirks.startDelayMs);
  const messages = new MessagePipe(pipe, timeouts);
  const channel = new MessageChannel(messages, duties.slotCount, timeouts, sequences);
  const dataRates = await readDataRates(messages, duties.dataRateCount);
  const slots = makeSlots({ channel, duties, quirks, dataRates, speeds: new SpeedMemory(), driver, timeouts });
  if (!duties.hostPolls) startPump(messages, slots);
  try {
    await askFirstStatus(messages, slots, timeouts);
  } catch (error) {
    for (const slot of slots) slot.end();
    throw error;
  }
  return new CcidReader({ pipe, messages, slots, duties, quirks, timeouts });
}

interface ReaderParts {
  readonly pipe: UsbPipe;
  readonly messages: MessagePipe;
  readonly slots: readonly [CcidSlot, ...CcidSlot[]];
  readonly duties: ReaderDuties;
  readonly quirks: ReaderQuirks;
  readonly timeouts: CcidTimeouts;
}

class CcidReader implements Reader {
  readonly description: ReaderDescription;
  readonly slots: readonly [Slot, ...Slot[]];
  readonly lost: Promise<ReaderError>;
  readonly #pipe: UsbPipe;
  readonly #slots: readonly CcidSlot[];
  readonly #timeouts: CcidTimeouts;
  #closing: Promise<void> | undefined;

  constructor(parts: ReaderParts) {
    this.description = describe(parts.pipe, parts.duties, parts.quirks);
    this.slots = parts.slots;
    this.#slots = parts.slots;
    this.#pipe = parts.pipe;
    this.#timeouts = parts.timeouts;
    this.lost = new Promise((resolve) => {
      void parts.messages.lost.then((reason) => {
        for (const slot of parts.slots) slot.end();
        // Closing is not losing: who closes the reader is told by `close`.
        if (this.#closing === undefined) resolve(reason);
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    for (const slot of this.#slots) slot.end();
    try {
      const powerOff = Promise.all(this.#slots.map((slot) => slot.disconnect()));
      await within(powerOff, this.#timeouts.closeMs, () => new Error('the reader does not answer'));
    } catch {
      // A reader that is busy or gone cannot be asked; closing the pipe ends what is pending.
    }
    await this.#pipe.close();
  }
}

function assertNotIccd({ description }: UsbPipe): void {
  if (!iccdProtocols.includes(description.interfaceProtocol)) return;
  const { vendorId, productId, interfaceProtocol } = description;
  throw new ReaderError({ code: 'READER_UNSUPPORTED', message: 'ICCD token', facts: { vendorId, productId, interfaceProtocol } });
}

function makeSlots(device: CcidDevice): [CcidSlot, ...CcidSlot[]] {
  const others = Array.from({ length: device.duties.slotCount - 1 }, (_, index) => new CcidSlot(device, index + 1));
  return [new CcidSlot(device, 0), ...others];
}

function startPump(messages: MessagePipe, slots: readonly CcidSlot[]): void {
  const pump = pumpInterrupts(messages, slots.length, ({ slot, ...notice }) => slots[slot]?.notice(notice));
  void pump.then(() => {
    for (const slot of slots) slot.pollFromNowOn();
  });
}

/** Not asked for when the reader promises none: some stall. Anything wrong with the answer means no list, not no reader. */
async function readDataRates(messages: MessagePipe, count: number): Promise<readonly number[]> {
  if (count === 0) return [];
  try {
    const request = { type: 'class', recipient: 'interface', request: GET_DATA_RATES, value: 0, index: messages.interfaceNumber } as const;
    const answer = await messages.controlIn(request, count * DWORD_LENGTH);
    if (answer.length % DWORD_LENGTH !== 0) return [];
    const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
    return Array.from({ length: Math.min(count, answer.length / DWORD_LENGTH) }, (_, index) => view.getUint32(index * DWORD_LENGTH, true));
  } catch {
    messages.assertPresent();
    return [];
  }
}

async function askFirstStatus(messages: MessagePipe, [first, ...others]: readonly [CcidSlot, ...CcidSlot[]], timeouts: CcidTimeouts): Promise<void> {
  const tries = [timeouts.replyMs, timeouts.recoveryMs, timeouts.recoveryMs];
  if (!(await succeedsOnce(messages, first, tries))) {
    await messages.reset().catch(() => {
      messages.assertPresent(); // Windows cannot reset; perhaps the reader has come to its senses meanwhile.
    });
    if (!(await succeedsOnce(messages, first, tries.slice(1)))) await first.presence();
  }
  for (const slot of others) await slot.presence().catch(() => messages.assertPresent());
}

async function succeedsOnce(messages: MessagePipe, slot: CcidSlot, tries: readonly number[]): Promise<boolean> {
  for (const timeoutMs of tries) {
    try {
      await slot.presenceWithin(timeoutMs);
      return true;
    } catch {
      messages.assertPresent();
    }
  }
  return false;
}

function describe({ description }: UsbPipe, { level, slotCount }: ReaderDuties, { caution }: ReaderQuirks): ReaderDescription {
  const { vendorId, productId, deviceVersion, productName } = description;
  const identity = [vendorId, productId].map((id) => id.toString(16).padStart(4, '0').toUpperCase()).join(':');
  const name = productName.replace(/\p{C}/gu, '').trim().slice(0, MAXIMUM_NAME_LENGTH);
  return { name: name === '' ? identity : name, vendorId, productId, deviceVersion, level, slotCount, ...(caution === undefined ? {} : { caution }) };
}
