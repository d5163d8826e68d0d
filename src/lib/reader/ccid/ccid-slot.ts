/**
 * One slot of a CCID reader: power, negotiation, APDUs, presence. CCID Rev 1.1 §4.2.2 (slot states), §6.1.1 (IccPowerOn).
 * After any fault of an exchange the card counts as unknown and nothing more is sent to it: it must be connected again, and its PIN
 * state is gone. Only a card that was missing or mute, and which the reader then finds with its power on, goes on as it was.
 */
import { type Bytes, type Outgoing } from '#bytes';
import { parseAtr } from '../atr.ts';
import type { CommandCapacity } from '../command-capacity.ts';
import type { CardExchange, ExchangeLevelDriver } from '../exchange-level.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import type { CardPresence, Slot } from '../slot.ts';
import type { SlotNotice } from './interrupt-messages.ts';
import type { MessageChannel } from './message-channel.ts';
import { PresenceWatch } from './presence-watch.ts';
import { amendAtr, type ReaderQuirks } from './quirks.ts';
import type { ReaderDuties } from './reader-duties.ts';
import type { SpeedMemory } from './speed-memory.ts';
import { SlotLink, type CardTerms } from './slot-link.ts';
import type { CcidTimeouts } from './timeouts.ts';
import { blockTimeoutMs } from './waiting-time.ts';

/** What all slots of a reader share. */
export interface CcidDevice {
  readonly channel: MessageChannel;
  readonly duties: ReaderDuties;
  readonly quirks: ReaderQuirks;
  readonly dataRates: readonly number[];
  readonly speeds: SpeedMemory;
  readonly driver: ExchangeLevelDriver;
  readonly timeouts: CcidTimeouts;
}

interface ConnectedCard {
  readonly exchange: CardExchange;
  readonly terms: CardTerms;
}

/** bPowerSelect itself may be what the reader refuses. */
const POWER_SELECT_INDEX = 7;
/** bError of a Gemplus reader in EMV mode. */
const EMV_MODE = 0xbb;
/** Faults raised before anything was sent: the card has not noticed. */
const harmless: readonly ReaderErrorCode[] = ['COMMAND_TOO_LONG', 'CARD_NOT_CONNECTED'];
/** Faults that a card lying badly gives without ever losing power. */
const maybeMomentary: readonly ReaderErrorCode[] = ['CARD_REMOVED', 'CARD_MUTE'];

export class CcidSlot implements Slot {
  readonly index: number;
  readonly #device: CcidDevice;
  readonly #watch: PresenceWatch;
  #card: ConnectedCard | undefined;
  /** A card that was gone for a moment. If the reader then says that it has power, it is the one we powered, in the state we left it. */
  #doubted: ConnectedCard | undefined;
  /** Whether we left the card with power, as far as we know. */
  #isPowered = false;

  constructor(device: CcidDevice, index: number) {
    this.#device = device;
    this.index = index;
    this.#watch = new PresenceWatch(() => this.presence(), device.duties.hostPolls, device.timeouts);
  }

  get carriesExtended(): boolean {
    return this.#capacity.carriesExtended;
  }

  get bestReadLength(): number {
    return this.#capacity.bestReadLength;
  }

  /** By the card once there is one, by the reader before. */
  get #capacity(): CommandCapacity {
    return this.#card?.exchange ?? this.#device.driver;
  }

  presence(): Promise<CardPresence> {
    return this.presenceWithin(this.#device.timeouts.replyMs);
  }

  /** @throws ReaderError */
  presenceWithin(timeoutMs: number): Promise<CardPresence> {
    return this.#turn(async (link) => {
      const presence = await link.status(timeoutMs);
      const powerLost = this.#isPowered && presence !== 'active';
      if (powerLost) this.#forgetCard();
      else if (presence === 'active') this.#trustAgain();
      this.#watch.observe({ presence, powerLost });
      return presence;
    });
  }

  watchPresence(listener: (presence: CardPresence) => void): () => void {
    return this.#watch.add(listener);
  }

  connect(): Promise<{ readonly atr: Bytes }> {
    return this.#turn(async (link) => {
      this.#forgetCard();
      const bytes = await this.#powerUp(link);
      this.#isPowered = true;
      try {
        await this.#begin(link, bytes);
      } catch (error) {
        await this.#powerDownQuietly(link);
        throw error;
      }
      this.#watch.observe({ presence: 'active', powerLost: false });
      return { atr: bytes.slice() };
    });
  }

  transmit(command: Outgoing): Promise<Bytes> {
    return this.#turn(async (link) => {
      const card = this.#card;
      if (card === undefined) throw new ReaderError({ code: 'CARD_NOT_CONNECTED', message: 'transmit before connect' });
      try {
        const response = await card.exchange.transmit(link, command);
        this.#watch.heard();
        return response;
      } catch (error) {
        if (!(error instanceof ReaderError && harmless.includes(error.code))) this.#afterFault(error);
        throw error;
      }
    });
  }

  async disconnect(): Promise<void> {
    try {
      await this.#turn((link) => this.#powerDownQuietly(link));
    } catch {
      // The reader is gone, and the card's power with it.
    }
  }

  /** A hint from the interrupt endpoint. */
  notice(notice: Omit<SlotNotice, 'slot'>): void {
    this.#watch.notice(notice);
  }

  pollFromNowOn(): void {
    this.#watch.pollFromNowOn();
  }

  /** No listener hears anything from now on. */
  end(): void {
    this.#watch.end();
  }

  #turn<Value>(work: (link: SlotLink) => Promise<Value>): Promise<Value> {
    const { channel, timeouts, duties } = this.#device;
    const unknownCard: CardTerms = { blockTimeoutMs: timeouts.longestReplyMs, powerSelect: duties.powerSelections[0] };
    return channel.exclusively((exchange) => work(new SlotLink(exchange, this.index, timeouts, this.#card?.terms ?? unknownCard)));
  }

  /** A few readers need a word before, or mean something else by their answer. */
  async #powerUp(link: SlotLink): Promise<Bytes> {
    const { leaveEmvMode, alwaysSaysPresent } = this.#device.quirks;
    try {
      return await this.#tryVoltages(link);
    } catch (error) {
      if (leaveEmvMode !== undefined && isReported(error, EMV_MODE)) {
        await link.escape(Uint8Array.from(leaveEmvMode));
        return await this.#tryVoltages(link);
      }
      if (alwaysSaysPresent !== true || !(error instanceof ReaderError) || error.code !== 'CARD_MUTE') throw error;
      throw new ReaderError({ code: 'CARD_ABSENT', message: 'No answer from a slot that always says present', cause: error, facts: error.facts });
    }
  }

  /** Each once, in order. */
  async #tryVoltages(link: SlotLink): Promise<Bytes> {
    const [first, ...others] = this.#device.duties.powerSelections;
    let next = first;
    for (;;) {
      try {
        return await link.powerOn(next);
      } catch (error) {
        const other = others.shift();
        if (other === undefined || !isWorthAnotherVoltage(error)) throw error;
        next = other;
      }
    }
  }

  async #begin(link: SlotLink, bytes: Bytes): Promise<void> {
    const { driver, duties, quirks, dataRates, speeds, timeouts } = this.#device;
    const atr = amendAtr(parseAtr(bytes), bytes);
    const exchange = await driver.begin(link, { atr, duties, quirks, dataRates, speeds });
    this.#card = { exchange, terms: { blockTimeoutMs: blockTimeoutMs(atr, duties.defaultClockKhz, timeouts), powerSelect: link.powerSelect } };
  }

  async #powerDownQuietly(link: SlotLink): Promise<void> {
    this.#forgetCard();
    try {
      await link.powerOff();
    } catch {
      // Whoever needs the slot next will hear of it.
    }
  }

  #trustAgain(): void {
    this.#card ??= this.#doubted;
    this.#doubted = undefined;
  }

  #forgetCard(): void {
    this.#card = undefined;
    this.#doubted = undefined;
    this.#isPowered = false;
  }

  /** `isPowered` stays: if the status says otherwise, the watch reports the card as taken and put back. */
  #afterFault(error: unknown): void {
    this.#doubted = error instanceof ReaderError && maybeMomentary.includes(error.code) ? this.#card : undefined;
    this.#card = undefined;
    this.#watch.notice({ present: undefined, mayHaveChanged: true });
  }
}

function isWorthAnotherVoltage(error: unknown): boolean {
  if (!(error instanceof ReaderError)) return false;
  if (error.code === 'CARD_MUTE' || error.code === 'CARD_RESET_FAILED') return true;
  return isReported(error, POWER_SELECT_INDEX);
}

function isReported(error: unknown, bError: number): boolean {
  return error instanceof ReaderError && error.code === 'READER_REPORTED_ERROR' && error.facts['error'] === bError;
}
