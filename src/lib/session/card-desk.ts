/**
 * The card at the desk: one run from arrival to its end. Every way out of a run wipes it, and no way leads to a second VERIFY
 * without a person.
 */
import type { LinkFigures } from '#iso7816';
import type { CardPresence, Slot } from '#reader';
import { consequenceOf, tryUsedBy } from './after-fault.ts';
import { CardRun } from './card-run.ts';
import type { Entry } from './card-session.ts';
import { concludeRun } from './concluding.ts';
import { wipeEntry } from './entry.ts';
import { isCardLoss, isReaderLoss } from './fault-view.ts';
import type { Floor } from './floor.ts';
import { inspectCard, noteRefusal } from './inspect.ts';
import { ProgressMeter } from './progress.ts';
import { nextOrder, usualOrder, type CheckOrder } from './purpose.ts';
import type { ReaderDesk } from './reader-desk.ts';
import { readCard } from './reading.ts';
import { SecondLook } from './second-look.ts';
import type { CredentialFailure, FaultView, ReceptionState } from './state.ts';
import { isIdle, isUnfinished, UnfinishedLog } from './unfinished-log.ts';

/** How long a card that was lost for a moment may take to answer again before it is looked for. */
const GLITCH_MS = 250;

export class CardDesk {
  readonly #floor: Floor;
  readonly #readers: ReaderDesk;
  readonly #unfinished: UnfinishedLog;
  #run: CardRun | undefined;
  /** What the card that is here is checked for: it stands from its arrival on, also where its check begins anew. */
  #order = usualOrder;
  /** Where the card that is being dealt with lies. Of several slots it is the only one that is heard until it is empty. */
  #slot: Slot | undefined;
  /** Counts the stays of cards: what still comes of an earlier one is not heard any more. */
  #visit = 0;
  readonly #secondLook = new SecondLook();
  #lastLink: LinkFigures = { apdus: 0, verifyCommands: 0, bytesToCard: 0, bytesFromCard: 0 };

  constructor(floor: Floor, readers: ReaderDesk) {
    this.#floor = floor;
    this.#readers = readers;
    this.#unfinished = new UnfinishedLog(floor, readers);
  }

  get link(): LinkFigures {
    return this.#run?.connection.figures ?? this.#lastLink;
  }

  /** What the card that is here is checked for, or the next one. */
  get order(): CheckOrder {
    return isIdle(this.#floor.state().name) ? nextOrder(this.#floor.parts) : this.#order;
  }

  /** A VERIFY has been sent and not answered. */
  get isVerifying(): boolean {
    return this.#run?.verifying !== undefined;
  }

  // ── what a person does ────────────────────────────────────────────────────────────────────────────────────────────────

  submit(entry: Entry): void {
    const run = this.#run;
    if (this.#floor.state().name !== 'entry' || run === undefined) {
      wipeEntry(entry);
      return;
    }
    run.take(entry);
    void this.#read(run, 'submitted');
  }

  confirmLastTry(): void {
    const state = this.#floor.state();
    const run = this.#run;
    if (state.name !== 'confirmLastTry' || run === undefined) return;
    run.lastTryReleased.add(state.credential);
    void this.#read(run, 'lastTryConfirmed');
  }

  declineLastTry(): void {
    const state = this.#floor.state();
    const run = this.#run;
    if (state.name !== 'confirmLastTry' || run === undefined) return;
    run.held.wipe(state.credential);
    this.#floor.dispatch({ event: 'lastTryDeclined', progress: run.progress });
  }

  async cancel(): Promise<void> {
    const { name } = this.#floor.state();
    if (name === 'reading') {
      // Between two commands only: a command under way is never torn off, its answer may be a spent try.
      if (this.#run !== undefined) this.#run.cancelRequested = true;
    } else if (!isIdle(name)) {
      await this.end('CANCELLED');
    }
  }

  async end(why: 'FINISHED' | 'CANCELLED' | 'TIMED_OUT'): Promise<void> {
    const run = this.#run;
    const { name } = this.#floor.state();
    const unfinished = isUnfinished(name, run);
    const facts = this.#unfinished.factsOf(run);
    this.drop();
    // Before the power goes, which takes its time: a second press must find the check ended.
    this.#floor.dispatch({ event: 'ended', why, cardPresent: this.#slot !== undefined && this.#readers.isOccupied(this.#slot) });
    await run?.slot.disconnect();
    if (unfinished) await this.#unfinished.record('cancelled', why, facts);
  }

  /** Wipes at once. */
  drop(): void {
    this.#visit += 1;
    if (this.#run === undefined) return;
    this.#lastLink = this.#run.connection.figures;
    this.#run.end();
    this.#run = undefined;
  }

  // ── what the reader tells ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The reader is gone, and the card with it. */
  async readerIsLost(fault: FaultView, letGo: () => Promise<void>): Promise<void> {
    const unfinished = isUnfinished(this.#floor.state().name, this.#run);
    const facts = this.#unfinished.factsOf(this.#run);
    this.drop();
    await letGo();
    this.#floor.dispatch({ event: 'readerLost', fault });
    if (unfinished) await this.#unfinished.record('error', fault.code, facts);
  }

  presenceChanged(slot: Slot, presence: CardPresence): void {
    this.#floor.note('card', { slot: slot.index, presence });
    if (this.#floor.state().name !== 'waitingForCard' && slot !== (this.#slot ?? slot)) return;
    if (this.#run === undefined) this.#withoutRun(slot, presence);
    else if (this.#run.slot === slot) this.#duringRun(this.#run, presence);
  }

  #withoutRun(slot: Slot, presence: CardPresence): void {
    if (presence === 'absent') {
      this.drop();
      this.#floor.dispatch({ event: 'cardLeft' });
      return;
    }
    const isAwaited = this.#floor.state().name === 'waitingForCard';
    this.#floor.dispatch({ event: 'cardArrived' });
    if (isAwaited) void this.#begin(slot);
  }

  #duringRun(run: CardRun, presence: CardPresence): void {
    const { name } = this.#floor.state();
    if (name === 'reading') return; // The next command tells, and tells more exactly.
    if (name === 'cardAway') {
      if (presence !== 'absent') void this.#cardIsBack(run);
    } else if (presence !== 'absent') {
      this.#floor.dispatch({ event: 'cardArrived' });
    } else {
      if (name !== 'result' && name !== 'cardFault') this.#takenAway(name, run);
      this.#floor.dispatch({ event: 'cardLeft' });
    }
  }

  /** Taken before anything was read of it. What went wrong until then belongs in the log all the same. */
  #takenAway(name: ReceptionState['name'], run: CardRun): void {
    const facts = this.#unfinished.factsOf(run);
    this.drop();
    if (isUnfinished(name, run)) void this.#unfinished.record('cancelled', 'CARD_REMOVED', facts);
  }

  // ── a run ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param before - What went wrong before the card lost its power, if this begins its check anew: it belongs in the log of this one. */
  async #begin(slot: Slot, before?: readonly string[], look: 'first' | 'second' = 'first'): Promise<void> {
    this.#visit += 1;
    this.#slot = slot;
    const visit = this.#visit;
    if (before === undefined && look === 'first') this.#order = nextOrder(this.#floor.parts);
    try {
      const run = await CardRun.open(slot, { order: this.#order, before, extendedLe: this.#secondLook.extendedLe });
      if (visit !== this.#visit) {
        run.end();
        return;
      }
      this.#run = run;
      const card = await inspectCard(run, this.#floor.parts.detectionOrder);
      if (visit !== this.#visit) return;
      this.#floor.dispatch({ event: 'inspected', card, progress: run.progress, ...(before === undefined ? {} : { notice: 'VERIFIED_STATE_LOST' }) });
    } catch (thrown) {
      if (!(await this.#bounced(slot, thrown, { visit, look }))) await this.#inspectionFailed(slot, thrown, { visit, before });
      else await this.#begin(slot, before, 'second');
    }
  }

  /** Looks once more where that may help. */
  async #bounced(slot: Slot, thrown: unknown, { visit, look }: { readonly visit: number; readonly look: 'first' | 'second' }): Promise<boolean> {
    const isStillHere = async (): Promise<boolean> => visit === this.#visit && (await this.#readers.isPresent(slot)) && visit === this.#visit;
    if (look === 'second' || !(await this.#secondLook.grant(this.#run, thrown, isStillHere))) return false;
    this.drop();
    return true;
  }

  async #inspectionFailed(slot: Slot, thrown: unknown, { visit, before }: { visit: number; before: readonly string[] | undefined }): Promise<void> {
    if (visit !== this.#visit || isReaderLoss(thrown)) return;
    const present = await this.#readers.isPresent(slot);
    // No card keeps its power for nothing; and some readers believe one that has it to be there for as long as nothing is sent to it.
    if (visit === this.#visit) await slot.disconnect();
    if (visit !== this.#visit) return;
    const facts = this.#unfinished.factsOf(this.#run);
    this.drop();
    const fault = this.#floor.view(thrown, 'no');
    const left = !present && isCardLoss(thrown);
    // Taken away again before it was looked at: nothing happened, unless it had begun before.
    this.#floor.dispatch(left ? { event: 'cardLeft' } : { event: 'faulted', fault, cardPresent: present });
    if (before !== undefined && facts !== undefined) await this.#unfinished.record(left ? 'cancelled' : 'error', fault.code, { ...facts, mishaps: before });
  }

  async #read(run: CardRun, as: 'submitted' | 'lastTryConfirmed' | 'cardStillThere'): Promise<void> {
    // A person took their time, or the card was away: the application is selected and the count asked again before a VERIFY.
    const inOneBreath = as === 'submitted' && this.#floor.parts.detectionOrder === 'licenceFirst';
    if (!inOneBreath && run.verified === undefined) run.connection.doubt();
    const parts = { licence: run.progress.licence !== 'skipped', personal: run.progress.personalDetails !== 'skipped' };
    const meter = new ProgressMeter(run, parts, (progress) => this.#floor.dispatch({ event: 'progressed', progress }));
    this.#floor.dispatch({ event: as, progress: meter.progress });
    await this.#proceed(run, meter);
  }

  async #proceed(run: CardRun, meter: ProgressMeter): Promise<void> {
    try {
      const outcome = await readCard(run, meter);
      if (run.ended) return;
      if (run.cancelRequested && outcome.outcome !== 'complete') await this.end('CANCELLED');
      else if (outcome.outcome === 'refused') this.#refused(run, outcome.failure);
      else if (outcome.outcome === 'lastTry') this.#floor.dispatch({ event: 'lastTryFound', credential: outcome.credential, progress: run.progress });
      else await this.#conclude(run, meter);
    } catch (thrown) {
      await this.#readingFailed(run, thrown, meter);
    }
  }

  #refused(run: CardRun, failure: CredentialFailure): void {
    this.#floor.note('refused', { credential: failure.credential, triesLeft: failure.triesLeft });
    const card = noteRefusal(run, failure);
    if (card !== undefined) this.#floor.dispatch({ event: 'refused', failure, card, progress: run.progress });
  }

  async #conclude(run: CardRun, meter: ProgressMeter): Promise<void> {
    const { reader } = this.#readers;
    if (reader === undefined) return;
    const { result, recording } = await concludeRun(run, reader, this.#floor.parts, meter);
    // Asked while the card has power: without it a reader of radio cards would have to activate it once more to know.
    const cardPresent = await this.#readers.isPresent(run.slot);
    // The PIN state of the card ends with the reading, not with the person's next click.
    await run.slot.disconnect();
    this.#floor.dispatch({ event: 'checked', result, recording, cardPresent });
  }

  async #readingFailed(run: CardRun, thrown: unknown, meter: ProgressMeter): Promise<void> {
    const { verifying } = run;
    if (verifying !== undefined) run.held.wipe(verifying);
    const consequence = consequenceOf(run, thrown);
    if (consequence === 'none') return;
    if (consequence === 'cancelled') {
      await this.end('CANCELLED');
      return;
    }
    const fault = this.#floor.view(thrown, tryUsedBy(run, thrown));
    run.mishaps.add(fault.code);
    // What was read before the fault survives it.
    if (consequence === 'concludeWithout') run.personalNotRead = 'READ_FAILED';
    if (consequence === 'startAgain') await this.#startAgain(run);
    else if (consequence === 'waitForReturn') this.#waitForReturn(run);
    else if (consequence === 'concludeWithout') await this.#proceed(run, meter);
    else await this.#readingFaulted(run, fault);
  }

  #waitForReturn(run: CardRun): void {
    run.resumes += 1;
    run.justResumed = true;
    this.#floor.dispatch({ event: 'cardLeft' });
    this.#floor.parts.timers.setTimeout(() => void this.#cardIsBack(run), GLITCH_MS);
  }

  async #readingFaulted(run: CardRun, fault: FaultView): Promise<void> {
    const facts = this.#unfinished.factsOf(run);
    run.end();
    await run.slot.disconnect();
    this.#floor.dispatch({ event: 'faulted', fault, cardPresent: await this.#readers.isPresent(run.slot) });
    await this.#unfinished.record('error', fault.code, facts);
  }

  /** The card was away. Still powered = the same card, still verified: it goes on. Powered off = it starts again, and says so. */
  async #cardIsBack(run: CardRun): Promise<void> {
    if (this.#run !== run || this.#floor.state().name !== 'cardAway') return;
    try {
      const presence = await run.slot.presence();
      if (this.#run !== run || this.#floor.state().name !== 'cardAway') return;
      if (presence === 'active') await this.#read(run, 'cardStillThere');
      else if (presence === 'inactive') await this.#startAgain(run);
    } catch (thrown) {
      if (!isReaderLoss(thrown)) await this.#readingFaulted(run, this.#floor.view(thrown, 'no'));
    }
  }

  async #startAgain(run: CardRun): Promise<void> {
    this.drop();
    this.#floor.dispatch({ event: 'verifiedStateLost' });
    await this.#begin(run.slot, [...run.mishaps]);
  }
}
