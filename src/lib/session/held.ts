/**
 * The secrets of one card session, beside the state and never in it. Whatever ends the session wipes them.
 */
import type { Secret } from '#bytes';
import type { CredentialName } from './state.ts';

/** What a person typed for the card on the reader and what has not been sent yet. */
export class Held {
  readonly #secrets = new Map<CredentialName, Secret>();

  /** Takes a secret over. One that was held under the same name is wiped. */
  keep(credential: CredentialName, secret: Secret): void {
    this.wipe(credential);
    this.#secrets.set(credential, secret);
  }

  has(credential: CredentialName): boolean {
    return this.#secrets.has(credential);
  }

  get(credential: CredentialName): Secret | undefined {
    return this.#secrets.get(credential);
  }

  /** Called the moment a VERIFY has been answered, whatever the answer. */
  wipe(credential: CredentialName): void {
    this.#secrets.get(credential)?.wipe();
    this.#secrets.delete(credential);
  }

  wipeAll(): void {
    for (const credential of [...this.#secrets.keys()]) this.wipe(credential);
  }
}
