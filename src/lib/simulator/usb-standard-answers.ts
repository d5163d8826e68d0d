/** What every device answers to the standard requests for its state (USB 2.0 §9.4.2, §9.4.4, §9.4.5): bus powered, nothing halted, no alternate settings. */
import type { Bytes } from '#bytes';
import { CONFIGURATION_VALUE } from './usb-descriptors.ts';

const GET_STATUS = 0;
const GET_CONFIGURATION = 8;
const GET_INTERFACE = 10;

/** `undefined` = stall. */
export function stateAnswer({ recipient, request }: { readonly recipient: USBRecipient; readonly request: number }, configured: boolean): Bytes | undefined {
  if (request === GET_STATUS && recipient !== 'other') return Uint8Array.of(0, 0);
  if (request === GET_CONFIGURATION && recipient === 'device') return Uint8Array.of(configured ? CONFIGURATION_VALUE : 0);
  return request === GET_INTERFACE && recipient === 'interface' ? Uint8Array.of(0) : undefined;
}
