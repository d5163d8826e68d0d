/**
 * A virtual reader at the end of its cable: what a host controller sees, below any browser (USB 2.0 §5, §9). Nothing is claimed here and no class is
 * protected: those are rules of a page. Full speed, one configuration, bulk and interrupt endpoints.
 */
import type { Bytes } from '#bytes';
import type { InTransfer } from './in-endpoint.ts';
import type { ControlSetup, ReaderHardware } from './reader-hardware.ts';
import { configurationDescriptor, deviceDescriptor, endpointsOf } from './usb-descriptors.ts';

export class UsbPort {
  readonly deviceDescriptor: Bytes;
  readonly configurationDescriptor: Bytes;
  readonly #hardware: ReaderHardware;

  constructor(hardware: ReaderHardware) {
    this.#hardware = hardware;
    this.deviceDescriptor = deviceDescriptor(hardware.profile);
    this.configurationDescriptor = configurationDescriptor(hardware.profile);
  }

  get plugged(): boolean {
    return this.#hardware.plugged;
  }

  /** Tells when the cable goes in or out. */
  watch(watcher: (plugged: boolean) => void): () => void {
    return this.#hardware.watch(watcher);
  }

  /** SET_CONFIGURATION, when the device is found and after every port reset. */
  setConfiguration(): void {
    this.#hardware.enumerate();
  }

  /** The answer of GET_DESCRIPTOR and of class requests, or `undefined` = stall. */
  controlIn(setup: ControlSetup): Bytes | undefined {
    return this.#hardware.controlIn(setup);
  }

  /** False = stall. */
  controlOut(setup: ControlSetup): boolean {
    return this.#hardware.controlOut(setup);
  }

  /** Whether there is such an endpoint, and the size of its packets [bytes]. */
  packetLengthOf(endpointAddress: number): number | undefined {
    const endpoints = this.#hardware.profile.interfaces.flatMap((entry) => endpointsOf(entry));
    return endpoints.find(({ address }) => address === endpointAddress)?.packetLength;
  }

  /** One packet. A device sees packets, and not how the host's transfers were cut. */
  sendPacket(endpointNumber: number, packet: Bytes): 'ok' | 'stall' {
    return this.#hardware.bulkOut(endpointNumber, packet);
  }

  /** `undefined` = no such endpoint. */
  beginIn(endpointNumber: number, length: number): InTransfer | undefined {
    return this.#hardware.inEndpoint(endpointNumber)?.begin(length);
  }

  clearHalt(direction: USBDirection, endpointNumber: number): void {
    this.#hardware.clearHalt(direction, endpointNumber);
  }
}
