/** Texts of the reader diagnosis. */
import type { DiagnosisFact, DiagnosisStepName, ExchangeKind, StepNotTaken } from '#session';

export interface DiagnosisMessages {
  readonly toDiagnosis: string;
  readonly title: string;
  readonly lead: string;
  readonly cardNote: string;
  readonly choose: string;
  readonly again: string;
  readonly running: (step: string) => string;
  readonly finished: (steps: number, failed: number) => string;

  readonly tableTitle: string;
  readonly stepHead: string;
  readonly resultHead: string;
  readonly timeHead: string;
  readonly foundHead: string;
  readonly steps: Readonly<Record<DiagnosisStepName, string>>;
  readonly slot: (index: number) => string;
  readonly outcomes: Readonly<Record<'done' | 'failed' | 'notTaken', string>>;
  readonly why: Readonly<Record<StepNotTaken, string>>;
  readonly facts: Readonly<Record<DiagnosisFact, string>>;
  /** Words for a fact's value by its code; a code without words is shown as itself. */
  readonly values: Readonly<Record<string, string>>;
  readonly yes: string;
  readonly no: string;

  readonly exchanges: (count: number) => string;
  readonly kinds: Readonly<Record<ExchangeKind, string>>;
  readonly sent: (bytes: number) => string;
  readonly received: (bytes: number) => string;
  readonly leftOut: (count: number) => string;

  readonly fileTitle: string;
  readonly fileNote: string;
  readonly save: string;
  readonly copy: string;
  readonly copied: string;
  readonly notCopied: string;
}
