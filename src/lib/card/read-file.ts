/** One EF of an application, read to its end, with the outcomes a step of reading can have. ISO/IEC 7816-4 §11.3. */
import { assertNever, type Bytes } from '#bytes';
import type { CardConnection, FileReadOptions } from '#iso7816';
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
  readonly maximumLength: number;
  /** See `FileReadOptions.totalLength`; left out = read until the card says the end. */
  readonly totalLength?: (received: Bytes) => number | undefined;
  /** See `FileReadOptions.isWhole`. */
  readonly isWhole?: (received: Bytes) => boolean;
}

/** @throws CardError `APPLICATION_LOCKED`; ApduError; ReaderError */
export async function readFile(connection: CardConnection, file: FileToRead, options: ReadStepOptions = {}): Promise<FileOutcome> {
  const read = await connection.readFile(file.efIdentifier, readOptions(file, options));
  switch (read.outcome) {
    case 'read':
      return { outcome: 'read', bytes: read.bytes };
    case 'notAllowed':
      return { outcome: 'notAllowed' };
    case 'notFound':
      return { outcome: 'missing' };
    case 'locked':
      throw new CardError({ code: 'APPLICATION_LOCKED', message: 'SELECT of an EF answered 6283' });
    default:
      return assertNever(read);
  }
}

/**
 * A file that must be there, opened by a credential that was verified.
 * @throws CardError `CARD_FILE_MISSING`, `VERIFIED_STATE_LOST`, `APPLICATION_LOCKED`; ApduError; ReaderError
 */
export async function readRequiredFile(connection: CardConnection, file: FileToRead, options: ReadStepOptions = {}): Promise<Bytes> {
  const read = await readFile(connection, file, options);
  if (read.outcome === 'read') return read.bytes;
  const facts = { efIdentifier: file.efIdentifier };
  if (read.outcome === 'missing') throw new CardError({ code: 'CARD_FILE_MISSING', message: 'The EF is not there', facts });
  throw new CardError({ code: 'VERIFIED_STATE_LOST', message: 'READ BINARY answered 6982', facts });
}

function readOptions({ maximumLength, totalLength, isWhole }: FileToRead, { onProgress, onPartial, resumeAfter }: ReadStepOptions): FileReadOptions {
  return {
    maximumLength,
    ...(isWhole === undefined ? {} : { isWhole }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(resumeAfter === undefined ? {} : { resumeAfter }),
    totalLength: (received) => {
      // The one place where the connection shows the bytes before the file is complete.
      onPartial?.(received.slice());
      return totalLength?.(received);
    },
  };
}
