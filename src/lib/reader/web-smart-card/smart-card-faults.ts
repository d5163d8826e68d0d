/** What the Web Smart Card API rejects with, as faults of this room. WICG web-smart-card, SmartCardError.responseCode and the DOMExceptions. */
import { UsbError } from '#usb';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';

const codes: ReadonlyMap<string, ReaderErrorCode> = new Map<string, ReaderErrorCode>([
  ['no-smartcard', 'CARD_ABSENT'],
  ['removed-card', 'CARD_REMOVED'],
  ['reset-card', 'CARD_REMOVED'], // its PIN state is gone, as if it had been taken away
  ['unpowered-card', 'CARD_REMOVED'],
  ['unresponsive-card', 'CARD_MUTE'],
  ['not-transacted', 'CARD_MUTE'],
  ['unsupported-card', 'CARD_PROTOCOL_UNSUPPORTED'],
  ['proto-mismatch', 'CARD_PROTOCOL_UNSUPPORTED'],
  ['sharing-violation', 'SLOT_BUSY'],
  ['server-too-busy', 'SLOT_BUSY'],
  ['not-ready', 'SLOT_BUSY'],
  ['reader-unavailable', 'READER_LOST'],
  ['unknown-reader', 'READER_LOST'],
  ['no-service', 'READER_LOST'],
  ['system-cancelled', 'READER_LOST'],
]);

/** The person said no, or the page may not use the API. */
const refusals: ReadonlySet<string> = new Set(['NotAllowedError', 'SecurityError']);

export function smartCardFault(call: string, cause: unknown): Error {
  if (cause instanceof ReaderError) return cause;
  const exception = cause instanceof Error ? cause.name : '';
  if (refusals.has(exception)) return new UsbError({ code: 'ACCESS_DENIED', message: `${call} refused`, cause, facts: { call, exception } });
  const responseCode = responseCodeOf(cause);
  const code = codes.get(responseCode) ?? 'READER_TRANSFER_FAILED';
  return new ReaderError({ code, message: `${call} rejected`, cause, facts: { call, exception, responseCode } });
}

function responseCodeOf(cause: unknown): string {
  const isCoded = typeof cause === 'object' && cause !== null && 'responseCode' in cause;
  return isCoded && typeof cause.responseCode === 'string' ? cause.responseCode : '';
}
