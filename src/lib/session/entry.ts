/** Secrets that reception does not take are wiped, not left to the collector. */
import type { Entry } from './card-session.ts';

export function wipeEntry({ licence, personalDetails }: Entry): void {
  if (typeof licence === 'object') licence.pin.wipe();
  if (typeof personalDetails === 'object') ('numberB' in personalDetails ? personalDetails.numberB : personalDetails.pin).wipe();
}
