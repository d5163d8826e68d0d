/**
 * VERIFY, ISO/IEC 7816-4 §11.5.6 (INS 20): with reference data, and without (exactly four bytes), which asks for the
 * tries left and costs none. P2 = 80: the current EF; P2 = 80 | short EF identifier.
 */
import type { Secret } from '#bytes';
import type { KeyReference, TriesOutcome, VerifyOutcome } from './card-connection.ts';
import type { CommandApdu } from './command-apdu.ts';
import { shortIdentifierByte } from './identifiers.ts';
import { unexpectedStatus } from './response-apdu.ts';
import { statusWords } from './status-word.ts';

/** P2: the reference datum is that of the selected EF. */
const CURRENT_EF = 0x80;
const LARGEST_COUNTER = 0x63cf;
const blockedWords: readonly number[] = [statusWords.noTriesLeft, statusWords.authenticationBlocked, statusWords.referenceDataNotUsable];

export const remainingTries = {
  build: (reference: KeyReference): CommandApdu => ({ cla: 0x00, ins: 0x20, p1: 0x00, p2: p2Of(reference) }),

  parse: (statusWord: number): TriesOutcome => {
    if (statusWord === statusWords.done) return { outcome: 'alreadyVerified' };
    if (blockedWords.includes(statusWord)) return { outcome: 'blocked' };
    const triesLeft = triesIn(statusWord);
    return triesLeft === undefined ? { outcome: 'unknown', statusWord } : { outcome: 'tries', triesLeft };
  },
};

export const verify = {
  build: (reference: KeyReference, secret: Secret): CommandApdu => ({ cla: 0x00, ins: 0x20, p1: 0x00, p2: p2Of(reference), data: secret }),

  /** @throws ApduError `UNEXPECTED_STATUS`, `6300` and `6700` among them: what the try cost is then unknown. */
  parse: (statusWord: number): VerifyOutcome => {
    if (statusWord === statusWords.done) return { outcome: 'verified' };
    if (blockedWords.includes(statusWord)) return { outcome: 'blocked' };
    const triesLeft = triesIn(statusWord);
    if (triesLeft === undefined) throw unexpectedStatus('VERIFY', statusWord);
    return { outcome: 'wrong', triesLeft };
  },
};

function p2Of(reference: KeyReference): number {
  return 'shortEfIdentifier' in reference ? shortIdentifierByte(reference.shortEfIdentifier) : CURRENT_EF;
}

/** X of 63CX, 1–15. */
function triesIn(statusWord: number): number | undefined {
  return statusWord > statusWords.noTriesLeft && statusWord <= LARGEST_COUNTER ? statusWord - statusWords.noTriesLeft : undefined;
}
