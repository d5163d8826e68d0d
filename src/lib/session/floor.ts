/** What reception's parts share: the state and the one way to change it, the arguments it was opened with, the fault view. */
import type { AuditLog } from '#audit';
import type { DetectionOrder } from '#card';
import type { OpenReaderOptions } from '#reader';
import type { Anchor, Mode } from '#trust';
import type { ReaderDevices } from '#usb';
import type { IdleTimers } from './idle-watch.ts';
import type { CheckOrder } from './purpose.ts';
import type { FaultView, ReceptionState } from './state.ts';
import type { ReceptionEvent } from './step.ts';

/** What differs between a browser, practice mode and the command line. */
export interface ReceptionParts {
  readonly devices: ReaderDevices;
  readonly log: AuditLog;
  /** Asked at each judgement: the store may have changed. */
  readonly anchors: () => readonly Anchor[];
  readonly mode: Mode;
  /** `"0.1.0+abc1234"` */
  readonly appBuild: string;
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Monotonic clock and timers, for the idle watch and the diagnostics. */
  readonly timers: IdleTimers;
  /** Waiting times of the reader other than the usual: a virtual reader that says nothing need not be waited for as long. */
  readonly readerOptions?: OpenReaderOptions;
  /** What the next card is checked for, asked when it arrives. Default: both data sets are read, nothing is kept. */
  readonly order?: () => CheckOrder;
  /** Default `everything`: a person sees every count of tries before typing. `licenceFirst` where what will be sent was decided before. */
  readonly detectionOrder?: DetectionOrder;
}

export interface Floor {
  readonly parts: ReceptionParts;
  state(): ReceptionState;
  dispatch(event: ReceptionEvent): void;
  /** For the diagnostic log: never card data. */
  note(event: string, facts: Readonly<Record<string, string | number>>): void;
  /** Notes a thrown fault and makes of it what a screen may show. */
  view(thrown: unknown, tryUsed: FaultView['tryUsed']): FaultView;
}
