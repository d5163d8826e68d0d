/** Progress in real bytes: what has arrived of the files, against what they come to. */
import type { ReadingProgress, ReadingStep } from './state.ts';

/** Card-info 0003 and 0004 have one length each; 0002 and the licence tell theirs while they are read (card-info-applet §1.1). */
const expected = { licenceRecord: 1900, licenceSignature: 450, personalDetails: 130, digests: 336, issuerCertificate: 568 } as const;
export type FileName = keyof typeof expected;

const licenceSteps: readonly ReadingStep[] = ['selectLicence', 'askLicenceTries', 'verifyLicencePin', 'readLicenceRecord', 'readLicenceSignature'];
const personalSteps: readonly ReadingStep[] = [
  'selectCardInfo',
  'askPersonalTries',
  'verifyPersonal',
  'readPersonalDetails',
  'readDigests',
  'readIssuerCertificate',
];

const filesOf = {
  licence: ['licenceRecord', 'licenceSignature'],
  personal: ['personalDetails', 'digests', 'issuerCertificate'],
} as const satisfies Record<string, readonly FileName[]>;

export class ProgressMeter {
  readonly #report: (progress: ReadingProgress) => void;
  readonly #run: { goOn(): void };
  readonly #steps: readonly ReadingStep[];
  readonly #lengths = new Map<FileName, number>();
  readonly #finished = new Set<FileName>();
  #current: ReadingStep;

  constructor(run: { goOn(): void }, parts: { readonly licence: boolean; readonly personal: boolean }, report: (progress: ReadingProgress) => void) {
    this.#run = run;
    this.#report = report;
    this.#steps = [...(parts.licence ? licenceSteps : []), ...(parts.personal ? personalSteps : []), 'judge', 'record'];
    this.#current = this.#steps[0] ?? 'judge';
    const names = [...(parts.licence ? filesOf.licence : []), ...(parts.personal ? filesOf.personal : [])];
    for (const name of names) this.#lengths.set(name, 0);
  }

  /** Enters a step; throws `Cancelled` when a person cancelled meanwhile. */
  enter(step: ReadingStep): void {
    this.#run.goOn();
    this.#current = step;
    this.#report(this.progress);
  }

  /** For the reader of one file. Throws `Cancelled` between two commands. */
  received(file: FileName): (length: number) => void {
    return (length) => {
      this.#lengths.set(file, length);
      this.#report(this.progress);
      this.#run.goOn();
    };
  }

  finished(file: FileName, length: number): void {
    this.#lengths.set(file, length);
    this.#finished.add(file);
    this.#report(this.progress);
  }

  get progress(): ReadingProgress {
    let received = 0;
    let total = 0;
    for (const [file, length] of this.#lengths) {
      received += length;
      total += this.#finished.has(file) ? length : Math.max(length, expected[file]);
    }
    return { steps: this.#steps, current: this.#current, receivedLength: received, expectedLength: total };
  }
}
