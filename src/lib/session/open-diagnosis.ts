/** What the diagnosis page opens: this browser's readers, or the rehearsal room's. No log is opened: a diagnosis is no check. */
import type { Mode } from '#trust';
import { devicesWhenAsked } from './devices-when-asked.ts';
import { diagnosisOver, type Diagnosis } from './diagnosis.ts';
import { openPractice } from './open-practice.ts';
import { platformTimers } from './platform-timers.ts';
import type { PracticeControls } from './practice.ts';

export interface OpenDiagnosis {
  readonly mode: Mode;
  readonly diagnosis: Diagnosis;
  /** Only in practice mode. */
  readonly practice: PracticeControls | undefined;
  /** Ends what is under way and lets the reader go. */
  close(): Promise<void>;
}

export async function openDiagnosis({ mode }: { readonly mode: Mode }): Promise<OpenDiagnosis> {
  const practice = mode === 'practice' ? await openPractice() : undefined;
  const diagnosis = diagnosisOver({
    devices: practice?.devices ?? devicesWhenAsked(),
    mode,
    appBuild: __APP_BUILD__,
    now: () => Date.now(),
    nowMs: () => platformTimers.nowMs(),
  });
  return { mode, diagnosis, practice: practice?.controls, close: () => diagnosis.close() };
}
