/** SELECT of an EF and READ BINARY to its end, with the outcomes a step of reading can have. ISO/IEC 7816-4 §11.3. */
import type { Bytes } from '#bytes';
import type { CardConnection, ReadOptions } from '#iso7816';
import { CardError } from './card-error.ts';

/** What a caller may add to one step of reading. */
export interface ReadStepOptions {
  /** Bytes of this file received so far. */
  readonly onProgress?: (receivedLength: number) => void;
  /** A copy of the bytes received so far, to continue from when the card leaves in the middle. */
  readonly onPartial?: (received: Bytes) => void;
  /** Continue behind these bytes; they must come from the same card and file. */
  readonly resumeAfter?: Bytes;
}

export type FileOutcome = { readonly outcome: 'read'; readonly bytes: Bytes } | { readonly outcome: 'missing' } | { readonly outcome: 'notAllowed' };

/** An EF with our limits on it. */
export interface FileToRead {
  readonly efIdentifier: number;
  readonly chunkLength: number;
  readonly maximumLength: number;
  /** See `ReadOptions.totalLength`; left out = read until the card says the end. */
  readonly totalLength?: (received: Bytes) => number | undefined;
}

/** @throws CardError `APPLICATION_LOCKED`; ApduError; ReaderError */
export async function readFile(connection: CardConnection, file: FileToRead, options: ReadStepOptions = {}): Promise<FileOutcome> {
  const selected = await connection.selectFile(file.efIdentifier);
  if (selected.outcome === 'notFound') return { outcome: 'missing' };
  if (selected.outcome === 'locked') throw new CardError({ code: 'APPLICATION_LOCKED', message: 'SELECT of an EF answered 6283' });
  const read = await connection.readSelectedFile(readOptions(file, options));
  return read.outcome === 'read' ? { outcome: 'read', bytes: read.bytes } : { outcome: 'notAllowed' };
}

/**
 * A file that must be there, opened by a credential that was verified.
 * @throws CardError `CARD_FILE_MISSING`, `VERIFIED_STATE_LOST`, `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readRequiredFile(connection: CardConnection, file: FileToRead, options: ReadStepOptions = {}): Promise<Bytes> {
  const read = await readFile(connection, file, options);
  if (read.outcome === 'read') return read.bytes;
  const facts = { efIdentifier: file.efIdentifier };
  if (read.outcome === 'missing') throw new CardError({ code: 'CARD_FILE_MISSING', message: 'SELECT of an EF answered 6A82', facts });
  throw new CardError({ code: 'VERIFIED_STATE_LOST', message: 'READ BINARY answered 6982', facts });
}

function readOptions({ chunkLength, maximumLength, totalLength }: FileToRead, { onProgress, onPartial, resumeAfter }: ReadStepOptions): ReadOptions {
  return {
    chunkLength,
    maximumLength,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(resumeAfter === undefined ? {} : { resumeAfter }),
    totalLength: (received) => {
      // The one place where the connection shows the bytes before the file is complete.
      onPartial?.(received.slice());
      return totalLength?.(received);
    },
  };
}
