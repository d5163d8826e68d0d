/**
 * What the hall offers upstairs: a reader with slots, and in a slot whole APDUs (ISO/IEC 7816-3 §12, PC/SC words).
 * Whether the reader speaks APDUs, TPDUs or radio blocks ends inside this room.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { CommandCapacity } from './command-capacity.ts';
import type { ReaderError } from './reader-error.ts';

/** `active` = powered and answering, `inactive` = present without power. CCID Rev 1.1 §6.2.6, bmICCStatus. */
export type CardPresence = 'absent' | 'inactive' | 'active';

/** Its capacity is that of the connected card; before `connect`, what the reader may turn out to carry. */
export interface Slot extends CommandCapacity {
  /** bSlot */
  readonly index: number;

  /** Asks the reader now. */
  presence(): Promise<CardPresence>;

  /**
   * Tells every change of presence until the returned function is called. Driven by interrupt messages where the reader
   * has them, by polling where not; several changes within 300 ms count as one, and each is confirmed with the reader.
   */
  watchPresence(listener: (presence: CardPresence) => void): () => void;

  /** Powers the card on (or resets it) and negotiates. Any PIN state of the card is gone. */
  connect(): Promise<{ readonly atr: Bytes }>;

  /**
   * One command APDU, one response APDU (data and status word, at least two bytes). A command that carries a secret reaches the card at
   * most once; another one may be begun again where the block protocol below had to start over (T=1 RESYNCH), before there was any answer.
   * After a fault everything is `CARD_NOT_CONNECTED` until the next `connect`, with one exception: after `CARD_REMOVED` and `CARD_MUTE`
   * a `presence` of `active` says that the card has kept its power all the time, and it can be talked to as before.
   * @throws ReaderError
   */
  transmit(command: Outgoing): Promise<Bytes>;

  /** Powers the card off. Never throws. */
  disconnect(): Promise<void>;
}

/** What a person may be told about the reader. */
export interface ReaderDescription {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersion: string;
  readonly level: ExchangeLevel;
  readonly slotCount: number;
  /** What is known against this model or its firmware; it is used all the same. */
  readonly caution?: ReaderCaution;
  /** Which of several ways of reaching the card the reader has answered to; absent until one has. RC-S300: `T1` to `T5`. */
  readonly strategy?: string;
  /** As the reader tells it. Untrusted, hexadecimal or digits only. */
  readonly firmware?: string;
}

/** `oldFirmware`: faults that a newer firmware does not have. `longAnswersBroken`: answers above 64 bytes may not arrive whole. */
export type ReaderCaution = 'oldFirmware' | 'longAnswersBroken';

/** CCID Rev 1.1 §5.1 dwFeatures, bits 16–18. */
export type ExchangeLevel = 'character' | 'tpdu' | 'shortApdu' | 'extendedApdu';

export interface Reader {
  readonly description: ReaderDescription;
  /** At least one. */
  readonly slots: readonly [Slot, ...Slot[]];
  /** Resolves once when the reader is gone, with the reason. Never rejects. */
  readonly lost: Promise<ReaderError>;
  /** Powers cards off, releases, closes. Idempotent, never throws. */
  close(): Promise<void>;
}
