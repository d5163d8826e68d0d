/** The last two steps of a reading: what was read is judged, and the check goes into the log. */
import type { Reader } from '#reader';
import type { CardRun } from './card-run.ts';
import type { ReceptionParts } from './floor.ts';
import { judgeRun } from './judging.ts';
import type { ProgressMeter } from './progress.ts';
import { recordCheck } from './recording.ts';
import type { CheckResult, Recording } from './state.ts';
import { factsOf } from './unfinished-log.ts';

/** What a check comes to. From here on nothing typed is needed any more: it is wiped. */
export async function concludeRun(
  run: CardRun,
  reader: Reader,
  { anchors, appBuild, log, mode, now }: ReceptionParts,
  meter: ProgressMeter,
): Promise<{ readonly result: CheckResult; readonly recording: Recording }> {
  meter.enter('judge');
  const result = await judgeRun(run, { anchors: anchors(), mode, at: now() });
  meter.enter('record');
  const recording = await recordCheck(log, result, factsOf(appBuild, run, reader));
  run.held.wipeAll();
  return { result, recording };
}
