/**
 * What a reader reports, as our fault. CCID Rev 1.1 §6.2.6, bStatus and bError, table 6.2-2.
 */
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import type { CardPresence } from '../slot.ts';

export const bError = {
  aborted: 0xff,
  mute: 0xfe,
  badTs: 0xf8,
  badTck: 0xf7,
  protocolNotSupported: 0xf6,
  busyWithAutoSequence: 0xf2,
  slotBusy: 0xe0,
  /** 01–7F: index of the header or data byte that was wrong. */
  lastBadByteIndex: 0x7f,
} as const;

/** The status part of any reply. */
export interface ReportedStatus {
  readonly commandStatus: 'done' | 'failed' | 'timeExtension';
  readonly iccStatus: CardPresence;
  readonly error: number;
}

/** `exchange`: a card was active when the command went out. */
export type Occasion = 'powerOn' | 'exchange' | 'other';

/** The fault for a reply whose command failed. facts.error is bError. */
export function reportedError({ iccStatus, error }: ReportedStatus, occasion: Occasion): ReaderError {
  const code = codeOf(iccStatus, error, occasion);
  return new ReaderError({ code, message: `The reader reports ${error.toString(16)}`, facts: { error, card: iccStatus } });
}

export function isBusy({ commandStatus, error }: ReportedStatus): boolean {
  return commandStatus === 'failed' && (error === bError.busyWithAutoSequence || error === bError.slotBusy);
}

const codes: Readonly<Partial<Record<number, ReaderErrorCode>>> = {
  [bError.badTs]: 'CARD_RESET_FAILED',
  [bError.badTck]: 'CARD_RESET_FAILED',
  [bError.protocolNotSupported]: 'CARD_PROTOCOL_UNSUPPORTED',
};

function codeOf(iccStatus: CardPresence, error: number, occasion: Occasion): ReaderErrorCode {
  if (error <= bError.lastBadByteIndex) return 'READER_REPORTED_ERROR';
  if (error === bError.busyWithAutoSequence || error === bError.slotBusy) return 'SLOT_BUSY';
  if (iccStatus === 'absent') return occasion === 'exchange' ? 'CARD_REMOVED' : 'CARD_ABSENT';
  if (error === bError.mute) return muteCode(iccStatus, occasion);
  return codes[error] ?? 'READER_REPORTED_ERROR';
}

/** A card that was active and now has no power has left the field or its contacts. */
function muteCode(iccStatus: CardPresence, occasion: Occasion): ReaderErrorCode {
  return occasion === 'exchange' && iccStatus === 'inactive' ? 'CARD_REMOVED' : 'CARD_MUTE';
}
