/**
 * One slot of a virtual CCID reader at APDU level: power, parameters, XfrBlock with chaining both ways (CCID Rev 1.1 §6.1, §6.2).
 * What no host may send throws SIMULATOR_UNEXPECTED_INPUT; what a host may send at the wrong time is answered with its bError.
 */
import { concatBytes, type Bytes } from '#bytes';
import type { Exchange } from './card-link.ts';
import type { CardPlace } from './card-place.ts';
import { failed, HEADER_LENGTH, succeeded, type HostMessage, type Reply } from './ccid-message.ts';
import type { CcidSlot } from './ccid-slots.ts';
import type { FaultSchedule } from './faults.ts';
import type { ReaderTraits } from './reader-traits.ts';
import { unexpectedInput } from './simulator-error.ts';
import type { VirtualCard } from './virtual-card.ts';

/** How whole APDUs get to the card and back. */
export interface ApduLink {
  /** The ATR, or `undefined` when the card stays mute. */
  powerOn(card: VirtualCard): Promise<Bytes | undefined>;
  exchange(card: VirtualCard, command: Bytes): Promise<Exchange>;
}

/** Longest command APDU: header, extended Lc, 65535 bytes, extended Le. */
const MAX_COMMAND_LENGTH = 65_544;
const ERROR_ICC_MUTE = 0xfe;
const ERROR_POWER_SELECT = 7;
const T0_DEFAULTS = Uint8Array.of(0x11, 0x00, 0x00, 0x0a, 0x00);
const T1_DEFAULTS = Uint8Array.of(0x11, 0x10, 0x00, 0x4d, 0x00, 0xfe, 0x00);

export class VirtualSlot implements CcidSlot {
  readonly #traits: ReaderTraits;
  readonly #faults: FaultSchedule;
  readonly #place: CardPlace;
  readonly #link: ApduLink;
  #powered = false;
  #flickers = false;
  #parameters: { readonly protocol: number; readonly bytes: Bytes } = { protocol: 1, bytes: T1_DEFAULTS };
  /** Parts of a command that has begun. */
  #command: Bytes | undefined;
  /** What is left of a response that went out in parts. */
  #response: Bytes | undefined;

  constructor({ traits, faults, place, link }: { traits: ReaderTraits; faults: FaultSchedule; place: CardPlace; link: ApduLink }) {
    this.#traits = traits;
    this.#faults = faults;
    this.#place = place;
    this.#link = link;
    place.watch(() => this.powerDown());
  }

  get present(): boolean {
    return this.#place.card !== undefined;
  }

  /** bmICCStatus for the reply that is about to leave. A flicker is told once. */
  takeIccStatus(): number {
    if (this.#flickers) {
      this.#flickers = false;
      return 2;
    }
    if (this.#place.card === undefined) return 2;
    return this.#powered ? 0 : 1;
  }

  /** Power lost: IccPowerOff, port reset, or the cable out. */
  powerDown(): void {
    this.#place.card?.powerOff();
    this.#powered = false;
    this.forgetChains();
  }

  forgetChains(): void {
    this.#command = undefined;
    this.#response = undefined;
  }

  async powerOn({ specific }: HostMessage): Promise<Reply> {
    if (specific > 3 || !this.#traits.acceptsPowerSelect(specific)) return failed(ERROR_POWER_SELECT);
    if (this.#place.card === undefined) return failed(ERROR_ICC_MUTE);
    this.forgetChains();
    const atr = await this.#link.powerOn(this.#place.card);
    if (atr === undefined) return failed(ERROR_ICC_MUTE);
    this.#powered = true;
    this.#parameters = defaultParameters(atr);
    return succeeded(atr);
  }

  getParameters(): Reply {
    return this.#powered ? succeeded(this.#parameters.bytes, this.#parameters.protocol) : failed(ERROR_ICC_MUTE);
  }

  resetParameters(): Reply {
    if (this.#place.card !== undefined) this.#parameters = defaultParameters(this.#place.card.image.atr);
    return this.getParameters();
  }

  setParameters({ specific, data }: HostMessage): Reply {
    if (specific > 1) return failed(7);
    if (data.length !== (specific === 0 ? 5 : 7)) throw unexpectedInput('Protocol data structure of a wrong length', { length: data.length });
    if (this.#powered) this.#parameters = { protocol: specific, bytes: data };
    return this.getParameters();
  }

  async xfrBlock(message: HostMessage): Promise<Reply> {
    if (message.parameter === 0x0010) return this.#nextPart(message);
    this.#response = undefined;
    if (!this.#powered || this.#place.card === undefined) return failed(ERROR_ICC_MUTE);
    const command = this.#collect(message);
    if (command === undefined) return succeeded(new Uint8Array(0), 0x10);
    if (!this.#traits.extended && command.length > 261) throw unexpectedInput('Extended APDU to a reader of short APDUs', { length: command.length });
    return this.#finish(await this.#link.exchange(this.#place.card, command));
  }

  /** wLevelParameter: 0 whole, 1 begins, 3 continues, 2 ends. */
  #collect({ parameter, data }: HostMessage): Bytes | undefined {
    if (!this.#traits.levelParameters.includes(parameter)) throw unexpectedInput('wLevelParameter', { parameter });
    const begins = parameter <= 1;
    if (begins && this.#faults.hasStruck) this.#command = undefined; // after a lie the host may give a chain up
    if (begins !== (this.#command === undefined)) throw unexpectedInput('Command chain out of order', { parameter });
    if (data.length === 0) throw unexpectedInput('XfrBlock without data', { parameter });
    const command = concatBytes(this.#command ?? new Uint8Array(0), data);
    if (command.length > MAX_COMMAND_LENGTH) throw unexpectedInput('Command APDU too long', { length: command.length });
    const ends = parameter % 2 === 0;
    this.#command = ends ? undefined : command;
    return ends ? command : undefined;
  }

  #finish(result: Exchange): Reply {
    switch (result.outcome) {
      case 'response':
        return this.#firstPart(result.bytes);
      case 'removed':
        this.#place.takeAway(result.backAfterMs);
        return failed(ERROR_ICC_MUTE);
      case 'flicker':
        this.#flickers = true;
        return failed(ERROR_ICC_MUTE);
      case 'mute':
        return failed(ERROR_ICC_MUTE);
    }
  }

  #firstPart(response: Bytes): Reply {
    const length = this.#partLength;
    if (response.length <= length) return succeeded(response);
    this.#response = response.slice(length);
    return succeeded(response.slice(0, length), 0x01);
  }

  #nextPart({ data }: HostMessage): Reply {
    if (data.length > 0) throw unexpectedInput('A request for the next part carries data', { length: data.length });
    if (this.#response === undefined) {
      if (!this.#faults.hasStruck) throw unexpectedInput('No response part to ask for');
      return succeeded(new Uint8Array(0), 0x02); // the host believed a bChainParameter that was false
    }
    const length = this.#partLength;
    const part = this.#response.slice(0, length);
    const rest = this.#response.slice(length);
    this.#response = rest.length === 0 ? undefined : rest;
    return succeeded(part, rest.length === 0 ? 0x02 : 0x03);
  }

  get #partLength(): number {
    return this.#traits.responsePartLength ?? this.#traits.maximumMessageLength - HEADER_LENGTH;
  }
}

/** T=1 when the ATR offers it (open-points.md, 18), T=0 otherwise. */
function defaultParameters(atr: Bytes): { protocol: number; bytes: Bytes } {
  return offersT1(atr) ? { protocol: 1, bytes: T1_DEFAULTS } : { protocol: 0, bytes: T0_DEFAULTS };
}

function offersT1(atr: Bytes): boolean {
  let offset = 1;
  for (let indicator = atr[offset]; indicator !== undefined && (indicator & 0x80) !== 0; indicator = atr[offset]) {
    offset += [0x10, 0x20, 0x40, 0x80].filter((bit) => (indicator & bit) !== 0).length;
    if (((atr[offset] ?? 0) & 0x0f) === 1) return true;
  }
  return false;
}
