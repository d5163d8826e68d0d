/**
 * SELECT, ISO/IEC 7816-4 §11.2.2 (INS A4): by full AID (P1 = 04) and by EF identifier under the current DF (P1 = 02).
 * Always P2 = 0C, no FCI, so no response data. Not here: MF, partial AID, next occurrence (never sent).
 */
import type { Bytes } from '#bytes';
import type { SelectOutcome } from './card-connection.ts';
import type { CommandApdu } from './command-apdu.ts';
import { efIdentifierBytes } from './identifiers.ts';
import { unexpectedStatus } from './response-apdu.ts';
import { statusWords } from './status-word.ts';

export const selectApplication = {
  build: (aid: Bytes): CommandApdu => ({ cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x0c, data: aid }),
  parse: parseSelect,
};

export const selectFile = {
  /** What may be selected says the allow-list, not this. @throws ApduError `APDU_INVALID` */
  build: (efIdentifier: number): CommandApdu => ({ cla: 0x00, ins: 0xa4, p1: 0x02, p2: 0x0c, data: efIdentifierBytes(efIdentifier) }),
  parse: parseSelect,
};

function parseSelect(statusWord: number): SelectOutcome {
  switch (statusWord) {
    case statusWords.done:
      return { outcome: 'selected' };
    case statusWords.fileOrApplicationNotFound:
      return { outcome: 'notFound' };
    case statusWords.applicationLocked:
      return { outcome: 'locked' };
    default:
      throw unexpectedStatus('SELECT', statusWord);
  }
}
