/**
 * The 16-byte key identifier of card-verifiable certificates: 7 digits ‖ 08 05 ‖ 3 digits ‖ 4 bytes, written `NNNNNNN/GGG`. card-info-applet §5.2.
 * The first digit tells the hierarchy: 5 production, 6 test cards; 9 is ours, for invented cards.
 */
import type { Bytes } from '#bytes';

const KEY_ID_LENGTH = 16;
const TRAINING_FIRST_BYTES: readonly (number | undefined)[] = [0x36, 0x39]; // '6', '9'

/** True for the form above. */
export function isKeyId(keyId: Bytes): boolean {
  return keyId.length === KEY_ID_LENGTH && keyId[7] === 0x08 && keyId[8] === 0x05 && /^\d{7}\/\d{3}$/u.test(formatKeyId(keyId));
}

/** True when a key of this name must never prove a real person's data, whatever the trust store calls it. */
export function isTrainingKeyId(keyId: Bytes): boolean {
  return TRAINING_FIRST_BYTES.includes(keyId[0]);
}

/** `5000033/001` */
export function formatKeyId(keyId: Bytes): string {
  const digits = (from: number, to: number): string => String.fromCharCode(...keyId.subarray(from, to));
  return `${digits(0, 7)}/${digits(9, 12)}`;
}
