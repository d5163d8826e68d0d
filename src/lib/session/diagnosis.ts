/** The diagnosis desk: one reader at a time, chosen by a person or permitted before; its report, and the file to save and send. */
import type { OpenReaderOptions } from '#reader';
import type { Mode } from '#trust';
import type { PermittedDevice, ReaderChoice, ReaderDevices } from '#usb';
import { diagnose, type Leash } from './diagnose.ts';
import { diagnosisDocument, type DiagnosisReport, type DiagnosisStepName } from './diagnosis-report.ts';
import { ExchangeRecorder } from './exchange-recorder.ts';
import { faultView } from './fault-view.ts';
import type { FaultView } from './state.ts';
import { StepSheet } from './step-sheet.ts';

export interface DiagnosisState {
  /** The step under way, or the search for a reader. */
  readonly running: DiagnosisStepName | undefined;
  readonly report: DiagnosisReport | undefined;
  /** Why there is no reader to diagnose. */
  readonly fault: FaultView | undefined;
}

/** What the diagnosis page talks to. */
export interface Diagnosis {
  readonly state: DiagnosisState;
  subscribe(listener: () => void): () => void;
  /** Opens the chooser; only from a person's click. */
  chooseReader(which: ReaderChoice): Promise<void>;
  /** A permitted reader that is plugged in, without a prompt, the one of the last time before others; without one nothing happens. */
  useKnownReader(): Promise<void>;
  /** The file `madoguchi-reader-diagnosis/1`; `undefined` before there is a whole report. */
  exportJson(userAgent: string): string | undefined;
  /** Ends what is under way and lets the reader go. */
  close(): Promise<void>;
}

export interface DiagnosisParts {
  readonly devices: ReaderDevices;
  readonly mode: Mode;
  readonly appBuild: string;
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Monotonic [ms]. */
  readonly nowMs: () => number;
  readonly readerOptions?: OpenReaderOptions;
}

export function diagnosisOver(parts: DiagnosisParts): Diagnosis {
  return new DiagnosisDesk(parts);
}

class DiagnosisDesk implements Diagnosis {
  readonly #parts: DiagnosisParts;
  readonly #listeners = new Set<() => void>();
  readonly #leash = new ReaderLeash();
  #lastKey: string | undefined;
  #state: DiagnosisState = { running: undefined, report: undefined, fault: undefined };

  constructor(parts: DiagnosisParts) {
    this.#parts = parts;
  }

  get state(): DiagnosisState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async chooseReader(which: ReaderChoice): Promise<void> {
    await this.#use(() => this.#parts.devices.choose(which));
  }

  async useKnownReader(): Promise<void> {
    await this.#use(async () => {
      const known = await this.#parts.devices.known();
      return known.find(({ key }) => key === this.#lastKey) ?? known[0];
    });
  }

  exportJson(userAgent: string): string | undefined {
    const { running, report } = this.#state;
    return running === undefined && report !== undefined ? diagnosisDocument(report, userAgent) : undefined;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#leash.drop();
  }

  async #use(find: () => Promise<PermittedDevice | undefined>): Promise<void> {
    if (this.#leash.dropped || this.#state.running !== undefined) return;
    const before = this.#state.report;
    this.#change({ running: 'find', report: before, fault: undefined });
    try {
      const device = await find();
      if (device === undefined) this.#change({ running: undefined, report: before, fault: undefined });
      else await this.#diagnose(device);
    } catch (thrown) {
      this.#change({ running: undefined, report: before, fault: faultView(thrown, 'no') });
    }
  }

  async #diagnose(device: PermittedDevice): Promise<void> {
    const { mode, appBuild, now, nowMs, readerOptions = {} } = this.#parts;
    this.#lastKey = device.key;
    const at = new Date(now()).toISOString();
    let descriptor: { readonly configurationDescriptor: string } | undefined;
    const report = (): DiagnosisReport => ({
      mode,
      at,
      appBuild,
      ...descriptor,
      steps: sheet.steps,
      exchangesLeftOut: sheet.recorder.leftOut,
    });
    const sheet: StepSheet = new StepSheet(new ExchangeRecorder(nowMs), () =>
      this.#change({ running: sheet.running?.step ?? this.#state.running, report: report(), fault: undefined }),
    );
    await diagnose(device, sheet, {
      readerOptions,
      leash: this.#leash,
      onDescriptor: (configurationDescriptor) => {
        descriptor = { configurationDescriptor };
      },
    });
    this.#leash.forget();
    this.#change({ running: undefined, report: report(), fault: undefined });
  }

  #change(state: DiagnosisState): void {
    if (this.#leash.dropped) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

class ReaderLeash implements Leash {
  #held: { close(): Promise<void> } | undefined;
  #dropped = false;

  get dropped(): boolean {
    return this.#dropped;
  }

  async hold(thing: { close(): Promise<void> }): Promise<void> {
    this.#held = thing;
    if (this.#dropped) await thing.close();
  }

  /** What was held has been closed by whoever had it. */
  forget(): void {
    this.#held = undefined;
  }

  async drop(): Promise<void> {
    this.#dropped = true;
    await this.#held?.close();
  }
}
