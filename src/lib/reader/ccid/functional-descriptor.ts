/**
 * The 54-byte smart-card device class descriptor. CCID Rev 1.1 §5.1, all 22 fields, little-endian. Values are kept as the
 * reader says them, odd ones too: what they mean for us is decided in reader-duties.ts.
 * Also read: the 53-byte form of the pico-keys "WebCCID" firmware, which ends before bMaxCCIDBusySlots.
 * Refused: any other length, a bLength that disagrees, a type other than 21 (or FF, old Gemplus chips).
 */
import { concatBytes, type Bytes } from '#bytes';
import * as P from 'micro-packed';
import { ReaderError } from '../reader-error.ts';

export const DESCRIPTOR_LENGTH = 54;
export const SHORT_DESCRIPTOR_LENGTH = 53;

/** bDescriptorType: 21 by the standard, FF on old Gemplus chips (Dell SK-3106, MySmartPad, Verisign tokens). */
export const descriptorType = { smartCard: 0x21, oldGemplus: 0xff } as const;

export const FunctionalDescriptor = P.struct({
  bLength: P.magic(P.U8, DESCRIPTOR_LENGTH), // [bytes]
  bDescriptorType: P.validate(P.U8, (type) => {
    if (type !== descriptorType.smartCard && type !== descriptorType.oldGemplus) throw new RangeError('neither 21 nor FF');
    return type;
  }),
  bcdCCID: P.U16LE,
  bMaxSlotIndex: P.U8,
  bVoltageSupport: P.U8,
  dwProtocols: P.U32LE,
  dwDefaultClock: P.U32LE, // [kHz]
  dwMaximumClock: P.U32LE, // [kHz]
  bNumClockSupported: P.U8,
  dwDataRate: P.U32LE, // [bit/s]
  dwMaxDataRate: P.U32LE, // [bit/s]
  bNumDataRatesSupported: P.U8,
  dwMaxIFSD: P.U32LE, // [bytes]
  dwSynchProtocols: P.U32LE,
  dwMechanical: P.U32LE,
  dwFeatures: P.U32LE,
  dwMaxCCIDMessageLength: P.U32LE, // [bytes], header included
  bClassGetResponse: P.U8,
  bClassEnvelope: P.U8,
  wLcdLayout: P.U16LE,
  bPINSupport: P.U8,
  bMaxCCIDBusySlots: P.U8,
});
/** Field names are the standard's own. */
export type FunctionalDescriptor = P.UnwrapCoder<typeof FunctionalDescriptor>;

/**
 * Decodes 54 bytes, or the 53 of the short form.
 * @throws ReaderError `READER_DESCRIPTOR_INVALID`
 */
export function decodeFunctionalDescriptor(bytes: Bytes): FunctionalDescriptor {
  try {
    return FunctionalDescriptor.decode(bytes.length === SHORT_DESCRIPTOR_LENGTH && bytes[0] === SHORT_DESCRIPTOR_LENGTH ? completed(bytes) : bytes);
  } catch (cause) {
    throw new ReaderError({ code: 'READER_DESCRIPTOR_INVALID', message: 'CCID functional descriptor', cause, facts: { length: bytes.length } });
  }
}

/** The short form lacks bMaxCCIDBusySlots. One busy slot is what every reader can do, and such firmware has one slot. */
function completed(bytes: Bytes): Bytes {
  return concatBytes(Uint8Array.of(DESCRIPTOR_LENGTH), bytes.subarray(1), Uint8Array.of(1));
}
