/**
 * Every interface of a configuration descriptor with what its class descriptor says, claimed or not: for the diagnosis.
 * USB 2.0 §9.6.3, §9.6.5; CCID Rev 1.1 §5.1. Alternate setting 0 only. The walk ends at the first descriptor that does not hold together.
 */
import type { Bytes } from '#bytes';
import { isFunctional } from './ccid/find-functional-descriptor.ts';
import { describeDescriptor, type DescriptorReport } from './describe-descriptor.ts';
import { ReaderError } from './reader-error.ts';

const INTERFACE_DESCRIPTOR = 4;
const INTERFACE_DESCRIPTOR_LENGTH = 9;
const SMART_CARD_CLASS = 0x0b;
/** More than any reader has. */
const MAXIMUM_INTERFACES = 32;

export interface InterfaceReport {
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly endpointCount: number;
  /** The class descriptor as it stands there. */
  readonly classDescriptor?: Bytes;
  /** Absent without a class descriptor, or when it cannot be decoded. */
  readonly decoded?: DescriptorReport;
  /** Why it cannot be decoded. */
  readonly undecodable?: ReaderError;
}

export function describeConfiguration(configuration: Bytes): readonly InterfaceReport[] {
  const found: InterfaceReport[] = [];
  let current = -1;
  for (const descriptor of descriptorsOf(configuration)) {
    const type = descriptor[1];
    if (type === undefined) break;
    if (type === INTERFACE_DESCRIPTOR) {
      const opened = found.length < MAXIMUM_INTERFACES ? interfaceOf(descriptor) : undefined;
      current = opened === undefined ? -1 : found.push(opened) - 1;
      continue;
    }
    const own = found[current];
    if (own !== undefined && own.classDescriptor === undefined && isFunctional(descriptor.length, type, own)) {
      found[current] = { ...own, ...decode(descriptor, own) };
    }
  }
  return found;
}

function* descriptorsOf(configuration: Bytes): Generator<Bytes> {
  let offset = 0;
  while (offset + 2 <= configuration.length) {
    const length = configuration[offset];
    if (length === undefined || length < 2 || offset + length > configuration.length) return;
    yield configuration.slice(offset, offset + length);
    offset += length;
  }
}

function interfaceOf(descriptor: Bytes): InterfaceReport | undefined {
  const [, , interfaceNumber, alternate, endpointCount, interfaceClass, interfaceSubclass, interfaceProtocol] = descriptor;
  if (descriptor.length < INTERFACE_DESCRIPTOR_LENGTH || alternate !== 0) return undefined;
  if (interfaceNumber === undefined || endpointCount === undefined) return undefined;
  if (interfaceClass === undefined || interfaceSubclass === undefined || interfaceProtocol === undefined) return undefined;
  return { interfaceNumber, interfaceClass, interfaceSubclass, interfaceProtocol, endpointCount };
}

function decode(
  classDescriptor: Bytes,
  { interfaceClass, endpointCount }: InterfaceReport,
): Pick<InterfaceReport, 'classDescriptor' | 'decoded' | 'undecodable'> {
  try {
    const about = { interfaceClass: interfaceClass === SMART_CARD_CLASS ? 'smartCard' : 'vendor', endpointCount } as const;
    return { classDescriptor, decoded: describeDescriptor(classDescriptor, about) };
  } catch (thrown) {
    if (!(thrown instanceof ReaderError)) throw thrown;
    return { classDescriptor, undecodable: thrown };
  }
}
