/** Keeps the copy of the head up to date behind the acknowledged entries: one write at a time, always of the newest head, never in an append's way. */
import type { StorageReport } from './audit-entry.ts';
import type { AuditStore, HeadCopy } from './audit-store.ts';
import type { LogHead } from './entry-schema.ts';

export class HeadCopyKeeper {
  readonly #store: AuditStore;
  #state: StorageReport['headCopy'] = 'missing';
  #wanted: LogHead | undefined;
  #kept: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  get state(): StorageReport['headCopy'] {
    return this.#state;
  }

  async read(): Promise<HeadCopy> {
    await this.#writing;
    const copy = await this.#store.readHeadCopy();
    this.#state = copy.state === 'unreadable' ? 'missing' : copy.state;
    this.#kept = copy.state === 'kept' ? copy.head.headHash : undefined;
    return copy;
  }

  /** Soon. */
  keep(head: LogHead): void {
    this.#wanted = head;
    this.#writing ??= this.#write();
  }

  /** When nothing waits to be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // `keep` has noted this run before it can end
    for (let head = this.#wanted; head !== undefined; head = this.#wanted) {
      this.#wanted = undefined;
      if (head.headHash === this.#kept) continue;
      const written = await this.#store.writeHeadCopy(head);
      this.#state = written ? 'kept' : 'unavailable';
      this.#kept = written ? head.headHash : undefined;
    }
    this.#writing = undefined;
  }
}
