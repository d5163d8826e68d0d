/** `SmartCardConnection`: transmit, transactions, status, disconnect. Attributes and control codes are not supported. */
import { exchange } from '../card-link.ts';
import { settledRates, takeContactlessTime } from '../direct-link.ts';
import type { ReaderHardware } from '../reader-hardware.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { VirtualCard } from '../virtual-card.ts';
import { VirtualSmartCardError } from './smart-card-error.ts';

export type SmartCardProtocol = 'raw' | 't0' | 't1';
export type SmartCardDisposition = 'leave' | 'reset' | 'unpower' | 'eject';

export class VirtualSmartCardConnection {
  readonly #hardware: ReaderHardware;
  readonly #card: VirtualCard | undefined;
  #open = true;
  #busy = false;

  constructor(hardware: ReaderHardware, card: VirtualCard | undefined) {
    this.#hardware = hardware;
    this.#card = card;
  }

  async transmit(sendBuffer: BufferSource, options: { readonly protocol?: SmartCardProtocol } = {}): Promise<ArrayBuffer> {
    const view = ArrayBuffer.isView(sendBuffer) ? new Uint8Array(sendBuffer.buffer, sendBuffer.byteOffset, sendBuffer.byteLength) : new Uint8Array(sendBuffer);
    const command = Uint8Array.from(view);
    await Promise.resolve();
    if (options.protocol === 'raw') throw new VirtualSmartCardError('proto-mismatch');
    const card = this.#require();
    if (this.#busy) throw new DOMException('An operation is in progress.', 'InvalidStateError');
    this.#busy = true;
    try {
      return await this.#exchange(card, command);
    } finally {
      this.#busy = false;
    }
  }

  /** The disposition the callback gives is what happens to the card; without one it is reset. */
  async startTransaction(transaction: () => Promise<SmartCardDisposition | undefined>): Promise<void> {
    await Promise.resolve();
    this.#require();
    this.#dispose((await transaction()) ?? 'reset');
  }

  async status(): Promise<{ readerName: string; state: 'absent' | 'present' | 'negotiable'; answerToReset?: ArrayBuffer }> {
    await Promise.resolve();
    const readerName = this.#hardware.profile.productName;
    const card = this.#hardware.places[0]?.card;
    if (card === undefined) return { readerName, state: 'absent' };
    return { readerName, state: 'negotiable', answerToReset: card.image.atr.slice().buffer };
  }

  control(): Promise<never> {
    return Promise.reject(new VirtualSmartCardError('unsupported-feature'));
  }

  getAttribute(): Promise<never> {
    return Promise.reject(new VirtualSmartCardError('unsupported-feature'));
  }

  setAttribute(): Promise<never> {
    return Promise.reject(new VirtualSmartCardError('unsupported-feature'));
  }

  async disconnect(disposition: SmartCardDisposition = 'leave'): Promise<void> {
    await Promise.resolve();
    if (!this.#open) throw new DOMException('The connection is closed.', 'InvalidStateError');
    this.#open = false;
    this.#dispose(disposition);
  }

  /** The card this connection was made with, if it is still there. */
  #require(): VirtualCard {
    if (!this.#open) throw new DOMException('The connection is closed.', 'InvalidStateError');
    if (!this.#hardware.plugged) throw new VirtualSmartCardError('reader-unavailable');
    const card = this.#card;
    if (card === undefined) throw new VirtualSmartCardError('unpowered-card');
    if (this.#hardware.places[0]?.card !== card) throw new VirtualSmartCardError('removed-card');
    if (!card.snapshot().powered) throw new VirtualSmartCardError('reset-card');
    return card;
  }

  async #exchange(card: VirtualCard, command: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
    const { faults, clock, profile } = this.#hardware;
    if (faults.strike(['unplugAtMessage']).length > 0) this.#hardware.unplug();
    if (!this.#hardware.plugged) throw new VirtualSmartCardError('reader-unavailable');
    clock.usbRoundTrip();
    const result = await this.#guarded(() => exchange(card, command, faults));
    takeContactlessTime(clock, settledRates(card, profile.highestRate), command, result.outcome === 'response' ? result.bytes.length : 0);
    if (result.outcome === 'response') return result.bytes.slice().buffer;
    if (result.outcome === 'removed') this.#hardware.places[0]?.takeAway(result.backAfterMs);
    throw new VirtualSmartCardError(result.outcome === 'mute' ? 'not-transacted' : 'removed-card');
  }

  /** What no host may send is recorded, and PC/SC has nothing to show for it. */
  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      this.#hardware.unexpected.push(error);
      throw new VirtualSmartCardError('not-transacted');
    }
  }

  #dispose(disposition: SmartCardDisposition): void {
    if (disposition === 'reset') this.#card?.powerOn();
    if (disposition === 'unpower' || disposition === 'eject') this.#card?.powerOff();
  }
}
