/**
 * What can be said about a reader that an ordinary page may not claim: an interface of class 0x0B. Its descriptors can be read all the
 * same (browser-and-readers.md §3.2), so that a person is told which reader it is. CCID Rev 1.1 §5.1: dwFeatures bits 16–18 only.
 */
import type { Bytes } from '#bytes';
import type { InterfaceChoice } from './choose-interface.ts';
import { functionalDescriptorOf } from './raw-configuration.ts';

const SMART_CARD_CLASS = 0x0b;
/** Offset of bits 16–23 of dwFeatures in the functional descriptor. */
const FEATURES_THIRD_BYTE = 42;
const MAXIMUM_NAME_LENGTH = 80;

/** Facts of `PROTECTED_CLASS`: harmless, for the screen and the diagnostic log. */
export interface ProtectedReaderFacts extends Readonly<Record<string, string | number>> {
  readonly vendorId: number;
  readonly productId: number;
  /** The device's own name without control characters, or `"072F:2200"`. */
  readonly name: string;
  /** Exchange level; `unknown` without a class descriptor. */
  readonly level: 'character' | 'tpdu' | 'shortApdu' | 'extendedApdu' | 'unknown';
}

interface DeviceIdentity {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName?: string | null | undefined;
}

/** `undefined` for an interface that a page may claim. */
export function protectedReaderFacts(device: DeviceIdentity, choice: InterfaceChoice, configuration: Bytes): ProtectedReaderFacts | undefined {
  if (choice.interfaceClass !== SMART_CARD_CLASS) return undefined;
  const { vendorId, productId } = device;
  const level = levelOf(functionalDescriptorOf(configuration, choice.interfaceNumber));
  return { vendorId, productId, name: nameOf(device), level };
}

function nameOf({ vendorId, productId, productName }: DeviceIdentity): string {
  const name = (productName ?? '').replace(/\p{C}/gu, '').trim().slice(0, MAXIMUM_NAME_LENGTH);
  return name === '' ? [vendorId, productId].map((id) => id.toString(16).padStart(4, '0').toUpperCase()).join(':') : name;
}

/** Where several bits are set the highest counts, as the drivers have it. */
function levelOf(descriptor: Bytes | undefined): ProtectedReaderFacts['level'] {
  const bits = descriptor?.[FEATURES_THIRD_BYTE];
  if (bits === undefined) return 'unknown';
  if ((bits & 4) !== 0) return 'extendedApdu';
  if ((bits & 2) !== 0) return 'shortApdu';
  return (bits & 1) !== 0 ? 'tpdu' : 'character';
}
