/** PINs as the card wants them: ASCII digits (JIS X 0201, 30–39), checked before anything is sent, held as bytes only. */
import { Secret } from '#bytes';
import { CardError } from './card-error.ts';

export type PinOutcome = { readonly outcome: 'composed'; readonly pin: Secret } | { readonly outcome: 'invalid' };

/** @param digits ASCII digits as typed. They are copied: the caller wipes its own. */
export function composePin(digits: Uint8Array): PinOutcome {
  return digits.length === 4 && areDigits(digits) ? { outcome: 'composed', pin: new Secret(Uint8Array.from(digits)) } : { outcome: 'invalid' };
}

export function areDigits(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x30 && byte <= 0x39);
}

/** Whether a card counts a VERIFY of the wrong form is not known, so it is never sent. @throws CardError `CREDENTIAL_FORM_INVALID` */
export function requireDigits(secret: Secret, length: number): void {
  if (secret.length === length && secret.lend(areDigits)) return;
  throw new CardError({ code: 'CREDENTIAL_FORM_INVALID', message: `Expected ${String(length)} digits`, facts: { expectedLength: length } });
}
