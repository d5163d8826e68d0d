export { ReaderError, type ReaderErrorCode } from './reader-error.ts';
export type { CardPresence, ExchangeLevel, Reader, ReaderDescription, Slot } from './slot.ts';
