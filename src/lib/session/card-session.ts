/** Reception's door for screens and for the command line: a state, and what a person may do. */
import type { Secret } from '#bytes';
import type { LinkFigures } from '#iso7816';
import type { ReaderChoice } from '#usb';
import type { CheckOrder } from './purpose.ts';
import type { ReceptionState } from './state.ts';

/** What a person typed. The session takes the secrets over and wipes them; the caller keeps no copy. */
export interface Entry {
  /** Left out when the card has no PIN, when it is held already, or when `skip` is given. */
  readonly licence: { readonly pin: Secret } | 'noPin' | 'held' | 'skip';
  readonly personalDetails: { readonly numberB: Secret } | { readonly pin: Secret } | 'held' | 'skip';
}

/** Countdown to the wipe, shown before it happens so that it can be put off (WCAG 2.2.1). */
export interface IdleWarning {
  /** Seconds until everything typed and read is wiped; `undefined` = nothing to wipe or not near. */
  readonly secondsLeft: number | undefined;
}

/** A permitted reader that is plugged in and not the one in use. */
export interface OtherReader {
  readonly key: string;
  /** Untrusted text from the device, cleaned; several of one name are numbered. */
  readonly name: string;
}

export interface CardSession {
  readonly state: ReceptionState;
  readonly idle: IdleWarning;
  /** What the card that is on the reader is checked for; before one comes, what the next one will be. */
  readonly order: CheckOrder;
  /** Counters of the card that is, or was last, on the reader. */
  readonly link: LinkFigures;
  /** Readers that could be taken instead. A check under way does not see them. */
  readonly otherReaders: readonly OtherReader[];
  /** Called after every change of `state`, `idle` or `otherReaders`. Returns the unsubscribing function. */
  subscribe(listener: () => void): () => void;

  /** From a click: the browser's chooser. In `waitingForCard` the reader in use is let go for the chosen one. */
  chooseReader(which: ReaderChoice): Promise<void>;
  /**
   * A reader permitted before, without a prompt; of several the first that opens. After the loss of one only its like is taken, lest a
   * clerk works with another one unawares. Does nothing when there is none.
   */
  reopenReader(): Promise<void>;
  /** In `noReader` and `waitingForCard`: one of `otherReaders`. */
  useReader(key: string): Promise<void>;
  /** In `waitingForCard`: the card in this one of its `lying` slots. */
  chooseCard(slot: number): void;
  /** In `entry`. Ignored elsewhere, so a doubled key press sends nothing twice. */
  submit(entry: Entry): void;
  /** In `confirmLastTry`. */
  confirmLastTry(): void;
  declineLastTry(): void;
  /** At any point: stops after the command under way, wipes, waits for the next card. */
  cancel(): void;
  /** In `result` or `cardFault`: wipes, then insists on the card being taken. In `returnCard`: a person's word that it was. */
  finish(): void;
  /** A hand was on it: the 60 s start again. */
  noteActivity(): void;
  /** Ring of at most 200 masked lines: room, event, lengths, status words, milliseconds. Never card data. */
  diagnostics(): readonly string[];
  /** Wipes, powers the card off, closes the reader. */
  close(): Promise<void>;
}
