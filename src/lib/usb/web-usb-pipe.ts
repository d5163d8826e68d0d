/**
 * `UsbPipe` over WebUSB (whatwg/usb): one claimed interface, one pump per IN endpoint, one queue of OUT transfers.
 * The device is an argument; this file names no browser global.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { InterfaceChoice } from './choose-interface.ts';
import type { DeviceLink } from './device-link.ts';
import { InPump } from './in-pump.ts';
import { OutQueue } from './out-queue.ts';
import { exclusively, resetDevice, shutDown } from './state-calls.ts';
import { controlTransferIn, controlTransferOut, transferIn, transferOut } from './transfers.ts';
import { UsbError } from './usb-error.ts';
import type { ControlRequest, UsbInterfaceDescription, UsbPipe } from './usb-pipe.ts';

/** An interrupt endpoint that fails this often in a row will not come back by itself. */
const MAX_INTERRUPT_FAILURES = 3;
const INTERRUPT_PAUSE_MS = 100;

export class WebUsbPipe implements UsbPipe {
  readonly description: UsbInterfaceDescription;
  readonly closed: Promise<void>;
  readonly #link: DeviceLink;
  readonly #bulkIn: InPump;
  readonly #bulkOut: OutQueue;
  readonly #interruptIn: InPump | undefined;
  #closing: Promise<void> | undefined;

  /** Takes over a link whose interface `choice` is claimed. */
  constructor(link: DeviceLink, choice: InterfaceChoice, description: UsbInterfaceDescription) {
    const pump = (endpointNumber: number): InPump => new InPump(link.end, (length) => transferIn(link, endpointNumber, length));
    this.description = description;
    this.closed = link.end.reached;
    this.#link = link;
    this.#bulkIn = pump(choice.bulkIn.endpointNumber);
    this.#bulkOut = new OutQueue(link.end, (bytes) => transferOut(link, choice.bulkOut.endpointNumber, bytes));
    this.#interruptIn = choice.interruptIn === undefined ? undefined : pump(choice.interruptIn.endpointNumber);
    // A lost device is closed too: the browser may think it open until told otherwise.
    void this.closed.then(() => this.close());
  }

  get bulkInIsPending(): boolean {
    return this.#bulkIn.isPending;
  }

  bulkOut({ bytes }: Outgoing, { endWithZeroLengthPacket = false }: { readonly endWithZeroLengthPacket?: boolean } = {}): Promise<void> {
    const isFullToTheEnd = bytes.length > 0 && bytes.length % this.description.bulkOutPacketLength === 0;
    return this.#bulkOut.send(bytes, endWithZeroLengthPacket && isFullToTheEnd);
  }

  bulkIn(length: number, timeoutMs: number): Promise<Bytes> {
    return this.#bulkIn.read(length, timeoutMs);
  }

  async interruptIn(): Promise<Bytes> {
    const length = this.description.interruptInPacketLength;
    if (this.#interruptIn === undefined || length === undefined) {
      throw new UsbError({ code: 'TRANSFER_FAILED', message: 'This interface has no interrupt IN endpoint' });
    }
    for (let failures = 1; ; failures++) {
      try {
        return await this.#interruptIn.read(length);
      } catch (fault) {
        if (this.#link.end.fault !== undefined || failures === MAX_INTERRUPT_FAILURES) throw fault;
        await this.#link.end.atMost(INTERRUPT_PAUSE_MS);
      }
    }
  }

  controlIn(request: ControlRequest, length: number): Promise<Bytes> {
    return controlTransferIn(this.#link, request, length);
  }

  controlOut(request: ControlRequest, data: Bytes): Promise<void> {
    return controlTransferOut(this.#link, request, data);
  }

  reset(): Promise<void> {
    const { device, end } = this.#link;
    return end.orEnd(
      exclusively(device, async () => {
        this.#bulkIn.noteReset();
        this.#interruptIn?.noteReset();
        await resetDevice(this.#link);
      }),
    );
  }

  close(): Promise<void> {
    const { device, end } = this.#link;
    end.end(new UsbError({ code: 'PIPE_CLOSED', message: 'The pipe was closed' }));
    this.#closing ??= exclusively(device, () => shutDown(device, this.description.interfaceNumber));
    return this.#closing;
  }
}
