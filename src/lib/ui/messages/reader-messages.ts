/** Texts about readers: one that a page may not use, and what else can be done. */
export interface ReaderMessages {
  /** Above the name of the reader that was refused. */
  readonly refusedName: string;
  readonly reachableTitle: string;
  /** Readers with an interface that a page may use, by published descriptions. */
  readonly reachable: readonly string[];
  readonly reachableNote: string;
  readonly otherWaysTitle: string;
  readonly otherWays: readonly string[];

  readonly chooseCardTitle: string;
  readonly cardsLying: (count: number) => string;
  readonly chooseCard: (slot: number) => string;
  readonly otherReadersTitle: string;
  readonly readerInUse: string;
  readonly useReader: (name: string) => string;
  readonly connectAnother: string;
  readonly connectAnotherHint: string;
}
