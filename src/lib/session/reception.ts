/**
 * Reception: rings the rooms in order and alone asks what time it is. It owns the state; every change goes through `step`.
 * The reader is at reader-desk.ts, the card at card-desk.ts.
 */
import type { LinkFigures } from '#iso7816';
import type { Reader } from '#reader';
import type { PermittedDevice, ReaderChoice } from '#usb';
import { CardDesk } from './card-desk.ts';
import type { CardSession, Entry, IdleWarning, OtherReader } from './card-session.ts';
import { Diagnostics } from './diagnostics.ts';
import { faultView } from './fault-view.ts';
import type { Floor, ReceptionParts } from './floor.ts';
import { IdleWatch } from './idle-watch.ts';
import type { CheckOrder } from './purpose.ts';
import { ReaderDesk } from './reader-desk.ts';
import { ReaderSearch } from './reader-search.ts';
import { ReturnWatch } from './return-watch.ts';
import type { FaultView, ReceptionState } from './state.ts';
import { step, type ReceptionEvent } from './step.ts';

export function openReception(parts: ReceptionParts): CardSession {
  return new Reception(parts);
}

/** How long the reader that was lost is waited for when another model shows up first: after a sleep they come back in any order. */
const LOST_READER_MS = 1_500;

/** Faults that trying again does not mend. */
const refusals: ReadonlySet<string> = new Set(['PROTECTED_CLASS', 'NO_USABLE_INTERFACE', 'READER_UNSUPPORTED']);

class Reception implements CardSession {
  readonly #parts: ReceptionParts;
  readonly #listeners = new Set<() => void>();
  readonly #diagnostics: Diagnostics;
  readonly #idle: IdleWatch;
  readonly #return: ReturnWatch;
  readonly #readers: ReaderDesk;
  readonly #cards: CardDesk;
  readonly #search: ReaderSearch;
  readonly #stopListeningToPlugs: readonly (() => void)[];
  #state: ReceptionState = { name: 'noReader', busy: false };
  /** Came while another was being opened: it has its turn if that one does not open. */
  #pluggedMeanwhile: PermittedDevice | undefined;
  #closed = false;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    this.#diagnostics = new Diagnostics(() => parts.timers.nowMs());
    this.#readers = new ReaderDesk(
      {
        presence: (slot, presence) => {
          this.#cards.presenceChanged(slot, presence);
          this.#offerLying();
        },
        foundSeveral: () => this.#offerLying(),
        lost: (error) => void this.#readerIsLost(error),
        puzzled: (thrown) => void this.#view(thrown, 'no'),
      },
      parts.readerOptions,
    );
    this.#cards = new CardDesk(this.#floor(), this.#readers);
    this.#idle = new IdleWatch(parts.timers, { change: () => this.#notify(), idle: () => void this.#end('TIMED_OUT') });
    this.#return = new ReturnWatch(parts.timers, () => this.#readers.lookAgain());
    this.#search = new ReaderSearch(parts.devices, () => this.#notify());
    this.#stopListeningToPlugs = [
      parts.devices.onPluggedIn((device) => void this.#pluggedIn(device)),
      parts.devices.onUnplugged(() => void this.#refreshOthers()),
    ];
  }

  get state(): ReceptionState {
    return this.#state;
  }

  get idle(): IdleWarning {
    return this.#idle.warning;
  }

  get order(): CheckOrder {
    return this.#cards.order;
  }

  get link(): LinkFigures {
    return this.#cards.link;
  }

  get otherReaders(): readonly OtherReader[] {
    return this.#search.others;
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
    await this.#takeInstead(() => this.#parts.devices.choose(which));
  }

  async useReader(key: string): Promise<void> {
    await this.#takeInstead(() => this.#search.find(key));
  }

  async reopenReader(): Promise<void> {
    await this.#openFirstOf(() => this.#search.candidates());
  }

  chooseCard(slot: number): void {
    const chosen = this.#readers.occupiedOfSeveral.find(({ index }) => index === slot);
    // As if it had just been put there.
    if (chosen !== undefined && this.#state.name === 'waitingForCard') this.#cards.presenceChanged(chosen, 'inactive');
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
    this.#return.stop();
    for (const stop of this.#stopListeningToPlugs) stop();
    this.#search.forget();
    this.#cards.drop();
    // Nothing that was read stays in a state somebody may still hold the session for.
    this.#state = { name: 'noReader', busy: false };
    this.#closed = true;
    this.#notify();
    this.#listeners.clear();
    await this.#readers.leave();
  }

  /** A person's choice. With a reader in use, that one is let go first; once a card is being dealt with, it is too late for it. */
  async #takeInstead(find: () => Promise<PermittedDevice | undefined>): Promise<void> {
    if (this.#state.name !== 'waitingForCard') {
      await this.#openOne(find);
      return;
    }
    let device: PermittedDevice | undefined;
    try {
      device = await find();
    } catch (thrown) {
      this.#view(thrown, 'no'); // The reader in use stays: what went wrong with the other is in the diagnostics.
    }
    if (device === undefined || device.key === this.#readers.key || this.state.name !== 'waitingForCard') return;
    this.#dispatch({ event: 'readerPutAside' });
    await this.#readers.leave();
    await this.#openFirst([device]);
  }

  #openOne(find: () => Promise<PermittedDevice | undefined>): Promise<void> {
    return this.#openFirstOf(async () => [await find()].filter((device) => device !== undefined));
  }

  async #openFirstOf(find: () => Promise<readonly PermittedDevice[]>): Promise<void> {
    if (this.#closed || this.#state.name !== 'noReader' || this.#state.busy) return;
    this.#dispatch({ event: 'readerOpening' });
    try {
      await this.#openFirst(await find());
    } catch (thrown) {
      await this.#notOpened(this.#view(thrown, 'no'));
    }
  }

  /** One that is taken, or not for pages, does not keep the next from being opened; if none opens, the first says why. */
  async #openFirst(devices: readonly PermittedDevice[]): Promise<void> {
    let fault: FaultView | undefined;
    for (const device of devices) {
      try {
        await this.#openReader(device);
        return;
      } catch (thrown) {
        const view = this.#view(thrown, 'no');
        fault ??= view;
        if (refusals.has(view.code)) this.#search.noteRefused(device);
      }
    }
    await this.#notOpened(fault);
  }

  async #notOpened(fault: FaultView | undefined): Promise<void> {
    this.#dispatch({ event: 'readerNotOpened', ...(fault === undefined ? {} : { fault }) });
    await this.#refreshOthers();
    const plugged = this.#pluggedMeanwhile;
    this.#pluggedMeanwhile = undefined;
    if (plugged !== undefined) await this.#pluggedIn(plugged);
  }

  async #openReader(device: PermittedDevice): Promise<void> {
    const reader = await this.#openUnlessClosed(device);
    if (reader === undefined) return;
    if (this.#closed) {
      await this.#readers.leave();
      return;
    }
    this.#pluggedMeanwhile = undefined;
    this.#search.noteOpened(device);
    this.#diagnostics.note('reader', { level: reader.description.level, slots: reader.description.slotCount });
    this.#dispatch({ event: 'readerOpened', reader: reader.description });
    void this.#readers.watch(reader);
    await this.#refreshOthers();
  }

  async #pluggedIn(device: PermittedDevice): Promise<void> {
    void this.#refreshOthers();
    if (this.#state.name === 'noReader' && this.#state.busy) {
      this.#pluggedMeanwhile = device;
      return;
    }
    if (this.#search.isAwaited(device)) await this.#openOne(() => Promise.resolve(device));
    else this.#parts.timers.setTimeout(() => void this.#openOne(() => this.#search.findLike(device)), LOST_READER_MS);
  }

  async #refreshOthers(): Promise<void> {
    if (!this.#closed) await this.#search.refresh(this.#readers.key);
  }

  /** Closed while the browser was asked for its devices: another reception may be opening the same reader by now. */
  async #openUnlessClosed(device: PermittedDevice): Promise<Reader | undefined> {
    return this.#closed ? undefined : this.#readers.open(device);
  }

  async #readerIsLost(error: unknown): Promise<void> {
    const fault = this.#view(error, this.#cards.isVerifying ? 'unknown' : 'no');
    this.#search.noteLost();
    await this.#cards.readerIsLost(fault, () => this.#readers.leave());
    // One that was plugged in again while it was being let go is taken without a click.
    await this.reopenReader();
    await this.#refreshOthers();
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
    if (next.name === 'returnCard') this.#return.run();
    else this.#return.stop();
    this.#notify();
    if (next.name === 'waitingForCard') this.#offerLying();
  }

  /** Nobody is being served: cards that lie in a slot are offered, a card that arrives is taken. */
  #offerLying(): void {
    this.#dispatch({ event: 'cardsLying', slots: this.#readers.occupiedOfSeveral.map(({ index }) => index) });
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** States in which something typed or read waits for a hand. While the card is being read, the link has its own limits. */
function holdsSomething(state: ReceptionState): boolean {
  return ['entry', 'confirmLastTry', 'cardAway', 'result', 'cardFault'].includes(state.name);
}
