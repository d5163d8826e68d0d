/**
 * Bulk OUT transfers into whole CCID messages (CCID Rev 1.1 §6.1). Two habits of readers: most take dwLength alone and want no empty packet; the
 * RC-S300 waits for the empty packet behind a message that fills its last one (spec/open-points.md, 11).
 */
import { concatBytes, type Bytes } from '#bytes';
import { dataLengthOf, HEADER_LENGTH } from './ccid-message.ts';
import { unexpectedInput } from './simulator-error.ts';

export interface Framing {
  /** Header included [bytes]. */
  readonly maximumMessageLength: number;
  readonly packetLength: number;
  readonly awaitsZeroLengthPacket: boolean;
}

export class MessageAssembler {
  readonly #framing: Framing;
  #received: Bytes = new Uint8Array(0);

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  forget(): void {
    this.#received = new Uint8Array(0);
  }

  /**
   * One transferOut; the message when it is complete.
   * @throws SimulatorError `SIMULATOR_UNEXPECTED_INPUT`
   */
  add(transfer: Bytes): Bytes | undefined {
    const message = concatBytes(this.#received, transfer);
    const length = message.length < HEADER_LENGTH ? undefined : HEADER_LENGTH + dataLengthOf(message);
    this.#check(message, transfer, length);
    this.#received = message;
    if (message.length !== length || this.#stillOpen(transfer)) return undefined;
    this.forget();
    return message;
  }

  #check(message: Bytes, transfer: Bytes, length: number | undefined): void {
    const { maximumMessageLength, packetLength } = this.#framing;
    if (transfer.length === 0 && !this.#awaitsEnd) throw unexpectedInput('Zero-length packet out of place');
    if (length !== undefined && length > maximumMessageLength) throw unexpectedInput('Longer than dwMaxCCIDMessageLength', { length });
    if (length !== undefined && message.length > length) throw unexpectedInput('More bytes than dwLength says', { length: message.length });
    const ends = transfer.length === 0 || transfer.length % packetLength !== 0;
    if (ends && message.length !== length) throw unexpectedInput('A short packet inside a message', { length: message.length });
  }

  get #awaitsEnd(): boolean {
    return this.#framing.awaitsZeroLengthPacket && this.#received.length > 0;
  }

  /** The last packet was full and the reader wants the empty one. */
  #stillOpen(transfer: Bytes): boolean {
    return this.#framing.awaitsZeroLengthPacket && transfer.length > 0 && transfer.length % this.#framing.packetLength === 0;
  }
}
