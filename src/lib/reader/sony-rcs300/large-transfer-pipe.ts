/**
 * The vendor interface of the RC-S300 as a pipe: reads are one large transfer each (Android was seen to fail with split reads), and a
 * message of full packets is ended by an empty one (libraries of the vendor send it). What a transfer brought beyond what was asked
 * for is kept, so the message layer above may read header and rest apart.
 */
import type { Bytes, Outgoing } from '#bytes';
import { UsbError, type ControlRequest, type UsbInterfaceDescription, type UsbPipe } from '#usb';

/** More than any message, and a multiple of every packet size. */
const TRANSFER_LENGTH = 1_024;

export class LargeTransferPipe implements UsbPipe {
  readonly #pipe: UsbPipe;
  #kept: Bytes = new Uint8Array(0);

  constructor(pipe: UsbPipe) {
    this.#pipe = pipe;
  }

  get description(): UsbInterfaceDescription {
    return this.#pipe.description;
  }

  get closed(): Promise<void> {
    return this.#pipe.closed;
  }

  get bulkInIsPending(): boolean {
    return this.#pipe.bulkInIsPending;
  }

  bulkOut(message: Outgoing): Promise<void> {
    this.#kept = new Uint8Array(0); // It came before this command, so it cannot answer it.
    return this.#pipe.bulkOut(message, { endWithZeroLengthPacket: true });
  }

  async bulkIn(length: number, timeoutMs: number): Promise<Bytes> {
    if (this.#kept.length === 0) this.#kept = await this.#pipe.bulkIn(TRANSFER_LENGTH, timeoutMs);
    const taken = this.#kept.slice(0, length);
    this.#kept = this.#kept.slice(length);
    return taken;
  }

  interruptIn(): Promise<Bytes> {
    return this.#pipe.interruptIn();
  }

  controlIn(request: ControlRequest, length: number): Promise<Bytes> {
    return this.#pipe.controlIn(request, length);
  }

  controlOut(request: ControlRequest, data: Bytes): Promise<void> {
    return this.#pipe.controlOut(request, data);
  }

  /** Never: it would take the other interface, which is the operating system's, with it. */
  reset(): Promise<void> {
    return Promise.reject(new UsbError({ code: 'RESET_FAILED', message: 'The RC-S300 is not reset' }));
  }

  close(): Promise<void> {
    return this.#pipe.close();
  }
}
