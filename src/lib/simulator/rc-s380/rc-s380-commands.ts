/**
 * The commands of the RC-S380 that a Type B reading needs (spec/browser-and-readers.md §7.2): SetCommandType, GetFirmwareVersion, SwitchRF, InSetRF,
 * InSetProtocol, InCommRF. Other modulations are set without complaint, and no card of ours answers in them.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { RateIndex } from '../link-clock.ts';
import type { RadioField } from '../radio-field.ts';

const MAX_FRAME_LENGTH = 290;
const statuses = { done: 0x00, parameter: 0x01, commandType: 0x07 } as const;
/** Of InCommRF, four bytes little-endian. */
const radioStatuses = { done: 0, crc: 0x04, overflow: 0x10, timeout: 0x80 } as const;
/** Second byte of each pair of InSetRF for Type B. */
const typeBRates: Readonly<Record<number, RateIndex>> = { 0x07: 0, 0x08: 1, 0x09: 2 };
const HIGHEST_PROTOCOL_INDEX = 0x13;
/** CRC added and checked, SOF and EOF added and checked: what Type B needs. */
const typeBProtocol: readonly number[] = [0x01, 0x02, 0x09, 0x0a, 0x0b, 0x0c];

export interface RcS380Options {
  /** Frames (hexadecimal) a former host has left on the IN endpoint. */
  readonly leftovers?: readonly string[];
  /** A radio error is followed by the valid-bits byte all the same (spec/open-points.md, 13). False by default. */
  readonly errorsCarryValidBits?: boolean;
  /** InSetRF and InSetProtocol hold for one InCommRF only, which is what public drivers guard against. False by default. */
  readonly forgetsSettings?: boolean;
  /** Highest rate of Type B it takes in InSetRF: 0 = 106 … 2 = 424 kbit/s (default). */
  readonly highestRate?: 0 | 1 | 2;
}

export class RcS380Commands {
  readonly #field: RadioField;
  readonly #options: RcS380Options;
  #commandTypeSet = false;
  #rates: { readonly toCard: RateIndex; readonly fromCard: RateIndex } | undefined;
  #protocol = new Map<number, number>();

  constructor(field: RadioField, options: RcS380Options) {
    this.#field = field;
    this.#options = options;
  }

  reset(): void {
    this.#commandTypeSet = false;
    this.#forgetSettings();
    this.#field.switchOff();
  }

  /** The data of the response frame behind `D7 cc+1`, or `undefined`: no such command. */
  async answer(code: number, data: Bytes): Promise<Bytes | undefined> {
    if (code === 0x20) return Uint8Array.of(0x11, 0x01);
    if (code === 0x2a) return this.#setCommandType(data);
    if (!this.#commandTypeSet) return Uint8Array.of(statuses.commandType);
    switch (code) {
      case 0x06:
        return this.#switchRadio(data);
      case 0x00:
        return this.#setRadio(data);
      case 0x02:
        return this.#setProtocol(data);
      case 0x04:
        return this.#communicate(data);
      default:
        return undefined;
    }
  }

  #forgetSettings(): void {
    this.#rates = undefined;
    this.#protocol = new Map();
  }

  #setCommandType(data: Bytes): Bytes {
    if (data.length !== 1 || data[0] !== 0x01) return Uint8Array.of(statuses.parameter);
    this.#commandTypeSet = true;
    return Uint8Array.of(statuses.done);
  }

  #switchRadio(data: Bytes): Bytes {
    if (data.length !== 1 || (data[0] !== 0x00 && data[0] !== 0x01)) return Uint8Array.of(statuses.parameter);
    if (data[0] === 0x01) this.#field.switchOn();
    else this.#field.switchOff();
    return Uint8Array.of(statuses.done);
  }

  /** Sender, its rate, receiver, its rate. */
  #setRadio(data: Bytes): Bytes {
    const [, toCard, , fromCard] = data;
    if (data.length !== 4 || toCard === undefined || fromCard === undefined) return Uint8Array.of(statuses.parameter);
    const sent = typeBRates[toCard];
    const heard = typeBRates[fromCard];
    if (Math.max(sent ?? 0, heard ?? 0) > (this.#options.highestRate ?? 2)) return Uint8Array.of(statuses.parameter);
    this.#rates = sent === undefined || heard === undefined ? undefined : { toCard: sent, fromCard: heard };
    return Uint8Array.of(statuses.done);
  }

  /** Pairs of index and value. */
  #setProtocol(data: Bytes): Bytes {
    if (data.length === 0 || data.length % 2 !== 0) return Uint8Array.of(statuses.parameter);
    for (let offset = 0; offset < data.length; offset += 2) {
      const [index, value] = data.subarray(offset, offset + 2);
      if (index === undefined || value === undefined || index > HIGHEST_PROTOCOL_INDEX) return Uint8Array.of(statuses.parameter);
      this.#protocol.set(index, value);
    }
    return Uint8Array.of(statuses.done);
  }

  /** Time-out in units of 0.1 ms, then the frame. The field goes on by itself. */
  async #communicate(data: Bytes): Promise<Bytes> {
    if (data.length < 3) return this.#failed(radioStatuses.overflow);
    const frame = data.slice(2);
    if (frame.length > MAX_FRAME_LENGTH) return this.#failed(radioStatuses.overflow);
    const timeoutMs = new DataView(data.buffer, data.byteOffset).getUint16(0, true) / 10;
    if (this.#rates === undefined || !typeBProtocol.every((index) => this.#protocol.get(index) === 1)) return this.#failed(radioStatuses.timeout);
    this.#field.switchOn();
    this.#field.rates = this.#rates;
    if (this.#options.forgetsSettings === true) this.#forgetSettings();
    const answer = await this.#field.exchange(frame, timeoutMs);
    if (answer.outcome === 'silence') return this.#failed(radioStatuses.timeout);
    if (answer.outcome === 'garbled') return this.#failed(radioStatuses.crc);
    return concatBytes(statusBytes(radioStatuses.done), Uint8Array.of(0x08), answer.bytes);
  }

  #failed(status: number): Bytes {
    return concatBytes(statusBytes(status), Uint8Array.from(this.#options.errorsCarryValidBits === true ? [0x00] : []));
  }
}

function statusBytes(status: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, status, true);
  return bytes;
}
