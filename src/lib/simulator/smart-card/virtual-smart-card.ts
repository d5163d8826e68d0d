/**
 * `navigator.smartCard` over a virtual reader (WICG web-smart-card; spec/browser-and-readers.md §10): establishContext, listReaders, getStatusChange,
 * connect. Structural. One reader; the prompt at `connect` is answered yes; no transactions of other programs.
 */
import type { ReaderHardware } from '../reader-hardware.ts';
import { VirtualSmartCardError } from './smart-card-error.ts';
import { VirtualSmartCardConnection, type SmartCardProtocol } from './virtual-smart-card-connection.ts';

export type SmartCardAccessMode = 'shared' | 'exclusive' | 'direct';

export interface SmartCardReaderStateFlags {
  readonly unaware?: boolean;
  readonly ignore?: boolean;
  readonly changed?: boolean;
  readonly unknown?: boolean;
  readonly unavailable?: boolean;
  readonly empty?: boolean;
  readonly present?: boolean;
  readonly exclusive?: boolean;
  readonly inuse?: boolean;
  readonly mute?: boolean;
  readonly unpowered?: boolean;
}

export interface SmartCardReaderStateIn {
  readonly readerName: string;
  readonly currentState: SmartCardReaderStateFlags;
  readonly currentCount?: number;
}

export interface SmartCardReaderStateOut {
  readonly readerName: string;
  readonly eventState: SmartCardReaderStateFlags;
  readonly eventCount: number;
  readonly answerToReset?: ArrayBuffer;
}

/** Tells when readers come and go. */
const PNP_NOTIFICATION = String.raw`\\?PnP?\Notification`;

/** One per reader: its state lives on when contexts go. */
export class VirtualSmartCard {
  readonly #hardware: ReaderHardware;

  constructor(hardware: ReaderHardware) {
    this.#hardware = hardware;
  }

  async establishContext(): Promise<VirtualSmartCardContext> {
    await Promise.resolve();
    if (this.#hardware.faults.strike(['openFails']).length > 0) throw new VirtualSmartCardError('no-service');
    return new VirtualSmartCardContext(this.#hardware);
  }
}

export class VirtualSmartCardContext {
  readonly #hardware: ReaderHardware;
  #changes = 0;
  #waiting: (() => void)[] = [];

  constructor(hardware: ReaderHardware) {
    this.#hardware = hardware;
    hardware.places[0]?.watch(() => this.#change());
    hardware.watch(() => this.#change());
  }

  listReaders(): Promise<string[]> {
    return Promise.resolve(this.#hardware.plugged ? [this.#hardware.profile.productName] : []);
  }

  /** Resolves when what is asked about is not what it was thought to be. */
  async getStatusChange(
    states: readonly SmartCardReaderStateIn[],
    { timeout, signal }: { readonly timeout?: number; readonly signal?: AbortSignal } = {},
  ): Promise<SmartCardReaderStateOut[]> {
    const began = this.#changes;
    for (;;) {
      if (signal?.aborted === true) throw signal.reason;
      const now = states.map((state) => this.#stateOf(state));
      const pnp = states.some(({ readerName }) => readerName === PNP_NOTIFICATION) && this.#changes !== began;
      if (pnp || now.some(({ eventState }) => eventState.changed === true)) return now;
      await this.#nextChange(timeout, signal);
    }
  }

  async connect(
    readerName: string,
    accessMode: SmartCardAccessMode,
    { preferredProtocols = [] }: { readonly preferredProtocols?: readonly SmartCardProtocol[] } = {},
  ): Promise<{ connection: VirtualSmartCardConnection; activeProtocol?: SmartCardProtocol }> {
    await Promise.resolve();
    const hardware = this.#hardware;
    if (readerName !== hardware.profile.productName) throw new VirtualSmartCardError('unknown-reader');
    if (!hardware.plugged) throw new VirtualSmartCardError('reader-unavailable');
    if (hardware.faults.strike(['claimFails', 'otherClient']).length > 0) throw new VirtualSmartCardError('sharing-violation');
    const card = hardware.places[0]?.card;
    if (accessMode === 'direct') return { connection: new VirtualSmartCardConnection(hardware, undefined) };
    if (card === undefined) throw new VirtualSmartCardError('no-smartcard');
    const activeProtocol = (['t1', 't0'] as const).find((protocol) => preferredProtocols.includes(protocol));
    if (activeProtocol === undefined) throw new VirtualSmartCardError('proto-mismatch');
    card.powerOn();
    return { connection: new VirtualSmartCardConnection(hardware, card), activeProtocol };
  }

  #stateOf({ readerName, currentState }: SmartCardReaderStateIn): SmartCardReaderStateOut {
    const { profile, plugged, places } = this.#hardware;
    if (readerName === PNP_NOTIFICATION) return { readerName, eventState: {}, eventCount: this.#changes };
    if (readerName !== profile.productName || !plugged) {
      const known = currentState.unavailable === true || currentState.unknown === true;
      return { readerName, eventState: { unknown: true, unavailable: true, changed: !known }, eventCount: this.#changes };
    }
    const card = places[0]?.card;
    const changed = currentState.unaware === true || (card === undefined ? currentState.empty !== true : currentState.present !== true);
    const eventState = card === undefined ? { empty: true, changed } : { present: true, changed };
    return { readerName, eventState, eventCount: this.#changes, ...(card === undefined ? {} : { answerToReset: card.image.atr.slice().buffer }) };
  }

  #change(): void {
    this.#changes++;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async #nextChange(timeout: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = timeout === undefined ? undefined : setTimeout(() => reject(new DOMException('The operation timed out.', 'TimeoutError')), timeout);
      this.#waiting.push(() => {
        if (timer !== undefined) clearTimeout(timer);
        resolve();
      });
      signal?.addEventListener('abort', () => {
        if (timer !== undefined) clearTimeout(timer);
        resolve();
      });
    });
  }
}
