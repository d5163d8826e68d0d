/**
 * The shapes of the browser's `SmartCardResourceManager`, `SmartCardContext` and `SmartCardConnection` that this house uses, written from
 * WICG web-smart-card (2026-05-26): no package of ours has them. ChromeOS, Isolated Web Apps only. PC/SC words.
 */
export type WebSmartCardProtocol = 'raw' | 't0' | 't1';

export interface WebSmartCardFlags {
  readonly unaware?: boolean;
  readonly unknown?: boolean;
  readonly unavailable?: boolean;
  readonly empty?: boolean;
  readonly present?: boolean;
}

export interface WebSmartCardStateIn {
  readonly readerName: string;
  readonly currentState: WebSmartCardFlags;
}

export interface WebSmartCardStateOut {
  readonly readerName: string;
  readonly eventState: WebSmartCardFlags;
}

export interface WebSmartCardConnection {
  transmit(command: Uint8Array<ArrayBuffer>, options: { readonly protocol?: WebSmartCardProtocol }): Promise<ArrayBuffer>;
  status(): Promise<{ readonly state: string; readonly answerToReset?: ArrayBuffer }>;
  disconnect(disposition: 'reset' | 'unpower'): Promise<void>;
}

export interface WebSmartCardContext {
  listReaders(): Promise<string[]>;
  /** Resolves when a state is not what it was said to be; at once for `unaware`. One call at a time. */
  getStatusChange(
    states: readonly WebSmartCardStateIn[],
    options: { readonly timeout?: number; readonly signal?: AbortSignal },
  ): Promise<readonly WebSmartCardStateOut[]>;
  /** May ask the person. */
  connect(
    readerName: string,
    accessMode: 'exclusive',
    options: { readonly preferredProtocols: readonly WebSmartCardProtocol[] },
  ): Promise<{ readonly connection: WebSmartCardConnection; readonly activeProtocol?: WebSmartCardProtocol }>;
}

export interface WebSmartCard {
  establishContext(): Promise<WebSmartCardContext>;
}

/** What a driver gets to speak through: a reader of the operating system, and a context of its own. */
export interface SmartCardPipe {
  /** productName is the reader's name in PC/SC: untrusted text. VID:PID are 0, PC/SC does not tell. */
  readonly description: { readonly vendorId: number; readonly productId: number; readonly productName: string };
  readonly context: WebSmartCardContext;
  /** Resolves when the pipe was closed. A reader that is gone tells so by its faults. */
  readonly closed: Promise<void>;
  /** Nothing is held but the connection to a card, which is the driver's. Never throws. */
  close(): Promise<void>;
}
