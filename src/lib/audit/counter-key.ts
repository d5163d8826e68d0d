/** The key of the licence number hashes as a log uses it: one as long as the log is open, so that a hash and the identifier beside it belong together. */
import type { AuditRecord } from './audit-entry.ts';
import type { AuditStore } from './audit-store.ts';
import type { ChainedRecord } from './chain.ts';
import { hashKeyId, keyedHash } from './hash-key.ts';

export class CounterKey {
  readonly #store: AuditStore;
  #key: Promise<CryptoKey> | undefined;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  /** HMAC of `text`, hex. @throws AuditError `LOG_KEY_UNUSABLE`, `LOG_UNAVAILABLE` */
  async hash(text: string): Promise<string> {
    return keyedHash(await this.#read(), text);
  }

  /** The record with the identifier of the key its number hash was made under. @throws AuditError `LOG_KEY_UNUSABLE`, `LOG_UNAVAILABLE` */
  async stamp(record: AuditRecord): Promise<ChainedRecord> {
    return record.licenceNumberHash === undefined ? record : { ...record, licenceNumberKeyId: await hashKeyId(await this.#read()) };
  }

  async #read(): Promise<CryptoKey> {
    this.#key ??= this.#store.hashKey();
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined; // the next call asks again
      throw error;
    }
  }
}
