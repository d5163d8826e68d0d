export { AuditError, type AuditErrorCode } from './audit-error.ts';
export type { AuditedVerdict, AuditEntry, AuditLog, AuditRecord, ChainCheck, StorageReport } from './audit-entry.ts';
export type { AuditStore } from './audit-store.ts';
export { checkExport, type ExportCheck } from './exported-log.ts';
export { openMemoryStore } from './memory-store.ts';
export { openAuditLog, type AuditLogOptions } from './open-audit-log.ts';
