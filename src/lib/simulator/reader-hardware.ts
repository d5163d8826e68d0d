/**
 * The thing on the desk: one plugged-in device, whatever pages have it open. Endpoints, claims, descriptors, the CCID function behind
 * them. Pages see it through `VirtualUsbDevice`; a claim belongs to one page at a time, as in the kernel.
 */
import { unhex, type Bytes } from '#bytes';
import { CardPlace } from './card-place.ts';
import { FaultSchedule } from './faults.ts';
import { InEndpoint } from './in-endpoint.ts';
import { LinkClock, standardLinkModel, type LinkModel } from './link-clock.ts';
import { makeHidBridge, type HidSide } from './hid/hid-bridge.ts';
import { makeFunction, type DeviceParts } from './make-function.ts';
import type { InterfaceProfile, ReaderProfile } from './reader-profiles.ts';
import { slotsOf } from './reader-traits.ts';
import { unexpectedInput, type SimulatorError } from './simulator-error.ts';
import { configurationDescriptor, deviceDescriptor, endpointsOf, stringDescriptor } from './usb-descriptors.ts';
import type { UsbFunction } from './usb-function.ts';
import { stateAnswer } from './usb-standard-answers.ts';
import { isProtected } from './usb-views.ts';

const GET_DESCRIPTOR = 6;

export interface ControlSetup {
  readonly requestType: USBRequestType;
  readonly recipient: USBRecipient;
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export class ReaderHardware {
  readonly profile: ReaderProfile;
  readonly faults = new FaultSchedule();
  /** interface number → the page's device that holds it */
  readonly claims = new Map<number, object>();
  readonly unexpected: SimulatorError[] = [];
  readonly clock: LinkClock;
  /** By slot number; the interfaces of one reader share them. */
  readonly places: readonly CardPlace[];
  readonly #functions: readonly (UsbFunction | undefined)[];
  /** The interface a page talks to. */
  readonly #mainInterface: number;
  /** The bridge, when the device is a HID one. */
  readonly hid: HidSide | undefined;
  readonly #inEndpoints = new Map<number, { readonly endpoint: InEndpoint; readonly interfaceNumber: number }>();
  readonly #haltedOut = new Set<number>();
  readonly #watchers = new Set<(plugged: boolean) => void>();
  #telling: Promise<void> = Promise.resolve();
  #plugged = true;
  #handles = 0;
  /** The operating system configures most devices as they come; without that a page has to. */
  #configured: boolean;
  readonly #comesConfigured: boolean;

  constructor(profile: ReaderProfile, { configured, linkModel = standardLinkModel }: { configured: boolean; linkModel?: LinkModel }) {
    this.profile = profile;
    this.clock = new LinkClock(linkModel);
    this.#comesConfigured = configured;
    this.#configured = configured;
    profile.interfaces.forEach((interfaceProfile, interfaceNumber) => {
      for (const { address, type, packetLength } of endpointsOf(interfaceProfile)) {
        if (address < 0x80) continue;
        const endpoint = new InEndpoint(packetLength, type === 'bulk' ? (length) => this.#mayDeliver(length) : undefined);
        this.#inEndpoints.set(address - 0x80, { endpoint, interfaceNumber });
      }
    });
    this.places = Array.from({ length: Math.max(1, ...profile.interfaces.map(slotsOf)) }, () => new CardPlace());
    this.#functions = profile.interfaces.map((interfaceProfile) => this.#makeFunction(interfaceProfile));
    this.hid = profile.hid === undefined ? undefined : makeHidBridge(profile, profile.hid, this.#commonParts());
    const open = this.#functions.findIndex((made, interfaceNumber) => made !== undefined && !isProtected(profile, interfaceNumber));
    this.#mainInterface = open === -1 ? this.#functions.findIndex((made) => made !== undefined) : open;
  }

  /** The function of the interface a page talks to. */
  get main(): UsbFunction | undefined {
    return this.hid ?? this.#functions[this.#mainInterface];
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  get configured(): boolean {
    return this.#configured;
  }

  /** Grows when the system lets all open handles die. */
  get handles(): number {
    return this.#handles;
  }

  configure(): void {
    this.#configured = true;
  }

  /** Tells when the cable goes in or out, a little later than it does: as the events of a browser. */
  watch(watcher: (plugged: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    for (const { endpoint } of this.#inEndpoints.values()) {
      endpoint.failTransfers('transferFailed');
      endpoint.dropPackets();
    }
    this.#haltedOut.clear();
    for (const made of [...this.#functions, this.hid]) made?.reset();
    this.#tell(false);
  }

  plugIn(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#configured = this.#comesConfigured;
    this.claims.clear();
    this.faults.reset();
    for (const made of this.#functions) made?.announceCard();
    this.#tell(true);
  }

  /** USB port reset: the claims stay, everything else begins anew. */
  portReset(): void {
    for (const { endpoint } of this.#inEndpoints.values()) {
      endpoint.failTransfers('transferFailed');
      endpoint.dropPackets();
    }
    this.#haltedOut.clear();
    for (const made of [...this.#functions, this.hid]) made?.reset();
    this.faults.reset();
  }

  /**
   * The computer slept and is awake again: whatever was pending fails, the card had no power. The handles outlive it, or they are dead
   * until they are closed and opened anew, without an event that would say so.
   */
  wake(handles: 'kept' | 'dead'): void {
    this.portReset();
    if (handles === 'dead') this.#handles++;
  }

  /** A host begins with the device: it sets the configuration, everything begins anew, a card that is there is told. */
  enumerate(): void {
    this.portReset();
    this.configure();
    for (const made of this.#functions) made?.announceCard();
  }

  claim(interfaceNumber: number, holder: object): boolean {
    const present = this.claims.get(interfaceNumber);
    if (present !== undefined && present !== holder) return false;
    this.claims.set(interfaceNumber, holder);
    if (present === undefined) this.#functions[interfaceNumber]?.welcomeHost();
    return true;
  }

  release(interfaceNumber: number, failure: 'transferFailed' | 'transferCancelled'): void {
    this.claims.delete(interfaceNumber);
    for (const { endpoint, interfaceNumber: owner } of this.#inEndpoints.values()) if (owner === interfaceNumber) endpoint.failTransfers(failure);
  }

  /** The interface an endpoint belongs to, or `undefined`. */
  interfaceOf(direction: USBDirection, endpointNumber: number): number | undefined {
    if (direction === 'in') return this.#inEndpoints.get(endpointNumber)?.interfaceNumber;
    const index = this.profile.interfaces.findIndex(({ bulkOut }) => bulkOut === endpointNumber);
    return index === -1 ? undefined : index;
  }

  inEndpoint(endpointNumber: number): InEndpoint | undefined {
    return this.#inEndpoints.get(endpointNumber)?.endpoint;
  }

  /** One transferOut. `stall` = nothing arrived. */
  bulkOut(endpointNumber: number, bytes: Bytes): 'ok' | 'stall' {
    if (this.faults.strike(['stallOut']).length > 0) this.#haltedOut.add(endpointNumber);
    if (this.#haltedOut.has(endpointNumber)) return 'stall';
    const made = this.#functions[this.interfaceOf('out', endpointNumber) ?? -1];
    if (made !== undefined) made.receive(bytes);
    else this.unexpected.push(unexpectedInput('Bulk OUT to an interface that speaks no CCID', { length: bytes.length }));
    return 'ok';
  }

  clearHalt(direction: USBDirection, endpointNumber: number): void {
    if (direction === 'out') this.#haltedOut.delete(endpointNumber);
    else this.inEndpoint(endpointNumber)?.clearHalt();
  }

  /** The answer, or `undefined` = stall. */
  controlIn(setup: ControlSetup): Bytes | undefined {
    const { request } = setup;
    if (this.faults.strike(['controlStalls'], (fault) => fault.request === request).length > 0) return undefined;
    const replaced = this.faults.strike(['controlReply'], (fault) => fault.request === request)[0];
    if (replaced !== undefined) return unhex(replaced.bytes);
    if (setup.requestType === 'standard' && setup.recipient === 'device' && request === GET_DESCRIPTOR) return this.#descriptor(setup.value);
    if (setup.requestType === 'standard') return stateAnswer(setup, this.#configured);
    return this.#functionOf(setup)?.controlIn(request, { clocks: [], rates: this.profile.dataRates ?? [] });
  }

  /** False = stall. */
  controlOut(setup: ControlSetup): boolean {
    if (this.faults.strike(['controlStalls'], (fault) => fault.request === setup.request).length > 0) return false;
    return setup.request === 0x01 && (this.#functionOf(setup)?.controlAbort(setup.value) ?? false);
  }

  /** Interrupt IN message, from the reader itself or from a test. The reader holds one notice: a new one replaces it. */
  sendInterrupt(bytes: Bytes): void {
    const profile = this.profile.interfaces[this.#mainInterface];
    if (profile !== undefined) this.#sendInterrupt(profile, bytes);
  }

  /** Bytes on bulk IN that no command asked for. */
  sendBulk(bytes: Bytes): void {
    const address = this.profile.interfaces[this.#mainInterface]?.bulkIn;
    this.hid?.send(bytes);
    if (address !== undefined) this.inEndpoint(address - 0x80)?.send(bytes, { endWithZeroLengthPacket: true });
  }

  #descriptor(value: number): Bytes | undefined {
    const type = value >> 8;
    if (type === 1) return deviceDescriptor(this.profile);
    if (type === 3) return stringDescriptor(this.profile, value % 0x100);
    if (type !== 2 || value % 0x100 !== 0) return undefined;
    const replaced = this.faults.strike(['configurationDescriptor'])[0];
    return replaced === undefined ? configurationDescriptor(this.profile) : unhex(replaced.bytes);
  }

  #functionOf({ requestType, recipient, index }: ControlSetup): UsbFunction | undefined {
    return requestType === 'class' && recipient === 'interface' ? this.#functions[index] : undefined;
  }

  #sendInterrupt({ interruptIn }: InterfaceProfile, bytes: Bytes): void {
    const endpoint = interruptIn === undefined ? undefined : this.inEndpoint(interruptIn - 0x80);
    if (endpoint === undefined || !this.#plugged) return;
    endpoint.dropPackets();
    endpoint.send(bytes, { endWithZeroLengthPacket: false });
  }

  #mayDeliver(length: number): boolean {
    if (!this.faults.strikeAtByte(length)) return true;
    this.unplug();
    return false;
  }

  #makeFunction(interfaceProfile: InterfaceProfile): UsbFunction | undefined {
    const bulkIn = this.inEndpoint(interfaceProfile.bulkIn - 0x80);
    if (bulkIn === undefined) return undefined;
    return makeFunction(this.profile, interfaceProfile, {
      ...this.#commonParts(),
      sendBulk: (bytes, packets) => this.#plugged && bulkIn.send(bytes, { endWithZeroLengthPacket: this.profile.endsWithZeroLengthPacket ?? true, ...packets }),
      haltBulkIn: () => bulkIn.halt(),
      sendInterrupt: (bytes) => this.#sendInterrupt(interfaceProfile, bytes),
    });
  }

  /** What every function has of its device, endpoints or not. */
  #commonParts(): DeviceParts {
    return {
      faults: this.faults,
      clock: this.clock,
      places: this.places,
      sendBulk: () => undefined,
      haltBulkIn: () => undefined,
      sendInterrupt: () => undefined,
      mayDeliver: (length) => this.#plugged && this.#mayDeliver(length),
      report: (error) => this.unexpected.push(error),
      unplug: () => this.unplug(),
    };
  }

  #tell(plugged: boolean): void {
    // One after the other: a browser may hold an earlier timer back for longer than a later one.
    this.#telling = this.#telling
      .then(() => new Promise((resolve) => setTimeout(resolve, 0)))
      .then(() => {
        for (const watcher of [...this.#watchers]) watcher(plugged);
      });
  }
}
