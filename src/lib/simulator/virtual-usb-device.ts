/**
 * `USBDevice` of one page over a virtual reader: the state rules, refusals and transfers that Chromium has for a real one
 * (spec/browser-and-readers.md §3 and "Measured in real Chromium"). Bulk and interrupt transfers; isochronous ones are refused,
 * as on any device without such an endpoint.
 */
import type { Bytes } from '#bytes';
import type { ReaderHardware } from './reader-hardware.ts';
import { CONFIGURATION_VALUE } from './usb-descriptors.ts';
import type { ConfigurationView, InResult, OutResult } from './usb-shapes.ts';
import { usbFailure, type Failure } from './usb-failures.ts';
import { configurationView, isProtected, mayReachProtected } from './usb-views.ts';

/** Chromium's own limit, and what the kernel's usbfs has room for [bytes]. */
const MAX_TRANSFER_LENGTH = 33_554_432;
const KERNEL_MEMORY_LENGTH = 16_777_216;
/** A transfer now and then goes through a timer, so that a host without end cannot starve its own time-outs. */
const TRANSFERS_PER_TURN = 32;
/** GET_STATUS, GET_DESCRIPTOR, GET_CONFIGURATION, GET_INTERFACE, SYNCH_FRAME. */
const ALLOWED_STANDARD_REQUESTS: readonly number[] = [0, 6, 8, 10, 12];

/** What a device has to know of the page it belongs to. */
export interface DevicePage {
  /** An Isolated Web App with the permissions policy `usb-unrestricted`: protected classes are open to it. */
  readonly unrestricted: boolean;
  readonly onForget: (device: VirtualUsbDevice) => void;
}

export class VirtualUsbDevice implements USBDevice {
  readonly usbVersionMajor = 2;
  readonly usbVersionMinor = 0;
  readonly usbVersionSubminor = 0;
  readonly deviceClass = 0;
  readonly deviceSubclass = 0;
  readonly deviceProtocol = 0;
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  readonly manufacturerName: string | null;
  readonly productName: string | null;
  readonly serialNumber: string | null;
  readonly #hardware: ReaderHardware;
  readonly #page: DevicePage;
  #opened = false;
  /** The handle that `open` got; the system may have let it die since. */
  #handles = 0;
  #disconnected = false;
  #changing = false;
  #transfers = 0;

  constructor(hardware: ReaderHardware, page: DevicePage) {
    const { vendorId, productId, deviceVersion, manufacturerName, productName, serialNumber } = hardware.profile;
    this.#hardware = hardware;
    this.#page = page;
    this.vendorId = vendorId;
    this.productId = productId;
    [this.deviceVersionMajor, this.deviceVersionMinor, this.deviceVersionSubminor] = deviceVersion;
    this.manufacturerName = manufacturerName;
    this.productName = productName;
    this.serialNumber = serialNumber ?? null;
  }

  get opened(): boolean {
    return this.#opened;
  }

  get configurations(): ConfigurationView[] {
    return [configurationView(this.#hardware.profile, (interfaceNumber) => this.#holds(interfaceNumber))];
  }

  /** A new object each time: hosts compare `configurationValue` (crbug 1274922). */
  get configuration(): ConfigurationView | null {
    return this.#hardware.configured ? (this.configurations[0] ?? null) : null;
  }

  /** The `disconnect` event is about to be told: from here on the device is closed for good. */
  noteDisconnected(): void {
    this.#disconnected = true;
    this.#opened = false;
  }

  /** The document is gone: the browser closes the handle, the reader keeps its state. */
  abandon(): void {
    this.#releaseAll('transferCancelled');
    this.#opened = false;
  }

  async open(): Promise<void> {
    if (this.#isIdle && this.#opened) return;
    await this.#change('open', () => {
      this.#require('open', this.#hardware.plugged, 'disconnected');
      const [fault] = this.#hardware.faults.strike(['openFails']);
      if (fault !== undefined) throw usbFailure('open', fault.failure);
      this.#opened = true;
      this.#handles = this.#hardware.handles;
    });
  }

  async close(): Promise<void> {
    if (this.#isIdle && !this.#opened) return;
    await this.#change('close', () => this.abandon());
  }

  async forget(): Promise<void> {
    await this.close();
    this.#page.onForget(this);
  }

  async selectConfiguration(configurationValue: number): Promise<void> {
    if (this.#isIdle && this.#opened && this.#hardware.configured && configurationValue === CONFIGURATION_VALUE) return;
    await this.#change('selectConfiguration', () => {
      this.#requireOpen('selectConfiguration');
      this.#require('selectConfiguration', configurationValue === CONFIGURATION_VALUE, 'configurationNotFound');
      this.#hardware.configure();
    });
  }

  async claimInterface(interfaceNumber: number): Promise<void> {
    if (this.#isIdle && this.#opened && this.#holds(interfaceNumber)) return;
    await this.#change('claimInterface', () => {
      this.#requireInterface('claimInterface', interfaceNumber);
      this.#require('claimInterface', !this.#isRefused(interfaceNumber), 'protectedClass');
      if (this.#hardware.faults.strike(['claimHangs']).length > 0) return new Promise<never>(() => undefined);
      const fails = !this.#reaches || this.#hardware.faults.strike(['claimFails']).length > 0;
      this.#require('claimInterface', !fails && this.#hardware.claim(interfaceNumber, this), 'claimFailed');
      return undefined;
    });
  }

  async releaseInterface(interfaceNumber: number): Promise<void> {
    await this.#change('releaseInterface', () => {
      this.#requireInterface('releaseInterface', interfaceNumber);
      if (this.#holds(interfaceNumber)) this.#hardware.release(interfaceNumber, 'transferFailed');
    });
  }

  async selectAlternateInterface(interfaceNumber: number, alternateSetting: number): Promise<void> {
    await this.#change('selectAlternateInterface', () => {
      this.#requireInterface('selectAlternateInterface', interfaceNumber);
      this.#require('selectAlternateInterface', this.#holds(interfaceNumber), 'interfaceUnclaimed');
      this.#require('selectAlternateInterface', alternateSetting === 0, 'alternateNotFound');
    });
  }

  async reset(): Promise<void> {
    await this.#change('reset', () => {
      this.#requireOpen('reset');
      const fails = !this.#reaches || this.#hardware.faults.strike(['resetFails']).length > 0;
      this.#require('reset', !fails, 'resetFailed');
      this.#hardware.portReset();
    });
  }

  async clearHalt(direction: USBDirection, endpointNumber: number): Promise<void> {
    this.#requireEndpoint('clearHalt', direction, endpointNumber);
    await nextTurn();
    this.#require('clearHalt', this.#reaches, 'transferFailed');
    this.#hardware.clearHalt(direction, endpointNumber);
  }

  async controlTransferIn(setup: USBControlTransferParameters, length: number): Promise<InResult> {
    this.#requireControl('controlTransferIn', setup);
    this.#requireLength('controlTransferIn', length);
    await Promise.resolve();
    const answer = this.#hardware.controlIn(setup)?.slice(0, length);
    return { status: answer === undefined ? 'stall' : 'ok', data: new DataView(answer === undefined ? new ArrayBuffer(0) : answer.buffer) };
  }

  async controlTransferOut(setup: USBControlTransferParameters, data?: BufferSource): Promise<OutResult> {
    this.#requireControl('controlTransferOut', setup);
    const bytes = copyOf(data ?? new ArrayBuffer(0));
    this.#requireLength('controlTransferOut', bytes.length);
    await Promise.resolve();
    return { status: this.#hardware.controlOut(setup) ? 'ok' : 'stall', bytesWritten: bytes.length };
  }

  async transferIn(endpointNumber: number, length: number): Promise<InResult> {
    this.#requireTransfer('transferIn', 'in', endpointNumber);
    this.#requireLength('transferIn', length);
    const endpoint = this.#hardware.inEndpoint(endpointNumber);
    if (endpoint === undefined) throw usbFailure('transferIn', 'endpointUnclaimed');
    this.#require('transferIn', this.#hardware.faults.strike(['transferInFails']).length === 0, 'transferFailed');
    const end = await endpoint.transfer(length);
    if ('failure' in end) throw usbFailure('transferIn', end.failure);
    return end;
  }

  async transferOut(endpointNumber: number, data: BufferSource): Promise<OutResult> {
    this.#requireTransfer('transferOut', 'out', endpointNumber);
    const bytes = copyOf(data);
    this.#requireLength('transferOut', bytes.length);
    this.#require('transferOut', this.#hardware.faults.strike(['transferOutFails']).length === 0, 'transferFailed');
    this.#transfers++;
    await (this.#transfers % TRANSFERS_PER_TURN === 0 ? nextTurn() : Promise.resolve());
    this.#require('transferOut', this.#reaches, 'transferFailed');
    // Chromium reports the full length for a stalled OUT transfer too.
    return { status: this.#hardware.bulkOut(endpointNumber, bytes), bytesWritten: bytes.length };
  }

  isochronousTransferIn(): Promise<never> {
    return Promise.reject(usbFailure('isochronousTransferIn', 'endpointUnclaimed'));
  }

  isochronousTransferOut(): Promise<never> {
    return Promise.reject(usbFailure('isochronousTransferOut', 'endpointUnclaimed'));
  }

  /** A state that is there already is no change, and nothing waits for it. */
  get #isIdle(): boolean {
    return !this.#disconnected && !this.#changing;
  }

  /** State calls are refused while another one is under way; they settle a turn later. */
  async #change(call: string, act: () => unknown): Promise<void> {
    this.#require(call, !this.#disconnected, 'disconnected');
    this.#require(call, !this.#changing, 'stateChanging');
    this.#changing = true;
    try {
      await Promise.resolve();
      await act();
    } finally {
      this.#changing = false;
    }
  }

  #releaseAll(failure: 'transferFailed' | 'transferCancelled'): void {
    for (const [interfaceNumber, holder] of [...this.#hardware.claims]) if (holder === this) this.#hardware.release(interfaceNumber, failure);
  }

  #holds(interfaceNumber: number): boolean {
    return this.#hardware.claims.get(interfaceNumber) === this;
  }

  /** The cable is in, and the system has not let the handle die. */
  get #reaches(): boolean {
    return this.#hardware.plugged && this.#handles === this.#hardware.handles;
  }

  #isRefused(interfaceNumber: number): boolean {
    return !this.#page.unrestricted && isProtected(this.#hardware.profile, interfaceNumber);
  }

  #require(call: string, condition: boolean, failure: Failure): void {
    if (!condition) throw usbFailure(call, failure);
  }

  #requireOpen(call: string): void {
    this.#require(call, !this.#disconnected, 'disconnected');
    this.#require(call, this.#opened, 'notOpen');
  }

  #requireInterface(call: string, interfaceNumber: number): void {
    this.#requireOpen(call);
    this.#require(call, this.#hardware.configured, 'configurationRequired');
    this.#require(call, this.#hardware.profile.interfaces[interfaceNumber] !== undefined, 'interfaceNotFound');
  }

  #requireEndpoint(call: string, direction: USBDirection, endpointNumber: number): void {
    this.#requireOpen(call);
    this.#require(call, !this.#changing, 'stateChanging');
    this.#require(call, this.#hardware.configured, 'configurationRequired');
    this.#require(call, endpointNumber >= 1 && endpointNumber <= 15, 'endpointOutOfRange');
    const interfaceNumber = this.#hardware.interfaceOf(direction, endpointNumber);
    this.#require(call, interfaceNumber !== undefined && this.#holds(interfaceNumber), 'endpointUnclaimed');
  }

  #requireTransfer(call: string, direction: USBDirection, endpointNumber: number): void {
    this.#requireEndpoint(call, direction, endpointNumber);
    this.#require(call, this.#reaches, 'transferFailed');
  }

  #requireLength(call: string, length: number): void {
    this.#require(call, length <= MAX_TRANSFER_LENGTH, 'bufferTooBig');
    this.#require(call, length < KERNEL_MEMORY_LENGTH, 'transferFailed');
  }

  #requireControl(call: string, { requestType, recipient, request, index }: USBControlTransferParameters): void {
    this.#requireOpen(call);
    this.#require(call, !this.#changing, 'stateChanging');
    if (recipient === 'interface') {
      this.#requireInterface(call, index % 0x100);
      this.#require(call, this.#holds(index % 0x100), 'interfaceUnclaimed');
    }
    if (recipient === 'endpoint') this.#requireEndpoint(call, index >= 0x80 ? 'in' : 'out', index % 0x10);
    const namesProtected = requestType === 'class' && !this.#page.unrestricted && mayReachProtected(this.#hardware.profile, recipient, index % 0x100);
    const standardRefused = requestType === 'standard' && (call === 'controlTransferOut' || !ALLOWED_STANDARD_REQUESTS.includes(request));
    this.#require(call, !namesProtected && !standardRefused, 'transferRefused');
    this.#require(call, this.#reaches, 'transferFailed');
  }
}

function copyOf(source: BufferSource): Bytes {
  const view = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  return Uint8Array.from(view);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
