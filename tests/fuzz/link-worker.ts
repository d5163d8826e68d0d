/** One process of `npm run fuzz:link`: runs its share of the schedules and tells the parent what came of them; or replays one, aloud. */
import { hash } from 'node:crypto';
import type { ReaderName } from '#simulator';
import { LinkChecks, type LinkOutcome } from '../../src/lib/session/test/link-check.ts';
import { groupOf, linkPlan, linkReaders, type FaultGroup } from '../../src/lib/session/test/link-plans.ts';

/** Runs between two reports to the parent. */
const RUNS_PER_REPORT = 50;

/** Asking for the processor's time costs some of it: not at every run. */
const MEASURED_EVERY = 5;

/** What the parent asks for: seeds `first`, `first + step` … below `end`. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** Only this reader; otherwise they take turns, seed by seed. */
  readonly reader?: string;
  readonly aloud: boolean;
}

export interface Failure {
  readonly seed: number;
  readonly reader: string;
  readonly broken: readonly string[];
}

/** Faults that struck by group, and those of them in spite of which the check came to its right result. */
export type Counts = Partial<Record<FaultGroup, { struck: number; survived: number }>>;

export interface Report {
  readonly runs: number;
  readonly results: number;
  readonly burned: number;
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** Processor time by reader [ms], of so many runs. */
  readonly cost: Readonly<Record<string, { ms: number; runs: number }>>;
  /** Where it is. */
  readonly next: number;
}

function readerOf(seed: number, { reader }: Share): ReaderName {
  const name = linkReaders.find((candidate) => candidate === reader) ?? linkReaders[seed % linkReaders.length];
  if (name === undefined) throw new Error('no readers');
  return name;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Promises that nobody listened to are a fault of the run they came from. */
const unheard: string[] = [];
process.on('unhandledRejection', (reason) =>
  unheard.push(`unhandled rejection: ${reason instanceof Error ? `${reason.name} ${reason.message}` : String(reason)}`),
);

async function runOne(checks: LinkChecks, reader: ReaderName, seed: number): Promise<LinkOutcome> {
  const outcome = await checks.run(reader, linkPlan(seed, reader));
  return { ...outcome, broken: [...outcome.broken, ...unheard.splice(0)] };
}

/** What has come of the runs since the last report. */
class Tally {
  runs = 0;
  results = 0;
  burned = 0;
  readonly counts: Counts = {};
  readonly failures: Failure[] = [];
  readonly cost: Record<string, { ms: number; runs: number }> = {};

  add(seed: number, reader: ReaderName, outcome: LinkOutcome): void {
    this.runs++;
    this.burned += outcome.burned;
    if (outcome.ends.includes('result')) this.results++;
    if (outcome.broken.length > 0) this.failures.push({ seed, reader, broken: outcome.broken });
    const survives = outcome.ends.includes('result') && outcome.broken.length === 0;
    for (const fault of outcome.struck) {
      const count = (this.counts[groupOf(fault)] ??= { struck: 0, survived: 0 });
      count.struck++;
      if (survives) count.survived++;
    }
  }

  measured(reader: ReaderName, ms: number): void {
    const cost = (this.cost[reader] ??= { ms: 0, runs: 0 });
    cost.ms += ms;
    cost.runs++;
  }

  report(next: number): Report {
    const { runs, results, burned, counts, failures, cost } = this;
    return { runs, results, burned, counts, failures, cost, next };
  }
}

async function work(share: Share): Promise<void> {
  if (!share.aloud) Error.stackTraceLimit = 0; // thousands of faults are thrown, and nobody reads where
  const checks = await LinkChecks.open();
  let tally = new Tally();
  for (let seed = share.first; seed < share.end; seed += share.step) {
    const reader = readerOf(seed, share);
    const began = tally.runs % MEASURED_EVERY === 0 ? cpuMs() : undefined;
    const outcome = await runOne(checks, reader, seed);
    if (began !== undefined) tally.measured(reader, cpuMs() - began);
    tally.add(seed, reader, outcome);
    if (share.aloud) tell(seed, reader, outcome);
    if (tally.runs < RUNS_PER_REPORT && seed + share.step < share.end) continue;
    process.send?.(tally.report(seed + share.step));
    tally = new Tally();
  }
  checks.close();
}

/** Nothing of it was typed or read: states, codes, headers. */
function tell(seed: number, reader: ReaderName, { broken, struck, ends, burned, course, diagnostics }: LinkOutcome): void {
  const plan = linkPlan(seed, reader);
  const struckToo = new Set(struck.map((fault) => JSON.stringify(fault)));
  const lines = [
    `seed ${String(seed)}, reader ${reader}, card ${plan.card}, faults armed ${plan.armed}`,
    ...plan.faults.map((fault) => `  ${struckToo.has(JSON.stringify(fault)) ? 'struck' : 'waited'}  ${JSON.stringify(fault)}`),
    'what the session noted',
    ...diagnostics.map((line) => `  ${line}`),
    `ends: ${ends.join(', ') || 'given up'}; tries burned ${String(burned)}`,
    `course ${hash('sha256', course, 'hex').slice(0, 16)}`,
    ...broken.map((promise) => `BROKEN: ${promise}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

// The parent wrote it; tests/fuzz/link.js.
await work(JSON.parse(process.argv[2] ?? '') as Share);
