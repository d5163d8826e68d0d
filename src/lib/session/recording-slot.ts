/** A slot that passes everything on unchanged and writes down, masked, the commands and answers that went by. */
import { hex, type Bytes, type Outgoing } from '#bytes';
import type { CardPresence, Slot } from '#reader';
import { maskedOutgoing, type ExchangeRecorder } from './exchange-recorder.ts';
import { commandHeader } from './message-headers.ts';

export class RecordingSlot implements Slot {
  readonly index: number;
  readonly #slot: Slot;
  readonly #recorder: ExchangeRecorder;

  constructor(slot: Slot, recorder: ExchangeRecorder) {
    this.#slot = slot;
    this.#recorder = recorder;
    this.index = slot.index;
  }

  get carriesExtended(): boolean {
    return this.#slot.carriesExtended;
  }

  get bestReadLength(): number {
    return this.#slot.bestReadLength;
  }

  presence(): Promise<CardPresence> {
    return this.#slot.presence();
  }

  watchPresence(listener: (presence: CardPresence) => void): () => void {
    return this.#slot.watchPresence(listener);
  }

  connect(): Promise<{ readonly atr: Bytes }> {
    return this.#recorder.record(
      { kind: 'cardPowerOn' },
      () => this.#slot.connect(),
      ({ atr }) => ({ received: { length: atr.length } }),
    );
  }

  transmit(command: Outgoing): Promise<Bytes> {
    const sent = maskedOutgoing(command, commandHeader);
    return this.#recorder.record(
      { kind: 'cardCommand', sent },
      () => this.#slot.transmit(command),
      (answer) => ({ received: { length: answer.length }, statusWord: hex(answer.slice(-2)) }),
    );
  }

  disconnect(): Promise<void> {
    return this.#slot.disconnect();
  }
}
