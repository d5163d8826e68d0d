/**
 * Secrets are masked by type. A PIN is bytes in the APDU, in the CCID message and in the USB transfer,
 * so the mark travels with it: see `Outgoing`.
 */
import type { Bytes } from './bytes.ts';

const MASK = '••••';

/** A PIN or a 照合番号B. It cannot be printed, compared or serialised, only lent. */
export class Secret {
  readonly #bytes: Bytes;

  /** Takes the bytes over: the caller keeps no copy. */
  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** Number of bytes; the digits stay inside. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Calls `borrower` with the bytes. The borrower keeps no reference to them. */
  lend<T>(borrower: (bytes: Bytes) => T): T {
    return borrower(this.#bytes);
  }

  /** Overwrites the bytes with zeros. Afterwards the secret is useless. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

/** Bytes on their way to the card. `secret` has no default: whoever wraps them must pass it on. */
export interface Outgoing {
  readonly bytes: Bytes;
  readonly secret: boolean;
}
