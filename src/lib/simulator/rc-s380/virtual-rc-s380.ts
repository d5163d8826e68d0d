/**
 * The RC-S380 on its bulk endpoints (spec/browser-and-readers.md §7.1): every command is acknowledged, then answered; an ACK of the host stops what is
 * under way. Bytes that are no frame get the error frame and are recorded.
 */
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { FaultSchedule } from '../faults.ts';
import type { MessagePackets } from '../in-endpoint.ts';
import type { LinkClock } from '../link-clock.ts';
import { planReply, type ReplyStep } from '../reply-plan.ts';
import { SimulatorError, unexpectedInput } from '../simulator-error.ts';
import type { LoggedMessage, UsbFunction } from '../usb-function.ts';
import { ackFrame, decodeFrame, encodeFrame, errorFrame, missingLength } from './port100-frame.ts';
import type { RcS380Commands, RcS380Options } from './rc-s380-commands.ts';

const PACKET_LENGTH = 64;

export interface RcS380Wires {
  readonly clock: LinkClock;
  sendBulk(bytes: Bytes, packets: Partial<MessagePackets>): void;
  haltBulkIn(): void;
  report(error: SimulatorError): void;
  unplug(): void;
}

export class VirtualRcS380 implements UsbFunction {
  readonly log: LoggedMessage[] = [];
  readonly #commands: RcS380Commands;
  readonly #options: RcS380Options;
  readonly #faults: FaultSchedule;
  readonly #wires: RcS380Wires;
  #running: { cancelled: boolean } | undefined;
  /** Full packets of a frame that is not complete yet. */
  #received: Bytes = new Uint8Array(0);

  constructor({ commands, options, faults, wires }: { commands: RcS380Commands; options: RcS380Options; faults: FaultSchedule; wires: RcS380Wires }) {
    this.#commands = commands;
    this.#options = options;
    this.#faults = faults;
    this.#wires = wires;
  }

  receive(transfer: Bytes): void {
    const bytes = concatBytes(this.#received, transfer);
    this.#received = new Uint8Array(0);
    if (bytes.length === 0) return;
    const isOpen = transfer.length > 0 && transfer.length % PACKET_LENGTH === 0 && missingLength(bytes) > 0;
    if (isOpen) this.#received = bytes;
    else this.#takeFrame(bytes);
  }

  #takeFrame(bytes: Bytes): void {
    const input = decodeFrame(bytes);
    if (input === undefined) this.#refuse('Not a frame', bytes.length);
    else if (input.kind === 'ack') this.#stop();
    else this.#take(input.data);
  }

  welcomeHost(): void {
    for (const frame of this.#options.leftovers ?? []) this.#wires.sendBulk(unhex(frame), {});
  }

  reset(): void {
    this.#received = new Uint8Array(0);
    this.#stop();
    this.#commands.reset();
  }

  announceCard(): void {
    // No interrupt endpoint: a host has to ask.
  }

  controlIn(): undefined {
    return undefined;
  }

  controlAbort(): boolean {
    return false;
  }

  #take(data: Bytes): void {
    const [direction, code] = data;
    if (direction !== 0xd6 || code === undefined) {
      this.#refuse('Not a command', data.length);
      return;
    }
    if (this.#running !== undefined && !this.#faults.hasStruck) this.#wires.report(unexpectedInput('A command while another is under way'));
    this.#stop();
    this.log.push({ name: 'port100', slot: 0, sequence: code, dataLength: data.length });
    if (this.#faults.strike(['unplugAtMessage']).length > 0) this.#wires.unplug();
    else void this.#run(code, data.slice(2));
  }

  async #run(code: number, data: Bytes): Promise<void> {
    const running = { cancelled: false };
    this.#running = running;
    try {
      this.#wires.clock.usbRoundTrip();
      this.#wires.sendBulk(ackFrame, {});
      const answer = await this.#commands.answer(code, data);
      if (answer === undefined) this.#wires.report(unexpectedInput('Unknown command', { code }));
      const frame = answer === undefined ? errorFrame : encodeFrame(concatBytes(Uint8Array.of(0xd7, code + 1), answer));
      await this.#perform(planReply(frame, 'port100', this.#faults), running);
    } catch (error) {
      this.#wires.report(error instanceof SimulatorError ? error : unexpectedInput('The virtual reader itself failed'));
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  async #perform(steps: readonly ReplyStep[], running: { cancelled: boolean }): Promise<void> {
    for (const step of steps) {
      if (running.cancelled) return;
      if (step.step === 'send') this.#send(step.bytes, step.packets ?? {}, running);
      else if (step.step === 'halt') this.#wires.haltBulkIn();
      else if (step.step === 'wait') await pause(step.ms);
      else await this.#repeat(step.bytes, step.everyMs, running);
    }
  }

  /** The reader is free before its answer is out: the host may go on at once. */
  #send(bytes: Bytes, packets: Partial<MessagePackets>, running: { cancelled: boolean }): void {
    if (this.#running === running) this.#running = undefined;
    this.#wires.sendBulk(bytes, packets);
  }

  async #repeat(bytes: Bytes, everyMs: number, running: { cancelled: boolean }): Promise<void> {
    this.#running = running;
    while (!running.cancelled) {
      this.#wires.sendBulk(bytes, {});
      await pause(everyMs);
    }
  }

  #stop(): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
    this.#running = undefined;
  }

  #refuse(message: string, length: number): void {
    if (!this.#faults.hasStruck) this.#wires.report(unexpectedInput(message, { length }));
    this.#wires.sendBulk(errorFrame, {});
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
