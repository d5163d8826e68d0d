/**
 * The simulator's HID bridge as a HID device of the kernel, through /dev/uhid (Linux, include/uapi/linux/uhid.h): UHID_CREATE2, UHID_INPUT2, UHID_OUTPUT and
 * UHID_DESTROY. The report descriptor says what the double shows as `collections`. Numbers are the machine's own, little-endian.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { Bytes } from '#bytes';
import type { VirtualHidDevice } from '#simulator';

const DESTROY = 1;
const OUTPUT = 6;
const CREATE2 = 11;
const INPUT2 = 12;
const BUS_USB = 3;
const EVENT_LENGTH = 4380;
const DATA_LENGTH = 4096;
const DESCRIPTOR_OFFSET = 280;

/** Usage Page (FF00), Usage 1, one application collection: 64 bytes in, 64 bytes out, no report IDs (HID 1.11 §6.2.2). */
const reportDescriptor: Bytes = Uint8Array.of(
  ...[0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40],
  ...[0x09, 0x01, 0x81, 0x02, 0x09, 0x01, 0x91, 0x02, 0xc0],
);

export interface UhidDevice {
  unplug(): Promise<void>;
}

/** Plugs `device` in. It stays open for as long as it is plugged in: which pages have it open is the browser's affair. */
export async function plugHid(device: VirtualHidDevice): Promise<UhidDevice> {
  const file = await open('/dev/uhid', 'r+');
  await file.write(createEvent(device));
  await device.open();
  device.addEventListener('inputreport', ({ data }) => void file.write(inputEvent(Uint8Array.from(new Uint8Array(data.buffer)))));
  let plugged = true;
  void forwardOutput(file, device, () => plugged);
  return {
    unplug: async () => {
      plugged = false;
      await file.write(destroyEvent());
      await file.close();
      await device.close();
    },
  };
}

async function forwardOutput(file: FileHandle, device: VirtualHidDevice, isPlugged: () => boolean): Promise<void> {
  const event = Buffer.alloc(EVENT_LENGTH);
  while (isPlugged()) {
    const { bytesRead } = await file.read(event, 0, EVENT_LENGTH, null).catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) return;
    if (event.readUInt32LE(0) !== OUTPUT) continue;
    const length = event.readUInt16LE(4 + DATA_LENGTH);
    // The kernel leaves the report number in front, 0 where a device has none.
    await device.sendReport(event.readUInt8(4), Uint8Array.from(event.subarray(5, 4 + length)));
  }
}

function createEvent({ vendorId, productId, productName }: VirtualHidDevice): Buffer {
  const event = Buffer.alloc(DESCRIPTOR_OFFSET + DATA_LENGTH);
  event.writeUInt32LE(CREATE2, 0);
  event.write(productName, 4, 127);
  event.writeUInt16LE(reportDescriptor.length, 260);
  event.writeUInt16LE(BUS_USB, 262);
  event.writeUInt32LE(vendorId, 264);
  event.writeUInt32LE(productId, 268);
  event.writeUInt32LE(0x0100, 272);
  event.set(reportDescriptor, DESCRIPTOR_OFFSET);
  return event;
}

function inputEvent(report: Bytes): Buffer {
  const event = Buffer.alloc(6 + report.length);
  event.writeUInt32LE(INPUT2, 0);
  event.writeUInt16LE(report.length, 4);
  event.set(report, 6);
  return event;
}

function destroyEvent(): Buffer {
  const event = Buffer.alloc(4);
  event.writeUInt32LE(DESTROY, 0);
  return event;
}
