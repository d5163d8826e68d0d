export { parseAtr, type Atr } from './atr.ts';
export type { CcidTimeouts } from './ccid/timeouts.ts';
export { describeConfiguration, type InterfaceReport } from './describe-configuration.ts';
export { describeDescriptor, type DescribedInterface, type DescriptorReport } from './describe-descriptor.ts';
export { openReader, type OpenReaderOptions } from './open-reader.ts';
export { ReaderError, type ReaderErrorCode } from './reader-error.ts';
export { readerName } from './reader-name.ts';
export type { CardPresence, ExchangeLevel, Reader, ReaderDescription, Slot } from './slot.ts';
