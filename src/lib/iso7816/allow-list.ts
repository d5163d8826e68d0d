/**
 * A connection's own copy of its allow-list, so that nobody can lengthen it later.
 */
import { ApduError } from './apdu-error.ts';
import type { AllowedApplication, AllowList } from './card-connection.ts';
import { isEfIdentifier } from './identifiers.ts';

/** @throws ApduError `APDU_INVALID`: AID of 5–16 bytes (ISO/IEC 7816-4 §8.2.1.2), EF identifiers of 16 bits, 1–255 bytes of reference data. */
export function copyAllowList(allowList: AllowList): AllowList {
  return allowList.map((application) => {
    check(application);
    return {
      aid: application.aid.slice(),
      readableFiles: [...application.readableFiles],
      keys: application.keys.map(({ efIdentifier, length }) => ({ efIdentifier, length })),
    };
  });
}

function check({ aid, readableFiles, keys }: AllowedApplication): void {
  const aidFits = aid.length >= 5 && aid.length <= 16;
  const filesFit = readableFiles.every(isEfIdentifier) && keys.every((key) => isEfIdentifier(key.efIdentifier));
  const lengthsFit = keys.every(({ length }) => Number.isInteger(length) && length >= 1 && length <= 0xff);
  const keysAreNotReadable = keys.every((key) => !readableFiles.includes(key.efIdentifier));
  if (!aidFits || !filesFit || !lengthsFit || !keysAreNotReadable) throw new ApduError({ code: 'APDU_INVALID', message: 'This allow-list cannot be' });
}
