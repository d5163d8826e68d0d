/**
 * What the RC-S300 answers on its vendor interface: Sony's escapes in CCID messages, and under T3 and T4 whole APDUs without a session
 * (spec/browser-and-readers.md §6.3 to §6.8). One slot, no notices: the interface has no interrupt endpoint.
 */
import { concatBytes, type Bytes } from '#bytes';
import { failed, succeeded, type HostMessage, type Reply } from '../ccid-message.ts';
import type { CcidCommands } from '../ccid-slots.ts';
import type { CardPlace } from '../card-place.ts';
import type { FaultSchedule } from '../faults.ts';
import type { RadioField } from '../radio-field.ts';
import { ReaderPcd } from '../reader-pcd.ts';
import type { RcS300Options } from './rc-s300-options.ts';
import { READER_DONE, results, withResult } from './results.ts';
import { TransparentSession } from './transparent-session.ts';

/** Version text; bytes 14 and 15 `FF FF` = not in update mode. */
const FIRMWARE = Uint8Array.of(0x01, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00, 0x00);
const properties: Readonly<Record<number, string>> = { 1: '1.00', 2: 'RC-S300/S', 3: '0000001', 8: '00' };
const INS_TRANSPARENT = 0x50;
const COMMAND_NOT_SUPPORTED = 0;
const ERROR_SLOT_BUSY = 0xe0;

export interface RcS300Parts {
  readonly options: RcS300Options;
  readonly field: RadioField;
  readonly place: CardPlace;
  readonly faults: FaultSchedule;
  /** T4: what answers CCID messages proper. */
  readonly slots: CcidCommands | undefined;
}

export class RcS300Commands implements CcidCommands {
  readonly highestSlot = 0;
  readonly #parts: RcS300Parts;
  readonly #session: TransparentSession;
  readonly #pcd: ReaderPcd;

  constructor(parts: RcS300Parts) {
    this.#parts = parts;
    this.#session = new TransparentSession(parts.options, parts.field, parts.faults);
    this.#pcd = new ReaderPcd(parts.field);
  }

  get hasCard(): boolean {
    return this.#parts.place.card !== undefined;
  }

  takeIccStatus(slot: number): number {
    return this.#parts.slots?.takeIccStatus(slot) ?? 0;
  }

  notice(): undefined {
    return undefined;
  }

  powerDown(): void {
    this.#session.close();
    this.#parts.slots?.powerDown();
  }

  forgetChains(): void {
    this.#parts.slots?.forgetChains();
  }

  async answer(message: HostMessage): Promise<Reply | undefined> {
    this.#session.prolong();
    if (message.name === 'escape') {
      const payload = await this.#escape(message.data);
      return payload === undefined ? undefined : succeeded(payload);
    }
    return this.#answerCcid(message);
  }

  async #answerCcid(message: HostMessage): Promise<Reply | undefined> {
    const { slots, options } = this.#parts;
    if (slots === undefined) return options.silentWhenUnknown === true ? undefined : failed(COMMAND_NOT_SUPPORTED);
    return this.#session.isOpen ? failed(ERROR_SLOT_BUSY) : slots.answer(message);
  }

  async #escape(payload: Bytes): Promise<Bytes | undefined> {
    const [cla, ins] = payload;
    if (cla !== 0xff) return this.#bareApdu(payload);
    switch (ins) {
      case INS_TRANSPARENT:
        return this.#transparent(payload);
      case 0x56:
        return payload.length === 4 ? concatBytes(FIRMWARE, READER_DONE) : READER_DONE;
      case 0x5f:
        return this.#property(payload);
      case 0xca:
        return this.#getData(payload);
      default:
        return Uint8Array.of(0x6a, 0x81);
    }
  }

  async #transparent(payload: Bytes): Promise<Bytes | undefined> {
    const p2 = payload[3];
    if (p2 === 0x01) {
      const objects = extendedData(payload);
      return objects === undefined ? withResult(results.wrongLength) : this.#session.exchange(objects);
    }
    const objects = shortData(payload);
    if (objects === undefined) return withResult(results.wrongLength);
    if (p2 === 0x00) return this.#session.manage(objects);
    return p2 === 0x02 ? this.#session.switchProtocol(objects) : withResult(results.notSupported);
  }

  #property(payload: Bytes): Bytes {
    const text = properties[payload[2] ?? 0];
    if (text === undefined) return Uint8Array.of(0x6a, 0x81);
    return concatBytes(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      READER_DONE,
    );
  }

  /** UID or PUPI, historical bytes, baud rate, type. */
  #getData(payload: Bytes): Bytes {
    const { atqb, picc } = this.#parts.field;
    if (atqb === undefined || picc?.isActive !== true) return Uint8Array.of(0x63, 0x00);
    switch (payload[2]) {
      case 0x00:
        return concatBytes(atqb.slice(1, 5), READER_DONE);
      case 0x01:
        return concatBytes(atqb.slice(5, 12), Uint8Array.of(0x00), READER_DONE);
      case 0xf2:
        return concatBytes(Uint8Array.of(this.#parts.field.rates.fromCard + 1), READER_DONE);
      default:
        return Uint8Array.of(0x6a, 0x81);
    }
  }

  /** T3: the payload is the card's APDU, and the interface has activated Type B by itself. */
  async #bareApdu(command: Bytes): Promise<Bytes | undefined> {
    const { strategy, silentWhenUnknown, appendsStatusWord } = this.#parts.options;
    if (strategy !== 'T3') return silentWhenUnknown === true ? undefined : Uint8Array.of(0x6d, 0x00);
    if (this.#session.isOpen) return Uint8Array.of(0x69, 0x85);
    const response = (await this.#activated()) ? await this.#pcd.transmit(command) : undefined;
    if (response === undefined) {
      this.#parts.field.switchOff();
      return withResult(results.noAnswer);
    }
    return appendsStatusWord === true ? concatBytes(response, READER_DONE) : response;
  }

  async #activated(): Promise<boolean> {
    if (this.#parts.field.picc?.isActive === true) return true;
    const { highestRate = 3 } = this.#parts.options;
    return (await this.#pcd.activate({ frameLengthCode: 8, cid: 0, rates: (card) => card.fastestRates(highestRate) })) !== undefined;
  }
}

/** `FF 50 00 P2 Lc data 00` */
function shortData(payload: Bytes): Bytes | undefined {
  const length = payload[4];
  return length === undefined || payload.length !== 6 + length || payload[5 + length] !== 0 ? undefined : payload.slice(5, 5 + length);
}

/** `FF 50 00 01 00 HH LL data 00 00 00`, and no other form (spec/open-points.md, 10). */
function extendedData(payload: Bytes): Bytes | undefined {
  if (payload.length < 10 || payload[4] !== 0) return undefined;
  const length = new DataView(payload.buffer, payload.byteOffset).getUint16(5);
  if (payload.length !== 10 + length || payload.slice(-3).some((byte) => byte !== 0)) return undefined;
  return payload.slice(7, 7 + length);
}
