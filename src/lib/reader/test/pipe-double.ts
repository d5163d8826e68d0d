/**
 * A strict double of `UsbPipe` for this room's tests. It moves packets as USB 2.0 §5.8.3 has it (a transfer ends on a short packet or
 * when it is full), keeps a transfer that timed out, and answers commands only as the test says: anything else is a problem.
 * It builds and reads its own bytes and shares no codec with the room.
 */
import { hex, unhex, type Bytes, type Outgoing } from '#bytes';
import { UsbError, type ControlRequest, type UsbErrorCode, type UsbInterfaceDescription, type UsbPipe } from '#usb';

/** What follows a command: messages in order, each cut into packets unless given as packets; or a fault of the transfer. */
export type Answer = readonly (Bytes | { readonly packets: readonly Bytes[] } | UsbErrorCode)[];
/** By bMessageType. `count` is 1 at the first command of that type. */
export type Answers = Partial<Record<number, (command: Bytes, count: number) => Answer>>;

export interface PipeDoubleOptions {
  readonly configurationDescriptor: Bytes;
  readonly interrupt?: boolean;
  readonly packetLength?: number;
  readonly control?: 'answers' | 'refused' | 'silent' | Bytes;
  readonly resets?: boolean;
  readonly interfaceProtocol?: number;
  readonly interfaceClass?: number;
  readonly vendorId?: number;
  readonly productId?: number;
  readonly deviceVersion?: string;
}

interface Transfer {
  readonly length: number;
  readonly collected: number[];
  settle: { resolve: (bytes: Bytes) => void; reject: (error: UsbError) => void } | undefined;
}

export class PipeDouble implements UsbPipe {
  readonly description: UsbInterfaceDescription;
  readonly closed: Promise<void>;
  /** Every bulk OUT in hexadecimal; a secret one as its length. */
  readonly sent: string[] = [];
  readonly controls: ControlRequest[] = [];
  /** Commands nobody scripted. A test that does not expect them asserts that this is empty. */
  readonly problems: string[] = [];
  resetCount = 0;
  closeCount = 0;
  readonly #answers: Answers;
  readonly #options: PipeDoubleOptions;
  readonly #counts = new Map<number, number>();
  #packets: (Bytes | UsbErrorCode)[] = [];
  #pending: Transfer | undefined;
  #finished: Bytes | UsbErrorCode | undefined;
  #interrupts: Bytes[] = [];
  #interruptWaiter: { resolve: (bytes: Bytes) => void; reject: (error: UsbError) => void } | undefined;
  #end: UsbErrorCode | undefined;
  #tellClosed: () => void = () => undefined;

  constructor(answers: Answers, options: PipeDoubleOptions) {
    this.#answers = answers;
    this.#options = options;
    const packetLength = options.packetLength ?? 64;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    this.description = {
      vendorId: options.vendorId ?? 0x1209,
      productId: options.productId ?? 0x0001,
      deviceVersion: options.deviceVersion ?? '1.00',
      productName: 'Double',
      interfaceNumber: 0,
      interfaceClass: options.interfaceClass ?? 0xff,
      interfaceSubclass: 0,
      interfaceProtocol: options.interfaceProtocol ?? 0,
      bulkInPacketLength: packetLength,
      bulkOutPacketLength: packetLength,
      ...((options.interrupt ?? true) ? { interruptInPacketLength: 8 } : {}),
      configurationDescriptor: options.configurationDescriptor,
    };
  }

  get bulkInIsPending(): boolean {
    return this.#pending !== undefined;
  }

  async bulkOut({ bytes, secret }: Outgoing): Promise<void> {
    await Promise.resolve();
    this.#assertOpen();
    this.sent.push(secret ? `secret, ${String(bytes.length)} bytes` : hex(bytes));
    const type = bytes[0] ?? -1;
    const count = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, count);
    const answer = this.#answers[type];
    if (answer === undefined) this.problems.push(`unscripted command ${hex(bytes.slice(0, 10))}`);
    else for (const part of answer(bytes.slice(), count)) this.#queue(part);
  }

  async bulkIn(length: number, timeoutMs: number): Promise<Bytes> {
    await Promise.resolve();
    this.#assertOpen();
    const finished = this.#finished;
    this.#finished = undefined;
    if (finished !== undefined) return ended(finished);
    this.#pending ??= { length, collected: [], settle: undefined };
    const transfer = this.#pending;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        transfer.settle = undefined;
        reject(fault('TRANSFER_TIMED_OUT'));
      }, timeoutMs);
      transfer.settle = {
        resolve: (bytes) => {
          clearTimeout(timer);
          resolve(bytes);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#fill();
    });
  }

  interruptIn(): Promise<Bytes> {
    if (this.#end !== undefined) return Promise.reject(fault(this.#end));
    const next = this.#interrupts.shift();
    if (next !== undefined) return Promise.resolve(next);
    return new Promise((resolve, reject) => {
      this.#interruptWaiter = { resolve, reject };
    });
  }

  async controlIn(request: ControlRequest, length: number): Promise<Bytes> {
    return (await this.#control(request)).slice(0, this.#options.control instanceof Uint8Array ? undefined : length);
  }

  async controlOut(request: ControlRequest): Promise<void> {
    await this.#control(request);
  }

  async reset(): Promise<void> {
    await Promise.resolve();
    this.resetCount++;
    if (this.#options.resets === false) throw fault('RESET_FAILED');
    this.#packets = []; // a port reset empties the endpoints
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.closeCount++;
    this.#finish('PIPE_CLOSED');
  }

  // What the test does to the device.

  /** Sends a message on the interrupt endpoint. */
  interrupt(message: string): void {
    const waiter = this.#interruptWaiter;
    this.#interruptWaiter = undefined;
    if (waiter === undefined) this.#interrupts.push(unhex(message));
    else waiter.resolve(unhex(message));
  }

  get interruptReadIsPending(): boolean {
    return this.#interruptWaiter !== undefined;
  }

  /** A message nobody asked for, or a late one. */
  push(message: Bytes): void {
    this.#queue(message);
  }

  unplug(): void {
    this.#finish('DEVICE_LOST');
  }

  #finish(reason: UsbErrorCode): void {
    this.#end ??= reason;
    this.#interruptWaiter?.reject(fault(reason));
    this.#pending?.settle?.reject(fault(reason));
    this.#tellClosed();
  }

  #assertOpen(): void {
    if (this.#end !== undefined) throw fault(this.#end);
  }

  async #control(request: ControlRequest): Promise<Bytes> {
    await Promise.resolve();
    this.#assertOpen();
    this.controls.push(request);
    const { control = 'answers' } = this.#options;
    if (control === 'refused') throw fault('CONTROL_REFUSED');
    if (control === 'silent') return new Promise(() => undefined);
    return control === 'answers' ? new Uint8Array(0) : control;
  }

  #queue(part: Answer[number]): void {
    if (part === 'DEVICE_LOST') {
      this.unplug();
      return;
    }
    if (typeof part === 'string') this.#packets.push(part);
    else if ('packets' in part) this.#packets.push(...part.packets);
    else this.#packets.push(...cut(part, this.description.bulkInPacketLength));
    this.#fill();
  }

  /** Lets packets run into the pending transfer until it ends. */
  #fill(): void {
    const transfer = this.#pending;
    if (transfer === undefined) return;
    for (let packet = this.#packets.shift(); packet !== undefined; packet = this.#packets.shift()) {
      if (typeof packet === 'string') {
        this.#complete(transfer, packet);
        return;
      }
      if (transfer.collected.length + packet.length > transfer.length) {
        this.#complete(transfer, 'BABBLE');
        return;
      }
      transfer.collected.push(...packet);
      const isShort = packet.length < this.description.bulkInPacketLength;
      if (isShort || transfer.collected.length === transfer.length) {
        this.#complete(transfer, Uint8Array.from(transfer.collected));
        return;
      }
    }
  }

  #complete(transfer: Transfer, outcome: Bytes | UsbErrorCode): void {
    this.#pending = undefined;
    if (transfer.settle === undefined) this.#finished = outcome;
    else if (typeof outcome === 'string') transfer.settle.reject(fault(outcome));
    else transfer.settle.resolve(outcome);
  }
}

function ended(outcome: Bytes | UsbErrorCode): Bytes {
  if (typeof outcome === 'string') throw fault(outcome);
  return outcome;
}

/** As the wire has it: full packets and a short one; a multiple of the packet size has no zero-length packet unless the test adds it. */
function cut(message: Bytes, packetLength: number): Bytes[] {
  return Array.from({ length: Math.max(1, Math.ceil(message.length / packetLength)) }, (_, index) =>
    message.slice(index * packetLength, (index + 1) * packetLength),
  );
}

function fault(code: UsbErrorCode): UsbError {
  return new UsbError({ code, message: code });
}
