/** Input reports between their arrival, which nobody can hold up, and the one who asks for them. */
import type { Bytes } from '#bytes';
import type { PipeEnd } from './pipe-end.ts';
import { UsbError } from './usb-error.ts';
import { within } from './waiting.ts';

/** Twice the longest message a bridge can send (1111 reports). Whoever sends more unasked is not to be listened to. */
const MOST_KEPT = 2_048;

export class ReportQueue {
  readonly #end: PipeEnd;
  #reports: Bytes[] = [];
  #overflowed = false;
  #wake: (() => void) | undefined;

  constructor(end: PipeEnd) {
    this.#end = end;
  }

  add(report: Bytes): void {
    if (this.#overflowed) return;
    this.#reports.push(report);
    if (this.#reports.length > MOST_KEPT) {
      this.#reports = [];
      this.#overflowed = true;
    }
    this.#wake?.();
    this.#wake = undefined;
  }

  /** @throws UsbError `TRANSFER_TIMED_OUT`, `BABBLE`, and the end of the pipe */
  async next(timeoutMs: number): Promise<Bytes> {
    if (this.#end.fault !== undefined) throw this.#end.fault;
    if (this.#reports.length === 0 && !this.#overflowed) await this.#arrival(timeoutMs);
    if (this.#overflowed) {
      this.#overflowed = false;
      throw new UsbError({ code: 'BABBLE', message: 'more reports than anybody asked for', facts: { kept: MOST_KEPT } });
    }
    const report = this.#reports.shift();
    if (report === undefined) throw timedOut(timeoutMs);
    return report;
  }

  #arrival(timeoutMs: number): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return within(this.#end.orEnd(arrived), timeoutMs, () => timedOut(timeoutMs));
  }
}

function timedOut(timeoutMs: number): UsbError {
  return new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'no input report in time', facts: { timeoutMs } });
}
