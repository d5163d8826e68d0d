/** What a page sees of configuration, interfaces and endpoints (WebUSB §7), and which interfaces it may not claim. */
import type { InterfaceProfile, ReaderProfile } from './reader-profiles.ts';
import type { AlternateView, ConfigurationView, InterfaceView } from './usb-shapes.ts';
import { CONFIGURATION_VALUE, endpointsOf } from './usb-descriptors.ts';

/** Audio, HID, mass storage, smart card, video, audio/video, wireless controller. */
const PROTECTED_CLASSES: readonly number[] = [0x01, 0x03, 0x08, 0x0b, 0x0e, 0x10, 0xe0];

export function isProtected({ interfaces }: ReaderProfile, interfaceNumber: number): boolean {
  const interfaceClass = interfaces[interfaceNumber]?.interfaceClass;
  return interfaceClass !== undefined && PROTECTED_CLASSES.includes(interfaceClass);
}

/** Whether a class request may reach a protected interface: one to the device or to `other` may reach any. */
export function mayReachProtected(profile: ReaderProfile, recipient: USBRecipient, interfaceNumber: number): boolean {
  if (recipient === 'endpoint') return false;
  if (recipient === 'interface') return isProtected(profile, interfaceNumber);
  return profile.interfaces.some((_, anyNumber) => isProtected(profile, anyNumber));
}

/** `isClaimed`: by the page that asks. */
export function configurationView({ interfaces }: ReaderProfile, isClaimed: (interfaceNumber: number) => boolean): ConfigurationView {
  return {
    configurationValue: CONFIGURATION_VALUE,
    configurationName: null,
    interfaces: interfaces.map((profile, interfaceNumber) => interfaceView(profile, interfaceNumber, isClaimed(interfaceNumber))),
  };
}

function interfaceView(profile: InterfaceProfile, interfaceNumber: number, claimed: boolean): InterfaceView {
  const alternate: AlternateView = {
    alternateSetting: 0,
    interfaceClass: profile.interfaceClass,
    interfaceSubclass: profile.interfaceSubclass,
    interfaceProtocol: profile.interfaceProtocol,
    interfaceName: null,
    endpoints: endpointsOf(profile).map(({ address, type, packetLength }) => ({
      endpointNumber: address % 0x80,
      direction: address >= 0x80 ? 'in' : 'out',
      type,
      packetSize: packetLength,
    })),
  };
  return { interfaceNumber, claimed, alternates: [alternate], alternate };
}
