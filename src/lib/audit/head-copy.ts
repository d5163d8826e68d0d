/**
 * A copy of the head in the origin private file system (File System Standard, §3 bucket file system), a second place beside IndexedDB.
 * A browser that finds a database damaged deletes it and opens an empty one (w3c/IndexedDB #30), with every other database of the origin;
 * files are kept elsewhere, so the copy outlives that and tells of it.
 * It does not tell: when a person clears the site's data or the browser evicts the origin (both go at once), when somebody with the profile
 * changes both, or the loss of entries younger than the copy, which is written just after each acknowledgement.
 */
import type { HeadCopy } from './audit-store.ts';
import { readHead, type LogHead } from './entry-schema.ts';

/** A head is below 120 characters; anything longer is not ours. */
const MAX_LENGTH = 1024;

/** Reads the copy. Never throws: see the states. */
export async function readHeadFile(fileName: string): Promise<HeadCopy> {
  let directory: FileSystemDirectoryHandle;
  try {
    directory = await navigator.storage.getDirectory();
  } catch {
    return { state: 'unavailable' }; // no such API (Node), or refused by a browser setting
  }
  try {
    const file = await (await directory.getFileHandle(fileName)).getFile();
    const head = file.size <= MAX_LENGTH ? readHead(JSON.parse(await file.text())) : undefined;
    return head === undefined ? { state: 'unreadable' } : { state: 'kept', head };
  } catch (error) {
    return { state: error instanceof Error && error.name === 'NotFoundError' ? 'missing' : 'unreadable' };
  }
}

/** Replaces the copy as a whole. False when that was not possible. */
export async function writeHeadFile(fileName: string, head: LogHead): Promise<boolean> {
  try {
    const directory = await navigator.storage.getDirectory();
    const writable = await (await directory.getFileHandle(fileName, { create: true })).createWritable();
    await writable.write(JSON.stringify(head));
    await writable.close(); // only now does the new content take the place of the old
    return true;
  } catch {
    return false;
  }
}
