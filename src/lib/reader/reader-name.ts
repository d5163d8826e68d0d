/** What a reader is called on the screen. USB 2.0 §9.6.1 iProduct is text from outside: cleaned and cut; without it, VID:PID. */
import type { UsbInterfaceDescription } from '#usb';

const MAXIMUM_NAME_LENGTH = 80;

export function readerName({ vendorId, productId, productName }: Pick<UsbInterfaceDescription, 'vendorId' | 'productId' | 'productName'>): string {
  const cleaned = productName.replace(/\p{C}/gu, '').trim().slice(0, MAXIMUM_NAME_LENGTH);
  return cleaned === '' ? [vendorId, productId].map((id) => id.toString(16).padStart(4, '0').toUpperCase()).join(':') : cleaned;
}
