/** A log as runes: pages of entries, newest first, what a chain check said, and the code of what went wrong. */
import { RoomError, type AuditEntry, type AuditLog, type ChainCheck, type StorageReport } from '#session';

const PAGE_LENGTH = 50;

export class LogList {
  readonly #log: AuditLog;
  #entries = $state.raw<readonly AuditEntry[]>([]);
  #size = $state<number | undefined>(undefined);
  #check = $state.raw<ChainCheck | 'running' | undefined>(undefined);
  #storage = $state.raw<StorageReport | undefined>(undefined);
  #faultCode = $state<string | undefined>(undefined);

  constructor(log: AuditLog) {
    this.#log = log;
  }

  get entries(): readonly AuditEntry[] {
    return this.#entries;
  }

  get size(): number | undefined {
    return this.#size;
  }

  get check(): ChainCheck | 'running' | undefined {
    return this.#check;
  }

  /** How safe the browser keeps the log. */
  get storage(): StorageReport | undefined {
    return this.#storage;
  }

  get faultCode(): string | undefined {
    return this.#faultCode;
  }

  get hasMore(): boolean {
    const oldest = this.#entries.at(-1);
    return oldest !== undefined && oldest.sequence > 0;
  }

  /** The newest page; follows what other tabs append until the returned function is called. */
  watch(): () => void {
    void this.refresh();
    return this.#log.onChange(() => void this.refresh());
  }

  refresh(): Promise<void> {
    return this.#attempt(async () => {
      this.#size = await this.#log.size();
      this.#storage = await this.#log.storage();
      this.#entries = await this.#log.list({ limit: Math.max(PAGE_LENGTH, this.#entries.length) });
    });
  }

  showMore(): Promise<void> {
    return this.#attempt(async () => {
      const oldest = this.#entries.at(-1);
      if (oldest === undefined) return;
      this.#entries = [...this.#entries, ...(await this.#log.list({ before: oldest.sequence, limit: PAGE_LENGTH }))];
    });
  }

  verify(): Promise<void> {
    this.#check = 'running';
    return this.#attempt(async () => {
      this.#check = await this.#log.verify();
    });
  }

  /** One JSON document, or `undefined` when it could not be made. */
  async exportJson(): Promise<string | undefined> {
    let json: string | undefined;
    await this.#attempt(async () => {
      json = await this.#log.exportJson();
    });
    return json;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#faultCode = undefined;
    try {
      await work();
    } catch (thrown) {
      const code: unknown = thrown instanceof RoomError ? thrown.code : undefined;
      this.#faultCode = typeof code === 'string' ? code : 'UNEXPECTED_FAULT';
      if (this.#check === 'running') this.#check = undefined;
    }
  }
}
