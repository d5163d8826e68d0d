/**
 * A strict double of `HidPipe` with a bridge behind it, for this room's tests. It joins and cuts reports by docs/hid-bridge.md on its own
 * and shares no codec with the room. Commands are answered as the test says; what breaks the protocol is a problem.
 */
import { hex, type Bytes, type Outgoing } from '#bytes';
import { UsbError, type HidPipe, type UsbErrorCode } from '#usb';

/** What follows a command: whole messages, reports as they are, or the end of the device. */
export type BridgeAnswer = readonly (Bytes | { readonly reports: readonly Bytes[] } | 'DEVICE_LOST')[];
/** By bMessageType. `count` is 1 at the first command of that type. */
export type BridgeAnswers = Partial<Record<number, (command: Bytes, count: number, channel: number) => BridgeAnswer>>;

export class HidDouble implements HidPipe {
  readonly description = { vendorId: 0x1209, productId: 0x0002, productName: 'Bridge' };
  readonly closed: Promise<void>;
  /** Every whole command in hexadecimal; one with a secret as its length. */
  readonly sent: string[] = [];
  readonly problems: string[] = [];
  /** The very arrays that were sent, to see what is left in them. */
  readonly reportsSent: Bytes[] = [];
  closeCount = 0;
  /** Channel of the last report that came. */
  channel = -1;
  /** Reports taken before the next one fails. */
  failAfter = Number.POSITIVE_INFINITY;
  readonly #answers: BridgeAnswers;
  readonly #counts = new Map<number, number>();
  readonly #incoming: Bytes[] = [];
  #waiter: { resolve: (report: Bytes) => void; reject: (error: UsbError) => void } | undefined;
  #command: number[] = [];
  #due = 0;
  #nextSequence = 0;
  #end: UsbErrorCode | undefined;
  #tellClosed: () => void = () => undefined;

  constructor(answers: BridgeAnswers) {
    this.#answers = answers;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  async sendReport({ bytes, secret }: Outgoing): Promise<void> {
    await Promise.resolve();
    if (this.#end !== undefined) throw fault(this.#end);
    if (this.failAfter === 0) throw fault('TRANSFER_FAILED');
    this.failAfter--;
    this.reportsSent.push(bytes);
    this.#take(bytes, secret);
  }

  async receiveReport(timeoutMs: number): Promise<Bytes> {
    await Promise.resolve();
    if (this.#end !== undefined) throw fault(this.#end);
    const next = this.#incoming.shift();
    if (next !== undefined) return next;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiter = undefined;
        reject(fault('TRANSFER_TIMED_OUT'));
      }, timeoutMs);
      this.#waiter = {
        resolve: (report) => {
          clearTimeout(timer);
          resolve(report);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.closeCount++;
    this.#finish('PIPE_CLOSED');
  }

  unplug(): void {
    this.#finish('DEVICE_LOST');
  }

  /** A report nobody asked for. */
  push(report: Bytes): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) this.#incoming.push(report);
    else waiter.resolve(report);
  }

  #finish(reason: UsbErrorCode): void {
    this.#end ??= reason;
    this.#waiter?.reject(fault(reason));
    this.#tellClosed();
  }

  /** Offsets by the table of docs/hid-bridge.md. */
  #take(report: Bytes, secret: boolean): void {
    const at = (offset: number): number => report[offset] ?? Number.NaN;
    if (report.length !== 64 || at(2) !== 5) this.problems.push(`report ${hex(report.slice(0, 8))}`);
    const sequence = at(3) * 256 + at(4);
    this.channel = at(0) * 256 + at(1);
    if (sequence === 0) {
      this.#command = [];
      this.#due = at(5) * 256 + at(6);
      this.#nextSequence = 0;
    }
    if (sequence !== this.#nextSequence) this.problems.push(`sequence ${String(sequence)}`);
    this.#nextSequence++;
    const data = [...report.subarray(sequence === 0 ? 7 : 5)];
    const used = data.splice(0, this.#due - this.#command.length);
    if (data.some((byte) => byte !== 0)) this.problems.push('padding that is not zero');
    this.#command.push(...used);
    if (this.#command.length === this.#due) this.#answer(Uint8Array.from(this.#command), secret);
  }

  #answer(command: Bytes, secret: boolean): void {
    this.sent.push(secret ? `secret, ${String(command.length)} bytes` : hex(command));
    const type = command[0] ?? -1;
    const count = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, count);
    const answer = this.#answers[type];
    if (answer === undefined) {
      this.problems.push(`unscripted command ${hex(command.slice(0, 10))}`);
      return;
    }
    for (const part of answer(command, count, this.channel)) {
      if (part === 'DEVICE_LOST') this.unplug();
      else for (const report of 'reports' in part ? part.reports : reportsOf(part, this.channel)) this.push(report);
    }
  }
}

/** A message in reports: `channel 05 sequence [length] data`, filled up with zeros. */
export function reportsOf(message: Bytes, channel: number): Bytes[] {
  const reports: Bytes[] = [];
  let rest = [...message];
  for (let sequence = 0; sequence === 0 || rest.length > 0; sequence++) {
    const head = [channel >> 8, channel & 0xff, 5, sequence >> 8, sequence & 0xff];
    if (sequence === 0) head.push(message.length >> 8, message.length & 0xff);
    const data = rest.slice(0, 64 - head.length);
    rest = rest.slice(data.length);
    reports.push(Uint8Array.from({ length: 64 }, (_, index) => [...head, ...data][index] ?? 0));
  }
  return reports;
}

function fault(code: UsbErrorCode): UsbError {
  return new UsbError({ code, message: code });
}
