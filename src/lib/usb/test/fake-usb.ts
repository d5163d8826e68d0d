/**
 * A strict double of `USB` and `USBDevice` for the tests of this room. It behaves as measured in real Chromium
 * (browser-and-readers.md §15): claims, protected classes, packets, babble, stalls, cancellation, unplug. Packet level only;
 * it knows no reader. Anything it was not told to expect is an error.
 */
import type { Bytes } from '#bytes';
import type { WebUsb, WebUsbDevice } from '../web-usb.ts';

const PROTECTED = [0x01, 0x03, 0x08, 0x0b, 0x0e, 0x10, 0xe0];

const exception = (name: string, message: string): DOMException => new DOMException(message, name);
const transferError = (): DOMException => exception('NetworkError', 'A transfer error has occurred.');

/** The DOM types are classes; these are the same shapes for plain objects. */
export interface FakeInterface {
  readonly interfaceNumber: number;
  readonly alternate: FakeAlternate;
  readonly alternates: FakeAlternate[];
  readonly claimed: boolean;
}
interface FakeAlternate {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly interfaceName: null;
  readonly endpoints: USBEndpoint[];
}
export interface FakeConfiguration {
  readonly configurationValue: number;
  readonly configurationName: null;
  readonly interfaces: FakeInterface[];
}
interface InResult {
  readonly status: USBTransferStatus;
  readonly data: DataView;
}
interface OutResult {
  readonly status: USBTransferStatus;
  readonly bytesWritten: number;
}

interface PendingIn {
  readonly length: number;
  readonly packets: Bytes[];
  readonly resolve: (result: InResult) => void;
  readonly reject: (error: DOMException) => void;
}

/** What two pages share: the plugged-in device itself, with the claims the kernel knows. */
export class Hardware {
  readonly claims = new Map<number, FakeUsbDevice>();
}

export interface FakeOptions {
  readonly vendorId?: number;
  readonly productId?: number;
  readonly productName?: string | null;
  readonly configurations: FakeConfiguration[];
  /** By descriptor index. */
  readonly descriptors: readonly Bytes[];
  readonly activeConfiguration?: number | null;
  readonly hardware?: Hardware;
}

/** One page's view of a device. */
export class FakeUsbDevice implements WebUsbDevice {
  readonly usbVersionMajor = 2;
  readonly usbVersionMinor = 0;
  readonly usbVersionSubminor = 0;
  readonly deviceClass = 0;
  readonly deviceSubclass = 0;
  readonly deviceProtocol = 0;
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersionMajor = 6;
  readonly deviceVersionMinor = 3;
  readonly deviceVersionSubminor = 2;
  readonly manufacturerName = null;
  readonly productName: string | null;
  readonly serialNumber = null;
  readonly configurations: FakeConfiguration[];
  configuration: FakeConfiguration | null;
  opened = false;

  /** Names of the state calls and clearHalt, in order. */
  readonly calls: string[] = [];
  /** Every OUT transfer: endpoint and bytes. */
  readonly sent: { endpoint: number; bytes: Bytes }[] = [];
  readonly controlOuts: { setup: USBControlTransferParameters; bytes: Bytes }[] = [];
  /** Answers of class and vendor control requests, in order; without one the request is stalled. */
  readonly controlAnswers: Bytes[] = [];
  /** Names a call whose next runs reject so, or `'hang'`. */
  readonly failures = new Map<string, (string | DOMException)[]>();
  /** Most transferIn ever pending at once, by endpoint. */
  mostPending = 0;
  /** As in an Isolated Web App with `usb-unrestricted`. */
  allowsProtected = false;
  /** Set to make transferOut stay pending until `releaseOut`. */
  holdOut = false;

  readonly #hardware: Hardware;
  readonly #descriptors: readonly Bytes[];
  readonly #stalled = new Set<string>();
  readonly #pending = new Map<number, PendingIn[]>();
  readonly #waiting = new Map<number, Bytes[]>();
  readonly #heldOuts: (() => void)[] = [];
  readonly #hung: (() => void)[] = [];
  #stateCall: string | undefined;
  #present = true;

  constructor(options: FakeOptions) {
    this.vendorId = options.vendorId ?? 0x054c;
    this.productId = options.productId ?? 0x0dc8;
    this.productName = options.productName === undefined ? 'Test reader' : options.productName;
    this.configurations = options.configurations;
    const active = options.activeConfiguration === undefined ? 1 : options.activeConfiguration;
    this.configuration = options.configurations.find(({ configurationValue }) => configurationValue === active) ?? null;
    this.#descriptors = options.descriptors;
    this.#hardware = options.hardware ?? new Hardware();
  }

  // ---- what a test does to it

  /** The device sends packets on an IN endpoint. */
  arrive(endpoint: number, ...packets: Bytes[]): void {
    this.#waiting.set(endpoint, [...(this.#waiting.get(endpoint) ?? []), ...packets]);
    this.#deliver(endpoint);
  }

  stall(direction: USBDirection, endpoint: number): void {
    this.#stalled.add(`${direction}${String(endpoint)}`);
    const pending = this.#pending.get(endpoint) ?? [];
    if (direction === 'in') for (const transfer of pending.splice(0)) transfer.resolve({ status: 'stall', data: new DataView(new ArrayBuffer(0)) });
  }

  fail(call: string, ...errors: (string | DOMException)[]): void {
    this.failures.set(call, [...(this.failures.get(call) ?? []), ...errors]);
  }

  /** A bare transfer error on a pending IN transfer, device still there. */
  breakPending(endpoint: number): void {
    for (const transfer of (this.#pending.get(endpoint) ?? []).splice(0)) transfer.reject(transferError());
  }

  releaseOut(): void {
    for (const release of this.#heldOuts.splice(0)) release();
  }

  releaseHung(): void {
    for (const release of this.#hung.splice(0)) release();
  }

  /** First half of an unplug: transfers fail, the page has heard no event yet and `opened` is still true. */
  vanish(): void {
    this.#present = false;
    this.#hardware.claims.clear();
    this.#failAllPending(transferError);
  }

  /** Second half, just before the event is dispatched. */
  markClosed(): void {
    this.#present = false;
    this.opened = false;
  }

  get claimed(): number[] {
    return [...this.#hardware.claims].filter(([, holder]) => holder === this).map(([interfaceNumber]) => interfaceNumber);
  }

  get pendingCount(): number {
    return [...this.#pending.values()].reduce((sum, list) => sum + list.length, 0);
  }

  // ---- USBDevice

  open(): Promise<void> {
    return this.#state('open', () => {
      this.#assertPresent();
      if (this.opened) throw exception('InvalidStateError', 'The device is already open.');
      this.opened = true;
    });
  }

  close(): Promise<void> {
    return this.#state('close', () => {
      for (const interfaceNumber of this.claimed) this.#hardware.claims.delete(interfaceNumber);
      this.opened = false;
      this.#failAllPending(() => exception('AbortError', 'The transfer was cancelled.'));
    });
  }

  forget(): Promise<void> {
    this.opened = false;
    this.#failAllPending(() => exception('AbortError', 'The transfer was cancelled.'));
    return Promise.resolve();
  }

  selectConfiguration(configurationValue: number): Promise<void> {
    return this.#state(`selectConfiguration ${String(configurationValue)}`, () => {
      this.#assertOpen();
      const found = this.configurations.find((configuration) => configuration.configurationValue === configurationValue);
      if (found === undefined) throw exception('NotFoundError', 'The configuration value provided is not supported by the device.');
      this.configuration = found;
    });
  }

  claimInterface(interfaceNumber: number): Promise<void> {
    return this.#state(`claimInterface ${String(interfaceNumber)}`, () => {
      this.#assertOpen();
      const found = this.configuration?.interfaces.find((each) => each.interfaceNumber === interfaceNumber);
      if (found === undefined) throw exception('NotFoundError', 'The interface number provided is not supported by the device.');
      if (!this.allowsProtected && found.alternates.some(({ interfaceClass }) => PROTECTED.includes(interfaceClass))) {
        throw exception('SecurityError', 'The requested interface implements a protected class.');
      }
      const holder = this.#hardware.claims.get(interfaceNumber);
      if (holder !== undefined && holder !== this) throw exception('NetworkError', 'Unable to claim interface.');
      this.#hardware.claims.set(interfaceNumber, this);
    });
  }

  releaseInterface(interfaceNumber: number): Promise<void> {
    return this.#state(`releaseInterface ${String(interfaceNumber)}`, () => {
      this.#assertOpen();
      if (!this.claimed.includes(interfaceNumber)) return;
      this.#hardware.claims.delete(interfaceNumber);
      this.#failAllPending(transferError);
    });
  }

  reset(): Promise<void> {
    return this.#state('reset', () => {
      this.#assertOpen();
      this.#failAllPending(transferError);
    });
  }

  async clearHalt(direction: USBDirection, endpointNumber: number): Promise<void> {
    this.calls.push(`clearHalt ${direction} ${String(endpointNumber)}`);
    this.#assertUsable('clearHalt', direction, endpointNumber);
    this.#stalled.delete(`${direction}${String(endpointNumber)}`);
  }

  async transferIn(endpointNumber: number, length: number): Promise<InResult> {
    this.#assertUsable('transferIn', 'in', endpointNumber);
    if (this.#stalled.has(`in${String(endpointNumber)}`)) return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    return new Promise((resolve, reject) => {
      const pending = this.#pending.get(endpointNumber) ?? [];
      pending.push({ length, packets: [], resolve, reject });
      this.mostPending = Math.max(this.mostPending, pending.length);
      this.#pending.set(endpointNumber, pending);
      this.#deliver(endpointNumber);
    });
  }

  async transferOut(endpointNumber: number, data: BufferSource): Promise<OutResult> {
    this.#assertUsable('transferOut', 'out', endpointNumber);
    const bytes = copyOf(data);
    if (this.#stalled.has(`out${String(endpointNumber)}`)) return { status: 'stall', bytesWritten: bytes.length };
    this.sent.push({ endpoint: endpointNumber, bytes });
    if (this.holdOut) await new Promise<void>((resolve) => this.#heldOuts.push(resolve));
    return { status: 'ok', bytesWritten: bytes.length };
  }

  async controlTransferIn(setup: USBControlTransferParameters, length: number): Promise<InResult> {
    this.#assertOpen();
    this.#takeFailure('controlTransferIn');
    if (this.failures.get('controlTransferIn')?.[0] === 'hang') return new Promise(() => undefined);
    this.#assertControlAllowed(setup);
    const answer = setup.requestType === 'standard' ? this.#descriptor(setup) : this.controlAnswers.shift();
    if (answer === undefined) return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    return { status: 'ok', data: new DataView(answer.slice(0, length).buffer) };
  }

  async controlTransferOut(setup: USBControlTransferParameters, data?: BufferSource): Promise<OutResult> {
    this.#assertOpen();
    this.#takeFailure('controlTransferOut');
    this.#assertControlAllowed(setup);
    const bytes = data === undefined ? new Uint8Array(0) : copyOf(data);
    this.controlOuts.push({ setup, bytes });
    return { status: 'ok', bytesWritten: bytes.length };
  }

  selectAlternateInterface(): Promise<void> {
    return Promise.reject(new TypeError('unexpected call'));
  }

  isochronousTransferIn(): Promise<USBIsochronousInTransferResult> {
    return Promise.reject(new TypeError('unexpected call'));
  }

  isochronousTransferOut(): Promise<USBIsochronousOutTransferResult> {
    return Promise.reject(new TypeError('unexpected call'));
  }

  // ---- inside

  async #state(call: string, change: () => void): Promise<void> {
    this.calls.push(call);
    if (this.#stateCall !== undefined) throw exception('InvalidStateError', `An operation that changes the device state is in progress: ${this.#stateCall}`);
    this.#stateCall = call;
    try {
      const [name = call] = call.split(' ');
      if (this.failures.get(name)?.[0] === 'hang') {
        this.failures.get(name)?.shift();
        await new Promise<void>((resolve) => this.#hung.push(resolve));
      }
      await Promise.resolve();
      this.#takeFailure(name);
      change();
    } finally {
      this.#stateCall = undefined;
    }
  }

  #takeFailure(call: string): void {
    const list = this.failures.get(call);
    if (list === undefined || list.length === 0 || list[0] === 'hang') return;
    const failure = list.shift();
    if (failure !== undefined) throw typeof failure === 'string' ? exception(failure, 'told to fail') : failure;
  }

  #assertPresent(): void {
    if (!this.#present) throw exception('NotFoundError', 'The device was disconnected.');
  }

  #assertOpen(): void {
    if (!this.opened) throw exception('InvalidStateError', 'The device must be opened first.');
    if (!this.#present) throw transferError();
  }

  #assertUsable(call: string, direction: USBDirection, endpointNumber: number): void {
    this.#assertOpen();
    this.#takeFailure(call);
    const isClaimed = this.configuration?.interfaces
      .filter(({ interfaceNumber }) => this.claimed.includes(interfaceNumber))
      .some(({ alternates }) => alternates[0]?.endpoints.some((each) => each.endpointNumber === endpointNumber && each.direction === direction));
    if (isClaimed !== true) throw exception('NotFoundError', 'The specified endpoint is not part of a claimed and selected alternate interface.');
  }

  #assertControlAllowed({ requestType, recipient, index }: USBControlTransferParameters): void {
    if (recipient !== 'interface' && requestType !== 'class') return;
    const target = this.configuration?.interfaces.find(({ interfaceNumber }) => interfaceNumber === index % 0x100);
    if (target === undefined) throw exception('NotFoundError', 'The interface number provided is not supported by the device.');
    if (target.alternates.some(({ interfaceClass }) => PROTECTED.includes(interfaceClass))) throw exception('SecurityError', 'The transfer was not allowed.');
    if (!this.claimed.includes(target.interfaceNumber)) throw exception('InvalidStateError', 'The specified interface has not been claimed.');
  }

  #descriptor({ request, recipient, value, index }: USBControlTransferParameters): Bytes | undefined {
    if (request !== 6 || recipient !== 'device' || index !== 0 || Math.floor(value / 0x100) !== 2) throw new TypeError('unexpected standard request');
    return this.#descriptors[value % 0x100];
  }

  /** Packets into transfers: a short packet or a full buffer ends one; a packet larger than the room left is babble. */
  #deliver(endpoint: number): void {
    const waiting = this.#waiting.get(endpoint) ?? [];
    const pending = this.#pending.get(endpoint) ?? [];
    let transfer = pending[0];
    while (transfer !== undefined && waiting.length > 0) {
      const packet = waiting.shift() ?? new Uint8Array(0);
      const room = transfer.length - transfer.packets.reduce((sum, { length }) => sum + length, 0);
      transfer.packets.push(packet.slice(0, room));
      const isFull = packet.length >= room;
      if (isFull || packet.length < this.#packetSize(endpoint)) {
        pending.shift();
        const bytes = new Uint8Array(transfer.packets.flatMap((each) => [...each]));
        transfer.resolve({ status: packet.length > room ? 'babble' : 'ok', data: new DataView(bytes.buffer) });
        transfer = pending[0];
      }
    }
  }

  #packetSize(endpoint: number): number {
    const endpoints = this.configuration?.interfaces.flatMap(({ alternates }) => alternates[0]?.endpoints ?? []) ?? [];
    const found = endpoints.find(({ endpointNumber, direction }) => endpointNumber === endpoint && direction === 'in');
    if (found === undefined) throw new TypeError('no such endpoint');
    return found.packetSize;
  }

  #failAllPending(error: () => DOMException): void {
    for (const pending of this.#pending.values()) for (const transfer of pending.splice(0)) transfer.reject(error());
  }
}

/** One page's `navigator.usb`. */
export class FakeUsb extends EventTarget implements WebUsb {
  onconnect = null;
  ondisconnect = null;
  readonly permitted: FakeUsbDevice[] = [];
  readonly requests: USBDeviceRequestOptions[] = [];
  /** What the person picks in the chooser, or how the call fails. */
  choice: FakeUsbDevice | DOMException = exception('NotFoundError', 'No device selected.');
  listFailure: DOMException | undefined;
  listenerCount = 0;

  constructor(...permitted: FakeUsbDevice[]) {
    super();
    this.permitted.push(...permitted);
  }

  async getDevices(): Promise<FakeUsbDevice[]> {
    if (this.listFailure !== undefined) throw this.listFailure;
    return [...this.permitted];
  }

  async requestDevice(options?: USBDeviceRequestOptions): Promise<FakeUsbDevice> {
    if (options === undefined) throw new TypeError('filters are required');
    this.requests.push(options);
    if (this.choice instanceof DOMException) throw this.choice;
    if (!this.permitted.includes(this.choice)) this.permitted.push(this.choice);
    return this.choice;
  }

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null | ((event: USBConnectionEvent) => void)): void {
    this.listenerCount += 1;
    // The DOM's own signature knows plain events only; ours carry a device.
    super.addEventListener(type, listener as EventListener);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null | ((event: USBConnectionEvent) => void)): void {
    this.listenerCount -= 1;
    super.removeEventListener(type, listener as EventListener);
  }

  plugIn(device: FakeUsbDevice): void {
    this.permitted.push(device);
    this.#tell('connect', device);
  }

  /** The event half of an unplug; `device.vanish()` is the other. */
  tellUnplugged(device: FakeUsbDevice): void {
    device.markClosed();
    this.permitted.splice(this.permitted.indexOf(device), 1);
    this.#tell('disconnect', device);
  }

  #tell(type: string, device: FakeUsbDevice): void {
    this.dispatchEvent(Object.assign(new Event(type), { device }));
  }
}

function copyOf(data: BufferSource): Bytes {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() : new Uint8Array(data).slice();
}
