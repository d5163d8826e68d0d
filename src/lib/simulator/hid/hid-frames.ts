/**
 * CCID messages in 64-byte HID reports (spec/browser-and-readers.md §9.3): channel (2 bytes), tag 05, sequence (2 bytes, from 0), in the first report the
 * length of the whole message (2 bytes), data, zeros up to 64. All numbers big-endian.
 */
import { concatBytes, type Bytes } from '#bytes';
import { unexpectedInput } from '../simulator-error.ts';

export const REPORT_LENGTH = 64;
const TAG = 0x05;
const HEADER_LENGTH = 5;

/** The reports of one message. */
export function encodeReports(channel: number, message: Bytes): readonly Bytes[] {
  const length = Uint8Array.of(message.length >> 8, message.length % 0x100);
  const stream = concatBytes(length, message);
  const room = REPORT_LENGTH - HEADER_LENGTH;
  return Array.from({ length: Math.ceil(stream.length / room) }, (_, sequence) => {
    const report = new Uint8Array(REPORT_LENGTH);
    const view = new DataView(report.buffer);
    view.setUint16(0, channel);
    view.setUint8(2, TAG);
    view.setUint16(3, sequence);
    report.set(stream.slice(sequence * room, (sequence + 1) * room), HEADER_LENGTH);
    return report;
  });
}

/** Joins the reports of the host. A report with sequence 0 begins anew. */
export class ReportJoiner {
  readonly #maximumMessageLength: number;
  #channel: number | undefined;
  #length = 0;
  #next = 0;
  #received: Bytes = new Uint8Array(0);

  constructor(maximumMessageLength: number) {
    this.#maximumMessageLength = maximumMessageLength;
  }

  /** Of the message that came last. */
  get channel(): number {
    return this.#channel ?? 0;
  }

  forget(): void {
    this.#next = 0;
    this.#received = new Uint8Array(0);
  }

  /**
   * One report; the message when it is complete.
   * @throws SimulatorError `SIMULATOR_UNEXPECTED_INPUT`
   */
  add(report: Bytes): Bytes | undefined {
    if (report.length !== REPORT_LENGTH) throw unexpectedInput('A report that is not 64 bytes long', { length: report.length });
    const view = new DataView(report.buffer, report.byteOffset);
    if (view.getUint8(2) !== TAG) throw unexpectedInput('A report without the tag 05');
    const sequence = view.getUint16(3);
    if (sequence === 0) this.#begin(view);
    else if (sequence !== this.#next || view.getUint16(0) !== this.#channel) throw unexpectedInput('A report out of order', { sequence });
    this.#next = sequence + 1;
    const data = report.slice(sequence === 0 ? HEADER_LENGTH + 2 : HEADER_LENGTH);
    const missing = this.#length - this.#received.length;
    if (data.subarray(missing).some((byte) => byte !== 0)) throw unexpectedInput('Padding that is not zero');
    this.#received = concatBytes(this.#received, data.subarray(0, missing));
    if (this.#received.length < this.#length) return undefined;
    const message = this.#received;
    this.forget();
    return message;
  }

  #begin(view: DataView): void {
    const length = view.getUint16(HEADER_LENGTH);
    if (length === 0 || length > this.#maximumMessageLength) throw unexpectedInput('A message longer than the bridge takes', { length });
    this.#channel = view.getUint16(0);
    this.#length = length;
    this.#received = new Uint8Array(0);
  }
}
