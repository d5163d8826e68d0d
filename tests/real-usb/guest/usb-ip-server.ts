/**
 * A virtual reader as a USB/IP server: the kernel's vhci_hcd imports it, and from there on it is a USB device like any other. URBs become control
 * transfers, packets and IN transfers of the simulator's `UsbPort`; what ends an IN transfer (short packet, empty packet, babble, stall) is decided there.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { concatBytes, type Bytes } from '#bytes';
import type { InTransfer, UsbPort } from '#simulator';
import { StandardRequests } from './standard-requests.ts';
import {
  BUS_ID,
  decodeCommand,
  decodeImport,
  encodeImportReply,
  encodeSubmitReply,
  encodeUnlinkReply,
  HEADER_LENGTH,
  IMPORT_LENGTH,
  urbStatus,
  type Command,
} from './usb-ip-messages.ts';

type Submit = Extract<Command, { kind: 'submit' }>;

export class UsbIpServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** The device at `port` may be imported once at a time. */
  constructor(port: UsbPort) {
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // followed by close
      socket.on('close', () => this.#sockets.delete(socket));
      new Attachment(port, socket);
    });
    port.watch((plugged) => {
      if (!plugged) this.cutOff();
    });
  }

  /** On any free port of this machine; gives its number. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        if (address === null || typeof address === 'string') reject(new Error('no TCP port'));
        else resolve(address.port);
      });
    });
  }

  /** The cable is out: for the kernel the device is gone. */
  cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cutOff();
    this.#server.close();
  }
}

/** One import of the device, from OP_REQ_IMPORT to the end of the connection. */
class Attachment {
  readonly #port: UsbPort;
  readonly #socket: Socket;
  readonly #standard: StandardRequests;
  readonly #pending = new Map<number, InTransfer>();
  #received: Bytes = new Uint8Array(0);
  #imported = false;

  constructor(port: UsbPort, socket: Socket) {
    this.#port = port;
    this.#socket = socket;
    this.#standard = new StandardRequests(port);
    socket.on('data', (data: Buffer) => {
      this.#received = concatBytes(this.#received, Uint8Array.from(data));
      while (this.#takeOne());
    });
    socket.on('close', () => {
      for (const transfer of this.#pending.values()) transfer.cancel();
    });
  }

  /** One message, if it has come whole. */
  #takeOne(): boolean {
    if (!this.#imported) return this.#takeImport();
    const header = this.#received.subarray(0, HEADER_LENGTH);
    if (header.length < HEADER_LENGTH) return false;
    const command = decodeCommand(header);
    const dataLength = command.kind === 'submit' && command.direction === 'out' ? command.length : 0;
    if (this.#received.length < HEADER_LENGTH + dataLength) return false;
    const data = this.#received.slice(HEADER_LENGTH, HEADER_LENGTH + dataLength);
    this.#received = this.#received.slice(HEADER_LENGTH + dataLength);
    if (command.kind === 'submit') this.#submit(command, data);
    else this.#unlink(command.sequence, command.victim);
    return true;
  }

  #takeImport(): boolean {
    if (this.#received.length < IMPORT_LENGTH) return false;
    const busId = decodeImport(this.#received.subarray(0, IMPORT_LENGTH));
    this.#received = this.#received.slice(IMPORT_LENGTH);
    this.#imported = busId === BUS_ID;
    if (busId === undefined) this.#socket.destroy();
    else this.#write(encodeImportReply(this.#port, busId));
    return this.#imported;
  }

  #submit(urb: Submit, data: Bytes): void {
    if (urb.endpointNumber === 0) this.#control(urb, data);
    else if (urb.direction === 'out') this.#write(encodeSubmitReply(urb.sequence, ...this.#out(urb, data)));
    else void this.#in(urb);
  }

  #control({ sequence, direction, setup, length }: Submit, data: Bytes): void {
    const answer = this.#standard.answer(setup, direction);
    if (answer === undefined) this.#write(encodeSubmitReply(sequence, urbStatus.stall, 0));
    else if (direction === 'out') this.#write(encodeSubmitReply(sequence, urbStatus.ok, data.length));
    else this.#write(encodeSubmitReply(sequence, urbStatus.ok, Math.min(length, answer.length), answer.slice(0, length)));
  }

  /** Packet by packet, as on the wire: a stall ends it. */
  #out({ endpointNumber }: Submit, data: Bytes): readonly [(typeof urbStatus)['ok' | 'stall'], number] {
    const packetLength = this.#port.packetLengthOf(endpointNumber);
    if (packetLength === undefined) return [urbStatus.stall, 0];
    for (let offset = 0; offset === 0 || offset < data.length; offset += packetLength) {
      if (this.#port.sendPacket(endpointNumber, data.slice(offset, offset + packetLength)) === 'stall') return [urbStatus.stall, offset];
    }
    return [urbStatus.ok, data.length];
  }

  async #in({ sequence, endpointNumber, length }: Submit): Promise<void> {
    const transfer = this.#port.beginIn(endpointNumber, length);
    if (transfer === undefined) {
      this.#write(encodeSubmitReply(sequence, urbStatus.stall, 0));
      return;
    }
    this.#pending.set(sequence, transfer);
    try {
      const { status, data } = await transfer.result;
      const bytes = data === undefined ? new Uint8Array(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
      this.#write(encodeSubmitReply(sequence, urbStatus[status], bytes.length, bytes));
    } catch {
      // Unlinked, which has an answer of its own; or the device is gone, and the connection with it.
    } finally {
      this.#pending.delete(sequence);
    }
  }

  #unlink(sequence: number, victim: number): void {
    const cancelled = this.#pending.get(victim)?.cancel() ?? false;
    this.#write(encodeUnlinkReply(sequence, cancelled ? urbStatus.unlinked : urbStatus.ok));
  }

  #write(bytes: Bytes): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }
}
