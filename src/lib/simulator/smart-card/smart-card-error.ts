/** `SmartCardError` of the Web Smart Card API (spec/browser-and-readers.md §10). */

export type SmartCardResponseCode =
  | 'no-service'
  | 'no-smartcard'
  | 'not-ready'
  | 'not-transacted'
  | 'proto-mismatch'
  | 'reader-unavailable'
  | 'removed-card'
  | 'reset-card'
  | 'server-too-busy'
  | 'sharing-violation'
  | 'system-cancelled'
  | 'unknown-reader'
  | 'unpowered-card'
  | 'unresponsive-card'
  | 'unsupported-card'
  | 'unsupported-feature';

export class VirtualSmartCardError extends DOMException {
  readonly responseCode: SmartCardResponseCode;

  constructor(responseCode: SmartCardResponseCode) {
    super(`PC/SC: ${responseCode}`, 'SmartCardError');
    this.responseCode = responseCode;
  }
}
