/**
 * One pump per IN endpoint. A page cannot cancel `transferIn`, so a soft time-out ends the waiting only: the transfer is
 * kept and its result goes to the next reader. A second transfer beside it would take the answer meant for someone else.
 */
import type { Bytes } from '#bytes';
import type { PipeEnd } from './pipe-end.ts';
import { UsbError } from './usb-error.ts';
import { ignore, within } from './waiting.ts';

export class InPump {
  readonly #end: PipeEnd;
  readonly #transfer: (length: number) => Promise<Bytes>;
  #underWay: Promise<Bytes> | undefined;
  #isKept = false;
  #mayFailQuietly = false;
  #turn: Promise<void> = Promise.resolve();

  /** `transfer` starts one IN transfer of at most so many bytes and rejects with UsbError. */
  constructor(end: PipeEnd, transfer: (length: number) => Promise<Bytes>) {
    this.#end = end;
    this.#transfer = transfer;
  }

  /** True from a soft time-out until the kept transfer's result was handed over. */
  get isPending(): boolean {
    return this.#isKept;
  }

  /**
   * The next transfer's bytes. Calls are served in order; the time [ms] runs from the turn of the call, `undefined` = without limit.
   * @throws UsbError `TRANSFER_TIMED_OUT` and what the transfer itself throws
   */
  read(length: number, timeoutMs?: number): Promise<Bytes> {
    const mine = this.#turn.then(() => this.#readNow(length, timeoutMs));
    this.#turn = mine.then(ignore, ignore);
    return this.#end.orEnd(mine);
  }

  /** After a port reset the kept transfer may end with an error that is nobody's fault: then a new one takes its place. */
  noteReset(): void {
    this.#mayFailQuietly = this.#underWay !== undefined;
  }

  async #readNow(length: number, timeoutMs: number | undefined): Promise<Bytes> {
    const transfer = (this.#underWay ??= this.#transfer(length));
    try {
      const bytes = await (timeoutMs === undefined ? transfer : within(transfer, timeoutMs, () => softTimeOut(timeoutMs)));
      this.#handOver();
      return bytes;
    } catch (fault) {
      if (fault instanceof UsbError && fault.code === 'TRANSFER_TIMED_OUT') {
        this.#isKept = true;
        throw fault;
      }
      const isOfReset = this.#mayFailQuietly;
      this.#handOver();
      if (isOfReset && this.#end.fault === undefined) return this.#readNow(length, timeoutMs);
      throw fault;
    }
  }

  #handOver(): void {
    this.#underWay = undefined;
    this.#isKept = false;
    this.#mayFailQuietly = false;
  }
}

function softTimeOut(timeoutMs: number): UsbError {
  return new UsbError({ code: 'TRANSFER_TIMED_OUT', message: 'no IN data in time; the transfer is kept', facts: { timeoutMs } });
}
