/**
 * Messages of USB/IP 1.1.1 (Linux, Documentation/usb/usbip_protocol.rst), the server's side: OP_REQ_IMPORT, USBIP_CMD_SUBMIT and USBIP_CMD_UNLINK in,
 * their answers out. All numbers big-endian, but the eight setup bytes, which are the bus's own. No device list, no isochronous packets.
 */
import type { Bytes } from '#bytes';
import type { UsbPort } from '#simulator';

export const IMPORT_LENGTH = 40;
export const HEADER_LENGTH = 48;
/** The only device of a server. */
export const BUS_ID = '1-1';

const VERSION = 0x0111;
const OP_REQ_IMPORT = 0x8003;
const OP_REP_IMPORT = 0x0003;
const CMD_SUBMIT = 1;
const CMD_UNLINK = 2;
const RET_SUBMIT = 3;
const RET_UNLINK = 4;
const FULL_SPEED = 2;
const DEVICE_LENGTH = 312;
const NO_ISOCHRONOUS_PACKETS = 0xffff_ffff;

/** Negative errno of Linux, as URBs end with them. */
export const urbStatus = { ok: 0, stall: -32, babble: -75, unlinked: -104, gone: -108 } as const;
export type UrbStatus = (typeof urbStatus)[keyof typeof urbStatus];

export type Command =
  | {
      readonly kind: 'submit';
      readonly sequence: number;
      readonly direction: USBDirection;
      readonly endpointNumber: number;
      /** What follows the header (OUT), or the room for an answer (IN) [bytes]. */
      readonly length: number;
      readonly setup: Bytes;
    }
  | { readonly kind: 'unlink'; readonly sequence: number; readonly victim: number };

/** The bus ID of OP_REQ_IMPORT, or `undefined`: another request. */
export function decodeImport(bytes: Bytes): string | undefined {
  if (viewOf(bytes).getUint16(2) !== OP_REQ_IMPORT) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(8));
  return text.slice(0, text.indexOf('\0'));
}

export function encodeImportReply(port: UsbPort, busId: string): Bytes {
  const found = busId === BUS_ID;
  const bytes = new Uint8Array(found ? 8 + DEVICE_LENGTH : 8);
  const view = viewOf(bytes);
  view.setUint16(0, VERSION);
  view.setUint16(2, OP_REP_IMPORT);
  view.setUint32(4, found ? 0 : 1);
  if (found) writeDevice(bytes.subarray(8), port);
  return bytes;
}

/** @throws Error for a command that this version has not */
export function decodeCommand(header: Bytes): Command {
  const view = viewOf(header);
  const code = view.getUint32(0);
  const sequence = view.getUint32(4);
  if (code === CMD_UNLINK) return { kind: 'unlink', sequence, victim: view.getUint32(20) };
  if (code !== CMD_SUBMIT) throw new Error(`USB/IP command ${String(code)}`);
  const direction = view.getUint32(12) === 1 ? 'in' : 'out';
  return { kind: 'submit', sequence, direction, endpointNumber: view.getUint32(16), length: view.getUint32(24), setup: header.slice(40, 48) };
}

/** `data` only for IN; `length` = bytes that went one way or the other. */
export function encodeSubmitReply(sequence: number, status: UrbStatus, length: number, data: Bytes = new Uint8Array(0)): Bytes {
  const bytes = new Uint8Array(HEADER_LENGTH + data.length);
  const view = viewOf(bytes);
  view.setUint32(0, RET_SUBMIT);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  view.setUint32(24, length);
  view.setUint32(32, NO_ISOCHRONOUS_PACKETS);
  bytes.set(data, HEADER_LENGTH);
  return bytes;
}

export function encodeUnlinkReply(sequence: number, status: UrbStatus): Bytes {
  const bytes = new Uint8Array(HEADER_LENGTH);
  const view = viewOf(bytes);
  view.setUint32(0, RET_UNLINK);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  return bytes;
}

function writeDevice(bytes: Bytes, { deviceDescriptor, configurationDescriptor }: UsbPort): void {
  const view = viewOf(bytes);
  const device = viewOf(deviceDescriptor);
  const encoder = new TextEncoder();
  encoder.encodeInto(`/sys/devices/virtual/${BUS_ID}`, bytes.subarray(0, 255));
  encoder.encodeInto(BUS_ID, bytes.subarray(256, 287));
  view.setUint32(288, 1); // busnum
  view.setUint32(292, 2); // devnum
  view.setUint32(296, FULL_SPEED);
  for (const [index, offset] of [8, 10, 12].entries()) view.setUint16(300 + index * 2, device.getUint16(offset, true)); // idVendor, idProduct, bcdDevice
  bytes.set(deviceDescriptor.subarray(4, 7), 306); // bDeviceClass, bDeviceSubClass, bDeviceProtocol
  view.setUint8(310, device.getUint8(17)); // bNumConfigurations
  view.setUint8(311, configurationDescriptor[4] ?? 0); // bNumInterfaces
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
