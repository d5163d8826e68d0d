/**
 * An IN endpoint: packets of the device on one side, transfers of the host on the other (USB 2.0 §5.8.3, and "Measured in real Chromium").
 * A packet shorter than wMaxPacketSize, an empty one included, ends a transfer; a full buffer ends it too; a packet that does not
 * fit gives `babble` and its rest is lost. Several pending transfers are filled in order.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { InResult } from './usb-shapes.ts';
import { usbFailure, type Failure } from './usb-failures.ts';

/** More packets than this waiting for a host that does not read are dropped, oldest kept: a device has little memory. */
const MAX_WAITING_PACKETS = 8192;

interface Packet {
  readonly bytes: Bytes;
  /** Ends the transfer with `babble` although it would fit. */
  readonly babbles: boolean;
}

/** How a transfer ends. A failure is a word here: the exception is made by the page whose transfer it was. */
export type TransferEnd = InResult | { readonly failure: Failure };

interface PendingTransfer {
  /** Size of the host's buffer [bytes]. Often much more than what comes. */
  readonly length: number;
  readonly parts: Bytes[];
  received: number;
  readonly resolve: (end: TransferEnd) => void;
}

export interface MessagePackets {
  /** Size of each packet; smaller than wMaxPacketSize makes every one a short packet. */
  readonly packetLength?: number;
  /** An empty packet behind a message that is a multiple of wMaxPacketSize. */
  readonly endWithZeroLengthPacket: boolean;
  readonly babbles?: boolean;
}

/** One transfer of the host, as a host controller holds it. */
export interface InTransfer {
  readonly result: Promise<InResult>;
  /** Takes it back; `false` when it has ended already. What it had received is lost with it, and `result` rejects. */
  cancel(): boolean;
}

export class InEndpoint {
  readonly #packetLength: number;
  /** Asked before each packet leaves; `false` = the device is gone. */
  readonly #mayDeliver: (length: number) => boolean;
  #packets: Packet[] = [];
  #transfers: PendingTransfer[] = [];
  #halted = false;

  constructor(packetLength: number, mayDeliver: (length: number) => boolean = () => true) {
    this.#packetLength = packetLength;
    this.#mayDeliver = mayDeliver;
  }

  get waitingPackets(): number {
    return this.#packets.length;
  }

  get pendingTransfers(): number {
    return this.#transfers.length;
  }

  /** The device puts a message out. */
  send(message: Bytes, { packetLength = this.#packetLength, endWithZeroLengthPacket, babbles = false }: MessagePackets): void {
    for (let offset = 0; offset < message.length; offset += packetLength) this.#queue({ bytes: message.slice(offset, offset + packetLength), babbles });
    const endsFull = message.length === 0 || (packetLength === this.#packetLength && message.length % packetLength === 0);
    if (endsFull && (endWithZeroLengthPacket || message.length === 0)) this.#queue({ bytes: message.slice(0, 0), babbles: false });
    this.#fill();
  }

  /** The host asks. */
  transfer(length: number): Promise<TransferEnd> {
    return this.#begin(length).end;
  }

  /** The same for a host that may think better of it. */
  begin(length: number): InTransfer {
    const { transfer, end } = this.#begin(length);
    const result = end.then((ended) => {
      if ('failure' in ended) throw usbFailure('transferIn', ended.failure);
      return ended;
    });
    return { result, cancel: () => this.#cancel(transfer) };
  }

  halt(): void {
    this.#halted = true;
    this.#fill();
  }

  clearHalt(): void {
    this.#halted = false;
    this.#fill();
  }

  /** Ends every pending transfer; what they had received is lost with them. */
  failTransfers(failure: Failure): void {
    const transfers = this.#transfers;
    this.#transfers = [];
    for (const { resolve } of transfers) resolve({ failure });
  }

  /** The device forgets what it wanted to say. */
  dropPackets(): void {
    this.#packets = [];
    this.#halted = false;
  }

  #cancel(transfer: PendingTransfer): boolean {
    const position = this.#transfers.indexOf(transfer);
    if (position === -1) return false;
    this.#transfers.splice(position, 1);
    transfer.resolve({ failure: 'transferCancelled' });
    return true;
  }

  #begin(length: number): { readonly transfer: PendingTransfer; readonly end: Promise<TransferEnd> } {
    let resolve: (end: TransferEnd) => void = () => undefined;
    const end = new Promise<TransferEnd>((settle) => (resolve = settle));
    const transfer: PendingTransfer = { length, parts: [], received: 0, resolve };
    this.#transfers.push(transfer);
    this.#fill();
    return { transfer, end };
  }

  #queue(packet: Packet): void {
    if (this.#packets.length < MAX_WAITING_PACKETS) this.#packets.push(packet);
  }

  #fill(): void {
    for (let transfer = this.#transfers[0]; transfer !== undefined; transfer = this.#transfers[0]) {
      if (this.#halted) {
        this.#finish(transfer, 'stall', 0);
        continue;
      }
      const packet = this.#packets[0];
      if (packet === undefined || !this.#mayDeliver(packet.bytes.length)) return;
      this.#packets.shift();
      this.#put(transfer, packet);
    }
  }

  #put(transfer: PendingTransfer, { bytes, babbles }: Packet): void {
    const room = transfer.length - transfer.received;
    transfer.parts.push(bytes.subarray(0, room));
    transfer.received += Math.min(room, bytes.length);
    if (babbles || bytes.length > room) this.#finish(transfer, 'babble', transfer.received);
    else if (bytes.length < this.#packetLength || transfer.received === transfer.length) this.#finish(transfer, 'ok', transfer.received);
  }

  #finish(transfer: PendingTransfer, status: USBTransferStatus, length: number): void {
    this.#transfers.shift();
    transfer.resolve({ status, data: new DataView(concatBytes(...transfer.parts).buffer, 0, length) });
  }
}
