/** Records of checks that never were, for the tests of this room. */
import type { AuditEntry, AuditRecord } from './audit-entry.ts';
import { headOf, nextEntry } from './chain.ts';
import type { LogHead } from './entry-schema.ts';

export const BOOT_ID = '00112233445566778899AABBCCDDEEFF';

/** A genuine licence in practice mode, personal details skipped. */
export function recordAt(at: number, changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    event: 'check',
    at,
    mode: 'practice',
    licence: { verdict: 'genuine', reasons: [], anchorFingerprints: ['A'.repeat(64)] },
    personalDetails: { verdict: 'notRead', reasons: ['SKIPPED'], anchorFingerprints: [] },
    reasons: ['EXPIRED'],
    appBuild: '0.1.0+abc1234',
    ...changes,
  };
}

/** A sound log of `size` entries. */
export function chainOf(size: number): { entries: AuditEntry[]; head: LogHead } {
  const entries: AuditEntry[] = [];
  for (let index = 0; index < size; index++) {
    const record = recordAt(1000 + index, { licenceNumberHash: 'B'.repeat(64), reader: '076B:3A21 extendedApdu' });
    entries.push(nextEntry(entries.at(-1), { ...record, licenceNumberKeyId: '0123456789ABCDEF' }, BOOT_ID));
  }
  return { entries, head: headOf(entries.at(-1)) };
}
