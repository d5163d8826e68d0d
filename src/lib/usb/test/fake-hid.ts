/** A double of `HID` and `HIDDevice` for the tests of this room: collections, reports, refusals, unplug. It knows no bridge. */
import type { Bytes } from '#bytes';
import type { WebHid, WebHidCollection, WebHidDevice, WebHidEvent, WebHidFilter, WebHidInputReport } from '../web-hid.ts';

const exception = (name: string): DOMException => new DOMException(name, name);

/** A vendor collection with one report of `bytes` each way. */
export function collection(usagePage = 0xff00, bytes = 64, reportId = 0): WebHidCollection {
  const report = { reportId, items: [{ reportSize: 8, reportCount: bytes }] };
  return { usagePage, usage: 1, inputReports: [report], outputReports: [report] };
}

export class FakeHidDevice implements WebHidDevice {
  opened = false;
  readonly vendorId = 0x1209;
  readonly productId = 0x0002;
  readonly productName = 'Bridge';
  readonly collections: readonly WebHidCollection[];
  readonly sent: { reportId: number; bytes: Bytes }[] = [];
  /** By call: how the next ones fail, or `'hang'`. */
  readonly failures = new Map<'open' | 'close' | 'sendReport', string[]>();
  readonly #listeners = new Set<(event: WebHidInputReport) => void>();

  constructor(collections: readonly WebHidCollection[] = [collection()]) {
    this.collections = collections;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  async open(): Promise<void> {
    await this.#mayFail('open');
    this.opened = true;
  }

  async close(): Promise<void> {
    await this.#mayFail('close');
    this.opened = false;
  }

  async sendReport(reportId: number, data: Bytes): Promise<void> {
    if (!this.opened) throw exception('InvalidStateError');
    await this.#mayFail('sendReport');
    this.sent.push({ reportId, bytes: data.slice() });
  }

  addEventListener(_type: 'inputreport', listener: (event: WebHidInputReport) => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'inputreport', listener: (event: WebHidInputReport) => void): void {
    this.#listeners.delete(listener);
  }

  /** An input report; the view does not begin at the start of its buffer. */
  report(bytes: Bytes, reportId = 0): void {
    const shared = new Uint8Array(bytes.length + 3);
    shared.set(bytes, 3);
    for (const listener of this.#listeners) listener({ reportId, data: new DataView(shared.buffer, 3) });
  }

  async #mayFail(call: 'open' | 'close' | 'sendReport'): Promise<void> {
    const failure = this.failures.get(call)?.shift();
    if (failure === 'hang') await new Promise(() => undefined);
    if (failure !== undefined) throw exception(failure);
  }
}

export class FakeHid implements WebHid {
  readonly permitted: FakeHidDevice[];
  readonly filters: WebHidFilter[][] = [];
  choice: readonly FakeHidDevice[] | DOMException = [];
  listFailure: DOMException | undefined;
  readonly #listeners = { connect: new Set<(event: WebHidEvent) => void>(), disconnect: new Set<(event: WebHidEvent) => void>() };

  constructor(...permitted: FakeHidDevice[]) {
    this.permitted = permitted;
  }

  get listenerCount(): number {
    return this.#listeners.connect.size + this.#listeners.disconnect.size;
  }

  async getDevices(): Promise<WebHidDevice[]> {
    if (this.listFailure !== undefined) throw this.listFailure;
    return [...this.permitted];
  }

  async requestDevice({ filters }: { readonly filters: WebHidFilter[] }): Promise<WebHidDevice[]> {
    this.filters.push(filters);
    if (this.choice instanceof DOMException) throw this.choice;
    return [...this.choice];
  }

  addEventListener(type: 'connect' | 'disconnect', listener: (event: WebHidEvent) => void): void {
    this.#listeners[type].add(listener);
  }

  removeEventListener(type: 'connect' | 'disconnect', listener: (event: WebHidEvent) => void): void {
    this.#listeners[type].delete(listener);
  }

  plugIn(device: FakeHidDevice): void {
    this.permitted.push(device);
    for (const listener of this.#listeners.connect) listener({ device });
  }

  unplug(device: FakeHidDevice): void {
    this.permitted.splice(this.permitted.indexOf(device), 1);
    device.opened = false;
    for (const listener of this.#listeners.disconnect) listener({ device });
  }
}
