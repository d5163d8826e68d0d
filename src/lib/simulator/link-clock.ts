/**
 * The virtual time of one reader: what its link would have taken, by the model of spec/ccid.md §16. Each part is counted in whole units of its
 * own (carrier periods, microseconds, elementary time units of a contact rate) and turned into milliseconds only when it is read, so
 * that the same exchange always gives the same number, whatever the machine does.
 */

/** fc = 13.56 MHz [periods per ms]. */
const CARRIER_PERIODS_PER_MS = 13_560;
/** One etu at 106 kbit/s [carrier periods]; halved with every higher rate. */
const ETU_PERIODS = 128;
/** Start, eight bits, stop; extra guard time 0 (ISO/IEC 14443-3 §7.1) [etu]. */
const BYTE_ETUS = 10;
/** SOF of 12 etu and EOF of 10 etu. */
const FRAME_ETUS = 22;
/** Default TR0 and TR1: (64 + 80)/fs, fs = fc/16 [carrier periods]. */
const FRAME_DELAY_PERIODS = 2304;
/** From the card's frame to the reader's next: 14 etu at 106 kbit/s, at every rate [carrier periods]. */
const TR2_PERIODS = 1792;

export interface LinkModel {
  /** One command and its answer through the USB and the browser [µs]. */
  readonly usbRoundTripUs: number;
  /** What the card itself needs for one command [ms]. */
  readonly cardLatencyMs: (ins: number) => number;
}

/** The model of the table in spec/ccid.md §16.3. */
export const standardLinkModel: LinkModel = { usbRoundTripUs: 500, cardLatencyMs: () => 0 };

/** 0 = 106, 1 = 212, 2 = 424, 3 = 848 kbit/s. */
export type RateIndex = 0 | 1 | 2 | 3;

/** The bit rates a frame is sent and listened for with. */
export interface AirRates {
  readonly toCard: RateIndex;
  readonly fromCard: RateIndex;
}

export class LinkClock {
  readonly model: LinkModel;
  #carrierPeriods = 0;
  #microseconds = 0;
  /** ms per etu → number of etu */
  readonly #contactEtus = new Map<number, number>();

  constructor(model: LinkModel) {
    this.model = model;
  }

  /** All that has passed [ms]. */
  get modelledMs(): number {
    const contact = [...this.#contactEtus].reduce((sum, [msPerEtu, etus]) => sum + msPerEtu * etus, 0);
    return this.#carrierPeriods / CARRIER_PERIODS_PER_MS + this.#microseconds / 1000 + contact;
  }

  usbRoundTrip(): void {
    this.#microseconds += this.model.usbRoundTripUs;
  }

  cardWorks(ins: number): void {
    this.waits(this.model.cardLatencyMs(ins));
  }

  /** A time-out, or a pause the protocol asks for [ms]. */
  waits(ms: number): void {
    this.#microseconds += Math.round(ms * 1000);
  }

  /** A frame from the reader over the air. `length` without CRC_B [bytes]. */
  radioFrame(length: number, rate: RateIndex): void {
    this.#carrierPeriods += (FRAME_ETUS + BYTE_ETUS * (length + 2)) * (ETU_PERIODS / 2 ** rate);
  }

  /** The card's answer with the pauses before and after it. `length` without CRC_B [bytes]. */
  radioAnswer(length: number, rate: RateIndex): void {
    this.#carrierPeriods += FRAME_DELAY_PERIODS + TR2_PERIODS;
    this.radioFrame(length, rate);
  }

  /** `etus` at F/(D·f) [f in kHz]. */
  contact(etus: number, { f, d, clockKhz }: { readonly f: number; readonly d: number; readonly clockKhz: number }): void {
    const msPerEtu = f / (d * clockKhz);
    this.#contactEtus.set(msPerEtu, (this.#contactEtus.get(msPerEtu) ?? 0) + etus);
  }
}
