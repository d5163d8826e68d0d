/** The sheet a diagnosis is written on: one step after the other, each with its time and the exchanges that belong to it. */
import type { DiagnosisFacts, DiagnosisStep, DiagnosisStepName, StepNotTaken } from './diagnosis-report.ts';
import type { ExchangeRecorder } from './exchange-recorder.ts';
import { faultView } from './fault-view.ts';

export interface StepAt {
  readonly step: DiagnosisStepName;
  readonly slot?: number;
}

/** A step's own result, or the fault it ended in. */
export type Attempted<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly thrown: unknown };

export class StepSheet {
  readonly recorder: ExchangeRecorder;
  readonly #onChange: () => void;
  #steps: readonly DiagnosisStep[] = [];
  #running: StepAt | undefined;

  constructor(recorder: ExchangeRecorder, onChange: () => void) {
    this.recorder = recorder;
    this.#onChange = onChange;
  }

  get steps(): readonly DiagnosisStep[] {
    return this.#steps;
  }

  get running(): StepAt | undefined {
    return this.#running;
  }

  /** Takes one step; a fault ends the step and nothing else. */
  async attempt<T>(at: StepAt, work: () => Promise<T>, tell: (value: T) => DiagnosisFacts): Promise<Attempted<T>> {
    const startMs = this.recorder.elapsedMs;
    this.#running = at;
    this.#onChange();
    const taken = (): StepAt & { startMs: number; ms: number; exchanges: ReturnType<ExchangeRecorder['take']> } => ({
      ...at,
      startMs,
      ms: Math.round((this.recorder.elapsedMs - startMs) * 10) / 10,
      exchanges: this.recorder.take(),
    });
    try {
      const value = await work();
      const facts = tell(value);
      this.#write({ ...taken(), outcome: 'done', facts });
      return { done: true, value };
    } catch (thrown) {
      const { code, facts } = faultView(thrown, 'no');
      this.#write({ ...taken(), outcome: 'failed', fault: { code, facts } });
      return { done: false, thrown };
    }
  }

  notTaken(at: StepAt, why: StepNotTaken): void {
    this.#write({ ...at, outcome: 'notTaken', why });
  }

  #write(step: DiagnosisStep): void {
    this.#steps = [...this.#steps, step];
    this.#running = undefined;
    this.#onChange();
  }
}
