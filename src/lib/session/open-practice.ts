/**
 * The rehearsal room, loaded only when practice mode is opened: a virtual reader on the table and a tray of cards whose counters stay as
 * they were left. The training anchors that count are those of the card on the reader, and they count in practice mode alone.
 */
import type { Anchor } from '#trust';
import { readerDevicesOf, type ReaderDevices } from '#usb';
import type * as RehearsalRoom from '#simulator';
import type { CardImage, VirtualCard, VirtualReader } from '#simulator';
import type { PracticeControls, PracticeHint } from './practice.ts';
import { trainingMaterialOf } from './training-material.ts';

export interface Practice {
  readonly devices: ReaderDevices;
  readonly controls: PracticeControls;
  anchors(): readonly Anchor[];
}

/** Loads `#simulator`; a counter in service never does. */
export async function openPractice(): Promise<Practice> {
  return new PracticeTable(await import('#simulator'));
}

class PracticeTable implements Practice, PracticeControls {
  readonly devices: ReaderDevices;
  readonly #room: typeof RehearsalRoom;
  readonly #reader: VirtualReader;
  readonly #tray = new Map<string, { readonly card: VirtualCard; readonly image: CardImage }>();
  #image: CardImage | undefined;

  constructor(room: typeof RehearsalRoom) {
    this.#room = room;
    this.#reader = room.virtualReader();
    this.devices = readerDevicesOf(this.#reader.usb, this.#reader.hid);
  }

  get controls(): PracticeControls {
    return this;
  }

  get cards(): PracticeControls['cards'] {
    return this.#room.practiceCards;
  }

  get placed(): string | undefined {
    return this.#image?.name;
  }

  get hint(): PracticeHint | undefined {
    if (this.#image === undefined) return undefined;
    const { licencePin, birthDate, cardExpiryYear, securityCode, cardInfoPin } = this.#image.enter;
    return { licencePin, birthDate, cardExpiryYear, securityCode, cardInfoPin };
  }

  anchors(): readonly Anchor[] {
    return this.#image === undefined ? [] : trainingMaterialOf(this.#image);
  }

  async placeCard(name: string): Promise<void> {
    const known = this.#tray.get(name);
    if (known !== undefined) {
      this.#place(known.image, known.card);
      return;
    }
    const bundled = this.#room.practiceCards.find((card) => card.name === name);
    if (bundled === undefined) throw new this.#room.SimulatorError({ code: 'CARD_IMAGE_INVALID', message: 'No bundled card of that name' });
    const image = await bundled.load();
    this.#tray.set(name, { image, card: this.#place(image) });
  }

  async placeImage(file: Blob): Promise<void> {
    this.#place(this.#room.parseCardImage(await file.text()));
  }

  removeCard(): void {
    this.#image = undefined;
    this.#reader.removeCard();
  }

  unplug(): void {
    this.#reader.unplug();
  }

  plugIn(): void {
    this.#reader.plugIn();
  }

  #place(image: CardImage, card?: VirtualCard): VirtualCard {
    // One card at a time, as on a real reader: the one before is lifted first.
    if (this.#image !== undefined) this.#reader.removeCard();
    this.#image = image;
    return this.#reader.insertCard(card ?? image);
  }
}
