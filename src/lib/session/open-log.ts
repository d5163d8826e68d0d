/** The log alone, to be looked at: no reader is touched and no rehearsal room is loaded. */
import { openAuditLog, type AuditLog } from '#audit';
import type { Mode } from '#trust';

export interface OpenLog {
  readonly log: AuditLog;
  close(): Promise<void>;
}

/** @throws AuditError LOG_UNAVAILABLE, LOG_BLOCKED */
export async function openLog({ mode }: { readonly mode: Mode }): Promise<OpenLog> {
  const log = await openAuditLog({ mode, appBuild: __APP_BUILD__ });
  return { log, close: () => log.close() };
}
