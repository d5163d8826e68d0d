/** A diagnosis as screens see it: its state as runes. */
import type { Diagnosis, DiagnosisState } from '#session';

export class DiagnosisDesk {
  #state = $state.raw<DiagnosisState>({ running: undefined, report: undefined, fault: undefined });
  readonly #unsubscribe: () => void;

  constructor(diagnosis: Diagnosis) {
    this.#state = diagnosis.state;
    this.#unsubscribe = diagnosis.subscribe(() => {
      this.#state = diagnosis.state;
    });
  }

  get state(): DiagnosisState {
    return this.#state;
  }

  stopListening(): void {
    this.#unsubscribe();
  }
}
