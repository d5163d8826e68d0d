/**
 * The transparent session of the RC-S300: START, END, RF, speed, protocol switch, exchange (spec/browser-and-readers.md §6.4 to §6.6). Every result is
 * a payload: `C0 03 index SW1 SW2`, further objects, and the reader's own `90 00`. Type B only; to other cards it says "no answer".
 */
import { concatBytes, type Bytes } from '#bytes';
import type { FaultSchedule } from '../faults.ts';
import type { RadioField } from '../radio-field.ts';
import { ReaderPcd } from '../reader-pcd.ts';
import { atrOfTypeB, rateIndexOf } from '../type-b-parameters.ts';
import type { AirRates } from '../link-clock.ts';
import type { RcS300Options } from './rc-s300-options.ts';
import { results, withResult, type Result } from './results.ts';
import { SessionTimer } from './session-timer.ts';
import { readObjects, writeObject, type TransparentObject } from './transparent-objects.ts';

/** Sony's own value for 4B: prologue, parity insertion and parity check off; CRC on. */
const DEFAULT_FLAGS = 0x001c;
const PROLOGUE_OFF = 0x10;
const CRC_OFF = 0x03;
const MAX_FRAME_LENGTH = 290;
const TYPE_B = 1;
const DEFAULT_FRAME_LENGTH_CODE = 8;
const RATES_106: AirRates = { toCard: 0, fromCard: 0 };

/** `undefined`: the firmware does not know it, and says nothing. */
type Payload = Bytes | undefined;

export class TransparentSession {
  readonly #options: RcS300Options;
  readonly #field: RadioField;
  readonly #faults: FaultSchedule;
  readonly #pcd: ReaderPcd;
  readonly #timer: SessionTimer;
  #layer: 3 | 4 | undefined;
  #flags = DEFAULT_FLAGS;
  #rates: AirRates = RATES_106;

  constructor(options: RcS300Options, field: RadioField, faults: FaultSchedule) {
    this.#options = options;
    this.#field = field;
    this.#faults = faults;
    this.#pcd = new ReaderPcd(field);
    this.#timer = new SessionTimer(() => this.#lose());
  }

  get isOpen(): boolean {
    return this.#timer.isRunning;
  }

  prolong(): void {
    this.#timer.prolong();
  }

  /** END, the cable out, or a port reset. */
  close(): void {
    this.#timer.stop();
    this.#lose();
  }

  /** `FF 50 00 00`: the objects in their order; the first that fails ends it. */
  manage(data: Bytes): Payload {
    const objects = readObjects(data);
    if (objects === undefined || objects.length === 0) return withResult(results.malformed);
    for (const object of objects) {
      const failure = this.#manageOne(object);
      if (failure !== undefined) return failure === 'otherClientTrailing' ? Uint8Array.of(0x69, 0x8a) : withResult(failure);
    }
    return withResult(results.done);
  }

  /** `FF 50 00 02`: with layer 4 the reader itself does REQB and ATTRIB. */
  async switchProtocol(data: Bytes): Promise<Payload> {
    const objects = readObjects(data);
    const protocol = objects?.find(({ tag }) => tag === 0x8f)?.value;
    if (objects === undefined || protocol?.length !== 2) return withResult(results.malformed);
    const refusal = this.#outsideSession();
    if (refusal !== undefined) return refusal;
    if (protocol[0] !== TYPE_B) return withResult(results.noAnswer);
    if (protocol[1] === 3) return this.#switchToFrames();
    return protocol[1] === 4 ? this.#switchToBlocks(objects) : withResult(results.notSupported);
  }

  /** `FF 50 00 01`: one frame, or under T2 one APDU. */
  async exchange(data: Bytes): Promise<Payload> {
    const refusal = this.#outsideSession();
    if (refusal !== undefined) return refusal;
    const objects = readObjects(data);
    const wish = objects === undefined ? undefined : readExchange(objects);
    if (wish === undefined) return withResult(results.malformed);
    if (wish.frame.length > MAX_FRAME_LENGTH) return withResult(results.wrongLength);
    if (wish.flags !== undefined) this.#flags = wish.flags;
    if (this.#layer === undefined) return withResult(results.refused);
    if (!this.#knowsExchange()) return this.#unknown();
    return this.#options.strategy === 'T2' ? this.#exchangeApdu(wish.frame) : this.#exchangeFrame(wish);
  }

  /** What a strategy the firmware does not know gets. */
  #unknown(): Payload {
    return this.#options.silentWhenUnknown === true ? undefined : withResult(results.notSupported);
  }

  #manageOne({ tag, value }: TransparentObject): Result | 'otherClientTrailing' | undefined {
    if (tag === 0x81) this.#timer.start();
    else if (tag === 0x82) this.close();
    else return this.#manageField(tag, value);
    return undefined;
  }

  #manageField(tag: number, value: Bytes): Result | 'otherClientTrailing' | undefined {
    const other = this.#faults.strike(['otherClient'])[0];
    if (other !== undefined) return other.trailing === true ? 'otherClientTrailing' : results.otherClient;
    if (!this.isOpen) return results.refused;
    if (tag === 0x83) this.#fieldOff();
    else if (tag === 0x84) this.#field.switchOn();
    else if (tag === 0xff6e && value.length === 3 && value[0] === 0x05) return this.#setSpeed(value);
    else return results.malformed;
    return undefined;
  }

  /** dri << 3 | dsi. Kept for the next activation; with an active card both sides change at once. */
  #setSpeed(value: Bytes): Result | undefined {
    const speed = value[2];
    if (value[1] !== 0x01 || speed === undefined || (speed & 0xe4) !== 0) return results.malformed;
    const rates = { toCard: rateIndexOf(speed >> 3), fromCard: rateIndexOf(speed) };
    if (Math.max(rates.toCard, rates.fromCard) > (this.#options.highestRate ?? 3)) return results.notSupported;
    if (this.#layer === 4 && this.#field.picc?.changeRates(rates) !== true) return results.notSupported;
    this.#rates = rates;
    if (this.#layer !== undefined) this.#field.rates = rates;
    return undefined;
  }

  #switchToFrames(): Payload {
    if (this.#options.strategy !== 'T5') return this.#unknown();
    this.#forgetActivation();
    this.#field.switchOff();
    this.#field.switchOn();
    this.#layer = 3;
    return withResult(results.done, writeObject([0x8f], Uint8Array.of(0x03)));
  }

  async #switchToBlocks(objects: readonly TransparentObject[]): Promise<Payload> {
    if (this.#options.strategy === 'T5') return this.#unknown();
    const frameLengthCode = optionOf(objects, 0x01) ?? DEFAULT_FRAME_LENGTH_CODE;
    const cid = optionOf(objects, 0x08) ?? 0;
    if (frameLengthCode > DEFAULT_FRAME_LENGTH_CODE || cid > 14) return withResult(results.notSupported);
    const rates = this.#rates;
    this.#forgetActivation();
    const answer = await this.#pcd.activate({ frameLengthCode, cid, rates: () => rates });
    if (answer === undefined) return withResult(results.noAnswer);
    this.#layer = 4;
    this.#rates = rates;
    const { atqb } = this.#field;
    const atr = atqb === undefined || this.#options.tellsAtr === false ? [] : [writeObject([0x5f, 0x51], atrOfTypeB(atqb, (answer[0] ?? 0) >> 4))];
    return withResult(results.done, writeObject([0x8f], Uint8Array.of(0x01)), ...atr);
  }

  /** The flags a strategy lives on; the reader adds CRC_B under all of them. */
  #knowsExchange(): boolean {
    const { strategy } = this.#options;
    if ((this.#flags & CRC_OFF) !== 0) return false;
    const byHost = (this.#flags & PROLOGUE_OFF) !== 0;
    return strategy === 'T2' ? !byHost : byHost && (strategy === 'T1' || strategy === 'T5');
  }

  async #exchangeFrame({ frame, timeoutMs }: ExchangeWish): Promise<Payload> {
    const answer = await this.#field.exchange(frame, timeoutMs);
    if (answer.outcome === 'silence') return withResult(results.noAnswer);
    return answer.outcome === 'garbled' ? withResult(results.garbled) : received(answer.bytes);
  }

  async #exchangeApdu(command: Bytes): Promise<Payload> {
    const response = await this.#pcd.transmit(command);
    if (response === undefined) return withResult(results.noAnswer);
    return received(response);
  }

  #outsideSession(): Payload {
    const other = this.#faults.strike(['otherClient'])[0];
    if (other !== undefined) return other.trailing === true ? Uint8Array.of(0x69, 0x8a) : withResult(results.otherClient);
    return this.isOpen && this.#field.isOn ? undefined : withResult(results.refused);
  }

  #lose(): void {
    this.#rates = RATES_106;
    this.#fieldOff();
  }

  #fieldOff(): void {
    this.#forgetActivation();
    this.#field.switchOff();
  }

  #forgetActivation(): void {
    this.#layer = undefined;
    this.#flags = DEFAULT_FLAGS;
  }
}

interface ExchangeWish {
  readonly frame: Bytes;
  readonly timeoutMs: number;
  readonly flags: number | undefined;
}

/** The timer (`5F 46`, µs, little-endian) and `95` must be there; `90` and `91` may be. */
function readExchange(objects: readonly TransparentObject[]): ExchangeWish | undefined {
  const find = (tag: number): Bytes | undefined => objects.find((object) => object.tag === tag)?.value;
  const timer = find(0x5f46);
  const frame = find(0x95);
  const flags = find(0x90);
  if (timer?.length !== 4 || frame === undefined || frame.length === 0) return undefined;
  if (objects.some(({ tag }) => ![0x90, 0x91, 0x95, 0x5f46].includes(tag))) return undefined;
  if (flags !== undefined && flags.length !== 2) return undefined;
  return {
    frame,
    timeoutMs: new DataView(timer.buffer).getUint32(0, true) / 1000,
    flags: flags === undefined ? undefined : new DataView(flags.buffer).getUint16(0),
  };
}

/** `FF 6E 03 id 01 value` */
function optionOf(objects: readonly TransparentObject[], id: number): number | undefined {
  return objects.find(({ tag, value }) => tag === 0xff6e && value[0] === id && value[1] === 0x01 && value.length === 3)?.value[2];
}

function received(bytes: Bytes): Bytes {
  const state = concatBytes(writeObject([0x92], Uint8Array.of(0x00)), writeObject([0x96], Uint8Array.of(0x00, 0x00)));
  return withResult(results.done, state, writeObject([0x97], bytes));
}
