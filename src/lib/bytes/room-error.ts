/**
 * The shape of every fault in the house: one class per room, a union of codes, the cause kept.
 * Codes are unique across rooms (tests/architecture); words for people are found by code in `ui`.
 */

/** What a room says when it throws. `message` is for developers, never shown to a person. */
export interface RoomErrorDetails<Code extends string> {
  readonly code: Code;
  readonly message: string;
  readonly cause?: unknown;
  /** Harmless numbers for the diagnostic log: status words, lengths. Never card data. */
  readonly facts?: Readonly<Record<string, number | string>>;
}

/** Base of `ReaderError`, `CardError` and so on. */
export abstract class RoomError<Code extends string> extends Error {
  readonly code: Code;
  readonly facts: Readonly<Record<string, number | string>>;

  constructor({ code, message, cause, facts }: RoomErrorDetails<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts ?? {};
    this.name = new.target.name;
  }
}
