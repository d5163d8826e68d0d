/**
 * What went over a port, masked: lengths, the header a message begins with, status words, milliseconds. Never what a message carries.
 * Headers: CCID Rev 1.1 §6 (10 bytes), the frames of Sony's RC-S380 (10 bytes up to the command code), ISO/IEC 7816-4 §5.1 (CLA INS P1 P2).
 * Of a secret only the length is written down.
 */
import { hex, type Bytes, type Outgoing } from '#bytes';
import { isRoomError } from './fault-view.ts';

/** Masked bytes: how many, and the header if they begin with one. */
export interface MaskedBytes {
  readonly length: number;
  /** Hexadecimal. */
  readonly header?: string;
}

export type ExchangeKind =
  'bulkOut' | 'bulkIn' | 'interruptIn' | 'controlOut' | 'controlIn' | 'usbReset' | 'reportOut' | 'reportIn' | 'cardPowerOn' | 'cardCommand';

export interface MaskedExchange {
  /** Since the diagnosis began [ms]. */
  readonly atMs: number;
  readonly ms: number;
  readonly kind: ExchangeKind;
  readonly sent?: MaskedBytes;
  readonly received?: MaskedBytes;
  /** SW1 SW2 of a card's answer, hexadecimal. */
  readonly statusWord?: string;
  /** Code of the fault it ended in. */
  readonly fault?: string;
}

type Result = Pick<MaskedExchange, 'received' | 'statusWord'>;

/** A diagnosis that goes on for longer than this is no more use to anybody. */
const MAXIMUM_EXCHANGES = 600;

export class ExchangeRecorder {
  readonly #nowMs: () => number;
  readonly #startedAt: number;
  #exchanges: MaskedExchange[] = [];
  #count = 0;
  #leftOut = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startedAt = nowMs();
  }

  /** Since the recorder was made [ms], to the tenth. */
  get elapsedMs(): number {
    return Math.round((this.#nowMs() - this.#startedAt) * 10) / 10;
  }

  /** Exchanges beyond the limit. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Does `work` and writes down how it went; what it throws is thrown on. */
  async record<T>(about: Pick<MaskedExchange, 'kind' | 'sent'>, work: () => Promise<T>, mask: (result: T) => Result): Promise<T> {
    const atMs = this.elapsedMs;
    try {
      const result = await work();
      this.#add(atMs, { ...about, ...mask(result) });
      return result;
    } catch (thrown) {
      this.#add(atMs, { ...about, fault: isRoomError(thrown) ? thrown.code : 'UNEXPECTED_FAULT' });
      throw thrown;
    }
  }

  /** What was written down since the last call. */
  take(): readonly MaskedExchange[] {
    return this.#exchanges.splice(0);
  }

  #add(atMs: number, exchange: Omit<MaskedExchange, 'atMs' | 'ms'>): void {
    if (this.#count >= MAXIMUM_EXCHANGES) {
      this.#leftOut += 1;
      return;
    }
    this.#count += 1;
    this.#exchanges.push({ atMs, ms: Math.round((this.elapsedMs - atMs) * 10) / 10, ...exchange });
  }
}

/** Nothing came back that would have a length. */
export const nothingReceived = (): Result => ({});

export function maskedOutgoing({ bytes, secret }: Outgoing, header: (bytes: Bytes) => Bytes | undefined): MaskedBytes {
  return secret ? { length: bytes.length } : masked(bytes, header(bytes));
}

export function masked(bytes: Bytes, header: Bytes | undefined): MaskedBytes {
  return { length: bytes.length, ...(header === undefined ? {} : { header: hex(header) }) };
}
