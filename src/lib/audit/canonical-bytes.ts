/**
 * The bytes an entry is hashed over: one deterministic CBOR map (RFC 8949 §4.2.1, see cbor.ts) of every field but `hash`, with the
 * field names of AuditEntry as text keys. A field that is absent has no key. Hexadecimal stays text, upper case, as entry-schema.ts demands.
 * `version` is among the fields: another form of these bytes is another version, and this function keeps writing version 1.
 * The hash is the leaf hash of RFC 6962 §2.1, so that the same entries can become the leaves of a tree without being written again.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, hex, type Bytes } from '#bytes';
import type { AuditedVerdict, AuditEntry } from './audit-entry.ts';
import { encodeCbor, type CborValue } from './cbor.ts';

const LEAF_PREFIX = Uint8Array.of(0x00); // RFC 6962 §2.1

/** An entry before its hash is known. */
export type UnhashedEntry = Omit<AuditEntry, 'hash'>;

/**
 * Canonical bytes of version 1. A `hash` on the object given is left out.
 * @throws AuditError `RECORD_REFUSED` on a number or text CBOR cannot carry.
 */
export function canonicalBytes(entry: UnhashedEntry): Bytes {
  return encodeCbor({
    version: entry.version,
    sequence: entry.sequence,
    bootId: entry.bootId,
    clock: entry.clock,
    previousHash: entry.previousHash,
    event: entry.event,
    at: entry.at,
    mode: entry.mode,
    licence: verdictValue(entry.licence),
    personalDetails: verdictValue(entry.personalDetails),
    reasons: entry.reasons,
    appBuild: entry.appBuild,
    ...(entry.licenceNumberHash === undefined ? {} : { licenceNumberHash: entry.licenceNumberHash }),
    ...(entry.licenceNumberKeyId === undefined ? {} : { licenceNumberKeyId: entry.licenceNumberKeyId }),
    ...(entry.reader === undefined ? {} : { reader: entry.reader }),
  });
}

/** SHA-256 over 00 ‖ canonical bytes, hex. Synchronous, so that it fits inside a transaction. */
export function hashOf(entry: UnhashedEntry): string {
  return hex(sha256(concatBytes(LEAF_PREFIX, canonicalBytes(entry))));
}

function verdictValue({ verdict, reasons, anchorFingerprints }: AuditedVerdict): CborValue {
  return { verdict, reasons, anchorFingerprints };
}
