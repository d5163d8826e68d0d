/** Which driver serves which exchange level. Character level stays out of scope: of the readers a page can reach only ICCD tokens have it. */
import type { ExchangeLevelDriver } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { apduLevel } from './apdu-level.ts';
import type { ReaderDuties } from './reader-duties.ts';
import type { CcidTimeouts } from './timeouts.ts';
import { tpduLevel } from './tpdu-level.ts';

interface ReaderIdentity {
  readonly vendorId: number;
  readonly productId: number;
}

/**
 * @throws ReaderError `READER_UNSUPPORTED` with facts vendorId, productId and level
 */
export function levelDriver(duties: ReaderDuties, { vendorId, productId }: ReaderIdentity, timeouts: CcidTimeouts): ExchangeLevelDriver {
  switch (duties.level) {
    case 'shortApdu':
    case 'extendedApdu':
      return apduLevel(duties);
    case 'tpdu':
      return tpduLevel(duties, timeouts.commandBudgetMs);
    case 'character':
      throw new ReaderError({ code: 'READER_UNSUPPORTED', message: 'Exchange level without a driver', facts: { vendorId, productId, level: duties.level } });
  }
}
