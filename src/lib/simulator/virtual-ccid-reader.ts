/**
 * The CCID function of a virtual reader: assembles bulk OUT transfers into messages, runs them in the slot, answers; control ABORT and
 * lists; NotifySlotChange (CCID Rev 1.1 §5.3, §6). One slot, one command at a time. A message no host may send is fatal: it is
 * recorded, and the reader says nothing any more.
 */
import { concatBytes, type Bytes } from '#bytes';
import {
  dataLengthOf,
  decodeHostMessage,
  encodeReply,
  failed,
  HEADER_LENGTH,
  succeeded,
  type HostMessage,
  type HostMessageName,
  type Reply,
} from './ccid-message.ts';
import type { FaultSchedule } from './faults.ts';
import type { MessagePackets } from './in-endpoint.ts';
import type { ReaderTraits } from './reader-traits.ts';
import { planReply, type ReplyStep } from './reply-plan.ts';
import { SimulatorError, unexpectedInput } from './simulator-error.ts';
import { VirtualSlot } from './virtual-slot.ts';

const ERROR_SLOT_MISSING = 5;
const ERROR_SLOT_BUSY = 0xe0;
const ERROR_ABORTED = 0xff;
const COMMAND_NOT_SUPPORTED = 0;
/** Bytes 7–9 that carry something; in every other message they are zero. */
const usesSpecific: readonly HostMessageName[] = ['iccPowerOn', 'xfrBlock', 'setParameters', 'iccClock', 't0Apdu', 'secure', 'mechanical'];
const usesParameter: readonly HostMessageName[] = ['xfrBlock', 'secure', 't0Apdu'];
const carriesData: readonly HostMessageName[] = ['xfrBlock', 'setParameters', 'escape', 'secure', 'setDataRateAndClockFrequency'];

/** What the reader reaches on the USB side. */
export interface ReaderWires {
  readonly bulkOutPacketLength: number;
  sendBulk(bytes: Bytes, packets: Partial<MessagePackets>): void;
  haltBulkIn(): void;
  sendInterrupt(bytes: Bytes): void;
  /** A promise was broken: for `assertNoUnexpectedInput`. */
  report(error: SimulatorError): void;
  unplug(): void;
}

/** One message of the host as it may be shown. */
export interface LoggedMessage {
  readonly name: HostMessageName;
  readonly slot: number;
  readonly sequence: number;
  readonly dataLength: number;
}

export class VirtualCcidReader {
  readonly slot: VirtualSlot;
  readonly log: LoggedMessage[] = [];
  readonly #traits: ReaderTraits;
  readonly #faults: FaultSchedule;
  readonly #wires: ReaderWires;
  #received: Bytes = new Uint8Array(0);
  #dead = false;
  /** The command under way; a cancelled one sends nothing more. */
  #running: { cancelled: boolean } | undefined;
  #aborting: { control?: number; bulk?: number } | undefined;
  #lastSequence: number | undefined;

  constructor(traits: ReaderTraits, faults: FaultSchedule, wires: ReaderWires) {
    this.#traits = traits;
    this.#faults = faults;
    this.#wires = wires;
    this.slot = new VirtualSlot(traits, faults, () => this.#notify());
  }

  /** One transferOut of the host. */
  receive(transfer: Bytes): void {
    if (this.#dead) return;
    try {
      const message = this.#assemble(transfer);
      if (message !== undefined) this.#accept(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Class request IN to the interface: `undefined` = stall. GET_CLOCK_FREQUENCIES, GET_DATA_RATES. */
  controlIn(request: number, { clocks, rates }: { clocks: readonly number[]; rates: readonly number[] }): Bytes | undefined {
    const list = request === 0x02 ? clocks : request === 0x03 ? rates : [];
    if (list.length === 0) return undefined; // some readers stall on a list they do not have
    const bytes = new Uint8Array(list.length * 4);
    const view = new DataView(bytes.buffer);
    list.forEach((value, index) => view.setUint32(index * 4, value, true));
    return bytes;
  }

  /** Class request ABORT: wValue = bSeq << 8 | bSlot. False = stall. */
  controlAbort(value: number): boolean {
    if (value % 0x100 > this.#traits.highestSlot) return false;
    this.#beginAbort({ control: value >> 8 });
    return true;
  }

  /** A new host holds the interface: it may begin with any sequence number. */
  welcomeHost(): void {
    this.#lastSequence = undefined;
    this.#received = new Uint8Array(0);
  }

  /** Port reset, or the cable out: the card has no power, nothing is under way. */
  reset(): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
    this.#running = undefined;
    this.#aborting = undefined;
    this.welcomeHost();
    this.slot.powerDown();
  }

  /** Plugged in with a card on it: the first notice says so. */
  announceCard(): void {
    if (this.slot.card !== undefined) this.#notify();
  }

  #notify(): void {
    this.#wires.sendInterrupt(Uint8Array.of(0x50, this.slot.card === undefined ? 0x02 : 0x03));
  }

  #assemble(transfer: Bytes): Bytes | undefined {
    if (transfer.length === 0) throw unexpectedInput('Zero-length packet to a CCID reader');
    const message = concatBytes(this.#received, transfer);
    this.#received = message;
    const length = message.length < HEADER_LENGTH ? undefined : HEADER_LENGTH + dataLengthOf(message);
    if (length !== undefined && length > this.#traits.maximumMessageLength) throw unexpectedInput('Longer than dwMaxCCIDMessageLength', { length });
    if (length !== undefined && message.length > length) throw unexpectedInput('More bytes than dwLength says', { length: message.length });
    if (message.length === length) {
      this.#received = new Uint8Array(0);
      return message;
    }
    if (transfer.length % this.#wires.bulkOutPacketLength !== 0) throw unexpectedInput('A short packet inside a message', { length: message.length });
    return undefined;
  }

  #accept(bytes: Bytes): void {
    const message = decodeHostMessage(bytes);
    if (message === undefined) throw unexpectedInput('Unknown message type', { type: bytes[0] ?? -1 });
    this.#check(message);
    const { name, slot, sequence, data } = message;
    this.log.push({ name, slot, sequence, dataLength: data.length });
    if (this.#faults.strike(['unplugAtMessage']).length > 0) this.#wires.unplug();
    else if (slot > this.#traits.highestSlot) this.#refuse(message, ERROR_SLOT_MISSING);
    else if (name === 'abort') this.#beginAbort({ bulk: sequence });
    else if (this.#aborting !== undefined) this.#refuse(message, ERROR_ABORTED);
    else if (this.#running !== undefined) this.#refuse(message, ERROR_SLOT_BUSY);
    else void this.#run(message);
  }

  #check({ name, sequence, specific, parameter, data }: HostMessage): void {
    if (specific !== 0 && !usesSpecific.includes(name)) throw unexpectedInput(`${name}: byte 7 is not zero`, { specific });
    if (parameter !== 0 && !usesParameter.includes(name)) throw unexpectedInput(`${name}: bytes 8 and 9 are not zero`, { parameter });
    if (data.length > 0 && !carriesData.includes(name)) throw unexpectedInput(`${name} carries data`, { length: data.length });
    // PC_to_RDR_Abort repeats the number of the command it ends (§6.1.12); any other repeat is a host that does not count.
    if (name !== 'abort' && sequence === this.#lastSequence) throw unexpectedInput(`${name}: bSeq repeated`, { sequence });
    this.#lastSequence = sequence;
  }

  async #run(message: HostMessage): Promise<void> {
    const running = { cancelled: false };
    this.#running = running;
    try {
      const reply = await this.#answer(message);
      // A port reset or an abort in the meantime: this reply is not sent any more.
      const bytes = encodeReply(message, reply, this.slot.takeIccStatus());
      await this.#perform(planReply(bytes, message.name, this.#faults), running);
    } catch (error) {
      this.#fail(error);
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  async #answer(message: HostMessage): Promise<Reply> {
    switch (message.name) {
      case 'iccPowerOn':
        return this.slot.powerOn(message);
      case 'iccPowerOff':
        this.slot.powerDown();
        return succeeded(undefined, 0x01);
      case 'getSlotStatus':
        return succeeded();
      case 'xfrBlock':
        return this.slot.xfrBlock(message);
      case 'getParameters':
        return this.slot.getParameters();
      case 'resetParameters':
        return this.slot.resetParameters();
      case 'setParameters':
        return this.slot.setParameters(message);
      default:
        return failed(COMMAND_NOT_SUPPORTED);
    }
  }

  async #perform(steps: readonly ReplyStep[], running: { cancelled: boolean }): Promise<void> {
    for (const step of steps) {
      if (running.cancelled) return;
      if (step.step === 'send') this.#send(step.bytes, step.packets, running, step === steps.at(-1));
      else if (step.step === 'halt') this.#wires.haltBulkIn();
      else if (step.step === 'wait') await pause(step.ms);
      else await this.#repeat(step.bytes, step.everyMs, running);
    }
  }

  /** The slot is free before its last reply is out: the host may answer at once. */
  #send(bytes: Bytes, packets: Partial<MessagePackets> = {}, running: { cancelled: boolean }, isLast: boolean): void {
    if (isLast && this.#running === running) this.#running = undefined;
    this.#wires.sendBulk(bytes, packets);
  }

  async #repeat(bytes: Bytes, everyMs: number, running: { cancelled: boolean }): Promise<void> {
    while (!running.cancelled) {
      this.#wires.sendBulk(bytes, {});
      await pause(everyMs);
    }
  }

  #refuse(message: HostMessage, error: number): void {
    this.#wires.sendBulk(encodeReply(message, failed(error), this.slot.takeIccStatus()), {});
  }

  /** Ends the command under way at once; answers when the control request and the message have both come, in either order. */
  #beginAbort(part: { control?: number; bulk?: number }): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
    this.#running = undefined;
    this.slot.forgetChains();
    const { control, bulk } = { ...this.#aborting, ...part };
    this.#aborting = { ...(control === undefined ? {} : { control }), ...(bulk === undefined ? {} : { bulk }) };
    if (control === undefined || control !== bulk) return;
    this.#aborting = undefined;
    this.#wires.sendBulk(encodeReply({ name: 'abort', slot: 0, sequence: control }, succeeded(), this.slot.takeIccStatus()), {});
  }

  #fail(error: unknown): void {
    this.#dead = true;
    this.#wires.report(error instanceof SimulatorError ? error : unexpectedFailure(error));
  }
}

function unexpectedFailure(cause: unknown): SimulatorError {
  return new SimulatorError({ code: 'SIMULATOR_UNEXPECTED_INPUT', message: 'The virtual reader itself failed', cause });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
