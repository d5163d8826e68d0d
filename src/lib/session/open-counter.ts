/** What a page opens: a reception with this browser's readers and log, or with the rehearsal room's. */
import { openAuditLog, type AuditLog } from '#audit';
import { emptyTrustStore, type Mode } from '#trust';
import type { CardSession } from './card-session.ts';
import { devicesWhenAsked } from './devices-when-asked.ts';
import { platformTimers } from './platform-timers.ts';
import { openPractice } from './open-practice.ts';
import type { PracticeControls } from './practice.ts';
import { openReception } from './reception.ts';

export interface Counter {
  readonly mode: Mode;
  readonly session: CardSession;
  readonly log: AuditLog;
  /** Only in practice mode. */
  readonly practice: PracticeControls | undefined;
  readonly appBuild: string;
  /** Wipes, lets the reader go, gives the log to another tab. */
  close(): Promise<void>;
}

/**
 * Opens the counter in one mode. Its log must open, or there is no counter: a check that cannot be kept is not made.
 * @throws AuditError
 */
export async function openCounter({ mode }: { readonly mode: Mode }): Promise<Counter> {
  const log = await openAuditLog({ mode, appBuild: __APP_BUILD__ });
  try {
    return mode === 'practice' ? await practiceCounter(log) : serviceCounter(log);
  } catch (thrown) {
    await log.close();
    throw thrown;
  }
}

function serviceCounter(log: AuditLog): Counter {
  const session = openReception({ ...common(log), mode: 'service', devices: devicesWhenAsked(), anchors: () => emptyTrustStore });
  return counterOf('service', session, log, undefined);
}

async function practiceCounter(log: AuditLog): Promise<Counter> {
  const practice = await openPractice();
  const session = openReception({ ...common(log), mode: 'practice', devices: practice.devices, anchors: () => practice.anchors() });
  return counterOf('practice', session, log, practice.controls);
}

function common(log: AuditLog): { log: AuditLog; appBuild: string; now: () => number; timers: typeof platformTimers } {
  return { log, appBuild: __APP_BUILD__, now: () => Date.now(), timers: platformTimers };
}

function counterOf(mode: Mode, session: CardSession, log: AuditLog, practice: PracticeControls | undefined): Counter {
  return {
    mode,
    session,
    log,
    practice,
    appBuild: __APP_BUILD__,
    close: async () => {
      await session.close();
      await log.close();
    },
  };
}
