/**
 * A CCID slot at TPDU level (CCID Rev 1.1 §3.2.1): XfrBlock carries PPS, T=1 blocks or T=0 TPDUs as they are; SetParameters sets the protocol and,
 * where the descriptor says so, has the reader do the PPS. Contact cards have an ATR of their own; over the air it is the image's.
 */
import type { Bytes } from '#bytes';
import type { CardPlace } from '../card-place.ts';
import { failed, succeeded, type HostMessage, type Reply } from '../ccid-message.ts';
import type { CcidSlot } from '../ccid-slots.ts';
import { unexpectedInput } from '../simulator-error.ts';
import { rateFactors } from './atr-interface.ts';
import { ContactCard, type ContactSurroundings } from './contact-card.ts';

const ERROR_ICC_MUTE = 0xfe;
const ERROR_PARITY = 0xfd;
const ERROR_POWER_SELECT = 7;
const ERROR_PROTOCOL = 7;
const ERROR_RATE = 10;
const MAX_TPDU_LENGTH = 260;
/** Block guard time (ISO/IEC 7816-3 §11.2) [etu]. */
const BLOCK_GUARD_ETUS = 22;

export interface TpduTraits {
  readonly clockKhz: number;
  /** dwFeatures 0x80 or 0x40: SetParameters makes the reader do the PPS. */
  readonly doesPps: boolean;
  /** bPowerSelect values it takes. */
  readonly acceptsPowerSelect: (value: number) => boolean;
  /** Highest rate [bit/s]. */
  readonly maxDataRate: number;
  /** ATR of the contacts, or `undefined`: the slot is an antenna and the image's ATR holds. */
  readonly atr: Bytes | undefined;
  /** bPowerSelect values at which the card stays mute. */
  readonly muteAt: readonly number[];
}

export class TpduSlot implements CcidSlot {
  readonly #traits: TpduTraits;
  readonly #around: ContactSurroundings;
  #inserted: ContactCard | undefined;
  #powered = false;
  #parameters: { readonly protocol: 0 | 1; readonly bytes: Bytes } | undefined;

  constructor(traits: TpduTraits, around: ContactSurroundings) {
    this.#traits = traits;
    this.#around = around;
    around.place.watch(() => this.#change(around.place));
  }

  get present(): boolean {
    return this.#inserted !== undefined;
  }

  takeIccStatus(): number {
    if (this.#inserted === undefined) return 2;
    return this.#powered ? 0 : 1;
  }

  powerOn({ specific }: HostMessage): Reply {
    if (specific > 3 || !this.#traits.acceptsPowerSelect(specific)) return failed(ERROR_POWER_SELECT);
    const inserted = this.#inserted;
    if (inserted === undefined || this.#traits.muteAt.includes(specific)) return failed(ERROR_ICC_MUTE);
    const atr = inserted.reset();
    this.#powered = true;
    this.#setDefaults(inserted);
    this.#takeTime(atr.length, inserted, 0);
    return succeeded(atr);
  }

  powerDown(): void {
    this.#around.place.card?.powerOff();
    this.#powered = false;
    this.#parameters = undefined;
  }

  forgetChains(): void {
    // A TPDU is whole: nothing is kept from one message to the next.
  }

  getParameters(): Reply {
    const parameters = this.#parameters;
    return this.#powered && parameters !== undefined ? succeeded(parameters.bytes, parameters.protocol) : failed(ERROR_ICC_MUTE);
  }

  resetParameters(): Reply {
    if (this.#powered && this.#inserted !== undefined) this.#setDefaults(this.#inserted);
    return this.getParameters();
  }

  setParameters({ specific, data }: HostMessage): Reply {
    if (specific !== 0 && specific !== 1) return failed(ERROR_PROTOCOL);
    if (data.length !== (specific === 0 ? 5 : 7)) throw unexpectedInput('Protocol data structure of a wrong length', { length: data.length });
    const inserted = this.#inserted;
    if (!this.#powered || inserted === undefined) return failed(ERROR_ICC_MUTE);
    const error = this.#agree(inserted, specific, data[0] ?? 0x11);
    if (error !== undefined) return failed(error);
    this.#parameters = { protocol: specific, bytes: data };
    return this.getParameters();
  }

  async xfrBlock({ parameter, data }: HostMessage): Promise<Reply> {
    if (parameter !== 0) throw unexpectedInput('wLevelParameter at TPDU level', { parameter });
    if (data.length === 0 || data.length > MAX_TPDU_LENGTH) throw unexpectedInput('A TPDU of a wrong length', { length: data.length });
    const inserted = this.#inserted;
    if (!this.#powered || inserted === undefined) return failed(ERROR_ICC_MUTE);
    const answer = await inserted.receive(data);
    if (answer.outcome === 'silence') return failed(ERROR_ICC_MUTE);
    if (answer.outcome === 'garbled') return failed(ERROR_PARITY);
    this.#takeTime(data.length, inserted, answer.bytes.length);
    return succeeded(answer.bytes);
  }

  /** bError, or `undefined` when reader and card are of one mind. */
  #agree(inserted: ContactCard, protocol: 0 | 1, rate: number): number | undefined {
    const factors = rateFactors(rate);
    if (factors === undefined) return ERROR_RATE;
    if ((this.#traits.clockKhz * 1000 * factors.d) / factors.f > this.#traits.maxDataRate + 2) return ERROR_RATE;
    if (inserted.protocol === protocol && inserted.rate === rate) return undefined;
    if (!this.#traits.doesPps || !inserted.offers.protocols.includes(protocol)) return ERROR_PROTOCOL;
    return inserted.agree(protocol, rate) ? undefined : ERROR_RATE;
  }

  #setDefaults(inserted: ContactCard): void {
    const { ifsc, waitingIntegers, guardTime } = inserted.offers;
    // Both offered: T=1, which a reader that sets parameters by itself has agreed with the card (open-points.md, 18).
    const protocol = this.#traits.doesPps && inserted.offers.protocols.includes(1) ? 1 : inserted.protocol;
    if (this.#traits.doesPps) inserted.agree(protocol, 0x11);
    const bytes = protocol === 0 ? Uint8Array.of(0x11, 0x00, guardTime, 0x0a, 0x00) : Uint8Array.of(0x11, 0x10, guardTime, waitingIntegers, 0x00, ifsc, 0x00);
    this.#parameters = { protocol, bytes };
  }

  /** Characters both ways and the pause between them (spec/ccid.md §16.2). */
  #takeTime(sent: number, { rate, protocol, offers }: ContactCard, received: number): void {
    const { clock } = this.#around;
    if (this.#traits.atr === undefined) {
      // A T=1 block has NAD, PCB, LEN and LRC where the block over the air has a PCB alone.
      clock.radioFrame(Math.max(1, sent - 3), 0);
      clock.radioAnswer(Math.max(1, received - 3), 0);
      return;
    }
    const factors = rateFactors(rate) ?? { f: 372, d: 1 };
    const characterEtus = offers.guardTime === 255 ? (protocol === 1 ? 11 : 12) : 12 + offers.guardTime;
    clock.contact((sent + received) * characterEtus + 2 * BLOCK_GUARD_ETUS, { ...factors, clockKhz: this.#traits.clockKhz });
  }

  #change({ card }: CardPlace): void {
    this.#powered = false;
    this.#parameters = undefined;
    this.#inserted = card === undefined ? undefined : new ContactCard(card, this.#traits.atr ?? card.image.atr, this.#around);
  }
}
