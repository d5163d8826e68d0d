/**
 * One writer per log and origin, by the Web Locks API: the lock is asked for once without waiting, held for life, and waited for where another tab
 * has it. A tab that gives up waiting lets its turn pass at once when it comes.
 */
import { AuditError } from './audit-error.ts';

/** The part of LockManager that is used. */
export interface Locks {
  request<T>(name: string, options: { readonly ifAvailable: boolean }, callback: (lock: unknown) => Promise<T>): Promise<T>;
}

export interface WriterLock {
  /** Gives the lock back, or the wish for it. */
  release(): void;
}

/** Called when the lock is taken over from a tab that closed, or taken away (`steal`). */
export type LockChange = (held: boolean) => void;

/** The locks of this browser. @throws AuditError `LOG_UNAVAILABLE` where there are none: without them two tabs could both write. */
export function browserLocks(): Locks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) {
    throw new AuditError({ code: 'LOG_UNAVAILABLE', message: 'This browser has no Web Locks' });
  }
  const { locks } = navigator;
  return { request: (name, options, callback) => locks.request(name, options, callback) };
}

/**
 * Resolves when it is known whether this tab holds the lock now, after `onChange` was called with true if it does.
 * @throws AuditError `LOG_UNAVAILABLE` when locks are refused here.
 */
export function takeWriterLock(locks: Locks, name: string, onChange: LockChange): Promise<WriterLock> {
  let released = false;
  let letGo: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (letGo = resolve));
  const writerLock: WriterLock = {
    release: () => {
      released = true;
      letGo();
    },
  };
  return new Promise((resolve, reject) => {
    const hold = async (lock: unknown): Promise<boolean> => {
      if (released) return true;
      if (lock !== null) onChange(true);
      resolve(writerLock);
      if (lock !== null) await over;
      return lock !== null;
    };
    const ask = async (): Promise<void> => {
      if (await locks.request(name, { ifAvailable: true }, hold)) return;
      await locks.request(name, { ifAvailable: false }, hold);
    };
    ask().catch((cause: unknown) => {
      if (!released) onChange(false); // taken away
      reject(new AuditError({ code: 'LOG_UNAVAILABLE', message: 'The writer lock was refused', cause }));
    });
  });
}
