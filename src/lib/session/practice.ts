/** What a person may do with the virtual reader and its cards in practice mode. The implementation loads the rehearsal room late. */

/** What to type for a practice card: its holder is invented. */
export interface PracticeHint {
  readonly licencePin: string | null;
  /** ISO 8601 */
  readonly birthDate: string;
  readonly cardExpiryYear: string;
  readonly securityCode: string;
  readonly cardInfoPin: string | null;
}

export interface PracticeControls {
  readonly cards: readonly { readonly name: string; readonly about: string }[];
  /** The card on the reader, or `undefined`. */
  readonly placed: string | undefined;
  readonly hint: PracticeHint | undefined;
  /** Puts a bundled card on the reader. Its counters are as they were left since the page was opened. */
  placeCard(name: string): Promise<void>;
  /** Puts a card from a card image file on the reader. @throws SimulatorError CARD_IMAGE_INVALID */
  placeImage(file: Blob): Promise<void>;
  removeCard(): void;
  unplug(): void;
  plugIn(): void;
}
