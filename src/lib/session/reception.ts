/**
 * Reception: rings the rooms in order and alone asks what time it is. It owns the state; every change goes through `step`.
 * The reader is at reader-desk.ts, the card at card-desk.ts.
 */
import type { LinkFigures } from '#iso7816';
import type { PermittedDevice, ReaderChoice } from '#usb';
import { CardDesk } from './card-desk.ts';
import type { CardSession, Entry, IdleWarning } from './card-session.ts';
import { Diagnostics } from './diagnostics.ts';
import { faultView } from './fault-view.ts';
import type { Floor, ReceptionParts } from './floor.ts';
import { IdleWatch } from './idle-watch.ts';
import { ReaderDesk } from './reader-desk.ts';
import type { FaultView, ReceptionState } from './state.ts';
import { step, type ReceptionEvent } from './step.ts';

export function openReception(parts: ReceptionParts): CardSession {
  return new Reception(parts);
}

class Reception implements CardSession {
  readonly #parts: ReceptionParts;
  readonly #listeners = new Set<() => void>();
  readonly #diagnostics: Diagnostics;
  readonly #idle: IdleWatch;
  readonly #readers: ReaderDesk;
  readonly #cards: CardDesk;
  readonly #stopListeningToPlugs: () => void;
  #state: ReceptionState = { name: 'noReader', busy: false };
  #closed = false;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    this.#diagnostics = new Diagnostics(() => parts.timers.nowMs());
    this.#readers = new ReaderDesk(
      {
        presence: (slot, presence) => this.#cards.presenceChanged(slot, presence),
        lost: (error) => void this.#readerIsLost(error),
        puzzled: (thrown) => void this.#view(thrown, 'no'),
      },
      parts.readerOptions,
    );
    this.#cards = new CardDesk(this.#floor(), this.#readers);
    this.#idle = new IdleWatch(parts.timers, { change: () => this.#notify(), idle: () => void this.#end('TIMED_OUT') });
    this.#stopListeningToPlugs = parts.devices.onPluggedIn(() => void this.reopenReader());
  }

  get state(): ReceptionState {
    return this.#state;
  }

  get idle(): IdleWarning {
    return this.#idle.warning;
  }

  get link(): LinkFigures {
    return this.#cards.link;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  diagnostics(): readonly string[] {
    return this.#diagnostics.lines();
  }

  noteActivity(): void {
    if (this.#idle.running) this.#idle.activity();
  }

  async chooseReader(which: ReaderChoice): Promise<void> {
    await this.#useReader(() => this.#parts.devices.choose(which));
  }

  async reopenReader(): Promise<void> {
    await this.#useReader(async () => (await this.#parts.devices.known())[0]);
  }

  submit(entry: Entry): void {
    this.#cards.submit(entry);
  }

  confirmLastTry(): void {
    this.#cards.confirmLastTry();
  }

  declineLastTry(): void {
    this.#cards.declineLastTry();
  }

  cancel(): void {
    void this.#cards.cancel().then(() => this.reopenReader());
  }

  finish(): void {
    if (this.#state.name === 'result' || this.#state.name === 'cardFault') void this.#end('FINISHED');
    // A person's word that the card is back in its owner's hand: some readers never say so.
    else if (this.#state.name === 'returnCard') this.#dispatch({ event: 'cardLeft' });
  }

  async close(): Promise<void> {
    this.#idle.stop();
    this.#stopListeningToPlugs();
    this.#cards.drop();
    // Nothing that was read stays in a state somebody may still hold the session for.
    this.#state = { name: 'noReader', busy: false };
    this.#closed = true;
    this.#notify();
    this.#listeners.clear();
    await this.#readers.leave();
  }

  async #useReader(find: () => Promise<PermittedDevice | undefined>): Promise<void> {
    if (this.#closed || this.#state.name !== 'noReader' || this.#state.busy) return;
    this.#dispatch({ event: 'readerOpening' });
    try {
      const device = await find();
      if (device === undefined) this.#dispatch({ event: 'readerNotOpened' });
      else await this.#openReader(device);
    } catch (thrown) {
      this.#dispatch({ event: 'readerNotOpened', fault: this.#view(thrown, 'no') });
    }
  }

  async #openReader(device: PermittedDevice): Promise<void> {
    const reader = await this.#readers.open(device);
    if (this.#closed) {
      await this.#readers.leave();
      return;
    }
    this.#diagnostics.note('reader', { level: reader.description.level, slots: reader.description.slotCount });
    this.#dispatch({ event: 'readerOpened', reader: reader.description });
    this.#readers.watch(reader);
  }

  async #readerIsLost(error: unknown): Promise<void> {
    const fault = this.#view(error, this.#cards.isVerifying ? 'unknown' : 'no');
    await this.#cards.readerIsLost(fault, () => this.#readers.leave());
    // One that was plugged in again while it was being let go is taken without a click.
    await this.reopenReader();
  }

  async #end(why: 'FINISHED' | 'TIMED_OUT'): Promise<void> {
    await this.#cards.end(why);
    await this.reopenReader();
  }

  #floor(): Floor {
    return {
      parts: this.#parts,
      state: () => this.#state,
      dispatch: (event) => this.#dispatch(event),
      note: (event, facts) => this.#diagnostics.note(event, facts),
      view: (thrown, tryUsed) => this.#view(thrown, tryUsed),
    };
  }

  #view(thrown: unknown, tryUsed: FaultView['tryUsed']): FaultView {
    const fault = faultView(thrown, tryUsed);
    this.#diagnostics.note('fault', { code: fault.code, ...fault.facts });
    return fault;
  }

  #dispatch(event: ReceptionEvent): void {
    const next = step(this.#state, event);
    if (this.#closed || next === this.#state) return;
    if (next.name !== this.#state.name) this.#diagnostics.note('state', { name: next.name });
    this.#state = next;
    if (holdsSomething(next)) this.#idle.run();
    else this.#idle.stop();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** States in which something typed or read waits for a hand. While the card is being read, the link has its own limits. */
function holdsSomething(state: ReceptionState): boolean {
  return ['entry', 'confirmLastTry', 'cardAway', 'result', 'cardFault'].includes(state.name);
}
