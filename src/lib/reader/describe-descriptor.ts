/**
 * What 54 bytes of a class descriptor say about a reader, without the reader: for support, procurement and integrators.
 * CCID Rev 1.1 §5.1. The numbers are those the drivers go by, after the clamps of ccid/reader-duties.ts, not the bytes' own.
 */
import type { Bytes } from '#bytes';
import { decodeFunctionalDescriptor, descriptorType, SHORT_DESCRIPTOR_LENGTH } from './ccid/functional-descriptor.ts';
import { readerDuties } from './ccid/reader-duties.ts';
import { ReaderError } from './reader-error.ts';
import type { ExchangeLevel } from './slot.ts';

/** The two classes of an interface that can carry the descriptor. */
export type ReaderInterfaceClass = 'smartCard' | 'vendor';

/** bNumEndpoints of a CCID interface with bulk IN, bulk OUT and interrupt IN. */
const WITH_INTERRUPT = 3;

export interface DescriptorReport {
  readonly level: ExchangeLevel;
  /** T=0, T=1. */
  readonly protocols: readonly (0 | 1)[];
  readonly slots: number;
  /** Longest message to send, header included [bytes]. */
  readonly maxMessageLength: number;
  /** IFSD to announce [bytes]. */
  readonly ifsd: number;
  /** True when an ordinary page may claim the interface: class FF, never 0B. */
  readonly claimable: boolean;
  /** What the host has to do, because the reader does not. */
  readonly duties: {
    readonly t1: boolean;
    readonly ifs: boolean;
    readonly pps: boolean;
    readonly setParameters: boolean;
    readonly voltage: boolean;
    /** Ask for the card's presence again and again. `null` = not known: the class descriptor does not say whether there is an interrupt endpoint. */
    readonly poll: boolean | null;
  };
}

export interface DescribedInterface {
  readonly interfaceClass: ReaderInterfaceClass;
  /** bNumEndpoints of the interface descriptor, where somebody has it: it alone tells whether presence must be polled. */
  readonly endpointCount?: number;
}

/**
 * Decodes a class descriptor as a reader's would be: 54 bytes of type 21; on class FF also type FF, and the 53 bytes of pico-keys "WebCCID".
 * @throws ReaderError `READER_DESCRIPTOR_INVALID`
 */
export function describeDescriptor(bytes: Bytes, { interfaceClass, endpointCount }: DescribedInterface): DescriptorReport {
  const isVendor = interfaceClass === 'vendor';
  if (!isVendor && (bytes.length === SHORT_DESCRIPTOR_LENGTH || bytes[1] === descriptorType.oldGemplus)) {
    throw new ReaderError({ code: 'READER_DESCRIPTOR_INVALID', message: 'A form that only vendor-class interfaces have', facts: { length: bytes.length } });
  }
  const duties = readerDuties(decodeFunctionalDescriptor(bytes), endpointCount === WITH_INTERRUPT);
  return {
    level: duties.level,
    protocols: duties.protocols,
    slots: duties.slotCount,
    maxMessageLength: duties.maximumMessageLength,
    ifsd: duties.informationFieldLength,
    claimable: isVendor,
    duties: {
      t1: duties.hostRunsT1,
      ifs: duties.hostSendsIfs,
      pps: duties.hostBuildsPps,
      setParameters: duties.hostSetsParameters,
      voltage: duties.hostChoosesVoltage,
      poll: endpointCount === undefined ? null : duties.hostPolls,
    },
  };
}
