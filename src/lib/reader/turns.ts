/** One thing at a time, in the order asked for. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything asked for earlier has ended, well or badly. */
  take<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
