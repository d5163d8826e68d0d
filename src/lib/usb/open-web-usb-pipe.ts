/**
 * From a permitted device to a pipe: open, select a configuration, read its raw descriptor, choose an interface, claim it.
 * ccid.md §6.4; browser-and-readers.md §5. On any failure the device is closed again.
 */
import { chooseConfiguration, chooseInterface, interfaceOf, type InterfaceChoice } from './choose-interface.ts';
import { DeviceLink } from './device-link.ts';
import { protectedReaderFacts, type ProtectedReaderFacts } from './protected-reader.ts';
import { hasFunctionalDescriptor, readConfigurationDescriptor } from './raw-configuration.ts';
import { claimInterface, exclusively, settleHangingClaim, shutDown } from './state-calls.ts';
import { controlTransferIn } from './transfers.ts';
import { UsbError } from './usb-error.ts';
import type { UsbInterfaceDescription, UsbPipe } from './usb-pipe.ts';
import { WebUsbPipe } from './web-usb-pipe.ts';
import type { WebUsb, WebUsbDevice } from './web-usb.ts';

/** Devices with a living pipe of this page. The browser would let one page claim twice, and two pumps would steal from each other. */
const inUse = new WeakSet<WebUsbDevice>();

/**
 * Opens `device` of `usb` (whose `disconnect` event tells of an unplug).
 * @param interfaceNumber of several that could be used; the best one unless given
 * @throws UsbError `ACCESS_DENIED`, `INTERFACE_BUSY`, `PROTECTED_CLASS` (facts vendorId, productId, name, level), `NO_USABLE_INTERFACE`, `CLAIM_TIMED_OUT`,
 * `DESCRIPTOR_MALFORMED`, `DEVICE_LOST`, `TRANSFER_FAILED`, `TRANSFER_TIMED_OUT`, `BABBLE`
 */
export function openWebUsbPipe(usb: WebUsb, device: WebUsbDevice, interfaceNumber?: number): Promise<UsbPipe> {
  return exclusively(device, async () => {
    await settleHangingClaim(device);
    if (inUse.has(device)) throw new UsbError({ code: 'INTERFACE_BUSY', message: 'This page has a pipe to the device already' });
    const link = new DeviceLink(usb, device);
    try {
      const pipe = await openLink(link, interfaceNumber);
      inUse.add(device);
      void pipe.closed.then(() => inUse.delete(device));
      return pipe;
    } catch (fault) {
      link.end.end(new UsbError({ code: 'PIPE_CLOSED', message: 'Opening failed' }));
      await shutDown(device);
      throw fault;
    }
  });
}

async function openLink(link: DeviceLink, wanted: number | undefined): Promise<UsbPipe> {
  const { device } = link;
  if (!device.opened) await link.attempt('open', () => device.open());
  // Compared by value: the objects of two reads need not be the same (crbug 1274922).
  const activeValue = device.configuration?.configurationValue;
  const configuration = chooseConfiguration(device.configurations, activeValue);
  if (configuration === undefined) throw noUsableInterface(device);
  const { configurationValue } = configuration;
  if (configurationValue !== activeValue) await link.attempt('selectConfiguration', () => device.selectConfiguration(configurationValue));
  const descriptor = await readConfigurationDescriptor(
    (request, length) => controlTransferIn(link, request, length),
    configurationValue,
    device.configurations.length,
  );
  const choice =
    wanted === undefined
      ? chooseInterface(configuration, (interfaceNumber) => hasFunctionalDescriptor(descriptor, interfaceNumber))
      : interfaceOf(configuration, wanted);
  if (choice === undefined) throw noUsableInterface(device);
  await claim(link, choice.interfaceNumber, protectedReaderFacts(device, choice, descriptor));
  return new WebUsbPipe(link, choice, { ...describe(device, choice), configurationDescriptor: descriptor });
}

/** Tried although the class is known: in an Isolated Web App the browser allows it. */
async function claim(link: DeviceLink, interfaceNumber: number, reader: ProtectedReaderFacts | undefined): Promise<void> {
  try {
    await claimInterface(link, interfaceNumber);
  } catch (fault) {
    if (!(fault instanceof UsbError) || fault.code !== 'PROTECTED_CLASS' || reader === undefined) throw fault;
    const { code, message, cause, facts } = fault;
    throw new UsbError({ code, message, cause, facts: { ...facts, ...reader } });
  }
}

function describe(device: WebUsbDevice, choice: InterfaceChoice): Omit<UsbInterfaceDescription, 'configurationDescriptor'> {
  return {
    vendorId: device.vendorId,
    productId: device.productId,
    deviceVersion: deviceVersionOf(device),
    productName: device.productName ?? '',
    interfaceNumber: choice.interfaceNumber,
    interfaceClass: choice.interfaceClass,
    interfaceSubclass: choice.interfaceSubclass,
    interfaceProtocol: choice.interfaceProtocol,
    bulkInPacketLength: choice.bulkIn.packetSize,
    bulkOutPacketLength: choice.bulkOut.packetSize,
    ...(choice.interruptIn === undefined ? {} : { interruptInPacketLength: choice.interruptIn.packetSize }),
  };
}

/** bcdDevice is major << 8 | minor << 4 | subminor, each digit in BCD: 0x0632 is "6.32". */
function deviceVersionOf({ deviceVersionMajor, deviceVersionMinor, deviceVersionSubminor }: WebUsbDevice): string {
  return `${deviceVersionMajor.toString(16)}.${deviceVersionMinor.toString(16)}${deviceVersionSubminor.toString(16)}`;
}

function noUsableInterface({ configurations }: WebUsbDevice): UsbError {
  return new UsbError({
    code: 'NO_USABLE_INTERFACE',
    message: 'No interface with bulk endpoints of class FF or 0B',
    facts: { configurations: configurations.length },
  });
}
