/**
 * Where the header of a reader's message ends, so that a diagnosis writes down that much and no more. What begins with no header that is
 * known here has none: a later part of a long message, for one.
 * CCID Rev 1.1 §6.1 to §6.3; Sony RC-S380 (Port-100) extended frames; the HID bridge protocol (docs/hid-bridge.md §2).
 */
import type { Bytes } from '#bytes';

const CCID_HEADER_LENGTH = 10;
/** dwLength of a CCID message. */
const LENGTH_FIELD = { offset: 1, size: 4 } as const;
/** 00 00 FF FF FF, length (2), its check, command code (2). */
const PORT100_HEADER_LENGTH = 10;
/** Channel (2), tag, sequence (2), length (2). */
const BRIDGE_FRAMING_LENGTH = 7;
const BRIDGE_TAG = 0x05;
const INTERRUPT_HEADER_LENGTH = 1;

/** Tells the headers among the transfers of one direction. */
export class MessageHeaders {
  /** Bytes of the last message that have still to come. */
  #rest = 0;

  /** A new message begins with the next transfer, whatever the last one had announced. */
  restart(): void {
    this.#rest = 0;
  }

  next(transfer: Bytes): Bytes | undefined {
    if (this.#rest > 0) {
      this.#rest = Math.max(0, this.#rest - transfer.length);
      return undefined;
    }
    const header = headerOf(transfer);
    if (header !== undefined && isCcid(transfer)) this.#rest = Math.max(0, CCID_HEADER_LENGTH + announcedLength(header) - transfer.length);
    return header;
  }
}

/** Of one report of the HID bridge: framing and CCID header of a first report, nothing of the others. */
export function reportHeader(report: Bytes): Bytes | undefined {
  const [, , tag, high, low] = report;
  return tag === BRIDGE_TAG && high === 0 && low === 0 ? report.slice(0, BRIDGE_FRAMING_LENGTH + CCID_HEADER_LENGTH) : undefined;
}

/** bMessageType; which slots have changed follows it. */
export function interruptHeader(message: Bytes): Bytes {
  return message.slice(0, INTERRUPT_HEADER_LENGTH);
}

/** CLA INS P1 P2. */
export function commandHeader(command: Bytes): Bytes {
  return command.slice(0, 4);
}

function headerOf(transfer: Bytes): Bytes | undefined {
  if (isCcid(transfer)) return transfer.slice(0, CCID_HEADER_LENGTH);
  return isPort100(transfer) ? transfer.slice(0, PORT100_HEADER_LENGTH) : undefined;
}

/** PC_to_RDR 61–73, RDR_to_PC 80–84. */
function isCcid(transfer: Bytes): boolean {
  const [type] = transfer;
  if (type === undefined || transfer.length < CCID_HEADER_LENGTH) return false;
  return (type >= 0x61 && type <= 0x73) || (type >= 0x80 && type <= 0x84);
}

function isPort100([first, second, third]: Bytes): boolean {
  return first === 0 && second === 0 && third === 0xff;
}

function announcedLength(header: Bytes): number {
  return header.slice(LENGTH_FIELD.offset, LENGTH_FIELD.offset + LENGTH_FIELD.size).reduceRight((length, byte) => length * 0x100 + byte, 0);
}
