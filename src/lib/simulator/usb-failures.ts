/**
 * The DOMExceptions of WebUSB as Chromium words them (spec/browser-and-readers.md §3.6 and §15). Hosts decide by name and call;
 * the words are here because a double must not be kinder than the original.
 */

export type DomExceptionName =
  'AbortError' | 'DataError' | 'IndexSizeError' | 'InvalidStateError' | 'NetworkError' | 'NotFoundError' | 'NotSupportedError' | 'SecurityError';

export const failures = {
  accessDenied: ['SecurityError', 'Access denied.'],
  alternateNotFound: ['NotFoundError', 'The alternate setting provided is not supported by the device in its current configuration.'],
  bufferTooBig: ['DataError', 'The data buffer exceeded supported maximum size of 33554432 bytes'],
  claimFailed: ['NetworkError', 'Unable to claim interface.'],
  configurationNotFound: ['NotFoundError', 'The configuration value provided is not supported by the device.'],
  configurationRequired: ['InvalidStateError', 'The device must have a configuration selected.'],
  disconnected: ['NotFoundError', 'The device was disconnected.'],
  endpointOutOfRange: ['IndexSizeError', 'The specified endpoint number is out of range.'],
  endpointUnclaimed: ['NotFoundError', 'The specified endpoint is not part of a claimed and selected alternate interface.'],
  interfaceNotFound: ['NotFoundError', 'The interface number provided is not supported by the device in its current configuration.'],
  interfaceUnclaimed: ['InvalidStateError', 'The specified interface has not been claimed.'],
  notOpen: ['InvalidStateError', 'The device must be opened first.'],
  protectedClass: ['SecurityError', 'The requested interface implements a protected class.'],
  resetFailed: ['NetworkError', 'Unable to reset the device.'],
  stateChanging: ['InvalidStateError', 'An operation that changes the device state is in progress.'],
  transferCancelled: ['AbortError', 'The transfer was cancelled.'],
  transferFailed: ['NetworkError', 'A transfer error has occurred.'],
  transferRefused: ['SecurityError', 'The transfer was not allowed.'],
} as const satisfies Record<string, readonly [DomExceptionName, string]>;

export type Failure = keyof typeof failures;

/** `Failed to execute 'open' on 'USBDevice': Access denied.` */
export function usbFailure(call: string, failure: Failure): DOMException {
  const [name, message] = failures[failure];
  return new DOMException(`Failed to execute '${call}' on 'USBDevice': ${message}`, name);
}
