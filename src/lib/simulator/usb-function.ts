/** What stands behind the bulk endpoints of one interface. */
import type { Bytes } from '#bytes';
import type { HostMessageName } from './ccid-message.ts';

/** Commands of the RC-S380 have one name here: their frames are not CCID messages. */
export type MessageName = HostMessageName | 'port100';

/** One message of the host as it may be shown. */
export interface LoggedMessage {
  readonly name: MessageName;
  readonly slot: number;
  readonly sequence: number;
  readonly dataLength: number;
}

export interface UsbFunction {
  readonly log: readonly LoggedMessage[];
  /** One transferOut of the host. */
  receive(transfer: Bytes): void;
  /** A page has claimed the interface. */
  welcomeHost(): void;
  /** Port reset, or the cable out. */
  reset(): void;
  /** Plugged in: a reader with a notice to give gives it. */
  announceCard(): void;
  /** Class request IN; `undefined` = stall. */
  controlIn(request: number, lists: { readonly clocks: readonly number[]; readonly rates: readonly number[] }): Bytes | undefined;
  /** Class request ABORT; false = stall. */
  controlAbort(value: number): boolean;
}
