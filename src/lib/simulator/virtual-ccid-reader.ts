/**
 * The CCID function of a virtual reader: takes whole messages, has them answered, sends the answers; control ABORT and lists;
 * NotifySlotChange (CCID Rev 1.1 §5.3, §6). One command at a time, whatever the number of slots. A message no host may send is fatal:
 * it is recorded, and the reader says nothing any more. The RC-S300 wraps its own commands in the same messages.
 */
import type { Bytes } from '#bytes';
import { decodeHostMessage, encodeReply, failed, succeeded, type HostMessage, type HostMessageName } from './ccid-message.ts';
import type { CcidCommands } from './ccid-slots.ts';
import type { FaultSchedule } from './faults.ts';
import type { MessagePackets } from './in-endpoint.ts';
import type { LinkClock } from './link-clock.ts';
import { planReply, type ReplyStep } from './reply-plan.ts';
import { SimulatorError, unexpectedInput } from './simulator-error.ts';
import type { LoggedMessage, UsbFunction } from './usb-function.ts';

const ERROR_SLOT_MISSING = 5;
const ERROR_SLOT_BUSY = 0xe0;
const ERROR_ABORTED = 0xff;
/** Bytes 7–9 that carry something; in every other message they are zero. */
const usesSpecific: readonly HostMessageName[] = ['iccPowerOn', 'xfrBlock', 'setParameters', 'iccClock', 't0Apdu', 'secure', 'mechanical'];
const usesParameter: readonly HostMessageName[] = ['xfrBlock', 'secure', 't0Apdu'];
const carriesData: readonly HostMessageName[] = ['xfrBlock', 'setParameters', 'escape', 'secure', 'setDataRateAndClockFrequency'];

/** What the reader reaches on the USB side. */
export interface ReaderWires {
  readonly clock: LinkClock;
  /** One transferOut; the message when it is complete. Without it the carrier hands whole messages to `accept`. */
  assemble(transfer: Bytes): Bytes | undefined;
  forgetTransfers(): void;
  sendBulk(bytes: Bytes, packets: Partial<MessagePackets>): void;
  haltBulkIn(): void;
  sendInterrupt(bytes: Bytes): void;
  /** A promise was broken: for `assertNoUnexpectedInput`. */
  report(error: SimulatorError): void;
  unplug(): void;
}

export class VirtualCcidReader implements UsbFunction {
  readonly log: LoggedMessage[] = [];
  readonly #commands: CcidCommands;
  readonly #faults: FaultSchedule;
  readonly #wires: ReaderWires;
  #dead = false;
  /** The command under way; a cancelled one sends nothing more. */
  #running: { cancelled: boolean } | undefined;
  #aborting: { control?: number; bulk?: number } | undefined;
  #lastSequence: number | undefined;

  constructor(commands: CcidCommands, faults: FaultSchedule, wires: ReaderWires) {
    this.#commands = commands;
    this.#faults = faults;
    this.#wires = wires;
  }

  /** One transferOut of the host. */
  receive(transfer: Bytes): void {
    if (this.#dead) return;
    try {
      const message = this.#wires.assemble(transfer);
      if (message !== undefined) this.#take(message);
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
    if (value % 0x100 > this.#commands.highestSlot) return false;
    this.#beginAbort({ control: value >> 8 }, value % 0x100);
    return true;
  }

  /** A new host holds the interface: it may begin with any sequence number. */
  welcomeHost(): void {
    this.#lastSequence = undefined;
    this.#wires.forgetTransfers();
  }

  /** Port reset, or the cable out: the card has no power, nothing is under way. */
  reset(): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
    this.#running = undefined;
    this.#aborting = undefined;
    this.welcomeHost();
    this.#commands.powerDown();
  }

  /** Plugged in with a card on it: the first notice says so. */
  announceCard(): void {
    if (this.#commands.hasCard) this.notify(0);
  }

  /** A card has come to this slot or gone from it. */
  notify(slot: number): void {
    const notice = this.#commands.notice(slot);
    if (notice !== undefined) this.#wires.sendInterrupt(notice);
  }

  #take(bytes: Bytes): void {
    const message = decodeHostMessage(bytes);
    if (message === undefined) throw unexpectedInput('Unknown message type', { type: bytes[0] ?? -1 });
    this.#check(message);
    const { name, slot, sequence, data } = message;
    this.log.push({ name, slot, sequence, dataLength: data.length });
    if (this.#faults.strike(['unplugAtMessage']).length > 0) this.#wires.unplug();
    else if (slot > this.#commands.highestSlot) this.#refuse(message, ERROR_SLOT_MISSING);
    else if (name === 'abort') this.#beginAbort({ bulk: sequence }, slot);
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
      this.#wires.clock.usbRoundTrip();
      const reply = await this.#commands.answer(message);
      if (reply === undefined) return;
      // A port reset or an abort in the meantime: this reply is not sent any more.
      const bytes = encodeReply(message, reply, this.#commands.takeIccStatus(message.slot));
      await this.#perform(planReply(bytes, message.name, this.#faults), running);
    } catch (error) {
      this.#fail(error);
    } finally {
      if (this.#running === running) this.#running = undefined;
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
    this.#wires.sendBulk(encodeReply(message, failed(error), this.#commands.takeIccStatus(message.slot)), {});
  }

  /** Ends the command under way at once; answers when the control request and the message have both come, in either order. */
  #beginAbort(part: { control?: number; bulk?: number }, slot: number): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
    this.#running = undefined;
    this.#commands.forgetChains();
    const { control, bulk } = { ...this.#aborting, ...part };
    this.#aborting = { ...(control === undefined ? {} : { control }), ...(bulk === undefined ? {} : { bulk }) };
    if (control === undefined || control !== bulk) return;
    this.#aborting = undefined;
    this.#wires.sendBulk(encodeReply({ name: 'abort', slot, sequence: control }, succeeded(), this.#commands.takeIccStatus(slot)), {});
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
