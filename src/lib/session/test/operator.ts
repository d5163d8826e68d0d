/**
 * A person at the counter who follows a plan, whatever happens: types what the plan says, confirms or declines, puts the card back,
 * plugs the reader in again, and gives up in the end. Keeps count of what was typed, so that nothing more may reach a card.
 * Works on virtual time: what it waits for is the app's own clock, never the machine's.
 */
import type { CardImage } from '#simulator';
import type { CardSession, Entry } from '../card-session.ts';
import type { CredentialName, ReceptionState } from '../state.ts';
import { secret, type TestCounter } from './counter.ts';
import type { WatchedCard } from './watched-card.ts';

export interface Turn {
  readonly licence: 'right' | 'wrong' | 'skip';
  readonly personal: 'numberB' | 'wrongNumberB' | 'pin' | 'wrongPin' | 'skip';
  readonly confirms: boolean;
}

/** No state may last longer than this without a hand on it [ms]: a little more than the longest that one command may take. */
const PATIENCE_MS = 130_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** The next change of state, or that much time [ms]. */
function changeOrPause(session: CardSession, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const stop = session.subscribe(end);
  });
}

/** A person takes the card off and puts it down again when the screen has asked for it this long although it lies there [ms]. */
const PUT_DOWN_AGAIN_MS = 10_000;

export interface HandedOver {
  readonly licence: 'pin' | 'noPin' | 'held' | 'skip';
  readonly personal: 'numberB' | 'pin' | 'skip';
}

export class Operator {
  readonly submissions: Record<CredentialName | 'noPin', number> = { licencePin: 0, numberB: 0, cardInfoPin: 0, noPin: 0 };
  readonly confirmations: Record<CredentialName, number> = { licencePin: 0, numberB: 0, cardInfoPin: 0 };
  /** Entries that were not what the card holds. */
  readonly wrongEntries: Record<CredentialName, number> = { licencePin: 0, numberB: 0, cardInfoPin: 0 };
  /** Every entry as it was handed over, without what was typed. */
  readonly handedOver: HandedOver[] = [];
  readonly typed = new Set<string>();
  readonly typedBytes: Uint8Array[] = [];
  readonly ends: ReceptionState[] = [];
  readonly #counter: TestCounter;
  readonly #card: WatchedCard;
  readonly #image: CardImage;
  readonly #turns: readonly Turn[];
  #turn = 0;
  #comebacks = 2;

  constructor(counter: TestCounter, card: WatchedCard, turns: readonly Turn[]) {
    this.#counter = counter;
    this.#card = card;
    this.#image = card.image;
    this.#turns = turns;
  }

  /** Goes on until there is nothing more to do. */
  async work(beforeFirstEntry: () => void): Promise<void> {
    for (let steps = 0; steps < 40; steps++) {
      const state = await this.#rest();
      if (state.name === 'entry' && this.#turn === 0) beforeFirstEntry();
      if (!(await this.#act(state))) return;
    }
    throw new Error(`no end in sight: ${this.#counter.states.map(({ name }) => name).join(' ')}`);
  }

  /** False when there is nothing more to do. */
  async #act(state: ReceptionState): Promise<boolean> {
    const { session, reader } = this.#counter;
    switch (state.name) {
      case 'entry':
      case 'confirmLastTry':
        this.#type(state);
        return true;
      case 'result':
      case 'cardFault':
        this.ends.push(state);
        session.finish();
        return true;
      case 'returnCard':
        reader.removeCard();
        return true;
      case 'noReader':
        return this.#bringReaderBack();
      default:
        return this.#bringCardBack(state.name === 'cardAway');
    }
  }

  #type(state: Extract<ReceptionState, { name: 'entry' | 'confirmLastTry' }>): void {
    const { session } = this.#counter;
    if (state.name === 'entry') {
      if (this.#turns[this.#turn] === undefined) session.cancel();
      else session.submit(this.#entryFor(state));
    } else if (this.#turns[this.#turn - 1]?.confirms === true) {
      this.confirmations[state.credential]++;
      session.confirmLastTry();
    } else {
      session.declineLastTry();
    }
  }

  async #bringReaderBack(): Promise<boolean> {
    const { session, reader } = this.#counter;
    if (!this.#mayComeBack()) return false;
    if (reader.plugged) await session.reopenReader();
    else reader.plugIn();
    return true;
  }

  #bringCardBack(isMissed: boolean): boolean {
    const { session, reader } = this.#counter;
    const mayComeBack = this.#mayComeBack() && (isMissed || this.#turns[this.#turn] !== undefined);
    if (mayComeBack) reader.insertCard(this.#card);
    else if (isMissed) session.cancel();
    return mayComeBack || isMissed;
  }

  #mayComeBack(): boolean {
    this.#comebacks--;
    return this.#comebacks >= 0;
  }

  /** Until nothing goes on by itself any more. */
  async #rest(): Promise<ReceptionState> {
    const { session } = this.#counter;
    const began = performance.now();
    for (;;) {
      const { state } = session;
      const waited = performance.now() - began;
      if (this.#isResting(state, waited)) return state;
      if (waited > PATIENCE_MS) throw new Error(`hangs in ${state.name}\n${session.diagnostics().join('\n')}`);
      // A look every now and then is enough while nothing moves; whoever moves is looked at soon after.
      await changeOrPause(session, 64);
      await pause(4);
    }
  }

  #isResting(state: ReceptionState, waited: number): boolean {
    const { reader } = this.#counter;
    if (state.name === 'reading' || state.name === 'inspecting') return false;
    if (state.name === 'noReader') return !state.busy && waited > 40;
    // A card that is there is noticed; one that is gone too.
    if (state.name === 'returnCard') return reader.card !== undefined;
    if (state.name === 'waitingForCard' || state.name === 'cardAway')
      return reader.card === undefined ? waited > 60 : waited > PUT_DOWN_AGAIN_MS && this.#isToldAbsent();
    return waited > 0;
  }

  /** The reader itself has said, truly or not, that nothing lies there. */
  #isToldAbsent(): boolean {
    const told = this.#counter.session.diagnostics().filter((line) => line.includes(' card slot='));
    return told.at(-1)?.endsWith('presence=absent') ?? false;
  }

  #entryFor({ card, progress }: Extract<ReceptionState, { name: 'entry' }>): Entry {
    const { licence, personal } = this.#turns[this.#turn++] ?? { licence: 'skip', personal: 'skip' };
    const entry: Entry = {
      licence: this.#licence(card.licence.state, progress.licencePinHeld, licence),
      personalDetails: this.#personal(card.personalDetails.state, personal),
    };
    this.handedOver.push({
      licence: typeof entry.licence === 'object' ? 'pin' : entry.licence,
      personal: typeof entry.personalDetails === 'object' ? ('numberB' in entry.personalDetails ? 'numberB' : 'pin') : 'skip',
    });
    return entry;
  }

  #licence(state: string, isHeld: boolean, choice: Turn['licence']): Entry['licence'] {
    if (isHeld) return 'held';
    if (state === 'noPin') {
      this.submissions.noPin++;
      return 'noPin';
    }
    if (choice === 'skip' || state !== 'pinNeeded') return 'skip';
    return { pin: this.#typed('licencePin', choice === 'right' ? (this.#image.enter.licencePin ?? '0000') : '9999') };
  }

  #personal(state: string, choice: Turn['personal']): Entry['personalDetails'] {
    if (choice === 'skip' || state !== 'readable') return 'skip';
    if (choice === 'numberB' || choice === 'wrongNumberB') {
      return { numberB: this.#typed('numberB', choice === 'numberB' ? this.#image.enter.numberB : '00000000000000') };
    }
    return { pin: this.#typed('cardInfoPin', choice === 'pin' ? (this.#image.enter.cardInfoPin ?? '0000') : '8888') };
  }

  #typed(credential: CredentialName, text: string): ReturnType<typeof secret> {
    this.submissions[credential]++;
    if (text !== this.#image.enter[credential]) this.wrongEntries[credential]++;
    this.typed.add(text);
    const typed = secret(text);
    typed.lend((bytes) => this.typedBytes.push(bytes));
    return typed;
  }
}
