/** Sony's readers are known by VID:PID alone: their vendor interfaces have no descriptor that tells what they speak. */
import type { UsbPipe } from '#usb';
import type { Reader } from './slot.ts';
import { openRcS300, type RcS300Options } from './sony-rcs300/open-rcs300.ts';
import { openRcS380 } from './sony-rcs380/open-rcs380.ts';

const SONY = 0x054c;
/** RC-S300/S, RC-S300/P, RC-S660. */
const port400: readonly number[] = [0x0dc8, 0x0dc9, 0x0d8f];
/** RC-S380/S, RC-S380/P. */
const port100: readonly number[] = [0x06c1, 0x06c3];

/** `undefined`: not one of Sony's. */
export function openSonyReader(pipe: UsbPipe, options: RcS300Options): Promise<Reader> | undefined {
  const { vendorId, productId } = pipe.description;
  if (vendorId !== SONY) return undefined;
  if (port400.includes(productId)) return openRcS300(pipe, options);
  return port100.includes(productId) ? openRcS380(pipe, options.timeouts) : undefined;
}
