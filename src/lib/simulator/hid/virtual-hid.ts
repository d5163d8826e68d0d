/**
 * `navigator.hid` of one page over virtual bridges (WebHID): permitted devices, chooser, connect and disconnect, output and input reports. One vendor
 * collection, one report of 64 bytes each way without a report ID. Structural: a page sees what it would see of `HID` and `HIDDevice`.
 */
import type { Bytes } from '#bytes';
import type { ReaderHardware } from '../reader-hardware.ts';
import type { ReaderProfile } from '../reader-profiles.ts';
import type { ChooserAnswer } from '../virtual-usb.ts';
import { REPORT_LENGTH } from './hid-frames.ts';

export const USAGE_PAGE = 0xff00;
const USAGE = 0x01;

export interface HidFilter {
  readonly vendorId?: number;
  readonly productId?: number;
  readonly usagePage?: number;
  readonly usage?: number;
}

export interface HidReportView {
  readonly reportId: number;
  readonly items: readonly { readonly reportSize: number; readonly reportCount: number }[];
}

export interface HidCollectionView {
  readonly usagePage: number;
  readonly usage: number;
  readonly type: number;
  readonly children: readonly HidCollectionView[];
  readonly inputReports: readonly HidReportView[];
  readonly outputReports: readonly HidReportView[];
  readonly featureReports: readonly HidReportView[];
}

export class VirtualInputReportEvent extends Event {
  readonly device: VirtualHidDevice;
  readonly reportId = 0;
  readonly data: DataView;

  constructor(device: VirtualHidDevice, bytes: Bytes) {
    super('inputreport');
    this.device = device;
    this.data = new DataView(bytes.slice().buffer);
  }
}

class VirtualHidConnectionEvent extends Event {
  readonly device: VirtualHidDevice;

  constructor(type: 'connect' | 'disconnect', device: VirtualHidDevice) {
    super(type);
    this.device = device;
  }
}

export class VirtualHidDevice extends EventTarget {
  oninputreport: ((this: this, event: VirtualInputReportEvent) => unknown) | null = null;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly collections: readonly HidCollectionView[];
  readonly #hardware: ReaderHardware;
  readonly #onForget: (device: VirtualHidDevice) => void;
  #opened = false;
  #stopListening: () => void = () => undefined;

  constructor(hardware: ReaderHardware, onForget: (device: VirtualHidDevice) => void) {
    super();
    const { vendorId, productId, productName } = hardware.profile;
    this.#hardware = hardware;
    this.#onForget = onForget;
    this.vendorId = vendorId;
    this.productId = productId;
    this.productName = productName;
    this.collections = [collection];
  }

  // EventTarget does not know that its listeners get input reports here; the first overload is that of `HIDDevice`.
  override addEventListener(type: 'inputreport', listener: (event: VirtualInputReportEvent) => unknown): void;
  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(
    type: string,
    listener: ((event: VirtualInputReportEvent) => unknown) | EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  override removeEventListener(type: 'inputreport', listener: (event: VirtualInputReportEvent) => unknown): void;
  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  override removeEventListener(
    type: string,
    listener: ((event: VirtualInputReportEvent) => unknown) | EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  get opened(): boolean {
    return this.#opened;
  }

  async open(): Promise<void> {
    await Promise.resolve();
    if (this.#opened) throw new DOMException("Failed to execute 'open' on 'HIDDevice': The device is already open.", 'InvalidStateError');
    const refused = this.#hardware.faults.strike(['openFails']).length > 0;
    if (refused || !this.#hardware.plugged) throw new DOMException("Failed to execute 'open' on 'HIDDevice': Failed to open the device.", 'NotAllowedError');
    this.#opened = true;
    this.#stopListening = this.#hardware.hid?.listen((report) => this.#hear(report)) ?? (() => undefined);
    this.#hardware.hid?.welcomeHost();
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.abandon();
  }

  async forget(): Promise<void> {
    await this.close();
    this.#onForget(this);
  }

  async sendReport(reportId: number, data: BufferSource): Promise<void> {
    const view = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    const bytes = Uint8Array.from(view);
    await Promise.resolve();
    if (!this.#opened) throw new DOMException("Failed to execute 'sendReport' on 'HIDDevice': The device must be opened first.", 'InvalidStateError');
    const fails = reportId !== 0 || !this.#hardware.plugged || this.#hardware.faults.strike(['transferOutFails']).length > 0;
    if (fails) throw new DOMException("Failed to execute 'sendReport' on 'HIDDevice': Failed to write the report.", 'NotAllowedError');
    this.#hardware.hid?.receive(bytes);
  }

  sendFeatureReport(): Promise<never> {
    return Promise.reject(new DOMException("Failed to execute 'sendFeatureReport' on 'HIDDevice': Failed to write the feature report.", 'NotAllowedError'));
  }

  receiveFeatureReport(): Promise<never> {
    return Promise.reject(
      new DOMException("Failed to execute 'receiveFeatureReport' on 'HIDDevice': Failed to receive the feature report.", 'NotAllowedError'),
    );
  }

  /** The document is gone, or the device. */
  abandon(): void {
    this.#stopListening();
    this.#opened = false;
  }

  #hear(report: Bytes): void {
    const event = new VirtualInputReportEvent(this, report);
    this.oninputreport?.(event);
    this.dispatchEvent(event);
  }
}

const report: HidReportView = { reportId: 0, items: [{ reportSize: 8, reportCount: REPORT_LENGTH }] };
const collection: HidCollectionView = {
  usagePage: USAGE_PAGE,
  usage: USAGE,
  type: 1,
  children: [],
  inputReports: [report],
  outputReports: [report],
  featureReports: [],
};

interface Seat {
  readonly hardware: ReaderHardware;
  permitted: boolean;
  device: VirtualHidDevice;
}

export class VirtualHid extends EventTarget {
  onconnect: ((this: this, event: Event & { readonly device: VirtualHidDevice }) => unknown) | null = null;
  ondisconnect: ((this: this, event: Event & { readonly device: VirtualHidDevice }) => unknown) | null = null;
  chooserAnswer: ChooserAnswer = 'firstMatch';
  readonly #seats: readonly Seat[];
  readonly #leave: readonly (() => void)[];

  constructor(bridges: readonly { readonly hardware: ReaderHardware; readonly permitted: boolean }[]) {
    super();
    this.#seats = bridges.map(({ hardware, permitted }) => ({ hardware, permitted, device: this.#deviceOf(hardware) }));
    this.#leave = this.#seats.map((seat) => seat.hardware.watch((plugged) => this.#follow(seat, plugged)));
  }

  override addEventListener(type: 'connect' | 'disconnect', listener: (event: VirtualHidConnectionEvent) => unknown): void;
  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(
    type: string,
    listener: ((event: VirtualHidConnectionEvent) => unknown) | EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  override removeEventListener(type: 'connect' | 'disconnect', listener: (event: VirtualHidConnectionEvent) => unknown): void;
  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  override removeEventListener(
    type: string,
    listener: ((event: VirtualHidConnectionEvent) => unknown) | EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  getDevices(): Promise<VirtualHidDevice[]> {
    return Promise.resolve(this.#seats.filter(({ hardware, permitted }) => permitted && hardware.plugged).map(({ device }) => device));
  }

  /** A closed chooser is an empty list, not an error. */
  async requestDevice({ filters }: { readonly filters: readonly HidFilter[] }): Promise<VirtualHidDevice[]> {
    await Promise.resolve();
    const fits = ({ hardware }: Seat): boolean => filters.length === 0 || filters.some((filter) => matches(hardware.profile, filter));
    const seat = this.#seats.find((candidate) => candidate.hardware.plugged && fits(candidate));
    if (seat === undefined || this.chooserAnswer === 'cancel') return [];
    seat.permitted = true;
    return [seat.device];
  }

  leave(): void {
    for (const stop of this.#leave) stop();
    for (const { device } of this.#seats) device.abandon();
  }

  #deviceOf(hardware: ReaderHardware): VirtualHidDevice {
    return new VirtualHidDevice(hardware, (device) => {
      for (const seat of this.#seats) if (seat.device === device) seat.permitted = false;
    });
  }

  #follow(seat: Seat, plugged: boolean): void {
    if (plugged) seat.device = this.#deviceOf(seat.hardware);
    else seat.device.abandon();
    if (!seat.permitted) return;
    const event = new VirtualHidConnectionEvent(plugged ? 'connect' : 'disconnect', seat.device);
    if (plugged) this.onconnect?.(event);
    else this.ondisconnect?.(event);
    this.dispatchEvent(event);
  }
}

function matches(profile: ReaderProfile, { vendorId, productId, usagePage, usage }: HidFilter): boolean {
  if (vendorId !== undefined && vendorId !== profile.vendorId) return false;
  if (productId !== undefined && productId !== profile.productId) return false;
  if (usagePage !== undefined && usagePage !== USAGE_PAGE) return false;
  return usage === undefined || usage === USAGE;
}
