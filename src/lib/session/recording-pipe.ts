/** A pipe that passes everything on unchanged and writes down, masked, what went by. */
import { hex, type Bytes, type Outgoing } from '#bytes';
import type { ControlRequest, HidPipe, ReaderPipe, UsbPipe } from '#usb';
import { masked, maskedOutgoing, nothingReceived, type ExchangeRecorder, type MaskedBytes } from './exchange-recorder.ts';
import { interruptHeader, MessageHeaders, reportHeader } from './message-headers.ts';

/** A reader of the operating system has no port of its own: what goes to its cards is written down at the slot. */
export function recordingPipe(pipe: ReaderPipe, recorder: ExchangeRecorder): ReaderPipe {
  if ('sendReport' in pipe) return new RecordingHidPipe(pipe, recorder);
  return 'bulkOut' in pipe ? new RecordingUsbPipe(pipe, recorder) : pipe;
}

class RecordingUsbPipe implements UsbPipe {
  readonly description: UsbPipe['description'];
  readonly closed: Promise<void>;
  readonly #pipe: UsbPipe;
  readonly #recorder: ExchangeRecorder;
  readonly #headersIn = new MessageHeaders();

  constructor(pipe: UsbPipe, recorder: ExchangeRecorder) {
    this.#pipe = pipe;
    this.#recorder = recorder;
    this.description = pipe.description;
    this.closed = pipe.closed;
  }

  get bulkInIsPending(): boolean {
    return this.#pipe.bulkInIsPending;
  }

  bulkOut(message: Outgoing, options?: { readonly endWithZeroLengthPacket?: boolean }): Promise<void> {
    // A command is always one transfer, so its header is never a later part's beginning; the answer begins anew.
    this.#headersIn.restart();
    const sent = maskedOutgoing(message, (bytes) => new MessageHeaders().next(bytes));
    return this.#recorder.record({ kind: 'bulkOut', sent }, () => this.#pipe.bulkOut(message, options), nothingReceived);
  }

  bulkIn(length: number, timeoutMs: number): Promise<Bytes> {
    return this.#recorder.record(
      { kind: 'bulkIn' },
      () => this.#pipe.bulkIn(length, timeoutMs),
      (bytes) => ({ received: masked(bytes, this.#headersIn.next(bytes)) }),
    );
  }

  interruptIn(): Promise<Bytes> {
    return this.#recorder.record(
      { kind: 'interruptIn' },
      () => this.#pipe.interruptIn(),
      (bytes) => ({ received: masked(bytes, interruptHeader(bytes)) }),
    );
  }

  controlIn(request: ControlRequest, length: number): Promise<Bytes> {
    return this.#recorder.record(
      { kind: 'controlIn', sent: setupOf(request) },
      () => this.#pipe.controlIn(request, length),
      ({ length: received }) => ({ received: { length: received } }),
    );
  }

  controlOut(request: ControlRequest, data: Bytes): Promise<void> {
    const { header } = setupOf(request);
    return this.#recorder.record({ kind: 'controlOut', sent: { length: data.length, header } }, () => this.#pipe.controlOut(request, data), nothingReceived);
  }

  reset(): Promise<void> {
    return this.#recorder.record({ kind: 'usbReset' }, () => this.#pipe.reset(), nothingReceived);
  }

  close(): Promise<void> {
    return this.#pipe.close();
  }
}

class RecordingHidPipe implements HidPipe {
  readonly description: HidPipe['description'];
  readonly closed: Promise<void>;
  readonly #pipe: HidPipe;
  readonly #recorder: ExchangeRecorder;

  constructor(pipe: HidPipe, recorder: ExchangeRecorder) {
    this.#pipe = pipe;
    this.#recorder = recorder;
    this.description = pipe.description;
    this.closed = pipe.closed;
  }

  sendReport(report: Outgoing): Promise<void> {
    const sent = maskedOutgoing(report, reportHeader);
    return this.#recorder.record({ kind: 'reportOut', sent }, () => this.#pipe.sendReport(report), nothingReceived);
  }

  receiveReport(timeoutMs: number): Promise<Bytes> {
    return this.#recorder.record(
      { kind: 'reportIn' },
      () => this.#pipe.receiveReport(timeoutMs),
      (report) => ({ received: masked(report, reportHeader(report)) }),
    );
  }

  close(): Promise<void> {
    return this.#pipe.close();
  }
}

/** bRequest, wValue, wIndex; nothing else is sent. USB 2.0 §9.3. */
function setupOf({ request, value, index }: ControlRequest): MaskedBytes & { readonly header: string } {
  return { length: 0, header: hex(Uint8Array.of(request, value >> 8, value & 0xff, index >> 8, index & 0xff)) };
}
