/** What is not known of the RC-S300's firmware, as settings of the double (spec/browser-and-readers.md §6.8, spec/open-points.md rows 3 to 6). */

import type { RateIndex } from '../link-clock.ts';

/** Who puts the block prologue on: see spec/browser-and-readers.md §6.8. `none`: no way leads to the card. */
export type RcS300Strategy = 'T1' | 'T2' | 'T3' | 'T4' | 'T5' | 'none';

export interface RcS300Options {
  readonly strategy: RcS300Strategy;
  /** T3: the reader's own `90 00` stands behind the R-APDU. False by default (row 5). */
  readonly appendsStatusWord?: boolean;
  /** What the firmware does not know it does not answer at all, instead of refusing it. False by default (row 6). */
  readonly silentWhenUnknown?: boolean;
  /** The answer to the layer-4 switch holds the ATR in `5F 51`. True by default. */
  readonly tellsAtr?: boolean;
  /** Highest value of the communication speed object, and what the reader goes up to by itself (T3, T4): 0 = 106 … 3 = 848 kbit/s. 3 by default. */
  readonly highestRate?: RateIndex;
}
