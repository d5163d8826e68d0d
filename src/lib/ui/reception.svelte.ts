/** Reception as screens see it: the session's state and idle warning as runes. Holds no secret and decides nothing. */
import type { CardSession, IdleWarning, OtherReader, ReceptionState } from '#session';

export class Reception {
  readonly session: CardSession;
  #state = $state.raw<ReceptionState>({ name: 'noReader', busy: false });
  #idle = $state.raw<IdleWarning>({ secondsLeft: undefined });
  #otherReaders = $state.raw<readonly OtherReader[]>([]);
  readonly #unsubscribe: () => void;

  constructor(session: CardSession) {
    this.session = session;
    this.#state = session.state;
    this.#idle = session.idle;
    this.#otherReaders = session.otherReaders;
    this.#unsubscribe = session.subscribe(() => {
      this.#state = session.state;
      this.#idle = session.idle;
      this.#otherReaders = session.otherReaders;
    });
  }

  get state(): ReceptionState {
    return this.#state;
  }

  get otherReaders(): readonly OtherReader[] {
    return this.#otherReaders;
  }

  get idle(): IdleWarning {
    return this.#idle;
  }

  /** A check is under way: the mode must not change under it. */
  get isChecking(): boolean {
    return !['noReader', 'waitingForCard'].includes(this.#state.name);
  }

  /** Leaving the page ends the check: the way out is offered only where nothing is lost by it. */
  get mayLeave(): boolean {
    return ['noReader', 'waitingForCard', 'result'].includes(this.#state.name);
  }

  stopListening(): void {
    this.#unsubscribe();
  }
}
