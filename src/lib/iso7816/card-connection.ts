/**
 * The interpreter's door: questions to a card in the words of ISO/IEC 7816-4, with limits on everything it claims.
 */
import type { Bytes, Secret } from '#bytes';

/** Outcome of an empty VERIFY (ISO/IEC 7816-4 §11.5.6): costs no try. */
export type TriesOutcome =
  | { readonly outcome: 'tries'; readonly triesLeft: number }
  | { readonly outcome: 'blocked' }
  /** `9000`: verified since SELECT; the count is not told. */
  | { readonly outcome: 'alreadyVerified' }
  /** `6300` or a word we do not know: shown as 残り回数不明. */
  | { readonly outcome: 'unknown'; readonly statusWord: number };

/** Outcome of a VERIFY with reference data. */
export type VerifyOutcome = { readonly outcome: 'verified' } | { readonly outcome: 'wrong'; readonly triesLeft: number } | { readonly outcome: 'blocked' };

export type SelectOutcome = { readonly outcome: 'selected' } | { readonly outcome: 'notFound' } | { readonly outcome: 'locked' };

export type ReadOutcome =
  | { readonly outcome: 'read'; readonly bytes: Bytes }
  /** `6982`: the security status is missing. `bytes` holds what came before it. */
  | { readonly outcome: 'notAllowed'; readonly bytes: Bytes };

/** Counters of one connection, for progress, benchmark and the command line. */
export interface LinkFigures {
  /** Command APDUs sent, GET RESPONSE and repeats after 6Cxx included. */
  readonly apdus: number;
  /** VERIFY commands that carried reference data. */
  readonly verifyCommands: number;
  readonly bytesToCard: number;
  readonly bytesFromCard: number;
}

/** How to address a reference datum in VERIFY. */
export type KeyReference =
  /** P2 = 80 | short EF identifier. */
  | { readonly shortEfIdentifier: number }
  /** SELECT the key EF first, then P2 = 80. */
  | { readonly efIdentifier: number };

export interface FileReadOptions {
  /** Upper bound of the whole file [bytes]; more is `CARD_FILE_TOO_LONG`. */
  readonly maximumLength: number;
  /** Called with the bytes received so far of this file. */
  readonly onProgress?: (receivedLength: number) => void;
  /** Continue behind these bytes instead of at offset 0. */
  readonly resumeAfter?: Bytes;
  /**
   * Given the bytes so far, the length of the file if it can be told from its header, to save the read past the end.
   * `undefined` = read until the card says the end.
   */
  readonly totalLength?: (received: Bytes) => number | undefined;
  /** Whether the content says that nothing is missing: then an answer shorter than asked for is taken as the end of the file. */
  readonly isWhole?: (received: Bytes) => boolean;
}

export interface ReadOptions extends FileReadOptions {
  /** Bytes asked for per READ BINARY, 1–256. */
  readonly chunkLength: number;
}

/** Outcome of reading an EF that need not be there. */
export type FileOutcome = ReadOutcome | { readonly outcome: 'notFound' } | { readonly outcome: 'locked' };

export interface CardConnection {
  readonly atr: Bytes;
  /** SELECT by AID, P2 = 0C, no FCI. Any PIN state is taken to be lost. @throws ApduError */
  selectApplication(aid: Bytes): Promise<SelectOutcome>;
  /** SELECT of an EF under the current application. */
  selectFile(efIdentifier: number): Promise<SelectOutcome>;
  /** Reads the currently selected EF by 15-bit offsets to its end. */
  readSelectedFile(options: ReadOptions): Promise<ReadOutcome>;
  /** READ BINARY by short EF identifier, one command, `length` bytes at offset 0. */
  readByShortIdentifier(shortEfIdentifier: number, length: number): Promise<ReadOutcome>;
  /**
   * A whole EF in as few commands as the card lets it: the first READ BINARY by short EF identifier, which makes the EF the current one
   * (§7.3.2), and SELECT where that is not understood; as many bytes at a time as fill a frame, or all at once where the card has shown that
   * it answers extended Le.
   */
  readFile(efIdentifier: number, options: FileReadOptions): Promise<FileOutcome>;
  /** Whether `aid` is the application that was selected last, and nothing happened since that may have changed it. */
  isSelected(aid: Bytes): boolean;
  /**
   * Time has passed in which the card may have lost its power, or been exchanged, without anybody seeing it: what it has selected and told
   * counts no more, and is asked for again before anything depends on it.
   */
  doubt(): void;
  /** The tries the card told of this reference datum, if that was its last word about anything: no command was sent since. */
  triesJustTold(reference: KeyReference): number | undefined;
  /** Empty VERIFY: exactly four bytes. */
  remainingTries(reference: KeyReference): Promise<TriesOutcome>;
  /**
   * VERIFY with reference data, sent exactly once: whatever happens, this function does not send it again.
   * Refuses (ApduError `VERIFY_NOT_PREPARED`) unless `remainingTries` of the same reference was the last word of the card about it
   * and left at least one try. @throws ApduError, ReaderError; after a fault the try counts as spent until the card says otherwise.
   */
  verify(reference: KeyReference, secret: Secret): Promise<VerifyOutcome>;
  readonly figures: LinkFigures;
  /** What is known of extended Le on this card; `asking` stays when there was a fault instead of an answer. */
  readonly extendedLe: 'notAsked' | 'asking' | 'answered' | 'refused';
}

/** One thing that may be sent in one application. What is not listed is refused before it reaches the reader. */
export interface AllowedApplication {
  readonly aid: Bytes;
  /** EFs that may be selected and read. */
  readonly readableFiles: readonly number[];
  /** Key EFs that may be selected and named in VERIFY, with the exact length of their reference data. */
  readonly keys: readonly { readonly efIdentifier: number; readonly length: number }[];
}

export type AllowList = readonly AllowedApplication[];
