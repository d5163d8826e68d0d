export { AuditError, type AuditErrorCode } from './audit-error.ts';
export type { AuditedVerdict, AuditEntry, AuditLog, AuditRecord, ChainCheck } from './audit-entry.ts';
