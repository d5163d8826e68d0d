/** Which driver serves which exchange level. TPDU level gets its line here when its driver exists; character level stays out of scope. */
import type { ExchangeLevelDriver } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { apduLevel } from './apdu-level.ts';
import type { ReaderDuties } from './reader-duties.ts';

/**
 * @throws ReaderError `READER_UNSUPPORTED` with facts vendorId, productId and level
 */
export function levelDriver(duties: ReaderDuties, { vendorId, productId }: { readonly vendorId: number; readonly productId: number }): ExchangeLevelDriver {
  switch (duties.level) {
    case 'shortApdu':
    case 'extendedApdu':
      return apduLevel(duties);
    case 'tpdu':
    case 'character':
      throw new ReaderError({ code: 'READER_UNSUPPORTED', message: 'Exchange level without a driver', facts: { vendorId, productId, level: duties.level } });
  }
}
