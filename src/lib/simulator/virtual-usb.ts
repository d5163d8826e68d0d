/**
 * `navigator.usb` of one page over virtual readers: permitted devices, chooser, connect and disconnect events.
 * Several pages may stand over the same readers, as tabs do.
 */
import type { ReaderHardware } from './reader-hardware.ts';
import type { Shape } from './usb-shapes.ts';
import { VirtualUsbDevice } from './virtual-usb-device.ts';

/** What the person does when the chooser opens. */
export type ChooserAnswer = 'firstMatch' | 'cancel' | 'never';

class VirtualConnectionEvent extends Event {
  readonly device: Shape<USBDevice>;

  constructor(type: 'connect' | 'disconnect', device: Shape<USBDevice>) {
    super(type);
    this.device = device;
  }
}

type ConnectionListener<Target> = (this: Target, event: VirtualConnectionEvent) => unknown;

/** A reader as the pages of one origin see it: what one of them was permitted, all are. */
export interface ReaderSeat {
  readonly hardware: ReaderHardware;
  permitted: boolean;
  /** The pages are an Isolated Web App with `usb-unrestricted`. */
  readonly unrestricted: boolean;
}

interface Seat {
  readonly reader: ReaderSeat;
  device: VirtualUsbDevice;
}

export class VirtualUsb extends EventTarget implements USB {
  onconnect: ((this: this, event: VirtualConnectionEvent) => unknown) | null = null;
  ondisconnect: ((this: this, event: VirtualConnectionEvent) => unknown) | null = null;
  chooserAnswer: ChooserAnswer = 'firstMatch';
  readonly #seats: readonly Seat[];
  readonly #leave: readonly (() => void)[];

  constructor(readers: readonly ReaderSeat[]) {
    super();
    this.#seats = readers.map((reader) => ({ reader, device: this.#deviceOf(reader) }));
    this.#leave = this.#seats.map((seat) => seat.reader.hardware.watch((plugged) => this.#follow(seat, plugged)));
  }

  // EventTarget does not know that its listeners get connection events here; the overloads are those of `USB`.
  override addEventListener(type: 'connect' | 'disconnect', listener: ConnectionListener<this>, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(
    type: string,
    listener: ConnectionListener<this> | EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  override removeEventListener(type: 'connect' | 'disconnect', listener: ConnectionListener<this>, options?: boolean | EventListenerOptions): void;
  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  override removeEventListener(
    type: string,
    listener: ConnectionListener<this> | EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  getDevices(): Promise<VirtualUsbDevice[]> {
    return Promise.resolve(this.#seats.filter(({ reader }) => reader.permitted && reader.hardware.plugged).map(({ device }) => device));
  }

  async requestDevice(options?: USBDeviceRequestOptions): Promise<VirtualUsbDevice> {
    if (options === undefined) throw new TypeError("Failed to execute 'requestDevice' on 'USB': 1 argument required, but only 0 present.");
    await Promise.resolve();
    const { filters, exclusionFilters = [] } = options;
    const matches = (seat: Seat): boolean =>
      (filters.length === 0 || filters.some((filter) => fits(seat, filter))) && !exclusionFilters.some((filter) => fits(seat, filter));
    const seat = this.#seats.find((candidate) => candidate.reader.hardware.plugged && matches(candidate));
    // A headless browser has nobody to ask.
    if (this.chooserAnswer === 'never') return new Promise(() => undefined);
    if (seat === undefined || this.chooserAnswer === 'cancel') {
      throw new DOMException("Failed to execute 'requestDevice' on 'USB': No device selected.", 'NotFoundError');
    }
    seat.reader.permitted = true;
    return seat.device;
  }

  /** The document goes away (closed or loaded anew): its handles are closed, what is pending ends, the readers keep their state. */
  leave(): void {
    for (const stop of this.#leave) stop();
    for (const { device } of this.#seats) device.abandon();
  }

  #deviceOf({ hardware, unrestricted }: ReaderSeat): VirtualUsbDevice {
    return new VirtualUsbDevice(hardware, { unrestricted, onForget: (device) => this.#forget(device) });
  }

  #forget(device: VirtualUsbDevice): void {
    for (const seat of this.#seats) if (seat.device === device) seat.reader.permitted = false;
  }

  #follow(seat: Seat, plugged: boolean): void {
    if (plugged) seat.device = this.#deviceOf(seat.reader);
    else seat.device.noteDisconnected();
    if (!seat.reader.permitted) return;
    const event = new VirtualConnectionEvent(plugged ? 'connect' : 'disconnect', seat.device);
    if (plugged) this.onconnect?.(event);
    else this.ondisconnect?.(event);
    this.dispatchEvent(event);
  }
}

function fits(
  {
    reader: {
      hardware: { profile },
    },
  }: Seat,
  { vendorId, productId, classCode, subclassCode, protocolCode, serialNumber }: USBDeviceFilter,
): boolean {
  if (vendorId !== undefined && vendorId !== profile.vendorId) return false;
  if (productId !== undefined && productId !== profile.productId) return false;
  if (serialNumber !== undefined && serialNumber !== profile.serialNumber) return false;
  if (classCode === undefined) return true;
  return profile.interfaces.some(
    (entry) =>
      entry.interfaceClass === classCode &&
      (subclassCode === undefined || entry.interfaceSubclass === subclassCode) &&
      (protocolCode === undefined || entry.interfaceProtocol === protocolCode),
  );
}
